//! Goals: how many sessions reached them, how often, and what that was worth (design.md R13).
#![expect(clippy::expect_used, clippy::panic, reason = "what helps a test fails as the test would")]

use std::fmt::Write as _;
use std::sync::Arc;

use dwell::query::analysis::ask::{Analysis, Breakdown, GoalsAsk};
use dwell::query::definitions::{Definitions, Goal, PageGroup, ReachedBy};
use dwell::query::event_filter::EventFilter;
use dwell::query::question::{BounceRule, Question};
use dwell::query::view::{AnalysisView, GoalsView, View};
use dwell::{Filter, glob::Glob};
use proptest::prelude::*;

fn on_event(name: &str, event: &str) -> Goal {
    let event = EventFilter::parse(event).expect("a filter on an event");
    Goal { name: name.to_owned(), reached_by: ReachedBy::Event(event), value: None, currency: None }
}

fn on_session(name: &str, filter: &str) -> Goal {
    let filter = Filter::parse(filter).expect("a filter");
    Goal { name: name.to_owned(), reached_by: ReachedBy::Session(filter), value: None, currency: None }
}

fn asked(goals: Vec<Goal>, filter: &str) -> Question {
    let groups = vec![PageGroup { name: "Products".to_owned(), paths: vec![Glob::new("/products/*")] }];
    Question {
        analyses: vec![Analysis::Goals(GoalsAsk::default())],
        definitions: Arc::new(Definitions { goals, groups, ..Definitions::default() }),
        ..Question::about(Filter::parse(filter).expect("a filter"))
    }
}

fn answer(lines: &str, question: &Question) -> View {
    dwell::read(lines).ask(question).expect("lines that are read")
}

fn goals(lines: &str, question: &Question) -> GoalsView {
    match answer(lines, question).analyses.pop() {
        Some(AnalysisView::Goals(goals)) => goals,
        other => panic!("{other:?}"),
    }
}

/// Sessions and events of each goal.
fn counts(view: &GoalsView) -> Vec<(&str, u64, u64)> {
    view.rows.iter().map(|row| (row.goal.as_str(), row.sessions, row.events)).collect()
}

/// A request of a visitor, so many seconds after ten.
fn line(visitor: u8, second: u32, request: &str, status: u16) -> String {
    let (minute, second) = (second / 60, second % 60);
    format!(
        "192.0.2.{visitor} - - [24/Nov/2026:10:{minute:02}:{second:02} +0000] \"{request} HTTP/1.1\" {status} 512 \"-\" \
         \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n"
    )
}

/// Three visitors: one looks around and orders twice, one fills a cart, one leaves at once.
fn shop() -> String {
    [
        line(1, 0, "GET /products/lamp", 200),
        line(1, 20, "POST /cart", 303),
        line(1, 40, "GET /thanks", 200),
        line(1, 90, "GET /thanks", 200),
        line(2, 5, "GET /products/desk", 200),
        line(2, 65, "POST /cart", 303),
        line(3, 7, "GET /", 200),
    ]
    .concat()
}

#[test]
fn r13_a_goal_counts_sessions_and_how_often_they_reached_it() {
    let definitions = vec![
        on_event("order", "page:/thanks"),
        on_event("cart", "page:/cart method:POST"),
        on_event("a view of the cart", "page:/cart"),
        on_event("browsed", "group:Products"),
        on_event("sent elsewhere", "action:submit status:3xx"),
        on_session("engaged", "duration>=60s pageviews>=2"),
    ];
    let view = goals(&shop(), &asked(definitions, ""));
    assert_eq!(view.seen, 3);
    assert_eq!(
        counts(&view),
        [
            ("order", 1, 2),
            ("cart", 2, 2),
            ("a view of the cart", 0, 0),
            ("browsed", 2, 2),
            ("sent elsewhere", 2, 2),
            ("engaged", 1, 1),
        ]
    );
}

#[test]
fn r13_an_events_own_value_counts_before_the_goals() {
    let event = |user: &str, second: u32, event: &str, properties: &str| {
        format!(
            "{{\"type\":\"track\",\"anonymousId\":\"{user}\",\"event\":\"{event}\",\
             \"timestamp\":\"2026-11-24T10:00:{second:02}Z\",\"properties\":{{{properties}}}}}\n"
        )
    };
    let lines = [
        event("ann", 1, "order", "\"value\":20.10,\"variant\":\"blue\""),
        event("ann", 9, "order", ""),
        event("ben", 2, "order", "\"value\":0.2"),
        event("cid", 3, "look", "\"value\":99"),
    ]
    .concat();
    let order = |value| Goal { value, ..on_event("order", "action:order") };
    let value = |value, filter: &str| goals(&lines, &asked(vec![order(value)], filter)).rows[0].value;
    assert_eq!(value(Some(5.0), ""), Some(25.3));
    assert_eq!(value(None, ""), Some(20.3));
    assert_eq!(value(None, "variant:blue"), Some(20.1), "ann's session is the one that names it");
    let dear = goals(&lines, &asked(vec![on_event("dear", "action:order value>=20")], ""));
    assert_eq!(counts(&dear), [("dear", 1, 1)]);
}

#[test]
fn r13_a_filter_has_the_sessions_that_reached_a_goal() {
    let definitions = || vec![on_event("order", "page:/thanks"), on_session("engaged", "duration>=60s")];
    let total = |filter| answer(&shop(), &asked(definitions(), filter)).totals.sessions;
    assert_eq!(
        ["goal:order", "goal:engaged", "-goal:engaged", "goal:order,engaged"].map(total),
        [1, 2, 1, 2]
    );
    assert_eq!(["group:Products", "-group:Products"].map(total), [2, 1]);
}

#[test]
fn r7_where_goals_are_defined_only_a_goal_saves_a_short_visit_from_being_a_bounce() {
    let lines = [
        line(1, 0, "GET /thanks", 200),
        line(2, 0, "GET /pricing", 200),
        line(2, 2, "POST /newsletter", 303),
        line(3, 0, "GET /", 200),
    ]
    .concat();
    let bounced = |goals: Vec<Goal>| {
        let is_bounce = |entry: &&str| {
            let filter = format!("bounced entry:{entry}");
            let question = Question { bounce: BounceRule::Engaged, ..asked(goals.clone(), &filter) };
            answer(&lines, &question).totals.sessions == 1
        };
        ["/thanks", "/pricing", "/"].into_iter().filter(is_bounce).collect::<Vec<_>>()
    };
    assert_eq!(bounced(Vec::new()), ["/thanks", "/"], "without goals any action counts");
    assert_eq!(bounced(vec![on_event("order", "page:/thanks")]), ["/pricing", "/"]);
    assert_eq!(bounced(vec![on_event("any", "action:submit")]), ["/thanks", "/"]);
}

#[test]
fn r13_rows_of_a_breakdown_add_up_to_the_goal() {
    let question = Question {
        analyses: vec![Analysis::Goals(GoalsAsk { detail: Some(("order".to_owned(), Breakdown::Landing)) })],
        ..asked(vec![on_event("order", "page:/thanks")], "")
    };
    let detail = goals(&shop(), &question).detail.expect("the goal in detail");
    let rows: Vec<_> = detail.rows.iter().map(|row| (row.name.as_str(), row.sessions, row.reached)).collect();
    assert_eq!(rows, [("/", 1, 0), ("/products/desk", 1, 0), ("/products/lamp", 1, 1)]);
}

/// What a visitor of the property does: pages, by the second.
type Visit = Vec<(u32, u8)>;

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each visitor has one session, so that counting visits recounts sessions.
    #[test]
    fn r13_goals_are_what_counting_visits_gives_in_any_order_of_lines(
        visits in prop::collection::vec(prop::collection::vec((0..1500_u32, 0..4_u8), 1..8), 1..20),
        keys in prop::collection::vec(any::<u32>(), 160),
    ) {
        let mut lines: Vec<_> = visits.iter().zip(1_u8..).flat_map(|(visit, visitor)| {
            visit.iter().map(move |(second, page)| line(visitor, *second, &format!("GET /p{page}"), 200))
        }).zip(keys).map(|(line, key)| (key, line)).collect();
        lines.sort();
        let text = lines.into_iter().fold(String::new(), |mut text, (_, line)| {
            // Writing to a string does not fail.
            let _ = write!(text, "{line}");
            text
        });
        let view = goals(&text, &asked(vec![on_event("p0", "page:/p0"), on_event("both", "page:/p1,/p2")], ""));
        let count = |pages: &[u8]| {
            let times = |visit: &Visit| visit.iter().filter(|(_, page)| pages.contains(page)).count() as u64;
            let sessions = visits.iter().filter(|visit| times(visit) > 0).count() as u64;
            (sessions, visits.iter().map(times).sum::<u64>())
        };
        let ((p0, p0_times), (both, both_times)) = (count(&[0]), count(&[1, 2]));
        prop_assert_eq!(view.seen, visits.len() as u64);
        prop_assert_eq!(counts(&view), [("p0", p0, p0_times), ("both", both, both_times)]);
    }
}
