//! Answers as of an earlier instant are those that were given then, however much has come in since (R16).

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;

use dwell::classify::address::AddressKeeping;
use dwell::engine::log_clock::LogClock;
use dwell::query::filter::Filter;
use dwell::query::question::{Question, TrafficAsk, Window};
use dwell::query::view::View;
use dwell::time::{Millis, Span};
use naive::Rules;
use naive::rig::Rig;

const RULES: Rules = Rules {
    gap: Span::minutes(5),
    lateness: Span::minutes(1),
    active: Span::minutes(2),
    addresses: AddressKeeping::Masked,
};

/// 2026-11-24T12:00:00Z
const NOON: Millis = Millis(1_795_521_600_000);

/// A visitor a minute; every other one goes on to a second page, every third one meets an error.
fn lines(minute: u32) -> String {
    let line = |page: &str, status: u16| {
        format!(
            "198.51.100.{minute} - - [24/Nov/2026:12:{minute:02}:00 +0000] \"GET {page} HTTP/1.1\" {status} 1 \"-\" \
             \"Firefox\"\n"
        )
    };
    let more = if minute.is_multiple_of(2) { line("/next", 200) } else { String::new() };
    let failed = if minute.is_multiple_of(3) { line("/gone", 503) } else { String::new() };
    line("/", 200) + &more + &failed
}

fn rig(minutes: u32) -> Rig {
    let mut rig = Rig::new(RULES, 1, 1, LogClock::Newest);
    (0..minutes).for_each(|minute| rig.read(0, 0, &lines(minute)));
    rig
}

/// What alerts read of a view.
fn figures(view: &View) -> String {
    let traffic = view.traffic.as_ref().expect("traffic");
    format!(
        "{:?} {:?} {:?} {:?}",
        view.totals, view.bounce, traffic.totals.by_status, traffic.totals.failures
    )
}

#[test]
fn r16_an_answer_as_of_an_instant_is_the_one_that_was_given_then() {
    let mut all = rig(60);
    for window in [7, 15, 40].map(Span::minutes) {
        for filter in ["", "page:/next"] {
            let filter = Filter::parse(filter).expect("a filter");
            let traffic = Some(TrafficAsk { rows: 0, buckets: 0, clients: false });
            let question = Question { window: Window::Last(window), traffic, ..Question::about(filter) };
            for minutes in [3, 11, 30, 47] {
                let at = NOON + Span::minutes(u64::from(minutes - 1));
                let then = rig(minutes).engine.answer(&question, at);
                let now = all.engine.answer_as_of(&question, at, Millis(0));
                assert_eq!(figures(&now), figures(&then), "{minutes}: {question:?}");
            }
        }
    }
}
