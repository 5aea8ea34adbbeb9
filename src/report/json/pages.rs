//! Pages in the JSON report.

use serde::Serialize;

use crate::query::view::TableRow;
use crate::report::{rounded, share};
use crate::time::Span;

#[derive(Serialize)]
pub(super) struct PageEntry<'a> {
    page: &'a str,
    views: u64,
    entries: u64,
    exits: u64,
    bounced: u64,
    time_p50_s: Option<f64>,
    /// Mean server response time; null if the log has none.
    load_mean_s: Option<f64>,
    load_p50_s: Option<f64>,
    load_p75_s: Option<f64>,
    load_p95_s: Option<f64>,
    /// The share of views that took over 2.5 s.
    slow_share: Option<f64>,
    sessions: u64,
    with_pageview: u64,
    /// Of the sessions that entered there.
    bounce_rate: Option<f64>,
}

impl<'a> PageEntry<'a> {
    pub(super) fn of(row: &'a TableRow) -> PageEntry<'a> {
        PageEntry {
            page: &row.key,
            views: row.count,
            entries: row.entries,
            exits: row.exits,
            bounced: row.bounced,
            time_p50_s: row.p50.map(Span::as_seconds),
            load_mean_s: row.load.map(Span::as_seconds),
            load_p50_s: row.loads.map(|loads| loads.p50.as_seconds()),
            load_p75_s: row.loads.map(|loads| loads.p75.as_seconds()),
            load_p95_s: row.loads.map(|loads| loads.p95.as_seconds()),
            slow_share: row.loads.and_then(|loads| share(loads.slow, loads.measured)),
            sessions: row.sessions,
            with_pageview: row.settled,
            bounce_rate: row.bounce().share().map(rounded),
        }
    }
}
