//! Pages that are prefetched become pageviews once a later request of the same visitor, within a gap, names them as
//! referrer (design.md R2.3).

use super::Tracker;
use crate::classify::visitor::Visitor;
use crate::ids::PageId;
use crate::session::event::{Event, Prefetch};
use crate::session::preceding::Arrivals;
use crate::session::prefetches::Waiting;
use crate::session::steps::Session;
use crate::time::Millis;

impl Tracker {
    /// The prefetches that turned out to be pageviews since this was last asked.
    pub fn take_viewed(&mut self) -> Vec<(Event, Prefetch)> {
        self.prefetches.take_viewed()
    }

    /// A page was prefetched: it waits for a request that names it, which may have come before it.
    pub(super) fn prefetch(&mut self, event: &Event, prefetch: Prefetch, arrivals: &mut impl Arrivals) {
        let waiting = self.prefetches.numbered(*event, prefetch);
        let step = waiting.prefetch.step;
        if self.prefetches.is_named(event.visitor, step.page, &(step.time..=step.time + self.gap)) {
            self.view(waiting, arrivals);
        } else {
            self.prefetches.wait(waiting);
        }
    }

    /// A request named a page: whoever prefetched it has seen it.
    pub(super) fn name(
        &mut self,
        visitor: Visitor,
        page: PageId,
        time: Millis,
        arrivals: &mut impl Arrivals,
    ) {
        self.prefetches.name(visitor, page, time);
        for waiting in self.prefetches.take(visitor, page, &(time - self.gap..=time)) {
            self.view(waiting, arrivals);
        }
    }

    fn view(&mut self, Waiting { event, prefetch }: Waiting, arrivals: &mut impl Arrivals) {
        self.step(&event, prefetch.step, arrivals);
        self.prefetches.viewed(event, prefetch);
    }

    /// How far a session reaches if the pages that were prefetched within a gap of its end are viewed.
    pub(super) fn last_possible(&self, session: &Session) -> Millis {
        let end = session.end();
        if self.prefetches.is_empty() {
            return end;
        }
        self.prefetches.latest_within(session.visitor, &(end..=end + self.gap)).unwrap_or(end)
    }
}
