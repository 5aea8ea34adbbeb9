//! Traffic as CSV: hits over time, what failed, who sent hits (R12).

use super::{number, text};
use crate::query::view::{ClientRow, FailureRow, TrafficPoint, View};
use crate::report::{peak_per_s, traffic};
use crate::time::Span;

pub(super) const HITS: [&str; 8] = ["from", "to", "hits", "4xx", "5xx", "bytes", "load_p95_s", "privacy"];
pub(super) const ERRORS: [&str; 10] =
    ["method", "path", "status", "kind", "hits", "clients", "first", "last", "linked_from", "privacy"];
pub(super) const CLIENTS: [&str; 9] =
    ["network", "agent", "bot", "hits", "failures", "pageviews", "bytes", "peak_per_s", "privacy"];

pub(super) fn hits(view: &View) -> Vec<Vec<String>> {
    let Some(traffic) = traffic(view) else { return Vec::new() };
    traffic.series.points.iter().map(|point| point_cells(point, traffic.series.bucket)).collect()
}

pub(super) fn errors(view: &View) -> Vec<Vec<String>> {
    traffic(view).into_iter().flat_map(|traffic| &traffic.failures).map(error_cells).collect()
}

pub(super) fn clients(view: &View) -> Vec<Vec<String>> {
    traffic(view).into_iter().flat_map(|traffic| &traffic.clients).map(client_cells).collect()
}

fn point_cells(point: &TrafficPoint, bucket: Span) -> Vec<String> {
    let [.., status_4xx, status_5xx] = point.by_class;
    vec![
        point.from.rfc3339(),
        (point.from + bucket).rfc3339(),
        point.hits.to_string(),
        status_4xx.to_string(),
        status_5xx.to_string(),
        point.bytes.to_string(),
        number(point.load_p95.map(Span::as_seconds)),
    ]
}

fn error_cells(row: &FailureRow) -> Vec<String> {
    vec![
        row.method.to_owned(),
        text(&row.path),
        row.status.to_string(),
        row.kind.to_owned(),
        row.hits.to_string(),
        row.clients.value().to_string(),
        row.first.rfc3339(),
        row.last.rfc3339(),
        // The most frequent one: a cell holds one value.
        row.linked_from.first().map(|(page, _)| text(page)).unwrap_or_default(),
    ]
}

fn client_cells(row: &ClientRow) -> Vec<String> {
    vec![
        text(&row.network),
        text(&row.agent),
        if row.bot { "agent".to_owned() } else { String::new() },
        row.hits.to_string(),
        row.failures.to_string(),
        row.pageviews.to_string(),
        row.bytes.to_string(),
        number(peak_per_s(row.peak)),
    ]
}
