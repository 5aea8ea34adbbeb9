//! Pages in the JSON report.

use serde::Serialize;

use crate::query::view::TableRow;
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
        }
    }
}
