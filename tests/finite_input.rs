//! R6: finite input drops no line. Whatever the order of lines, sessions equal those of the sorted log, and timestamps
//! far in the future affect nothing else.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;
mod support;

use std::io::Write;

use dwell::classify::address::AddressKeeping;
use dwell::classify::period::Period;
use dwell::engine::log_clock::LogClock;
use dwell::engine::read_mode::ReadMode;
use dwell::time::{Millis, Span};
use flate2::Compression;
use flate2::write::GzEncoder;
use naive::rig::{Instant, Rig, everything, expected};
use naive::traffic::{NOON, hits, hours, rules, ways};
use naive::{Hit, Rules, sessions};
use proptest::prelude::*;
use serde_json::Value;
use support::lines;
use support::place::Place;

const YEAR: u64 = 365 * 24;

/// Applies hits in this order in batches of this size, up to the end.
fn rig(rules: Rules, inputs: u16, come: &[Hit], batch: usize) -> Rig {
    let once = |setup| dwell::engine::Setup { read_mode: ReadMode::Once, ..setup };
    let mut rig = Rig::with(rules, inputs, 2, LogClock::Newest, once);
    for (turn, some) in come.chunks(batch).enumerate() {
        for input in 0..inputs {
            let lines: String = some.iter().filter(|hit| hit.input == input).map(Hit::line).collect();
            rig.read(input, turn % 2, &lines);
        }
    }
    rig.engine.finish();
    rig
}

fn shuffled(hits: &[Hit]) -> impl Strategy<Value = Vec<Hit>> + use<> {
    Just(hits.to_vec()).prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r6_whatever_the_order_of_a_finite_input(
        (rules, inputs, come, batch) in (rules(), 1..3_u16).prop_flat_map(|(rules, inputs)| {
            let come = hits(rules.gap, inputs).prop_flat_map(|hits| shuffled(&hits));
            (Just(rules), Just(inputs), come, 1..40_usize)
        }),
    ) {
        let mut rig = rig(rules, inputs, &come, batch);
        let now = come.iter().map(|hit| hit.time).max().expect("hits");
        let moment = Instant { now, watermark: Millis::MAX, rules };
        prop_assert_eq!(rig.told(now), expected(&sessions(&come, rules), moment));
        let intake = rig.engine.answer(&everything(), now).intake;
        prop_assert_eq!((intake.late, intake.ahead, intake.hits), (0, 0, come.len() as u64));
    }

    #[test]
    fn r6_times_far_after_all_others_change_nothing_else(
        (rules, hits, come, batch) in rules().prop_flat_map(|rules| {
            let come = hours(rules.gap).prop_flat_map(|hits| {
                let wrong = hits.len().div_ceil(100).min(hits.len() / 10);
                let ahead = hits.iter().take(wrong).map(|hit| Hit { time: hit.time + Span::hours(YEAR), ..hit.clone() });
                let all: Vec<_> = hits.iter().cloned().chain(ahead).collect();
                (Just(hits), shuffled(&all))
            });
            (Just(rules), come, 1..40_usize).prop_map(|(rules, (hits, come), batch)| (rules, hits, come, batch))
        }),
    ) {
        let mut rig = rig(rules, 1, &come, batch);
        let now = hits.iter().map(|hit| hit.time).max().expect("hits");
        let moment = Instant { now, watermark: Millis::MAX, rules };
        let believed: Vec<_> = come.iter().filter(|hit| hit.time <= now).cloned().collect();
        prop_assert_eq!(rig.told(now), expected(&sessions(&believed, rules), moment));
        let intake = rig.engine.answer(&everything(), now).intake;
        prop_assert_eq!((intake.late, intake.ahead), (0, (come.len() - hits.len()) as u64));
        prop_assert_eq!(intake.hits, hits.len() as u64);
    }

    #[test]
    fn r6_a_log_that_goes_on_tells_the_same_sessions_within_the_lateness(
        (rules, hits, ways) in rules().prop_flat_map(|rules| (Just(rules), hours(rules.gap), ways())),
    ) {
        let live = |setup| dwell::engine::Setup { read_mode: ReadMode::Live, ..setup };
        let mut rig = Rig::with(rules, 1, 2, LogClock::Newest, live);
        let late = rules.lateness.min(Span::minutes(5));
        ways.blocks(&hits, 1, 2, late).iter().for_each(|block| block.read(&mut rig, &hits));
        rig.engine.finish();
        let now = hits.iter().map(|hit| hit.time).max().expect("hits");
        let moment = Instant { now, watermark: Millis::MAX, rules };
        prop_assert_eq!(rig.told(now), expected(&sessions(&hits, rules), moment));
    }
}

/// Two days of a line a minute; every tenth is followed by one of next year.
fn with_next_year() -> Vec<Hit> {
    let one = |minute: u64| {
        let hit = Hit { time: NOON + Span::minutes(minute), ..Hit::of_anyone() };
        let next_year = Hit { time: hit.time + Span::hours(YEAR), ..hit.clone() };
        [Some(hit), (minute.is_multiple_of(10)).then_some(next_year)].into_iter().flatten()
    };
    (0..2 * 24 * 60).flat_map(one).collect()
}

#[test]
fn r6_lines_before_what_is_read_say_what_time_it_is_in_the_log() {
    let from = NOON + Span::hours(24);
    let hits = with_next_year();
    for (read_mode, batch) in [(ReadMode::Live, 30), (ReadMode::Live, 1000), (ReadMode::Once, 1000)] {
        let rules = Rules {
            gap: Span::minutes(30),
            lateness: Span::minutes(5),
            active: Span::minutes(5),
            addresses: AddressKeeping::Masked,
        };
        let setup = |setup| dwell::engine::Setup { read_mode: read_mode.clone(), ..setup };
        let mut rig = Rig::with(rules, 1, 1, LogClock::Newest, setup);
        // One line in a hundred of next year at most, in what comes once.
        let some = hits.iter().filter(|hit| {
            read_mode == ReadMode::Live || hit.time < NOON + Span::hours(YEAR) || hit.time.0 % 6_000_000 == 0
        });
        let lines: Vec<String> = some.map(Hit::line).collect();
        for block in lines.chunks(batch) {
            rig.read_of(Period { from, since: from, ..Period::ALL }, 0, 0, &block.concat());
        }
        rig.engine.finish();
        let view = rig.engine.answer(&everything(), from);
        assert_eq!((view.totals.sessions, view.totals.pageviews), (1, 24 * 60), "{read_mode:?}, {batch}");
        assert_eq!(
            (view.now, view.intake.late),
            (NOON + Span::minutes(2 * 24 * 60 - 1), 0),
            "{read_mode:?}, {batch}"
        );
    }
}

/// A visit to two pages, a minute apart, every ten minutes of some days; by day.
fn days(count: u64) -> Vec<String> {
    let day = |day: u64| {
        let visit = |nth: u64| {
            let at = lines::LONG_AGO + Span::hours(24 * day) + Span::minutes(10 * nth);
            let address = format!("203.0.{day}.{nth}");
            let page = |at, path, referrer| lines::Hit {
                at,
                address: &address,
                path,
                referrer,
                agent: lines::BROWSER,
            };
            let last = page(at + Span::minutes(1), "/b", "-").line();
            page(at, "/a", "https://www.google.com/").line() + &last
        };
        (0..140).map(visit).collect::<String>()
    };
    (0..count).map(day).collect()
}

/// The session figures of a report.
fn told(place: &Place, words: &[&str]) -> [Value; 4] {
    let report = place.json(&[&["--site", "shop.example"], words].concat());
    ["/sessions", "/sources", "/pages", "/input/late"]
        .map(|key| report.pointer(key).cloned().unwrap_or_default())
}

fn packed(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).expect("a vector takes all");
    gzip.finish().expect("a vector takes all")
}

#[test]
fn r6_a_week_is_the_same_newest_first() {
    let days = days(7);
    let newest_first: String = days.iter().rev().map(String::as_str).collect();
    let backwards: String = days.concat().lines().rev().flat_map(|line| [line, "\n"]).collect();
    let mut place = Place::new()
        .file("whole.log", days.concat())
        .file("newest-first.log", &newest_first)
        .file("newest-first.gz", packed(&newest_first))
        .file("backwards.log", backwards);
    for (number, day) in days.iter().enumerate() {
        place = place.file(&format!("day-{number}.log"), day);
    }
    let wanted = told(&place, &["whole.log"]);
    assert_eq!((&wanted[0]["total"], &wanted[3]), (&Value::from(980), &Value::from(0)));
    let named: Vec<_> = (0..7).rev().map(|number| format!("day-{number}.log")).collect();
    let named: Vec<_> = named.iter().map(String::as_str).collect();
    let inputs: [&[&str]; 5] = [
        &["newest-first.log"],
        &["newest-first.gz"],
        &["backwards.log"],
        &["exec:cat newest-first.log"],
        &named,
    ];
    for words in inputs {
        assert_eq!(told(&place, words), wanted, "{words:?}");
    }
    let rows = |log: &str| {
        let mut rows: Vec<_> =
            place.report(&["--csv=sessions", log]).out.lines().map(without_alias).collect();
        rows.sort();
        rows
    };
    assert_eq!(rows("newest-first.log"), rows("whole.log"));
}

/// A row without the alias, which differs between runs.
fn without_alias(row: &str) -> String {
    let mut fields: Vec<_> = row.split(',').collect();
    fields.retain(|field| field.contains('T') || field.parse::<f64>().is_ok());
    fields.join(",")
}

#[test]
fn r6_one_line_in_a_thousand_from_another_time_costs_itself_only() {
    let day = days(5).concat();
    let mut wrong = String::new();
    for (number, line) in day.lines().enumerate() {
        for year in if number % 1000 == 1 { &["2020", "9999"][..] } else { &[] } {
            wrong += &line.replacen("2019:", &format!("{year}:"), 1).replace("203.0", "198.51");
            wrong.push('\n');
        }
        wrong += line;
        wrong.push('\n');
    }
    let place = Place::new().file("sound.log", &day).file("wrong.log", &wrong);
    let wanted = told(&place, &["sound.log"]);
    for input in ["wrong.log", "exec:cat wrong.log"] {
        assert_eq!(told(&place, &[input]), wanted, "{input}");
        let report = place.json(&[input]);
        assert_eq!(report["input"]["ahead"], 4, "{input}");
        assert_eq!(report["to"], place.json(&["sound.log"])["to"], "{input}");
        let said = place.report(&[input]).out;
        assert!(said.contains("Ahead"), "{said}");
    }
    assert!(place.run(&["check", "wrong.log"]).out.contains("4 hits bear times from long after all others"));
}

#[test]
fn r6_what_does_not_fit_into_memory_is_late_and_said() {
    let visits = |from: u64| -> String {
        let visit = |nth: u64| {
            let nth = from + nth;
            let address = format!("10.{}.{}.{}", nth >> 16, nth >> 8 & 255, nth & 255);
            let at = lines::LONG_AGO + Span::seconds(nth);
            lines::Hit { at, address: &address, path: "/a", referrer: "-", agent: lines::BROWSER }.line()
        };
        (0..15_000).map(visit).collect()
    };
    let place = Place::new().file("a.log", visits(20_000) + &visits(0));
    let said = place.report(&["--max-memory", "2MiB", "exec:cat a.log"]);
    assert!(said.err.contains("did not fit into --max-memory"), "{said:?}");
    let report = place.json(&["exec:cat a.log"]);
    assert_eq!((&report["sessions"]["total"], &report["input"]["late"]), (&30_000.into(), &0.into()));
}
