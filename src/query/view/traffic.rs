//! Traffic in a view (design.md R12).

use crate::time::{Millis, Span};

use super::{Count, KIND_NAMES};

/// What all hits add up to, sessions or not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrafficView {
    /// The start of the first slot; windows are widened to whole slots.
    pub from: Millis,
    /// The end of the last slot.
    pub to: Millis,
    /// All hits.
    pub totals: TrafficTotals,
    /// Hits over time.
    pub series: TrafficSeries,
    /// What failed, the most frequent first.
    pub failures: Vec<FailureRow>,
    /// Who sent hits, the most busy first; none under `strict`.
    pub clients: Vec<ClientRow>,
    /// What was asked for, the most frequent first; assets are left out.
    pub paths: Vec<PathHits>,
    /// Hits that are in no row: past a bound, rows are lower bounds.
    pub folded: FoldedHits,
    /// The terms of the filter that do not apply.
    pub left_out: LeftOut,
}

/// Sums over all hits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrafficTotals {
    /// Number of hits.
    pub hits: u64,
    /// Bytes of their answers.
    pub bytes: u64,
    /// In the order of [`KIND_NAMES`].
    pub by_kind: [u64; KIND_NAMES.len()],
    /// By status, the lowest first; 0 if the client left before an answer.
    pub by_status: Vec<(u16, u64)>,
    /// By method, the most frequent first.
    pub by_method: Vec<(&'static str, u64)>,
    /// Hits that failed: answered 4xx or 5xx, but for those whose client left.
    pub failures: u64,
    /// Hits whose client left before an answer.
    pub client_left: u64,
    /// The median load time; `None` if the log has none.
    pub load_p50: Option<Span>,
    /// The 75th percentile of load times.
    pub load_p75: Option<Span>,
    /// The 95th percentile of load times.
    pub load_p95: Option<Span>,
    /// Hits of the busiest 10 s; `None` if not every 10 s are known any more.
    pub peak: Option<u64>,
}

/// Hits over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrafficSeries {
    /// The length of a bucket.
    pub bucket: Span,
    /// A point per bucket from the first to the last, empty ones as well.
    pub points: Vec<TrafficPoint>,
}

/// The hits of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TrafficPoint {
    /// Where it begins.
    pub from: Millis,
    /// Number of hits.
    pub hits: u64,
    /// By the first digit of the status, from 1xx to 5xx.
    pub by_class: [u64; 5],
    /// Hits that failed.
    pub failures: u64,
    /// Bytes of the answers.
    pub bytes: u64,
    /// The 95th percentile of load times.
    pub load_p95: Option<Span>,
}

/// Failures of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct FailureRow {
    /// The method.
    pub method: &'static str,
    /// The path, as logged.
    pub path: String,
    /// The status.
    pub status: u16,
    /// The kind.
    pub kind: &'static str,
    /// Number of hits.
    pub hits: u64,
    /// Clients that met it.
    pub clients: Count,
    /// The first time.
    pub first: Millis,
    /// The last time.
    pub last: Millis,
    /// Pages and sources that led to it, the most frequent first, with their hits.
    pub linked_from: Vec<(String, u64)>,
    /// Hits by tenth of the window; empty where the window has no length.
    pub over: Vec<u64>,
}

/// The hits of a network, or of an address under `--privacy off`.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientRow {
    /// The network (R11).
    pub network: String,
    /// The bot or browser; `(various)` if there are several.
    pub agent: String,
    /// Whether all its user agents say that they are bots.
    pub bot: bool,
    /// Number of hits.
    pub hits: u64,
    /// Hits that failed.
    pub failures: u64,
    /// Hits that are pageviews.
    pub pageviews: u64,
    /// Bytes of the answers.
    pub bytes: u64,
    /// Hits of the busiest 10 s; `None` if not every 10 s are known any more.
    pub peak: Option<u64>,
}

/// The hits of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathHits {
    /// The path, as logged.
    pub path: String,
    /// Number of hits.
    pub hits: u64,
    /// Bytes of the answers.
    pub bytes: u64,
    /// Hits whose load time is known.
    pub timed: u64,
    /// The median load time.
    pub load_p50: Option<Span>,
    /// The 95th percentile.
    pub load_p95: Option<Span>,
}

/// Hits that no row of a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FoldedHits {
    /// Of the table of clients.
    pub clients: u64,
    /// Of the table of paths.
    pub paths: u64,
    /// Of the table of failures.
    pub failures: u64,
}

/// Terms of the filter that tables leave out, because they say nothing of single hits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Of the totals and the series.
    pub totals: Vec<String>,
    /// Of the table of failures.
    pub failures: Vec<String>,
    /// Of the table of clients.
    pub clients: Vec<String>,
    /// Of the table of paths.
    pub paths: Vec<String>,
}

impl FoldedHits {
    /// Adds others.
    pub fn add(&mut self, other: FoldedHits) {
        self.clients += other.clients;
        self.paths += other.paths;
        self.failures += other.failures;
    }
}
