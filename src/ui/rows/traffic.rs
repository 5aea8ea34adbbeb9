//! The rows of lists about all hits, in the order that was chosen.

use std::cmp::Reverse;

use crate::query::filter::{Filter, Term, TextField};
use crate::query::question::Order;
use crate::query::view::{
    ClientRow, FailureRow, KIND_NAMES, PathHits, SMALL_GROUPS, TrafficTotals, TrafficView,
};
use crate::ui::lists::CursorKey;
use crate::ui::pane::{Pane, TrafficList};
use crate::ui::shown::Shown;
use crate::ui::sorting::TrafficSort;

use super::{PaneRows, Picked};

/// The hits of a status, a kind or a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HitCount {
    /// As a filter names it.
    pub(crate) name: String,
    /// Number of hits.
    pub(crate) hits: u64,
}

/// What the log has for a client that left before an answer.
pub(crate) const CLIENT_LEFT: &str = "left";

/// The hits of each status, kind or method, the most frequent first.
pub(crate) fn hit_counts(totals: &TrafficTotals, list: TrafficList) -> Vec<HitCount> {
    let count = |name: &str, hits| HitCount { name: name.to_owned(), hits };
    let mut counts: Vec<_> = match list {
        TrafficList::Statuses => {
            let name = |status: u16| if status == 0 { CLIENT_LEFT.to_owned() } else { status.to_string() };
            totals.by_status.iter().map(|(status, hits)| count(&name(*status), *hits)).collect()
        }
        TrafficList::Kinds => {
            KIND_NAMES.into_iter().zip(totals.by_kind).map(|(kind, hits)| count(kind, hits)).collect()
        }
        _ => totals.by_method.iter().map(|(method, hits)| count(method, *hits)).collect(),
    };
    counts.retain(|count| count.hits > 0);
    counts.sort_by_key(|count| Reverse(count.hits));
    counts
}

impl<'a> PaneRows<'a> {
    fn traffic(self) -> Option<&'a TrafficView> {
        self.shown.and_then(Shown::traffic)
    }

    /// The hits of each status, kind or method, the most frequent first.
    pub(crate) fn hit_counts(self, list: TrafficList) -> Vec<HitCount> {
        self.traffic().map(|traffic| hit_counts(&traffic.totals, list)).unwrap_or_default()
    }

    /// What fails.
    pub(crate) fn failures(self) -> Vec<&'a FailureRow> {
        let rows = self.traffic().map_or(&[][..], |traffic| &traffic.failures);
        let key = |row: &FailureRow, sort| match sort {
            TrafficSort::People => row.clients.value(),
            TrafficSort::Since => row.first.0.max(0).cast_unsigned(),
            _ => row.hits,
        };
        sorted(rows, self.sorts.traffic(Pane::Failures), key)
    }

    /// Who sends hits.
    pub(crate) fn clients(self) -> Vec<&'a ClientRow> {
        let rows = self.traffic().map_or(&[][..], |traffic| &traffic.clients);
        let key = |row: &ClientRow, sort| match sort {
            TrafficSort::Failures => row.failures,
            TrafficSort::Bytes => row.bytes,
            TrafficSort::Peak => row.peak.unwrap_or(0),
            _ => row.hits,
        };
        sorted(rows, self.sorts.traffic(Pane::Clients), key)
    }

    /// What was asked for, the slowest first unless another order was chosen.
    pub(crate) fn slowest(self) -> Vec<&'a PathHits> {
        let rows = self.traffic().map_or(&[][..], |traffic| &traffic.paths);
        let key = |row: &PathHits, sort| match sort {
            TrafficSort::Load => row.load_p95.map_or(0, |load| load.0),
            TrafficSort::Bytes => row.bytes,
            _ => row.hits,
        };
        sorted(rows, self.sorts.traffic(Pane::Slowest), key)
    }

    pub(super) fn traffic_keys(self, list: TrafficList) -> Vec<CursorKey> {
        match list {
            TrafficList::Statuses | TrafficList::Kinds | TrafficList::Methods => {
                self.hit_counts(list).into_iter().map(|count| CursorKey::Name(count.name)).collect()
            }
            TrafficList::Failures => {
                self.failures().into_iter().map(|row| CursorKey::Name(failure_key(row))).collect()
            }
            TrafficList::Clients => {
                self.clients().into_iter().map(|row| CursorKey::Name(row.network.clone())).collect()
            }
            TrafficList::Paths => {
                self.slowest().into_iter().map(|row| CursorKey::Name(row.path.clone())).collect()
            }
        }
    }

    pub(super) fn picked_traffic(self, list: TrafficList, line: usize) -> Option<Picked> {
        let counted = |field| {
            let count = self.hit_counts(list).into_iter().nth(line)?;
            (count.name != CLIENT_LEFT).then_some(Picked::Value(field, count.name))
        };
        match list {
            TrafficList::Statuses => counted(TextField::Status),
            TrafficList::Kinds => counted(TextField::Kind),
            TrafficList::Methods => counted(TextField::Method),
            TrafficList::Failures => self.failures().get(line).map(|row| picked_failure(row)),
            TrafficList::Clients => {
                self.clients().get(line).map(|row| Picked::Value(TextField::Address, row.network.clone()))
            }
            TrafficList::Paths => {
                self.slowest().get(line).map(|row| Picked::Value(TextField::Page, row.path.clone()))
            }
        }
    }
}

fn failure_key(row: &FailureRow) -> String {
    format!("{} {} {} {}", row.status, row.method, row.kind, row.path)
}

/// The sessions that met it.
fn picked_failure(row: &FailureRow) -> Picked {
    if row.path == SMALL_GROUPS {
        return Picked::Value(TextField::Path, row.path.clone());
    }
    let terms = [
        Term::exactly(TextField::Path, &row.path),
        Term::exactly(TextField::Status, &row.status.to_string()),
    ];
    let filter = terms.into_iter().fold(Filter::default(), |all, term| all.and(term));
    Picked::Terms(filter, row.path.clone())
}

/// The rows by a figure; those that are alike stay in their order.
fn sorted<Row>(
    rows: &[Row],
    (sort, order): (TrafficSort, Order),
    key: impl Fn(&Row, TrafficSort) -> u64,
) -> Vec<&Row> {
    let mut rows: Vec<_> = rows.iter().collect();
    match order {
        Order::Descending => rows.sort_by_key(|row| Reverse(key(row, sort))),
        Order::Ascending => rows.sort_by_key(|row| key(row, sort)),
    }
    rows
}
