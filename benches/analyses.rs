//! How long funnels, close-ups, goals and experiments take over a million stored sessions.
//!
//! `cargo bench --bench analyses` prints a table; `cargo bench --bench analyses -- 200000` uses as many sessions. Each
//! question is asked anew, and the best of several runs is printed; the time to sort a million numbers shows how fast the
//! machine is at the moment. The mark for each of the first four is 100 ms.
#[path = "support/sessions.rs"]
mod sessions;
#[path = "../tests/support/setup.rs"]
mod setup;

use std::sync::Arc;
use std::time::Duration;

use dwell::classify::properties::PropertyKey;
use dwell::engine::Engine;
use dwell::query::analysis::ask::{
    Analysis, Breakdown, ExperimentAsk, FunnelAsk, GoalsAsk, NextStepsAsk, PathStart, PathsAsk, ReturningAsk,
    ReturningBy, WholePathsAsk,
};
use dwell::query::definitions::{
    Definitions, Experiment, Funnel, FunnelEntry, FunnelStep, Goal, Guard, ReachedBy, StepOrder, Unit,
    VariantSource,
};
use dwell::query::event_filter::EventFilter;
use dwell::query::question::{CloseupAsk, Question, Window};
use dwell::query::view::View;
use dwell::time::{Millis, Span};

use sessions::{ANEW, EVENTS, VARIANT, engine, fill, timed, yardstick};

const GOAL: &str = "order";
const VARIANTS: [&str; 2] = ["control", "short"];
/// Each of them fits half of all pages: most sessions enter, and one in 30 goes all the way.
const STEPS: [&str; 5] = [
    "page:/page/1*",
    "page:/page/*1,/page/*2,/page/*3,/page/*4,/page/*5",
    "page:/page/1*",
    "page:/page/*1,/page/*2,/page/*3,/page/*4,/page/*5",
    "page:/page/1*",
];

fn main() {
    let sessions = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let mut engine = engine();
    fill(&mut engine, sessions, &VARIANTS);
    println!("sessions with {EVENTS} events            {sessions:>12}");
    println!("sorting a million numbers            {:>12.1?}", yardstick());
    for (name, question) in questions() {
        let (first, view) = timed(|| engine.answer(&question, Millis(0)));
        assert_eq!(view.totals.sessions, sessions, "every session is seen");
        let best = best_of_new(&mut engine, &question).min(first);
        println!("{name:<45} {best:>10.1?}");
    }
}

/// The best time of uncached questions: another window makes each a new one.
fn best_of_new(engine: &mut Engine, question: &Question) -> Duration {
    let anew = |more: usize| Question { window: window(more), ..question.clone() };
    let ask = |more| timed(|| engine.answer(&anew(more), Millis(0)));
    let times: Vec<(Duration, View)> = (1..=ANEW).map(ask).collect();
    times.into_iter().map(|(time, _)| time).min().unwrap_or_default()
}

fn window(more: usize) -> Window {
    Window::Last(Span::hours(24 * 365) + Span(more as u64))
}

fn questions() -> Vec<(&'static str, Question)> {
    let definitions = definitions();
    let funnel = |funnel: Funnel, breakdown| Analysis::Funnel(FunnelAsk { funnel, breakdown });
    let by_session = || definitions.funnels[0].clone();
    let by_visitor = Funnel { unit: Unit::Visitor, ..by_session() };
    let detail = Some((GOAL.to_owned(), Breakdown::Channel));
    let experiment = definitions.experiments[0].clone();
    let start = PathStart::Page("/page/7".to_owned());
    let analyses = [
        ("a funnel of 5 steps", funnel(by_session(), None)),
        ("the same by channel", funnel(by_session(), Some(Breakdown::Channel))),
        ("a goal by channel", Analysis::Goals(GoalsAsk { detail })),
        ("an experiment", Analysis::Experiment(ExperimentAsk { experiment })),
        ("the funnel by visitors", funnel(by_visitor, None)),
        ("paths from a page", Analysis::Paths(PathsAsk { start, ..PathsAsk::default() })),
        ("whole paths", Analysis::WholePaths(WholePathsAsk { rows: 100, folded: false })),
        ("next steps", Analysis::NextSteps(NextStepsAsk { pages: 10 })),
        ("slowness", Analysis::Slowness),
        ("returning", Analysis::Returning(ReturningAsk { by: ReturningBy::Day, rows: 60 })),
    ];
    let nothing =
        Question { window: window(0), definitions: Arc::clone(&definitions), ..Question::default() };
    let closeup = Question { closeup: Some(CloseupAsk::Page("/page/7".to_owned())), ..nothing.clone() };
    let analyses = analyses.map(|(name, one)| (name, Question { analyses: vec![one], ..nothing.clone() }));
    let mut all = vec![("no analysis", nothing), ("a close-up of a page", closeup)];
    all.extend(analyses);
    all
}

fn definitions() -> Arc<Definitions> {
    let event = |text: &str| EventFilter::parse(text).unwrap_or_else(|error| unreachable!("{text}: {error}"));
    let step =
        |text: &str| FunnelStep { name: text.to_owned(), event: event(text), optional: false, within: None };
    let goal = Goal {
        name: GOAL.to_owned(),
        reached_by: ReachedBy::Event(event("page:/page/12*")),
        value: None,
        currency: None,
    };
    let funnel = Funnel {
        name: "five steps".to_owned(),
        order: StepOrder::Sequential,
        within: Some(Span::minutes(30)),
        unit: Unit::Session,
        entry: FunnelEntry::Closed,
        exclude: None,
        steps: STEPS.map(step).to_vec(),
    };
    let experiment = Experiment {
        name: "two variants".to_owned(),
        variant: VariantSource::Property(PropertyKey::Query(VARIANT.to_owned())),
        exposure: Some(event("page:/page/1*")),
        unit: Unit::Visitor,
        control: VARIANTS[0].to_owned(),
        split: Vec::new(),
        goal: GOAL.to_owned(),
        guards: Guard::ALL.to_vec(),
        alpha: 0.05,
        expect: 5000,
        run_for: None,
    };
    Arc::new(Definitions {
        groups: Vec::new(),
        goals: vec![goal],
        funnels: vec![funnel],
        experiments: vec![experiment],
    })
}
