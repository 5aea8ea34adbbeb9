//! Traffic in the JSON report (R12): all hits, what failed, who sent them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::NamedCounts;
use crate::query::view::{
    self, Count, FailureRow, FoldedHits, KIND_NAMES, LeftOut, TrafficPoint, TrafficTotals, TrafficView, View,
};
use crate::report::{peak_per_s, traffic};
use crate::time::Span;

#[derive(Serialize)]
pub(super) struct Traffic<'a> {
    hits: u64,
    bytes: u64,
    by_kind: NamedCounts,
    by_status: NamedCounts,
    statuses: BTreeMap<u16, u64>,
    methods: NamedCounts,
    failures: u64,
    /// Neither success nor failure: the client left before an answer.
    client_left: u64,
    load_p50_s: Option<f64>,
    load_p95_s: Option<f64>,
    peak_per_s: Option<f64>,
    series: Vec<Point>,
    /// Hits that are in no row of a table: rows are lower bounds unless it is 0.
    other: Other,
    /// Terms of the filter that say nothing of hits.
    left_out: &'a [String],
}

#[derive(Serialize)]
struct Point {
    from: String,
    to: String,
    hits: u64,
    #[serde(rename = "4xx")]
    status_4xx: u64,
    #[serde(rename = "5xx")]
    status_5xx: u64,
    bytes: u64,
    load_p95_s: Option<f64>,
}

#[derive(Serialize)]
struct Other {
    errors: u64,
    clients: u64,
}

#[derive(Serialize)]
pub(super) struct ErrorEntry<'a> {
    method: &'a str,
    path: &'a str,
    status: u16,
    kind: &'a str,
    hits: u64,
    clients: u64,
    clients_estimated: bool,
    /// Which sessions met it is not kept.
    sessions: Option<u64>,
    first: String,
    last: String,
    linked_from: Vec<LinkedFrom<'a>>,
}

#[derive(Serialize)]
struct LinkedFrom<'a> {
    page: &'a str,
    hits: u64,
}

#[derive(Serialize)]
pub(super) struct ClientEntry<'a> {
    network: &'a str,
    agent: &'a str,
    bot: Option<&'static str>,
    hits: u64,
    failures: u64,
    pageviews: u64,
    bytes: u64,
    peak_per_s: Option<f64>,
}

impl<'a> Traffic<'a> {
    pub(super) fn of(view: &'a View) -> Option<Traffic<'a>> {
        let TrafficView { totals, series, folded, left_out, .. } = traffic(view)?;
        let FoldedHits { clients, failures, paths: _ } = *folded;
        let LeftOut { totals: left_out, .. } = left_out;
        Some(Traffic {
            hits: totals.hits,
            bytes: totals.bytes,
            by_kind: NamedCounts(KIND_NAMES.into_iter().zip(totals.by_kind).collect()),
            by_status: by_class(totals),
            statuses: totals.by_status.iter().copied().collect(),
            methods: NamedCounts(totals.by_method.clone()),
            failures: totals.failures,
            client_left: totals.client_left,
            load_p50_s: totals.load_p50.map(Span::as_seconds),
            load_p95_s: totals.load_p95.map(Span::as_seconds),
            peak_per_s: peak_per_s(totals.peak),
            series: series.points.iter().map(|point| Point::of(point, series.bucket)).collect(),
            other: Other { errors: failures, clients },
            left_out,
        })
    }
}

/// Hits by the class of their status. Those without an answer are in none.
fn by_class(totals: &TrafficTotals) -> NamedCounts {
    const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
    let of = |class: u16| -> u64 {
        totals.by_status.iter().filter(|(status, _)| status / 100 == class).map(|(_, hits)| hits).sum()
    };
    let counts = (1..).zip(CLASSES).map(|(class, name)| (name, of(class)));
    // Few logs have any 1xx.
    NamedCounts(counts.filter(|(name, hits)| *name != "1xx" || *hits > 0).collect())
}

impl Point {
    fn of(point: &TrafficPoint, bucket: Span) -> Point {
        let [.., status_4xx, status_5xx] = point.by_class;
        Point {
            from: point.from.rfc3339(),
            to: (point.from + bucket).rfc3339(),
            hits: point.hits,
            status_4xx,
            status_5xx,
            bytes: point.bytes,
            load_p95_s: point.load_p95.map(Span::as_seconds),
        }
    }
}

impl<'a> ErrorEntry<'a> {
    pub(super) fn all(view: &'a View) -> Vec<ErrorEntry<'a>> {
        traffic(view).into_iter().flat_map(|traffic| &traffic.failures).map(ErrorEntry::of).collect()
    }

    fn of(row: &'a FailureRow) -> ErrorEntry<'a> {
        ErrorEntry {
            method: row.method,
            path: &row.path,
            status: row.status,
            kind: row.kind,
            hits: row.hits,
            clients: row.clients.value(),
            clients_estimated: matches!(row.clients, Count::About(_)),
            sessions: None,
            first: row.first.rfc3339(),
            last: row.last.rfc3339(),
            linked_from: row
                .linked_from
                .iter()
                .map(|(page, hits)| LinkedFrom { page, hits: *hits })
                .collect(),
        }
    }
}

impl<'a> ClientEntry<'a> {
    pub(super) fn all(view: &'a View) -> Vec<ClientEntry<'a>> {
        traffic(view).into_iter().flat_map(|traffic| &traffic.clients).map(ClientEntry::of).collect()
    }

    fn of(row: &'a view::ClientRow) -> ClientEntry<'a> {
        ClientEntry {
            network: &row.network,
            agent: &row.agent,
            bot: row.bot.then_some("agent"),
            hits: row.hits,
            failures: row.failures,
            pageviews: row.pageviews,
            bytes: row.bytes,
            peak_per_s: peak_per_s(row.peak),
        }
    }
}
