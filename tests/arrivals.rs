//! R9, R3: sources of sessions in reports, with redirects, error pages and several hosts.

#![allow(clippy::expect_used, reason = "what a test needs is there")]

mod support;

use serde_json::Value;
use support::place::Place;

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// A line of one visitor: second of the hour, request, status, referrer.
type Hit<'a> = (u32, &'a str, u16, &'a str);

fn line(address: &str, (second, target, status, referrer): Hit) -> String {
    let stamp = format!("02/Nov/2026:10:{:02}:{:02} +0000", second / 60, second % 60);
    format!("{address} - - [{stamp}] \"GET {target} HTTP/1.1\" {status} 9 \"{referrer}\" \"{CHROME}\"\n")
}

fn report(log: impl AsRef<[u8]>, words: &[&str]) -> Value {
    Place::new().file("access.log", log).json(&[words, &["access.log"]].concat())
}

/// The sources of a visit, whose lines are tried in any of two orders.
fn source_of(hits: &[Hit]) -> String {
    let lines: Vec<_> = hits.iter().map(|hit| line("198.51.100.1", *hit)).collect();
    let [forward, backward] = [lines.concat(), lines.iter().rev().cloned().collect()].map(|log: String| {
        let report = report(log, &["--site", "example.com", "--lateness", "1h"]);
        let sources = report["sources"].as_array().expect("sources").clone();
        let name = |row: &Value| row["source"].as_str().expect("a name").to_owned();
        sources.iter().map(name).collect::<Vec<_>>().join(", ")
    });
    assert_eq!(forward, backward, "the order of lines decides");
    forward
}

#[test]
fn r9_a_redirect_that_carries_tags_is_the_arrival() {
    let tagged = "/?utm_source=newsletter&utm_medium=email";
    assert_eq!(source_of(&[(0, tagged, 302, "-"), (0, "/en/", 200, "-")]), "newsletter");
    assert_eq!(source_of(&[(0, tagged, 302, "-"), (30, "/en/", 200, "-")]), "newsletter");
    assert_eq!(source_of(&[(0, tagged, 302, "-"), (31, "/en/", 200, "-")]), "Direct / None");
}

#[test]
fn r9_an_error_page_that_a_search_led_to_is_the_arrival() {
    let (google, own) = ("https://www.google.com/", "https://example.com/gone");
    assert_eq!(source_of(&[(0, "/gone", 404, google), (9, "/", 200, own)]), "Google");
}

#[test]
fn r9_what_the_first_event_brings_counts_before_what_came_before_it() {
    let (google, bing) = ("https://www.google.com/", "https://www.bing.com/");
    assert_eq!(source_of(&[(0, "/old", 301, google), (1, "/new", 200, bing)]), "Bing");
    assert_eq!(source_of(&[(0, "/old", 301, google), (1, "/new", 200, google)]), "Google");
}

#[test]
fn r9_of_several_redirects_the_latest_that_brings_something_counts() {
    let (google, own) = ("https://www.google.com/", "https://www.example.com/");
    let hits = [
        (0, "/?utm_source=one", 302, "-"),
        (1, "/?utm_source=two", 302, google),
        (2, "/x", 302, own),
        (3, "/y", 200, "-"),
    ];
    assert_eq!(source_of(&hits), "two");
}

#[test]
fn r9_a_redirect_within_a_session_changes_nothing() {
    let google = "https://www.google.com/";
    assert_eq!(
        source_of(&[(0, "/", 200, "-"), (5, "/old", 301, google), (5, "/new", 200, "-")]),
        "Direct / None"
    );
}

#[test]
fn r9_a_redirect_that_an_earlier_session_surrounds_may_bring_the_next_one() {
    let google = "https://www.google.com/";
    let hits = [(0, "/", 200, "-"), (1790, "/old", 301, google), (1801, "/new", 200, "-")];
    assert_eq!(source_of(&hits), "Direct / None, Google");
}

/// Visits from `networks` networks, each with two pages after the first.
fn visits(networks: u32, host: &str) -> String {
    let visit = |network: u32| {
        let address = format!("198.18.{network}.7");
        let page = |name: &str| format!("https://{host}{name}");
        [
            line(&address, (network, "/a", 200, "-")),
            line(&address, (network + 60, "/b", 200, &page("/a"))),
            line(&address, (network + 120, "/c", 200, &page("/b"))),
        ]
    };
    (1..=networks).flat_map(visit).collect()
}

fn sessions_by_source(report: &Value, source: &str) -> u64 {
    let rows = report["sources"].as_array().expect("sources");
    let found = rows.iter().find(|row| row["source"] == source);
    found.map_or(0, |row| row["sessions"].as_u64().expect("a count"))
}

#[test]
fn r9_what_is_own_does_not_depend_on_where_in_the_log_it_shows() {
    let resumed: String = (0..3)
        .map(|minute| {
            line("192.0.2.9", (0, "/a", 200, "https://www.example.com/b"))
                .replace(":10:00:", &format!(":1{minute}:59:"))
        })
        .collect();
    for log in [visits(9, "www.example.com") + &resumed, resumed.clone() + &visits(9, "www.example.com")] {
        let report = report(log, &["--lateness", "6h"]);
        assert_eq!(sessions_by_source(&report, "example.com"), 0, "{report:#}");
        assert_eq!(report["input"]["own_hosts"], serde_json::json!(["example.com"]));
    }
}

#[test]
fn r9_a_known_source_is_never_own() {
    let report = report(
        visits(9, "www.google.com") + &line("192.0.2.9", (0, "/a", 200, "https://www.google.com/b")),
        &[],
    );
    assert_eq!(sessions_by_source(&report, "Google"), 1, "{report:#}");
}

#[test]
fn r9_a_hit_that_names_its_host_says_what_is_own() {
    let hit = |host: &str, visitor: u8, referrer: &str| {
        format!("{host} {}", line(&format!("198.51.100.{visitor}"), (0, "/a", 200, referrer)))
    };
    let log = [
        hit("www.example.com", 1, "https://blog.example.com/"),
        hit("www.example.com", 2, "https://www.google.com/"),
        hit("www.google.com", 3, "https://www.google.com/"),
        hit("example.org", 4, "https://example.com/"),
    ];
    let report = report(log.concat(), &[]);
    assert_eq!(sessions_by_source(&report, "Direct / None"), 2);
    assert_eq!(sessions_by_source(&report, "Google"), 1);
    assert_eq!(sessions_by_source(&report, "example.com"), 1);
}

#[test]
fn r3_referrer_spam_is_flagged() {
    let log = line("198.51.100.1", (0, "/", 200, "http://site3.semalt.com/crawler.php"));
    let report = report(log, &[]);
    assert_eq!(report["sessions"]["total"], 0);
    assert_eq!(report["sessions"]["bots"]["by_reason"]["spam"], 1);
}
