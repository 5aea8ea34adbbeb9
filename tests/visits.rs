//! What slowness does and who comes back, with sums that are worked out (design.md R13).
#![expect(clippy::expect_used, clippy::panic, reason = "what helps a test fails as the test would")]

use std::fmt::Write as _;
use std::sync::Arc;

use dwell::query::analysis::ask::{Analysis, ReturningAsk, ReturningBy};
use dwell::query::definitions::{Definitions, Goal, ReachedBy};
use dwell::query::event_filter::EventFilter;
use dwell::query::question::{Grouping, Measures, Question, TableAsk, TableSort};
use dwell::query::view::{AnalysisView, PageLoads, ReturningView, SlownessView};
use dwell::time::{Millis, Span};
use dwell::{Filter, View};

/// 2026-11-02T00:00:00Z, a Monday.
const MONDAY: Millis = Millis(1_793_577_600_000);
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

/// A visitor views a page after so many minutes, and the server takes so many milliseconds.
fn line(log: &mut String, visitor: u8, minute: u64, page: &str, load: u64) {
    let time = (MONDAY + Span::minutes(minute)).rfc3339();
    let seconds = Span(load).as_seconds();
    writeln!(
        log,
        r#"{{"time":"{time}","remote_addr":"203.0.113.{visitor}","request":"GET {page} HTTP/1.1","status":200,"request_time":"{seconds:.3}","http_user_agent":"{BROWSER}"}}"#
    )
    .expect("a text");
}

fn ask(log: &str, question: &Question) -> View {
    dwell::read(log).ask(question).expect("lines that are read")
}

fn slowness(log: &str) -> SlownessView {
    let question = Question { analyses: vec![Analysis::Slowness], ..Question::default() };
    match ask(log, &question).analyses.remove(0) {
        AnalysisView::Slowness(slowness) => slowness,
        other => panic!("{other:?}"),
    }
}

fn returning(log: &str, by: ReturningBy) -> ReturningView {
    let analyses = vec![Analysis::Returning(ReturningAsk { by, rows: 10 })];
    match ask(log, &Question { analyses, ..Question::default() }).analyses.remove(0) {
        AnalysisView::Returning(returning) => returning,
        other => panic!("{other:?}"),
    }
}

#[test]
fn r13_who_waits_longer_bounces_more() {
    let mut log = String::new();
    // The first page decides, however long the second one takes.
    for (visitor, loads) in [(1, &[250, 9000][..]), (2, &[251]), (3, &[2500]), (4, &[2501]), (5, &[6000, 1])]
    {
        for (nth, load) in (0..).zip(loads) {
            line(&mut log, visitor, nth, if nth == 0 { "/" } else { "/next" }, *load);
        }
    }
    let found = slowness(&log);
    let rows = found.rows.map(|row| (row.sessions, row.bounced));
    assert_eq!(rows, [(1, 0), (1, 1), (0, 0), (1, 1), (1, 1), (1, 0)]);
    assert_eq!((found.rows[2].bounce_rate(), found.rows[3].bounce_rate()), (None, Some(1.0)));
    let slow = Question::about(Filter::parse("slow").expect("a filter"));
    assert_eq!(ask(&log, &slow).totals.sessions, 2, "2501 and 6000 ms");
}

#[test]
fn r13_who_waits_longer_reaches_fewer_goals() {
    let event = |name: &str, event: &str| Goal {
        name: name.to_owned(),
        reached_by: ReachedBy::Event(EventFilter::parse(event).expect("a filter on an event")),
        value: None,
        currency: None,
    };
    let goals = vec![event("thanks", "page:/thanks"), event("welcome", "page:/welcome")];
    let mut log = String::new();
    // A session counts once, whichever and however many goals it reaches; the first page may be the goal itself.
    let visits: [(u64, &[&str]); 5] = [
        (200, &["/", "/thanks", "/welcome", "/thanks"]),
        (200, &["/"]),
        (700, &["/", "/welcome"]),
        (3000, &["/", "/about"]),
        (3000, &["/thanks"]),
    ];
    for (visitor, (load, pages)) in (1..).zip(visits) {
        for (minute, page) in (0..).zip(pages) {
            line(&mut log, visitor, minute, page, load);
        }
    }
    let definitions = Arc::new(Definitions { goals, ..Definitions::default() });
    let question = Question { analyses: vec![Analysis::Slowness], definitions, ..Question::default() };
    let AnalysisView::Slowness(found) = ask(&log, &question).analyses.remove(0) else { panic!("slowness") };
    assert!(found.has_goals);
    let rows = found.rows.map(|row| (row.sessions, row.reached));
    assert_eq!(rows, [(2, 1), (0, 0), (1, 1), (0, 0), (2, 1), (0, 0)]);
    let rates = found.rows.map(|row| row.goal_rate());
    assert_eq!(rates, [Some(0.5), None, Some(1.0), None, Some(0.5), None]);
    // Without goals none is reached.
    let found = slowness(&log);
    assert_eq!((found.has_goals, found.rows.map(|row| row.reached)), (false, [0; 6]));
}

#[test]
fn r12_a_page_says_how_its_load_times_are_spread() {
    let mut log = String::new();
    (1..=20).for_each(|nth: u8| line(&mut log, nth, 0, "/", u64::from(nth) * 100));
    line(&mut log, 21, 0, "/slow", 3000);
    let table = TableAsk {
        sort: TableSort::Load,
        measures: Measures::CountsAndTimes,
        ..TableAsk::largest(Grouping::Page, 10)
    };
    let view = ask(&log, &Question { tables: vec![table], ..Question::default() });
    let rows: Vec<_> = view.tables[0].rows.iter().map(|row| (row.key.as_str(), row.loads)).collect();
    let spread = |measured, [p50, p75, p95]: [u64; 3], slow| {
        Some(PageLoads { measured, p50: Span(p50), p75: Span(p75), p95: Span(p95), slow })
    };
    assert_eq!(rows, [("/slow", spread(1, [3000; 3], 1)), ("/", spread(20, [1000, 1500, 1900], 0))]);
}

#[test]
fn r13_who_was_new_on_a_day_and_came_back() {
    const DAY: u64 = 24 * 60;
    let mut log = String::new();
    for (visitor, days) in [(1, &[0, 1, 7][..]), (2, &[0, 2]), (3, &[0]), (4, &[1, 8])] {
        for day in days {
            line(&mut log, visitor, day * DAY, "/", 10);
        }
    }
    // Twice on one day is not back.
    line(&mut log, 3, 120, "/", 10);
    let found = returning(&log, ReturningBy::Day);
    let [first, second] = found.cohorts.as_slice() else { panic!("{found:?}") };
    assert_eq!((first.from, first.new), (MONDAY, 3));
    assert_eq!(first.back, [1, 1, 0, 0, 0, 0, 1].map(Some));
    assert_eq!((second.from, second.new), (MONDAY + Span::minutes(DAY), 1));
    assert_eq!(second.back, [0, 0, 0, 0, 0, 0, 1].map(Some));

    let weeks = returning(&log, ReturningBy::Week);
    assert_eq!((weeks.cohorts.len(), weeks.cohorts[0].new), (1, 4));
    // The second week has begun, the third has not.
    assert_eq!(weeks.cohorts[0].back, [Some(2), None, None, None, None, None, None]);
}

#[test]
fn r13_who_was_here_before_is_not_new() {
    let mut log = String::new();
    for minute in [0, 300, 600] {
        line(&mut log, 1, minute, "/", 10);
    }
    line(&mut log, 2, 600, "/", 10);
    // The filter leaves the first session out, and the visitor is no newer for it.
    let analyses = vec![Analysis::Returning(ReturningAsk { by: ReturningBy::Hour, rows: 10 })];
    let filter = Filter::parse("returning").expect("a filter");
    let view = ask(&log, &Question { analyses, ..Question::about(filter) });
    let AnalysisView::Returning(found) = &view.analyses[0] else { panic!("{view:?}") };
    assert_eq!((found.known_before, found.cohorts.len()), (1, 0));
}
