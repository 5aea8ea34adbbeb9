//! Model test of traffic (design.md R12): totals, failures, clients and paths equal those of a naive recount, for any
//! filter and any window, in whatever order lines come and however they are split.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;

use dwell::classify::address::AddressKeeping;
use dwell::engine::log_clock::LogClock;
use dwell::query::filter::Filter;
use dwell::query::question::{Question, SmallGroups, TrafficAsk, Window};
use dwell::query::view::{Count, TrafficView};
use dwell::time::Span;
use naive::requests::Requests;
use naive::rig::Rig;
use naive::traffic::{Ways, hits, hours, ways};
use naive::{Deed, Hit, Rules};
use proptest::prelude::*;
use proptest::sample::select;

const MANY: [&str; 5] = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"];

const TERMS: [&str; 24] = [
    "host:shop.example",
    "host:*.shop.example,other*",
    "kind:pageview",
    "kind:api,asset,error",
    "kind:other",
    "status:404",
    "status:2xx",
    "status:3xx,404",
    "method:POST",
    "method:get,head",
    "bot:yes",
    "bot:no",
    "bot:any",
    "bot:agent",
    "path:/a*",
    "path:/pricing,/api/*",
    "address:192.0.2.0/24",
    "address:192.0.2.9,2001*",
    "agent:google*",
    "agent:\"\"",
    // Hits do not know these.
    "source:google",
    "bounced",
    "page:/a",
    "bot:rate",
];

/// With networks as addresses: a client of several whole ones (one /64, R4) is shown by the first that came.
fn rules() -> impl Strategy<Value = Rules> {
    let addresses = AddressKeeping::Masked;
    naive::traffic::rules().prop_map(move |rules| Rules { addresses, ..rules })
}

fn filter() -> impl Strategy<Value = Filter> {
    let term = (select(TERMS.to_vec()), prop::bool::weighted(0.3));
    prop::collection::vec(term, 0..3).prop_map(|terms| {
        let terms: Vec<_> = terms
            .iter()
            .map(|(term, negated)| format!("{}{term}", if *negated { "-" } else { "" }))
            .collect();
        Filter::parse(&terms.join(" ")).expect("terms of the language")
    })
}

fn window() -> impl Strategy<Value = Option<Span>> {
    let lengths = [7, 60, 95, 300, 1800, 3600, 3700, 21_600].map(|seconds| Some(Span::seconds(seconds)));
    prop_oneof![1 => Just(None), 4 => select(lengths.to_vec())]
}

const ASK: TrafficAsk = TrafficAsk { rows: 1000, buckets: 60, clients: true };

fn asked(rig: &mut Rig, hits: &[Hit], filter: &Filter, window: Option<Span>) -> TrafficView {
    let now = hits.iter().map(|hit| hit.time).max().expect("hits");
    let window = window.map_or(Window::All, Window::Last);
    let question = Question { window, traffic: Some(ASK), ..Question::about(filter.clone()) };
    *rig.engine.answer(&question, now).traffic.expect("traffic was asked for")
}

/// An engine that has read these hits.
fn having_read(hits: &[Hit], ways: &Ways, rules: Rules, inputs: u16) -> Rig {
    let mut rig = Rig::new(rules, inputs, 2, LogClock::Newest);
    for block in ways.blocks(hits, inputs, 2, rules.lateness) {
        block.read(&mut rig, hits);
    }
    rig
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r12_traffic_is_what_a_recount_of_all_hits_gives(
        (rules, inputs, hits) in (rules(), 1..3_u16)
            .prop_flat_map(|(rules, inputs)| (Just(rules), Just(inputs), hits(rules.gap, inputs))),
        ways in ways(),
        questions in prop::collection::vec((filter(), window()), 1..4),
    ) {
        let mut rig = having_read(&hits, &ways, rules, inputs);
        for (filter, window) in &questions {
            let view = asked(&mut rig, &hits, filter, *window);
            Requests::new(&hits, inputs, filter, *window, rules).check(&view);
        }
    }

    #[test]
    fn r12_slots_of_earlier_hours_are_minutes(
        (rules, hits) in rules().prop_flat_map(|rules| (Just(rules), hours(rules.gap))),
        questions in prop::collection::vec((filter(), window()), 1..6),
    ) {
        let mut rig = Rig::new(rules, 1, 1, LogClock::Newest);
        rig.read(0, 0, &hits.iter().map(Hit::line).collect::<String>());
        for (filter, window) in &questions {
            let view = asked(&mut rig, &hits, filter, *window);
            Requests::new(&hits, 1, filter, *window, rules).check(&view);
        }
    }
}

#[test]
fn r12_failures_that_few_clients_met_are_folded_under_strict() {
    let (gap, minutes) = (Span::minutes(30), Span::minutes(5));
    let rules = Rules { gap, lateness: minutes, active: minutes, addresses: AddressKeeping::Masked };
    let mut rig = Rig::new(rules, 1, 1, LogClock::Newest);
    let fails = |page, address| Hit { deed: Deed::Fail, page, address, ..Hit::of_anyone() };
    let hits: Vec<_> = MANY
        .map(|address| fails("/gone", address))
        .into_iter()
        .chain(["/a", "/b"].map(|page| fails(page, MANY[0])))
        .collect();
    rig.read(0, 0, &hits.iter().map(Hit::line).collect::<String>());
    let question = Question { traffic: Some(ASK), small_groups: SmallGroups::Folded, ..Question::default() };
    let question = dwell::query::privacy::Privacy::Strict.allowed_of(question);
    let view = rig.engine.answer(&question, hits[0].time).traffic.expect("traffic was asked for");
    let rows: Vec<_> = view.failures.iter().map(|row| (row.path.as_str(), row.hits)).collect();
    assert_eq!(rows, [("/gone", 5), ("(fewer than 5)", 2)]);
    assert_eq!((view.failures[0].clients, view.clients.len()), (Count::Exact(5), 0));
}
