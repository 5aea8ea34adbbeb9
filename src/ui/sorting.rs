//! The sort order of each list.

use std::collections::HashMap;

use crate::query::question::{Order, SessionSort, TableSort};

use super::pane::{Content, Pane, TrafficList};

/// A sort column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SortBy {
    /// A list of sessions.
    Sessions(SessionSort),
    /// A table.
    Table(TableSort),
    /// A list of hits.
    Traffic(TrafficSort),
}

/// What lists of hits are sorted by, the largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrafficSort {
    /// Clients that met a failure.
    People,
    /// Number of hits.
    Hits,
    /// When it was first seen, the latest first.
    Since,
    /// Hits that failed.
    Failures,
    /// Bytes of the answers.
    Bytes,
    /// Hits of the busiest 10 s.
    Peak,
    /// The 95th percentile of load times.
    Load,
}

/// A sort column and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListOrder {
    /// The column.
    pub(crate) way: SortBy,
    /// Largest or smallest first.
    pub(crate) order: Order,
}

/// The order chosen for each pane; the default if none was.
#[derive(Debug, Default)]
pub(crate) struct Sorts {
    chosen: HashMap<Pane, ListOrder>,
}

impl Sorts {
    /// The order of a pane's list; `None` if it cannot be sorted.
    pub(crate) fn of(&self, pane: Pane) -> Option<ListOrder> {
        let first = || ways(pane).first().map(|way| ListOrder { way: *way, order: usual_order(*way) });
        self.chosen.get(&pane).copied().or_else(first)
    }

    /// Switches to the next sort column.
    pub(crate) fn next(&mut self, pane: Pane) {
        let (ways, Some(now)) = (ways(pane), self.of(pane)) else { return };
        let at = ways.iter().position(|way| *way == now.way).unwrap_or(0);
        let way = ways[(at + 1) % ways.len()];
        self.chosen.insert(pane, ListOrder { way, order: usual_order(way) });
    }

    /// Reverses the direction.
    pub(crate) fn reverse(&mut self, pane: Pane) {
        if let Some(now) = self.of(pane) {
            self.chosen.insert(pane, ListOrder { order: now.order.reversed(), ..now });
        }
    }

    /// The order of a list of sessions in this pane.
    pub(crate) fn sessions(&self, pane: Pane) -> (SessionSort, Order) {
        match self.of(pane) {
            Some(ListOrder { way: SortBy::Sessions(sort), order }) => (sort, order),
            _ => (SessionSort::default(), Order::default()),
        }
    }

    /// The order of a list of hits in this pane.
    pub(crate) fn traffic(&self, pane: Pane) -> (TrafficSort, Order) {
        match self.of(pane) {
            Some(ListOrder { way: SortBy::Traffic(sort), order }) => (sort, order),
            _ => (TrafficSort::Hits, Order::default()),
        }
    }

    /// The order of a table in this pane.
    pub(crate) fn table(&self, pane: Pane) -> (TableSort, Order) {
        match self.of(pane) {
            Some(ListOrder { way: SortBy::Table(sort), order }) => (sort, order),
            _ => (TableSort::default(), Order::default()),
        }
    }
}

const SESSION_WAYS: &[SortBy] = &[
    SortBy::Sessions(SessionSort::LastEvent),
    SortBy::Sessions(SessionSort::Start),
    SortBy::Sessions(SessionSort::Duration),
    SortBy::Sessions(SessionSort::Pageviews),
    SortBy::Sessions(SessionSort::Actions),
];
const PAGE_WAYS: &[SortBy] = &[
    SortBy::Table(TableSort::Count),
    SortBy::Table(TableSort::Entries),
    SortBy::Table(TableSort::Exits),
    SortBy::Table(TableSort::BounceRate),
    SortBy::Table(TableSort::Time),
    SortBy::Table(TableSort::Load),
    SortBy::Table(TableSort::Name),
];
const GROUP_WAYS: &[SortBy] = &[
    SortBy::Table(TableSort::Count),
    SortBy::Table(TableSort::BounceRate),
    SortBy::Table(TableSort::Pageviews),
    SortBy::Table(TableSort::Time),
    SortBy::Table(TableSort::Name),
];

const ACTION_WAYS: &[SortBy] = &[SortBy::Table(TableSort::Count), SortBy::Table(TableSort::Name)];

const FAILURE_WAYS: &[SortBy] = &[
    SortBy::Traffic(TrafficSort::People),
    SortBy::Traffic(TrafficSort::Hits),
    SortBy::Traffic(TrafficSort::Since),
];
const CLIENT_WAYS: &[SortBy] = &[
    SortBy::Traffic(TrafficSort::Hits),
    SortBy::Traffic(TrafficSort::Failures),
    SortBy::Traffic(TrafficSort::Bytes),
    SortBy::Traffic(TrafficSort::Peak),
];
const PATH_WAYS: &[SortBy] = &[
    SortBy::Traffic(TrafficSort::Load),
    SortBy::Traffic(TrafficSort::Bytes),
    SortBy::Traffic(TrafficSort::Hits),
];

fn ways(pane: Pane) -> &'static [SortBy] {
    match pane.content() {
        Content::Sessions => SESSION_WAYS,
        Content::Table(_) if pane == Pane::Pages => PAGE_WAYS,
        Content::Table(_) if pane == Pane::Actions => ACTION_WAYS,
        Content::Table(_) => GROUP_WAYS,
        Content::Traffic(TrafficList::Failures) => FAILURE_WAYS,
        Content::Traffic(TrafficList::Clients) => CLIENT_WAYS,
        Content::Traffic(TrafficList::Paths) => PATH_WAYS,
        _ => &[],
    }
}

fn usual_order(way: SortBy) -> Order {
    if way == SortBy::Table(TableSort::Name) { Order::Ascending } else { Order::Descending }
}

impl SortBy {
    /// The column's name, as in the pane's title.
    pub(crate) fn name(self) -> &'static str {
        match self {
            SortBy::Sessions(SessionSort::LastEvent) => "last event",
            SortBy::Sessions(SessionSort::Start) => "start",
            SortBy::Sessions(SessionSort::Duration) => "duration",
            SortBy::Sessions(SessionSort::Pageviews) | SortBy::Table(TableSort::Pageviews) => "pageviews",
            SortBy::Sessions(SessionSort::Actions) => "actions",
            SortBy::Table(TableSort::Count) => "count",
            SortBy::Table(TableSort::BounceRate) => "bounce rate",
            SortBy::Table(TableSort::Entries) => "entries",
            SortBy::Table(TableSort::Exits) => "exits",
            SortBy::Table(TableSort::Time) => "median time",
            SortBy::Table(TableSort::Load) => "load time",
            SortBy::Table(TableSort::Name) => "name",
            SortBy::Traffic(TrafficSort::People) => "people",
            SortBy::Traffic(TrafficSort::Hits) => "hits",
            SortBy::Traffic(TrafficSort::Since) => "since",
            SortBy::Traffic(TrafficSort::Failures) => "failures",
            SortBy::Traffic(TrafficSort::Bytes) => "bytes",
            SortBy::Traffic(TrafficSort::Peak) => "peak",
            SortBy::Traffic(TrafficSort::Load) => "p95",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_goes_round_and_reversing_turns_it() {
        let mut sorts = Sorts::default();
        let first = sorts.of(Pane::Sources);
        for _ in 0..GROUP_WAYS.len() {
            sorts.next(Pane::Sources);
        }
        assert_eq!(sorts.of(Pane::Sources), first);
        sorts.reverse(Pane::Sources);
        assert_eq!(sorts.table(Pane::Sources), (TableSort::Count, Order::Ascending));
        assert_eq!(sorts.table(Pane::Pages), (TableSort::Count, Order::Descending));
        assert_eq!(sorts.of(Pane::Insights), None);
    }
}
