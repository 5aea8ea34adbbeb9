//! Statistical properties of the traffic as a whole.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;

use super::{DemoRate, Traffic, print};
use crate::time::{Millis, Span};

/// Tuesday, 2026-11-24, midnight.
const MIDNIGHT: Millis = Millis(1_795_478_400_000);

fn traffic(seed: u64) -> Traffic {
    Traffic::new(seed, MIDNIGHT + Span::hours(9), DemoRate::default())
}

fn log(seed: u64, lines: u64) -> String {
    let mut out = Vec::new();
    print(&mut traffic(seed), lines, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The fields of a combined log line, parsed strictly.
struct Line<'a> {
    address: &'a str,
    request: &'a str,
    status: u16,
    referrer: &'a str,
    agent: &'a str,
}

fn parse(line: &str) -> Option<Line<'_>> {
    let (address, rest) = line.split_once(" - - [")?;
    let (time, rest) = rest.split_once("] \"")?;
    let (request, rest) = rest.split_once("\" ")?;
    let (status, rest) = rest.split_once(' ')?;
    let (bytes, rest) = rest.split_once(" \"")?;
    let (referrer, rest) = rest.split_once("\" \"")?;
    let agent = rest.strip_suffix('"')?;
    chrono::DateTime::parse_from_str(time, "%d/%b/%Y:%H:%M:%S %z").ok()?;
    address.parse::<std::net::IpAddr>().ok()?;
    bytes.parse::<u32>().ok()?;
    let texts = [request, referrer, agent];
    let clean = texts.iter().all(|text| !text.is_empty() && !text.contains(['"', '\t', '\r']));
    let status = status.parse().ok().filter(|status| (200..600).contains(status) && clean)?;
    Some(Line { address, request, status, referrer, agent })
}

impl Line<'_> {
    fn path(&self) -> &str {
        let target = self.request.split(' ').nth(1).unwrap_or_default();
        target.split('?').next().unwrap_or_default()
    }

    fn is_asset(&self) -> bool {
        let endings =
            [".css", ".js", ".svg", ".webp", ".avif", ".woff2", ".ico", ".webmanifest", ".xml", ".txt"];
        endings.iter().any(|ending| self.path().ends_with(ending))
    }

    fn is_api(&self) -> bool {
        self.path().starts_with("/api/")
    }

    fn is_pageview(&self) -> bool {
        let found = self.status < 300 || self.status == 304;
        let download = self.path().starts_with("/downloads/");
        found && self.request.starts_with("GET ") && !self.is_asset() && !self.is_api() && !download
    }

    fn is_action(&self) -> bool {
        self.request.starts_with("POST ") && !self.is_api() && self.status < 400
    }
}

fn parse_all(log: &str) -> Vec<Line<'_>> {
    log.lines().filter_map(parse).collect()
}

/// The percentage of lines that match.
fn percent<'a>(lines: &[Line<'a>], what: impl Fn(&Line<'a>) -> bool) -> f64 {
    100.0 * lines.iter().filter(|line| what(line)).count() as f64 / lines.len() as f64
}

#[test]
fn the_same_seed_writes_the_same_bytes() {
    assert_eq!(log(7, 3000), log(7, 3000));
    assert_ne!(log(7, 3000), log(8, 3000));
}

#[test]
fn every_line_has_the_combined_shape() {
    let log = log(1, 50_000);
    assert_eq!(log.lines().count(), 50_000);
    assert!(log.ends_with('\n'));
    for line in log.lines() {
        assert!(parse(line).is_some(), "{line}");
    }
}

#[test]
fn lines_come_in_order_of_time_and_when_they_are_due() {
    let mut traffic = traffic(3);
    let mut last = Millis::MIN;
    let mut out = Vec::new();
    for _ in 0..50_000 {
        out.clear();
        let due = traffic.next_at();
        let at = traffic.next_line(&mut out);
        assert_eq!(at, due);
        assert!(at >= last);
        let stamp = at.utc().format("[%d/%b/%Y:%H:%M:%S +0000]").to_string();
        assert!(String::from_utf8_lossy(&out).contains(&stamp));
        last = at;
    }
}

#[test]
fn a_log_is_made_of_what_logs_are_made_of() {
    let log = log(2, 50_000);
    let lines = parse_all(&log);
    let within = |what: &str, share: f64, low: f64, high: f64| {
        assert!((low..high).contains(&share), "{what}: {share} % is not within {low} to {high} %");
    };
    within("assets and api", percent(&lines, |line| line.is_asset() || line.is_api()), 52.0, 66.0);
    within("pageviews", percent(&lines, Line::is_pageview), 26.0, 38.0);
    within("actions", percent(&lines, Line::is_action), 0.7, 4.0);
    within("errors", percent(&lines, |line| line.status >= 400), 0.5, 6.0);
    within("redirects", percent(&lines, |line| matches!(line.status, 301 | 302)), 0.5, 5.0);
    within("internal", percent(&lines, |line| line.referrer.starts_with(super::site::ORIGIN)), 60.0, 90.0);
    within("IPv6", percent(&lines, |line| line.address.contains(':')), 12.0, 28.0);
}

#[test]
fn all_four_sorts_of_bots_come_and_stay_few() {
    let log = log(4, 50_000);
    let lines = parse_all(&log);
    let clients: HashSet<_> = lines.iter().map(|line| (line.address, line.agent)).collect();
    let named = clients.iter().filter(|(_, agent)| agent.to_lowercase().contains("bot")).count();
    let share = 100.0 * named as f64 / clients.len() as f64;
    assert!((3.0..20.0).contains(&share), "{share} % of the clients say that they are bots");
    assert!(percent(&lines, |line| line.agent == "-") > 0.1);
    assert!(percent(&lines, |line| line.path() == "/robots.txt") > 0.05);
    assert!(busiest_minute_of_one_client(&log) > 60);
}

/// The maximum of pageviews per address and agent within a clock minute.
fn busiest_minute_of_one_client(log: &str) -> usize {
    let mut counts = HashMap::new();
    for text in log.lines() {
        let line = parse(text).unwrap();
        let (_, stamp) = text.split_once('[').unwrap();
        let minute = &stamp["24/Nov/2026:".len()..][..5];
        if line.is_pageview() {
            *counts.entry((line.address, line.agent, minute)).or_insert(0) += 1;
        }
    }
    counts.into_values().max().unwrap_or(0)
}

#[test]
fn the_evening_is_busier_than_the_night_as_the_curve_says() {
    let lines_in_hour = |hour: u64| {
        let start = MIDNIGHT + Span::hours(hour);
        let mut traffic = Traffic::new(6, start - Span::hours(2), DemoRate::default());
        let mut out = Vec::new();
        let mut lines = 0;
        while traffic.next_at() < start + Span::hours(1) {
            out.clear();
            lines += u32::from(traffic.next_line(&mut out) >= start);
        }
        f64::from(lines)
    };
    let ratio = lines_in_hour(19) / lines_in_hour(4);
    assert!((2.2..5.5).contains(&ratio), "{ratio}");
}

#[test]
fn the_checkout_fails_now_and_then_and_not_for_all() {
    // Four hours, with two failures.
    let log = log(5, 100_000);
    let lines = parse_all(&log);
    let answers =
        |status: u16| lines.iter().filter(|line| line.path() == "/checkout" && line.status == status).count();
    assert!(answers(502) > answers(503) && answers(503) > 0, "{} and {}", answers(502), answers(503));
    assert!(answers(200) + answers(303) > 10 * (answers(502) + answers(503)));
}

/// What one browser did about the experiment.
#[derive(Default)]
struct Part {
    control: bool,
    short: bool,
    signed_up: bool,
}

/// Every browser that was shown a variant, by address and agent.
fn parts(seed: u64, lines: u32) -> HashMap<(String, String), Part> {
    let (mut traffic, mut out) = (traffic(seed), Vec::new());
    let mut parts: HashMap<_, Part> = HashMap::new();
    for _ in 0..lines {
        out.clear();
        traffic.next_line(&mut out);
        let text = std::str::from_utf8(&out).unwrap().trim_end();
        if !["\"GET /pricing?", "\"GET /welcome "].into_iter().any(|start| text.contains(start)) {
            continue;
        }
        let Some(line) = parse(text).filter(Line::is_pageview) else { continue };
        let part = parts.entry((line.address.to_owned(), line.agent.to_owned())).or_default();
        part.control |= line.request.contains("v=control");
        part.short |= line.request.contains("v=short");
        part.signed_up |= line.path() == "/welcome";
    }
    parts
}

#[test]
fn a_browser_is_always_shown_the_same_variant() {
    let parts = parts(12, 100_000);
    let shown = parts.values().filter(|part| part.control || part.short).count();
    // But for people behind one address with the same browser.
    let both = parts.values().filter(|part| part.control && part.short).count();
    assert!(shown > 500 && both * 50 < shown, "{both} of {shown}");
}

#[test]
fn of_those_who_see_the_short_page_about_three_tenths_more_sign_up() {
    let parts = parts(13, 500_000);
    let rate = |short: bool| {
        let shown: Vec<_> =
            parts.values().filter(|part| part.short == short && part.control != short).collect();
        let signed_up = shown.iter().filter(|part| part.signed_up).count();
        assert!(signed_up > 180, "{signed_up} of {}", shown.len());
        signed_up as f64 / shown.len() as f64
    };
    let (control, short) = (rate(false), rate(true));
    // A standard deviation of the ratio is 0.09 with so many.
    let uplift = short / control - 1.0;
    assert!((0.16..0.44).contains(&uplift), "{control} and {short}: {uplift}");
}

#[test]
fn the_rate_scales_the_traffic() {
    let hours = |per_minute: u32| {
        let rate = DemoRate { sessions_per_minute: NonZeroU32::new(per_minute).unwrap() };
        let mut traffic = Traffic::new(9, MIDNIGHT + Span::hours(9), rate);
        let mut out = Vec::new();
        print(&mut traffic, 20_000, &mut out).unwrap();
        traffic.next_at().since(MIDNIGHT + Span::hours(9)).as_seconds() / 3600.0
    };
    assert!(hours(30) > 3.0 * hours(150));
}

#[test]
fn any_rate_and_any_start_goes_on() {
    let fastest = DemoRate { sessions_per_minute: NonZeroU32::MAX };
    for (start, rate) in
        [(MIDNIGHT, fastest), (Millis::MIN, DemoRate::default()), (Millis::MAX, DemoRate::default())]
    {
        let mut out = Vec::new();
        print(&mut Traffic::new(1, start, rate), 2000, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 2000);
    }
}
