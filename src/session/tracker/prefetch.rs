//! Pages that are prefetched become pageviews once a later request of the same visitor, within a gap, names them as
//! referrer (design.md R2.3).

use super::Tracker;
use crate::classify::visitor::Visitor;
use crate::ids::PageId;
use crate::session::event::{Event, Prefetch};
use crate::session::preceding::ArrivalResolver;
use crate::session::prefetches::PendingPrefetch;
use crate::session::steps::Session;
use crate::time::Millis;

impl Tracker {
    /// The prefetches that turned out to be pageviews since this was last asked.
    pub fn take_viewed(&mut self) -> Vec<(Event, Prefetch)> {
        self.prefetches.take_viewed()
    }

    /// A page was prefetched: it waits for a request that names it. That request may have come first.
    pub(super) fn prefetch(
        &mut self,
        event: &Event,
        prefetch: Prefetch,
        arrivals: &mut impl ArrivalResolver,
    ) {
        let waiting = self.prefetches.numbered(*event, prefetch);
        let step = waiting.prefetch.step;
        if self.prefetches.is_named(event.visitor, step.page, &(step.time..=step.time + self.gap)) {
            self.view(waiting, arrivals);
        } else {
            self.prefetches.wait(waiting);
        }
    }

    /// A request named a page: if the visitor prefetched it, it was viewed.
    pub(super) fn name(
        &mut self,
        visitor: Visitor,
        page: PageId,
        time: Millis,
        arrivals: &mut impl ArrivalResolver,
    ) {
        self.prefetches.name(visitor, page, time);
        for waiting in self.prefetches.take(visitor, page, &(time - self.gap..=time)) {
            self.view(waiting, arrivals);
        }
    }

    fn view(
        &mut self,
        PendingPrefetch { event, prefetch }: PendingPrefetch,
        arrivals: &mut impl ArrivalResolver,
    ) {
        self.step(&event, prefetch.step, arrivals);
        self.prefetches.viewed(event, prefetch);
    }

    /// When a session would end if the pages prefetched within a gap of its end were viewed.
    pub(super) fn last_possible(&self, session: &Session) -> Millis {
        let end = session.end();
        if self.prefetches.is_empty() {
            return end;
        }
        self.prefetches.latest_within(session.visitor, &(end..=end + self.gap)).unwrap_or(end)
    }
}
