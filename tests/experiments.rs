//! Experiments count what a second reading of the rule counts, in whatever order and in whatever parts the lines come
//! (design.md R14).

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;

use std::sync::Arc;

use dwell::classify::properties::PropertyKey;
use dwell::engine::log_clock::LogClock;
use dwell::query::analysis::ask::{Analysis, ExperimentAsk};
use dwell::query::definitions::{Definitions, Experiment, Goal, Guard, ReachedBy, Unit, VariantSource};
use dwell::query::event_filter::EventFilter;
use dwell::query::filter::Filter;
use dwell::query::question::Question;
use dwell::query::view::{AnalysisView, ExperimentView};
use dwell::time::{Millis, Span};
use naive::experiments::{Conversion, Counted, Recount, recount};
use naive::rig::{Instant, Rig};
use naive::traffic::{NOON, hits, rules, ways};
use naive::{Hit, Rules, sessions, watermark};
use proptest::prelude::*;
use proptest::sample::select;

fn event(text: &str) -> EventFilter {
    EventFilter::parse(text).expect("a filter on an event")
}

/// Pricing shows a variant, which its query's `v` names.
fn experiment(unit: Unit) -> Experiment {
    Experiment {
        name: "headline".to_owned(),
        variant: VariantSource::Property(PropertyKey::Query("v".to_owned())),
        exposure: Some(event("page:/pricing")),
        unit,
        control: "control".to_owned(),
        split: Vec::new(),
        goal: "goal".to_owned(),
        guards: Guard::ALL.to_vec(),
        alpha: 0.05,
        expect: 5000,
        run_for: None,
    }
}

fn reached_by(conversion: Conversion) -> ReachedBy {
    match conversion {
        Conversion::Page(page) => ReachedBy::Event(event(&format!("page:{page}"))),
        Conversion::Lasting(length) => {
            let filter = format!("duration>={}s", length.0 / 1000);
            ReachedBy::Session(Filter::parse(&filter).expect("a filter"))
        }
    }
}

fn asked(experiment: Experiment, conversion: Conversion) -> Question {
    let goal =
        Goal { name: "goal".to_owned(), reached_by: reached_by(conversion), value: None, currency: None };
    Question {
        analyses: vec![Analysis::Experiment(ExperimentAsk { experiment })],
        definitions: Arc::new(Definitions { goals: vec![goal], ..Definitions::default() }),
        ..Question::about(Filter::default())
    }
}

fn answer(rig: &mut Rig, question: &Question, wall: Millis) -> ExperimentView {
    let mut view = rig.engine.answer(question, wall);
    match view.analyses.pop() {
        Some(AnalysisView::Experiment(view)) => *view,
        other => panic!("{other:?}"),
    }
}

/// What a view says, as the recount says it. A load's percentile is right to three digits.
fn told(view: &ExperimentView) -> Recount {
    let seen = view.variants.iter().filter(|row| row.units > 0);
    let counted = seen.map(|row| {
        let counted = Counted {
            units: row.units,
            converted: row.converted,
            errors: row.guard.errors,
            load_p75: row.guard.load_p75,
            bounce_rate: row.guard.bounce_rate,
        };
        (row.variant.clone(), counted)
    });
    Recount { since: view.since, mixed: view.mixed, variants: counted.collect() }
}

const RULES: Rules = Rules {
    gap: Span::minutes(30),
    lateness: Span::minutes(5),
    active: Span::minutes(5),
    addresses: dwell::classify::address::AddressKeeping::Masked,
};

/// A view of a page, so many minutes after noon.
fn view(minute: u64, address: &'static str, page: &'static str, query: &'static str) -> Hit {
    Hit { time: NOON + Span::minutes(minute), address, page, query, ..Hit::of_anyone() }
}

fn view_of(hits: &[Hit], question: &Question) -> ExperimentView {
    let mut rig = Rig::new(RULES, 1, 1, LogClock::Newest);
    let lines: String = hits.iter().map(Hit::line).collect();
    rig.read(0, 0, &lines);
    rig.engine.finish();
    answer(&mut rig, question, hits.last().expect("hits").time)
}

/// The units, conversions and errors of each variant.
fn counts(view: &ExperimentView) -> Vec<(&str, u64, u64)> {
    view.variants.iter().map(|row| (row.variant.as_str(), row.units, row.converted)).collect()
}

/// Six visitors and what becomes of them.
fn six_visitors() -> Vec<Hit> {
    let (control, short) = ("?v=control", "?v=short");
    vec![
        // Sees it and converts in the same session.
        view(0, "192.0.2.1", "/pricing", control),
        view(1, "192.0.2.1", "/a", ""),
        // Sees it and converts in the next session.
        view(2, "192.0.2.2", "/pricing", short),
        // Converts before it sees it, and never after.
        view(3, "192.0.2.3", "/a", ""),
        view(4, "192.0.2.3", "/pricing", short),
        // Sees both: left out, although it converts.
        view(5, "192.0.2.4", "/pricing", control),
        view(6, "192.0.2.4", "/pricing", short),
        view(7, "192.0.2.4", "/a", ""),
        // Sees no variant: pricing names none, and another page that names one shows none.
        view(8, "192.0.2.5", "/pricing", ""),
        view(9, "192.0.2.5", "/a", "?v=short"),
        // Sees it and does no more.
        view(10, "192.0.2.6", "/pricing", control),
        view(90, "192.0.2.2", "/a", ""),
    ]
}

const BUYS: Conversion = Conversion::Page("/a");

#[test]
fn r14_visitors_convert_after_their_exposure_in_whatever_session() {
    let view = view_of(&six_visitors(), &asked(experiment(Unit::Visitor), BUYS));
    assert_eq!(counts(&view), [("control", 2, 1), ("short", 2, 1)]);
    assert_eq!((view.mixed, view.since), (1, Some(NOON)));
}

#[test]
fn r14_sessions_convert_by_themselves() {
    let view = view_of(&six_visitors(), &asked(experiment(Unit::Session), BUYS));
    assert_eq!(counts(&view), [("control", 2, 1), ("short", 2, 0)]);
    assert_eq!(view.mixed, 1);
}

#[test]
fn r14_without_an_exposure_all_that_name_a_variant_show_it() {
    let all = Experiment { exposure: None, ..experiment(Unit::Visitor) };
    let view = view_of(&six_visitors(), &asked(all, BUYS));
    // The one who read a page of the short variant converted by doing so.
    assert_eq!(counts(&view), [("control", 2, 1), ("short", 3, 2)]);
}

#[test]
fn r14_a_goal_on_the_session_counts_for_the_session_that_was_exposed() {
    let lasting = Conversion::Lasting(Span::minutes(1));
    let view = view_of(&six_visitors(), &asked(experiment(Unit::Visitor), lasting));
    assert_eq!(counts(&view), [("control", 2, 1), ("short", 2, 1)]);
}

#[test]
fn r14_a_variant_that_the_split_does_not_name_is_left_out_and_counted() {
    let split = vec![("control".to_owned(), 1.0), ("long".to_owned(), 1.0)];
    let view = view_of(&six_visitors(), &asked(Experiment { split, ..experiment(Unit::Visitor) }, BUYS));
    assert_eq!(counts(&view), [("control", 3, 2), ("long", 0, 0)]);
    assert_eq!((view.mixed, view.unlisted), (0, 3));
}

#[test]
fn r14_the_variant_is_part_of_a_path() {
    let by_path = Experiment {
        variant: VariantSource::Path("/a/".to_owned(), String::new()),
        exposure: None,
        control: "b".to_owned(),
        ..experiment(Unit::Visitor)
    };
    let hits = [view(0, "192.0.2.1", "/a/b", ""), view(1, "192.0.2.2", "/a", "")];
    assert_eq!(counts(&view_of(&hits, &asked(by_path, BUYS))), [("b", 1, 0)]);
}

/// So many visitors a minute of each variant; every fifth one of control converts, and every second of short.
fn many(minutes: u64) -> Vec<Hit> {
    let addresses: Vec<&'static str> =
        (0..2 * minutes).map(|nth| &*format!("198.51.{}.{}", nth / 200, nth % 200).leak()).collect();
    let visitor = |minute: u64, nth: usize| {
        let address = addresses[usize::try_from(minute).expect("a small number") * 2 + nth];
        let (query, every) = [("?v=control", 5), ("?v=short", 2)][nth];
        let converts = minute.is_multiple_of(every).then(|| view(minute, address, "/a", ""));
        [Some(view(minute, address, "/pricing", query)), converts].into_iter().flatten()
    };
    (0..minutes).flat_map(|minute| visitor(minute, 0).chain(visitor(minute, 1))).collect()
}

#[test]
fn r14_the_verdict_waits_for_run_for_and_then_says_what_was_sure_all_along() {
    let collecting = |minutes, run_for| {
        let asked = asked(Experiment { run_for, expect: 200, ..experiment(Unit::Visitor) }, BUYS);
        view_of(&many(minutes), &asked).verdict.to_string()
    };
    assert_eq!(
        collecting(12, None),
        "collecting: control has 3 converted and 9 not; each variant needs 5 of both"
    );
    // t = 60, q = 2.381, d = ln 2.5, s² = 1/6: p = √3.381 · exp(−2.381 · 5.038 / 6.762).
    assert_eq!(collecting(30, None), "no difference so far, p 0.31");
    let day = Some(Span::hours(24));
    assert!(collecting(200, day).starts_with("short is better, p < 0.0001; to be called after 1 whole day"));
    assert_eq!(collecting(200, None), "short is better, p < 0.0001");
}

fn with_variants(hits: Vec<Hit>, variants: &[usize]) -> Vec<Hit> {
    const QUERIES: [&str; 5] = ["?v=control", "?v=short", "?x=1&v=short", "?v=", "?v=long"];
    let named = |(hit, variant): (Hit, &usize)| match hit.page {
        "/pricing" => Hit { query: QUERIES[*variant], ..hit },
        _ => hit,
    };
    hits.into_iter().zip(variants.iter().cycle()).map(named).collect()
}

fn conversion() -> impl Strategy<Value = Conversion> {
    select(vec![
        BUYS,
        Conversion::Page("/a/b"),
        Conversion::Page("/pricing"),
        Conversion::Lasting(Span::seconds(60)),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r14_experiments_count_what_a_second_reading_counts(
        (rules, hits) in rules().prop_flat_map(|rules| (Just(rules), hits(rules.gap, 1))),
        variants in prop::collection::vec(0..5_usize, 12),
        conversion in conversion(),
        unit in select(vec![Unit::Visitor, Unit::Session]),
        ways in ways(),
    ) {
        let hits = with_variants(hits, &variants);
        let question = asked(experiment(unit), conversion);
        let mut rig = Rig::new(rules, 1, 2, LogClock::Newest);
        for block in ways.blocks(&hits, 1, 2, rules.lateness) {
            block.read(&mut rig, &hits);
        }
        let now = hits.iter().map(|hit| hit.time).max().expect("hits");
        for watermark in [watermark(&hits, 1), Millis::MAX] {
            if watermark == Millis::MAX {
                rig.engine.finish();
            }
            let moment = Instant { now, watermark, rules };
            let right = recount(&sessions(&hits, rules), ("/pricing", conversion, unit), moment);
            let told = told(&answer(&mut rig, &question, now));
            prop_assert_eq!(with_rounded_loads(told), with_rounded_loads(right));
        }
    }
}

/// Percentiles are right to three digits: compared by two.
fn with_rounded_loads(mut recount: Recount) -> Recount {
    for counted in recount.variants.values_mut() {
        counted.load_p75 = counted.load_p75.map(|load| Span((load.0 + 5) / 10 * 10));
    }
    recount
}
