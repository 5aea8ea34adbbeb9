//! Tables: their figures, and the order that these give.

use std::cmp::Ordering;

use super::{COUNTS, floor_all, is_small, of_enough};
use crate::query::question::{Order, TableAsk, TableSort};
use crate::query::view::{PageLoads, Table, TableRow};

impl Table {
    pub(super) fn coarsen(&mut self, ask: TableAsk) {
        let Table { grouping: _, rows, total_rows, largest, sum } = self;
        rows.iter_mut().for_each(TableRow::coarsen);
        // That there is a small group at all tells of somebody.
        let gone = rows.extract_if(.., |row| row.sessions == 0 && row.count == 0).count();
        *total_rows = total_rows.saturating_sub(gone as u64);
        rows.sort_by(|a, b| in_order(a, b, ask));
        floor_all([largest, sum]);
    }
}

/// Rows of equal coarse figures stand in the order of their names: by exact figures, one more would show in the order.
fn in_order(a: &TableRow, b: &TableRow, ask: TableAsk) -> Ordering {
    let rate = |row: &TableRow| row.bounce().share().unwrap_or(-1.0);
    let load = |row: &TableRow| row.loads.map(|loads| loads.p75);
    let by_figure = match ask.sort {
        TableSort::Count => a.count.cmp(&b.count),
        TableSort::BounceRate => rate(a).total_cmp(&rate(b)),
        TableSort::Pageviews => a.pageviews.cmp(&b.pageviews),
        TableSort::Entries => a.entries.cmp(&b.entries),
        TableSort::Exits => a.exits.cmp(&b.exits),
        TableSort::Time => a.p50.cmp(&b.p50),
        TableSort::Load => load(a).cmp(&load(b)),
        TableSort::Name => b.key.cmp(&a.key),
    };
    let by_figure = match ask.order {
        Order::Descending => by_figure.reverse(),
        Order::Ascending => by_figure,
    };
    is_small(&a.key).cmp(&is_small(&b.key)).then(by_figure).then_with(|| a.key.cmp(&b.key))
}

impl TableRow {
    pub(super) fn coarsen(&mut self) {
        let TableRow {
            key: _,
            channel: _,
            count,
            sessions,
            settled,
            bounced,
            pageviews,
            entries,
            exits,
            p50,
            load,
            loads,
        } = self;
        // How many of the sessions have a duration is not known here: it may be the only one.
        (*p50, *load) = (None, None);
        if *sessions < COUNTS {
            *loads = None;
        }
        floor_all([count, sessions, settled, bounced, pageviews, entries, exits]);
        if let Some(PageLoads { measured, p50, p75, p95, slow }) = loads {
            *p95 = *p75;
            of_enough(*measured, &mut [p50, p75, p95]);
            floor_all([measured, slow]);
        }
    }
}
