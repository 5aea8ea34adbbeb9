//! The shop's funnel and experiment, as an engine would give them.

use crate::query::analysis::ask::{Analysis, FunnelAsk};
use crate::query::definitions::*;
use crate::query::event_filter::EventFilter;
use crate::query::view::*;
use crate::time::{Millis, Span};

fn event(text: &str) -> EventFilter {
    EventFilter::parse(text).expect(text)
}

pub(super) fn funnel() -> Funnel {
    let step = |name: &str, matches: &str| FunnelStep {
        name: name.to_owned(),
        event: event(matches),
        optional: false,
        within: None,
    };
    Funnel {
        name: "checkout".to_owned(),
        order: StepOrder::Sequential,
        within: Some(Span::minutes(30)),
        unit: Unit::Session,
        entry: FunnelEntry::Closed,
        exclude: None,
        steps: vec![
            step("product", "page:/products/*"),
            step("cart", "page:/cart"),
            step("pay", "page:/checkout"),
            step("order", "action:order"),
        ],
    }
}

pub(super) fn experiment() -> Experiment {
    Experiment {
        name: "pricing-headline".to_owned(),
        variant: VariantSource::Path("/pricing/".to_owned(), String::new()),
        exposure: None,
        unit: Unit::Visitor,
        control: "control".to_owned(),
        split: Vec::new(),
        goal: "signup".to_owned(),
        guards: vec![Guard::Errors, Guard::LoadP75, Guard::BounceRate],
        alpha: 0.05,
        expect: 5000,
        run_for: Some(Span::hours(7 * 24)),
    }
}

/// What the engine says to an analysis of a funnel or an experiment.
pub(super) fn answer(ask: &Analysis) -> Option<AnalysisView> {
    match ask {
        Analysis::Funnel(ask) => Some(AnalysisView::Funnel(funnel_view(ask))),
        Analysis::Experiment(_) => Some(AnalysisView::Experiment(Box::new(experiment_view()))),
        _ => None,
    }
}

/// Of 1,204 that viewed a product 409 went to the cart, 221 on to pay, and 142 ordered.
fn funnel_view(ask: &FunnelAsk) -> FunnelView {
    let reached = [1204, 409, 221, 142];
    let seconds = [(48, 360), (72, 660), (38, 240)];
    let step = |at: usize| FunnelStepRow {
        name: ask.funnel.steps.get(at).map(|step| step.name.clone()).unwrap_or_default(),
        reached: reached[at],
        of_first: Some(reached[at] as f64 / 1204.0),
        of_previous: (at > 0).then(|| reached[at] as f64 / reached[at - 1] as f64),
        dropped: reached.get(at + 1).map_or(0, |next| reached[at] - next),
        to_next_p50: seconds.get(at).map(|(p50, _)| Span::seconds(*p50)),
        to_next_p90: seconds.get(at).map(|(_, p90)| Span::seconds(*p90)),
        instead: instead(at),
        elsewhere: if at == 1 { 7 } else { 0 },
        reached_before: [1100, 374, 202, 153][at],
        is_sure: at == 3,
        ..FunnelStepRow::default()
    };
    let segment = |name: &str, converted, entered, is_sure| FunnelSegment {
        name: name.to_owned(),
        entered,
        converted,
        is_sure,
    };
    FunnelView {
        funnel: ask.funnel.name.clone(),
        order: ask.funnel.order,
        within: ask.funnel.within,
        settled: 1204,
        open: 86,
        converted: 142,
        converting_now: 162.5,
        excluded: 3,
        before: Some(FunnelBefore { settled: 1100, converted: 153, is_sure: false }),
        one_of: 1,
        steps: (0..ask.funnel.steps.len().min(4)).map(step).collect(),
        breakdown: vec![
            segment("Organic Search", 58, 531, false),
            segment("Direct", 47, 336, false),
            segment("Paid Social", 4, 137, true),
            segment("Email", 19, 67, true),
        ],
        ..FunnelView::default()
    }
}

/// The 188 that were in the cart and never came to pay.
fn instead(step: usize) -> Vec<FlowRow> {
    let row = |step, count| FlowRow { step, count, sessions: count };
    let page = |page: &str| FlowStep::Page(page.to_owned());
    match step {
        1 => vec![
            row(FlowStep::Left, 116),
            row(page("/shipping"), 30),
            row(page("/login"), 19),
            row(page("/products/desk-lamp-brass"), 16),
        ],
        _ => vec![row(FlowStep::Left, 50), row(FlowStep::StillHere, 9)],
    }
}

fn experiment_view() -> ExperimentView {
    let variant = |name: &str, units, converted| VariantRow {
        variant: name.to_owned(),
        units,
        converted,
        ..VariantRow::default()
    };
    let guard = |errors, load, bounce| GuardFigures {
        errors: Some(errors),
        load_p75: Some(Span(load)),
        bounce_rate: Some(bounce),
    };
    let comparison = Comparison { uplift: 0.295, low: 0.004, high: 0.67, p: 0.0442, chance_to_win: 0.999 };
    let control =
        VariantRow { control: true, guard: guard(0.02, 412, 0.412), ..variant("control", 4871, 243) };
    let short = VariantRow {
        comparison: Some(comparison),
        guard: guard(0.02, 421, 0.401),
        ..variant("short", 4815, 311)
    };
    let Experiment { name, unit, goal, alpha, expect, run_for, guards, .. } = experiment();
    ExperimentView {
        name,
        unit,
        goal,
        alpha,
        expect,
        run_for,
        since: Some(Millis(0)),
        now: Millis(0) + Span::hours(52),
        mixed: 39,
        unlisted: 0,
        beyond: 0,
        split: SplitCheck { expected: vec![0.5, 0.5], configured: false, p: 1.0, mismatch: false },
        variants: vec![control, short],
        guards,
        verdict: Verdict::Differs {
            variant: "short".to_owned(),
            better: true,
            p: 0.0442,
            to_be_called: run_for,
        },
    }
}
