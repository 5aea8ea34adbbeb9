//! R9: forged lines affect only themselves. Whatever a client sends as host, referrer, agent, tags or path, every real
//! visit keeps its source, channel, bounce and duration.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write;

use fastrand::Rng;

use support::place::Place;

/// Number of real visits; fewer in slow debug builds.
const VISITS: u64 = if cfg!(debug_assertions) { 3_000 } else { 100_000 };
/// Real visits per forged line.
const FORGED: u64 = 100;
/// 2026-11-02T00:00:00Z, in seconds.
const START: u64 = 1_793_577_600;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const AGENTS: [&str; 4] = [CHROME, "-", "curl/8.5.0", "() { :;}; /bin/bash -c id"];
const HOSTS: [&str; 5] =
    ["www.shop.example", "www.google.com", "partner.example", "shop.example:8080", "evil.example"];
const REFERRERS: [&str; 7] = [
    "-",
    "https://www.google.com/p/3",
    "https://www.google.com/p/4",
    "https://partner.example/p/1",
    "https://partner.example/p/2",
    "https://www.shop.example/p/2",
    "https://semalt.com/",
];
const TAGS: [&str; 4] = ["", "?utm_source=fb-ads", "?gclid=x", "?utm_source=%22%3E&utm_medium=%00"];
/// Sources of real visits.
const CAME_BY: [(&str, &str); 5] = [
    ("https://www.google.com/", ""),
    ("-", ""),
    ("https://partner.example/p/1", ""),
    ("-", "?utm_source=newsletter&utm_medium=email"),
    ("https://www.shop.example/p/1", ""),
];

/// A line with its time and visitor.
struct Line {
    time: u64,
    address: [u8; 4],
    host: &'static str,
    path: String,
    referrer: String,
    agent: &'static str,
}

impl Line {
    fn write(&self, with_host: bool, log: &mut String) {
        let [a, b, c, d] = self.address;
        let (day, second) = (2 + (self.time - START) / 86_400, self.time % 86_400);
        let host = if with_host { format!("{} ", self.host) } else { String::new() };
        let stamp = format!(
            "{day:02}/Nov/2026:{:02}:{:02}:{:02} +0000",
            second / 3600,
            second / 60 % 60,
            second % 60
        );
        let Line { path, referrer, agent, .. } = self;
        writeln!(
            log,
            r#"{host}{a}.{b}.{c}.{d} - - [{stamp}] "GET {path} HTTP/1.1" 200 9 "{referrer}" "{agent}""#
        )
        .expect("memory");
    }
}

fn honest(dice: &mut Rng) -> Vec<Line> {
    (0..VISITS).flat_map(|number| visit(number, dice)).collect()
}

/// A visit with a unique entry page, which identifies it.
fn visit(number: u64, dice: &mut Rng) -> Vec<Line> {
    let [_, b, c, d, ..] = u32::try_from(number).expect("few").to_be_bytes();
    let (referrer, tags) = CAME_BY[dice.usize(..CAME_BY.len())];
    let mut time = START + number * 86_400 / VISITS;
    let line = |time, path: String, referrer: String| Line {
        time,
        address: [100, 64 + b, c, d],
        host: HOSTS[0],
        path,
        referrer,
        agent: CHROME,
    };
    let mut lines = vec![line(time, format!("/v/{number}{tags}"), referrer.to_owned())];
    let mut before = format!("/v/{number}");
    for _ in 0..dice.u32(..5) {
        time += dice.u64(1..200);
        let page = format!("/p/{}", dice.u8(..9));
        lines.push(line(time, page.clone(), format!("https://www.shop.example{before}")));
        before = page;
    }
    lines
}

fn forged(dice: &mut Rng) -> Vec<Line> {
    let line = |dice: &mut Rng| Line {
        time: START + dice.u64(..86_400),
        address: [203, dice.u8(..8), dice.u8(..), dice.u8(..)],
        host: HOSTS[dice.usize(..HOSTS.len())],
        path: format!("/p/{}{}", dice.u8(..9), TAGS[dice.usize(..TAGS.len())]),
        referrer: REFERRERS[dice.usize(..REFERRERS.len())].to_owned(),
        agent: AGENTS[dice.usize(..AGENTS.len())],
    };
    (0..VISITS / FORGED).map(|_| line(dice)).collect()
}

fn log(mut lines: Vec<&Line>, with_host: bool) -> String {
    lines.sort_by_key(|line| line.time);
    let mut log = String::new();
    for line in &lines {
        line.write(with_host, &mut log);
    }
    log
}

/// Each honest visit by the page that it entered by: duration, pageviews, bounce, exit, channel and source; and how many
/// sessions there are in all.
fn reported(log: &str) -> (BTreeMap<String, String>, usize) {
    let said = Place::new().file("access.log", log).report(&["--csv=sessions", "access.log"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    let rows: Vec<Vec<&str>> = said.out.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let told = |row: &Vec<&str>| (row[6].to_owned(), [&row[2..6], &row[7..10]].concat().join(" "));
    let honest = rows.iter().filter(|row| row[6].starts_with("/v/")).map(told).collect();
    (honest, rows.len())
}

fn forged_lines_harm_only_themselves(with_host: bool) {
    let mut dice = Rng::with_seed(9);
    let (honest, forged) = (honest(&mut dice), forged(&mut dice));
    let (alone, sessions) = reported(&log(honest.iter().collect(), with_host));
    let (among, with_forged) = reported(&log(honest.iter().chain(&forged).collect(), with_host));
    assert_eq!(alone.len() as u64, VISITS);
    let changed: Vec<_> =
        alone.iter().filter(|(visit, told)| among.get(*visit) != Some(told)).take(5).collect();
    assert!(changed.is_empty(), "{changed:#?} are otherwise among forged lines");
    let more = with_forged.abs_diff(sessions);
    assert!(more <= forged.len(), "{more} sessions more by {} forged lines", forged.len());
    let resumed = alone.values().filter(|told| told.ends_with("Direct / None")).count() as u64;
    assert!(resumed > VISITS / 4, "the site's own host is not told: {resumed} are direct");
}

#[test]
fn r9_forged_lines_harm_only_themselves_where_hosts_are_inferred() {
    forged_lines_harm_only_themselves(false);
}

#[test]
fn r9_forged_lines_harm_only_themselves_where_hits_name_their_host() {
    forged_lines_harm_only_themselves(true);
}
