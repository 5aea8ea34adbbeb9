//! Memory per stored session, and query time over a million of them.
//!
//! `cargo bench --bench store` prints a table; `cargo bench --bench store -- 10000000` uses ten million sessions. For
//! uncached questions it prints the best of several runs; the time to sort a million numbers shows how fast the machine
//! is at the moment.
#[path = "support/sessions.rs"]
mod sessions;
#[path = "../tests/support/setup.rs"]
mod setup;

use std::time::Duration;

use dwell::engine::Engine;
use dwell::query::filter::Filter;
use dwell::query::question::{
    Grouping, Measures, Order, Population, Question, SeriesAsk, SessionSort, SessionsAsk, TableAsk,
    TableSort, Window,
};
use dwell::time::{Millis, Span};

use sessions::{ANEW, EVENTS, engine, fill, timed, yardstick};

/// Runs of a cached question, averaged.
const AGAIN: u32 = 50;
/// Rows of the Overview's session list.
const ROWS: usize = 200;
const WIDEST_FILTER: &str = "page:/page/1*";
/// Filters that match few sessions, nearly all, slightly less and slightly more than half, and none.
const FILTERS: [&str; 7] = [
    "source:Google",
    WIDEST_FILTER,
    "page:/page/12*,/page/13*",
    "-page:/page/12*,/page/13*",
    "bounced",
    "duration>60s pageviews>=5 -browser:Firefox",
    "pricing",
];
fn main() {
    let sessions = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let before = resident();
    let mut engine = engine();
    let filled = timed(|| fill(&mut engine, sessions, &[]));
    println!("sessions with {EVENTS} events            {sessions:>12}");
    println!("filled in                            {:>12.1?}", filled.0);
    let view = engine.answer(&question("", ROWS), Millis(0));
    assert_eq!(view.totals.sessions, sessions, "every session is kept");
    println!("sorting a million numbers            {:>12.1?}", yardstick());
    println!("bytes a session, all in              {:>12.1}", view.intake.memory as f64 / sessions as f64);
    println!("resident memory, MiB                 {:>12.1}", (resident() - before) as f64 / 1024.0);
    for filter in FILTERS {
        let anew = best_of_new(&mut engine, |more| question(filter, ROWS + more));
        let first = engine.answer(&question(filter, ROWS), Millis(0));
        let again = timed(|| (0..AGAIN).map(|_| engine.answer(&question(filter, ROWS), Millis(0))).last());
        assert_eq!(Some(first.totals), again.1.map(|view| view.totals));
        println!("new filter      {filter:<45} {anew:>10.1?} · asked again {:>10.1?}", again.0 / AGAIN);
    }
    // A different window, for which no unfiltered answer is cached.
    let window = Window::Last(Span::hours(24 * 364));
    let alone = best_of_new(&mut engine, |more| Question { window, ..question(WIDEST_FILTER, ROWS + more) });
    println!("and window      {WIDEST_FILTER:<45} {alone:>10.1?}");
}

/// Best time of uncached questions: varying the number of rows makes each a new question.
fn best_of_new(engine: &mut Engine, question: impl Fn(usize) -> Question) -> Duration {
    let times = (1..=ANEW).map(|more| timed(|| engine.answer(&question(more), Millis(0))).0);
    times.min().unwrap_or_default()
}

/// Resident memory in KiB; 0 if unknown.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The Overview's question.
fn question(filter: &str, rows: usize) -> Question {
    let table = |grouping| TableAsk {
        grouping,
        sort: TableSort::Count,
        order: Order::Descending,
        rows: 50,
        measures: Measures::Counts,
    };
    Question {
        window: Window::Last(Span::hours(24 * 365)),
        tables: vec![table(Grouping::Source), table(Grouping::Page), table(Grouping::Channel)],
        sessions: Some(SessionsAsk {
            population: Population::Seen,
            sort: SessionSort::LastEvent,
            order: Order::Descending,
            rows,
        }),
        series: Some(SeriesAsk { buckets: 60 }),
        ..Question::about(Filter::parse(filter).unwrap_or_default())
    }
}
