//! All hits (R12).

use super::{COUNTS, floor, floor_all, floor_bytes, floor_count, floor_time, largest_first};
use crate::query::view::{FailureRow, FoldedHits, TrafficTotals, TrafficView};

impl TrafficView {
    pub(super) fn coarsen(&mut self) {
        let TrafficView { from, to, totals, series, failures, clients, paths, folded, left_out: _ } = self;
        [from, to].into_iter().for_each(floor_time);
        totals.coarsen();
        series.coarsen();
        for row in &mut *failures {
            let FailureRow {
                method: _,
                path: _,
                status: _,
                kind: _,
                hits,
                clients,
                first,
                last,
                linked_from,
                over,
            } = row;
            floor(hits);
            floor_count(clients);
            [first, last].into_iter().for_each(floor_time);
            floor_all(linked_from.iter_mut().map(|(_, hits)| hits));
            linked_from.retain(|(_, hits)| *hits > 0);
            largest_first(linked_from, |(page, hits)| (*hits, page));
            floor_all(over);
        }
        failures.retain(|row| row.clients.value() > 0);
        largest_first(failures, |row| (row.hits, &row.path));
        clients.clear();
        // Whose paths they are is not known, and a path of one visitor tells of that one.
        paths.clear();
        let FoldedHits { clients, paths, failures } = folded;
        floor_all([clients, paths, failures]);
    }
}

impl TrafficTotals {
    pub(super) fn coarsen(&mut self) {
        let TrafficTotals {
            hits,
            bytes,
            by_kind,
            by_status,
            by_method,
            failures,
            client_left,
            load_p50,
            load_p75,
            load_p95,
            peak,
        } = self;
        if *hits < COUNTS {
            (*load_p50, *load_p75, *load_p95) = (None, None, None);
        }
        floor_bytes(bytes);
        floor_all([hits, failures, client_left]);
        floor_all(by_kind);
        floor_all(by_status.iter_mut().map(|(_, hits)| hits));
        by_status.retain(|(_, hits)| *hits > 0);
        floor_all(by_method.iter_mut().map(|(_, hits)| hits));
        by_method.retain(|(_, hits)| *hits > 0);
        largest_first(by_method, |(method, hits)| (*hits, method));
        peak.iter_mut().for_each(floor);
    }
}
