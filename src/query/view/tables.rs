//! Tables: rankings of groups of sessions.

use super::Rate;
use crate::query::question::Grouping;
use crate::time::Span;

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What the rows are; `None` in an empty table only.
    pub grouping: Option<Grouping>,
    /// The best rows.
    pub rows: Vec<TableRow>,
    /// Number of rows in all.
    pub total_rows: u64,
    /// The largest `count` of any row, for bars.
    pub largest: u64,
    /// The sum of `count` over all rows, for shares.
    pub sum: u64,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableRow {
    /// The group's name, as filters write it.
    pub key: String,
    /// For sources: the channel most of their sessions came by. Empty elsewhere.
    pub channel: String,
    /// Sessions of the group seen in the window; for pages: views.
    pub count: u64,
    /// Sessions of the group seen in the window.
    pub sessions: u64,
    /// Sessions of the group with a pageview that closed in the window.
    pub settled: u64,
    /// Of `settled`, the bounced ones; for pages: those that entered there.
    pub bounced: u64,
    /// Pageviews in the group's sessions; for pages: of the page.
    pub pageviews: u64,
    /// For pages: sessions that began there.
    pub entries: u64,
    /// For pages: sessions whose last page it was.
    pub exits: u64,
    /// Median duration of the group's measured sessions (for pages: time until the next event), if asked for.
    pub p50: Option<Span>,
    /// For pages: the average load time, if asked for and logged.
    pub load: Option<Span>,
    /// For pages: how load times are spread, where asked and where the log has any.
    pub loads: Option<PageLoads>,
}

/// How long the server took for the views of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageLoads {
    /// Views of which the log says it.
    pub measured: u64,
    /// Half of them took at most so long.
    pub p50: Span,
    /// Three of four took at most so long.
    pub p75: Span,
    /// 19 of 20 took at most so long.
    pub p95: Span,
    /// Those that took over 2.5 s.
    pub slow: u64,
}

impl PageLoads {
    /// The share that took over 2.5 s, from 0 to 1.
    #[must_use]
    pub fn slow_share(&self) -> f64 {
        if self.measured == 0 { 0.0 } else { self.slow as f64 / self.measured as f64 }
    }
}

impl TableRow {
    /// Settled bounce rate; for pages: of the sessions that entered there and closed in the window.
    #[must_use]
    pub fn bounce(&self) -> Rate {
        Rate { bounced: self.bounced as f64, of: self.settled }
    }
}
