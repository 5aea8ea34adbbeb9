//! A held instant (design.md section 6) is immutable, and memory stays bounded. Correctness of its answers is tested in
//! `any_filter.rs`.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;

use dwell::classify::address::AddressKeeping;
use dwell::engine::Setup;
use dwell::engine::log_clock::LogClock;
use dwell::engine::port::AskerId;
use dwell::query::inquiry::{AnswerBody, AsOf, Ask};
use dwell::query::privacy::Privacy;
use dwell::query::question::{Grouping, Measures, Order, Question, SessionRef, TableAsk, TableSort, Visitor};
use dwell::query::view::View;
use dwell::time::{Millis, Span};
use naive::Rules;
use naive::rig::{Rig, everything};

const RULES: Rules = Rules {
    gap: Span::minutes(30),
    lateness: Span::minutes(5),
    active: Span::minutes(5),
    addresses: AddressKeeping::Masked,
};

const ME: AskerId = AskerId(0);

fn rig(change: impl FnOnce(Setup) -> Setup) -> Rig {
    Rig::with(RULES, 1, 1, LogClock::Newest, change)
}

fn sources() -> Question {
    let table = TableAsk {
        grouping: Grouping::Source,
        sort: TableSort::Name,
        order: Order::Ascending,
        rows: 100,
        measures: Measures::Counts,
    };
    Question { tables: vec![table], ..everything() }
}

fn line(visitor: u32, minute: u32, page: &str, referrer: &str) -> String {
    let (a, b) = (visitor / 250, visitor % 250);
    format!(
        "198.51.{a}.{b} - - [24/Nov/2026:12:{minute:02}:00 +0000] \"GET {page} HTTP/1.1\" 200 1 \"{referrer}\" \"Firefox\"\n"
    )
}

fn names(view: &View) -> Vec<&str> {
    view.tables.iter().flat_map(|table| &table.rows).map(|row| row.key.as_str()).collect()
}

#[test]
fn what_a_source_means_is_held_too() {
    let mut rig = rig(|setup| Setup { own_hosts: Vec::new(), ..setup });
    rig.read(0, 0, &line(1, 0, "/", "https://own.example/page-0"));
    assert_eq!(names(&rig.engine.answer_from_snapshot(ME, &sources(), Millis(0))), ["own.example"]);
    // By now the referrer is known to be one of the site's own pages.
    for (network, page) in (1..=5).flat_map(|network| [(network, 0), (network, 1), (network, 2)]) {
        let (page, referrer) = (format!("/page-{page}"), format!("https://own.example/page-{page}"));
        rig.read(0, 0, &line(network * 250, 1, &page, &referrer));
    }
    rig.engine.answer(&sources(), Millis(0));
    assert_eq!(names(&rig.engine.answer_from_snapshot(ME, &sources(), Millis(0))), ["own.example"]);
    rig.engine.release(ME);
    assert_eq!(names(&rig.engine.answer(&sources(), Millis(0))), ["Direct / None"]);
}

#[test]
fn askers_hold_instants_of_their_own() {
    const OTHER: AskerId = AskerId(1);
    let mut rig = rig(|setup| setup);
    let sessions = |view: View| view.totals.sessions;
    rig.read(0, 0, &line(0, 0, "/", "-"));
    assert_eq!(sessions(rig.engine.answer_from_snapshot(ME, &everything(), Millis(0))), 1);
    rig.read(0, 0, &line(1, 0, "/", "-"));
    assert_eq!(sessions(rig.engine.answer_from_snapshot(OTHER, &everything(), Millis(0))), 2);
    rig.read(0, 0, &line(2, 0, "/", "-"));
    rig.engine.release(OTHER);
    let held =
        [ME, OTHER].map(|asker| sessions(rig.engine.answer_from_snapshot(asker, &everything(), Millis(0))));
    assert_eq!(held, [1, 3]);
}

#[test]
fn r11_strict_answers_about_no_single_visitor() {
    let mut rig = rig(|setup| Setup { privacy: Privacy::Strict, ..setup });
    rig.read(0, 0, &line(0, 0, "/", "-"));
    let found = rig.engine.ask(ME, AsOf::Now, Ask::View(Box::new(everything())), Millis(0));
    let Some(AnswerBody::View(view)) = found else { panic!("{found:?}") };
    assert_eq!((view.totals.sessions, &view.sessions), (0, &None), "one is told as none");
    let session = SessionRef { visitor: Visitor(0), start: Millis(0) };
    assert_eq!(rig.engine.ask(ME, AsOf::Snapshot, Ask::Timeline(session), Millis(0)), None);
}

#[test]
fn a_held_instant_that_takes_too_much_is_let_go() {
    let mut rig = rig(|setup| Setup { max_memory: 1 << 20, ..setup });
    let few: String = (0..10).map(|visitor| line(visitor, 0, "/", "-")).collect();
    rig.read(0, 0, &few);
    let sessions = |view: View| view.totals.sessions;
    assert_eq!(sessions(rig.engine.answer_from_snapshot(ME, &everything(), Millis(0))), 10);
    let many: String = (0..10_000).map(|visitor| line(visitor, 1, "/", "-")).collect();
    rig.read(0, 0, &many);
    assert_eq!(
        sessions(rig.engine.answer_from_snapshot(ME, &everything(), Millis(0))),
        10,
        "a few are held on"
    );
    rig.engine.release(ME);
    assert_eq!(sessions(rig.engine.answer_from_snapshot(ME, &everything(), Millis(0))), 10_000);
    rig.read(0, 0, &line(10_000, 1, "/", "-"));
    assert_eq!(
        sessions(rig.engine.answer_from_snapshot(ME, &everything(), Millis(0))),
        10_001,
        "so many are too many to hold"
    );
}
