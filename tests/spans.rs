//! R6: `--since` and `--until` select the whole sessions that overlap the span.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;

use serde_json::Value;

use dwell::time::{Millis, Span};
use support::lines::{BROWSER, Hit, LONG_AGO};
use support::place::Place;

/// A session as a report writes it, but for its alias, which differs from run to run.
type Row = (String, String, Value);

fn rows(place: &Place, words: &[&str]) -> Vec<Row> {
    let shared = ["--sessions", "--include-bots", "--site", "shop.example", "access.log"];
    let said = place.report(&[&shared, words].concat());
    assert_eq!(said.status, Some(0), "{said:?}");
    let row = |line: &str| {
        let mut row: Value = serde_json::from_str(line).expect("JSON");
        row.as_object_mut().expect("an object").remove("visitor");
        let text = |key: &str| row[key].as_str().expect("a time").to_owned();
        (text("start"), text("end"), row)
    };
    let mut rows: Vec<_> = said.out.lines().map(row).collect();
    rows.sort_by_key(|(start, _, row)| (start.clone(), row.to_string()));
    rows
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Visits of all lengths, all day long: some go on for hours, and one all day.
fn day(dice: &mut Dice) -> String {
    let mut hits = Vec::new();
    for visitor in 0..300 {
        let address = format!("203.0.{}.{}", visitor / 250, visitor % 250);
        let mut at = LONG_AGO + Span::seconds(dice.below(86_400));
        let pages = if visitor % 50 == 0 { 60 } else { dice.below(5) + 1 };
        for page in 0..pages {
            hits.push((at, address.clone(), page));
            at += Span::seconds(dice.below(1700));
        }
    }
    hits.extend(
        (0..96).map(|quarter| (LONG_AGO + Span::minutes(15 * quarter), "203.0.9.9".to_owned(), quarter)),
    );
    hits.sort();
    let line = |(at, address, page): &(Millis, String, u64)| {
        let referrer = if *page == 0 { "https://www.google.com/" } else { "https://shop.example/" };
        Hit { at: *at, address, path: &format!("/{page}"), referrer, agent: BROWSER }.line()
    };
    hits.iter().map(line).collect()
}

#[test]
fn r6_a_span_has_the_whole_sessions_that_overlap_it() {
    let mut dice = Dice(22);
    let place = Place::new().file("access.log", day(&mut dice));
    let all = rows(&place, &[]);
    assert!(all.len() > 300, "{}", all.len());
    for _ in 0..50 {
        let since = LONG_AGO + Span::seconds(dice.below(86_400));
        let until = since + Span::seconds(dice.below(8 * 3600) + 1);
        let (since, until) = (since.rfc3339(), until.rfc3339());
        let found = rows(&place, &["--since", &since, "--until", &until]);
        // RFC 3339 in UTC sorts by time.
        let overlaps = |row: &&Row| row.1 >= since && row.0 < until;
        let cut = found.iter().filter(|row| row.2["cut"] == true).count();
        let whole: Vec<_> = found.into_iter().filter(|row| row.2["cut"] == false).collect();
        let wanted: Vec<_> = all.iter().filter(overlaps).cloned().collect();
        assert_eq!(whole.len() + cut, wanted.len(), "{since} to {until}");
        assert!(cut <= 7, "only those that went on for six hours: {cut}");
        for row in whole {
            assert!(wanted.contains(&row), "{since} to {until}: {row:?}");
        }
    }
}

#[test]
fn r6_what_lies_outside_the_span_is_not_counted() {
    let page = |minute: u64, address: &'static str, path: &'static str| {
        Hit::page(LONG_AGO + Span::minutes(minute), address, path).line()
    };
    let log = page(0, "203.0.113.1", "/gone")
        + &page(50, "203.0.113.2", "/before")
        + &page(70, "203.0.113.2", "/in")
        + &page(125, "203.0.113.3", "/in")
        + &page(140, "203.0.113.3", "/after")
        + &page(150, "203.0.113.4", "/later");
    let place = Place::new().file("access.log", log);
    let hour = |hour| (LONG_AGO + Span::hours(hour)).rfc3339();
    for input in ["access.log", "exec:cat access.log"] {
        let report =
            place.json(&["--since", &hour(1), "--until", &(LONG_AGO + Span::minutes(130)).rfc3339(), input]);
        assert_eq!(
            (&report["sessions"]["total"], &report["sessions"]["pageviews"]),
            (&2.into(), &4.into()),
            "{input}"
        );
        assert_eq!(
            (&report["input"]["hits"], &report["sessions"]["bounced"]),
            (&2.into(), &0.into()),
            "{input}"
        );
        assert_eq!(
            (&report["from"], &report["to"]),
            (&hour(1).into(), &(LONG_AGO + Span::minutes(130)).rfc3339().into())
        );
    }
}

#[test]
fn a_report_over_a_clock_change_names_both_zones() {
    let at = |day: u64| Millis(1_792_836_000_000) + Span::hours(24 * day); // 2026-10-24T10:00:00Z
    let log = Hit::page(at(0), "203.0.113.1", "/").line() + &Hit::page(at(1), "203.0.113.1", "/").line();
    let place = Place::new().file("access.log", log);
    let said = place.report(&["--tz", "Europe/Berlin", "access.log"]).out;
    assert!(said.contains("2026-10-24 12:00:00 +02:00 to 2026-10-25 11:00:00 +01:00"), "{said}");
}
