//! All hits of the shop of `fixture`: a checkout that fails, a page that is gone, and who guesses passwords.

use crate::query::view::{
    ClientRow, Count, FailureRow, PathHits, TrafficPoint, TrafficSeries, TrafficTotals, TrafficView,
};
use crate::time::{Millis, Span};

/// As `fixture` has it, which stands on this.
const NOW: Millis = Millis(1_795_528_956_000);

pub(super) fn traffic() -> TrafficView {
    let (from, bucket) = (NOW.floor_to(Span::minutes(1)) - Span::minutes(29), Span::minutes(1));
    TrafficView {
        from,
        to: NOW,
        totals: TrafficTotals {
            hits: 128_731,
            bytes: 1_904_000_000,
            by_kind: [40_211, 319, 80_112, 6_120, 977, 801, 191],
            by_status: vec![(0, 31), (200, 118_034), (304, 7_027), (401, 2_011), (404, 1_311), (502, 317)],
            by_method: vec![("GET", 122_400), ("POST", 6_120), ("HEAD", 211)],
            failures: 3_639,
            client_left: 31,
            load_p50: Some(Span(61)),
            load_p75: Some(Span(118)),
            load_p95: Some(Span(303)),
            peak: Some(711),
        },
        series: TrafficSeries { bucket, points: (0..30).map(|minute| point(from, minute)).collect() },
        failures: failures(),
        clients: clients(),
        paths: paths(),
        ..TrafficView::default()
    }
}

fn point(from: Millis, minute: u64) -> TrafficPoint {
    let hits = 3_600 + (minute * 7_919) % 1_400;
    // The checkout fails for nine minutes.
    let failed = if (18..27).contains(&minute) { 20 + minute * 9 } else { 0 };
    TrafficPoint {
        from: from + Span::minutes(minute),
        hits,
        by_class: [0, hits - failed - 340, 230, 110, failed],
        failures: failed + 110,
        bytes: hits * 14_000,
        load_p95: Some(Span(303)),
    }
}

fn failures() -> Vec<FailureRow> {
    let row = |(method, path, status, kind): (&'static str, &str, u16, &'static str), hits, people, ago| {
        FailureRow {
            method,
            path: path.to_owned(),
            status,
            kind,
            hits,
            clients: Count::Exact(people),
            first: NOW - Span::minutes(ago),
            last: NOW,
            linked_from: Vec::new(),
            over: vec![0, 0, 0, 0, 0, hits / 9, hits / 4, hits / 3, hits / 5, hits / 8],
        }
    };
    let linked = |row: FailureRow, links: &[(&str, u64)]| FailureRow {
        linked_from: links.iter().map(|(page, hits)| ((*page).to_owned(), *hits)).collect(),
        ..row
    };
    vec![
        row(("POST", "/login", 401, "error"), 2_011, 9, 64),
        linked(row(("POST", "/api/cart", 503, "api"), 402, 31, 41), &[("/products/lamp", 402)]),
        linked(row(("GET", "/summer-sale", 404, "error"), 64, 58, 42), &[("newsletter", 51), ("/", 7)]),
        linked(row(("POST", "/checkout", 502, "error"), 17, 12, 41), &[("/cart", 15), ("/basket", 2)]),
    ]
}

fn clients() -> Vec<ClientRow> {
    let row = |network: &str, (hits, failures, pageviews): (u64, u64, u64), agent: &str| ClientRow {
        network: network.to_owned(),
        agent: agent.to_owned(),
        bot: agent == "GPTBot",
        hits,
        failures,
        pageviews,
        bytes: hits * 15_200,
        peak: Some(hits / 14),
    };
    vec![
        row("203.0.113.0/24", (6_000, 5, 5_995), "Chrome"),
        row("192.0.2.0/24", (2_011, 2_011, 0), "Firefox"),
        row("198.51.100.0/24", (412, 9, 380), "GPTBot"),
    ]
}

fn paths() -> Vec<PathHits> {
    let row = |path: &str, hits, p50, p95| PathHits {
        path: path.to_owned(),
        hits,
        bytes: hits * 21_000,
        timed: hits,
        load_p50: Some(Span(p50)),
        load_p95: Some(Span(p95)),
    };
    vec![
        row("/", 6_120, 31, 64),
        row("/products/lamp", 911, 88, 121),
        row("/search", 132, 140, 303),
        row("/checkout", 28, 620, 1_800),
    ]
}
