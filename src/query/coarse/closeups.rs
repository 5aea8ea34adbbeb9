//! Close-ups.

use super::{floor, floor_all, largest_first, of_enough};
use crate::query::view::{
    ActionCloseup, BotRow, ChangesCloseup, Closeup, Conversion, FlowRow, Loads, PageCloseup, PageShare, Stays,
};

impl Closeup {
    pub(super) fn coarsen(&mut self) {
        match self {
            Closeup::Page(page) => page.coarsen(),
            Closeup::Action(ActionCloseup { action: _, channels, pages }) => {
                for Conversion { channel: _, sessions, converted } in &mut *channels {
                    floor_all([sessions, converted]);
                }
                channels.retain(|row| row.sessions > 0);
                largest_first(channels, |row| (row.sessions, &row.channel));
                for PageShare { page: _, count, sessions, views } in &mut *pages {
                    floor_all([count, sessions, views]);
                }
                pages.retain(|row| row.sessions > 0);
                largest_first(pages, |row| (row.count, &row.page));
            }
            Closeup::Changes(ChangesCloseup { bots }) => {
                floor_all(bots.iter_mut().map(|BotRow { name: _, reason: _, sessions }| sessions));
                bots.retain(|row| row.sessions > 0);
                largest_first(bots, |row| (row.sessions, &row.name));
            }
        }
    }
}

impl PageCloseup {
    pub(super) fn coarsen(&mut self) {
        let PageCloseup {
            page: _,
            views,
            sessions,
            entries,
            exits,
            settled,
            bounced,
            errors,
            stays,
            loads,
            before,
            after,
        } = self;
        floor_all([views, sessions, entries, exits, settled, bounced, errors]);
        let Stays { measured, p50, p90 } = stays;
        of_enough(*measured, &mut [p50, p90]);
        floor(measured);
        let Loads { measured, p50, p90, histogram } = loads;
        of_enough(*measured, &mut [p50, p90]);
        floor(measured);
        floor_all(histogram);
        [before, after].into_iter().for_each(coarsen_flow);
    }
}

/// That there is a small group at all tells of somebody: the same below.
pub(super) fn coarsen_flow(rows: &mut Vec<FlowRow>) {
    for FlowRow { step: _, count, sessions } in &mut *rows {
        floor_all([count, sessions]);
    }
    rows.retain(|row| row.sessions > 0);
    rows.sort_by(|a, b| (b.count, &a.step).cmp(&(a.count, &b.step)));
}
