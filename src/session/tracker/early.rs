//! Sealing sessions early under memory pressure.

use super::{Tracker, due};
use crate::session::steps::Session;
use crate::time::Millis;

/// Which sessions are spared under memory pressure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spared {
    WithMoreEvents,
    None,
}

impl Spared {
    fn spares(self, session: &Session) -> bool {
        self == Spared::WithMoreEvents && session.steps.len() > 1
    }
}

impl Tracker {
    /// The minute before which about an eighth of the sessions are due.
    #[must_use]
    pub fn early_minute(&self) -> Option<Millis> {
        let minutes = self.due.minutes();
        minutes.get(minutes.len() / 8).map(|&minute| minute + due::MINUTE)
    }

    /// Seals sessions early until the tracker takes at most `bound` bytes: the oldest first, and first those with a
    /// single event, of which a flood of forged visitors consists. Returns how many.
    pub fn bound_bytes(&mut self, bound: usize, mut sealed: impl FnMut(&[&Session])) -> u64 {
        if self.bytes() <= bound {
            return 0;
        }
        // Hysteresis: stop at 90 % so that the next batch does not evict again.
        let goal = bound / 10 * 9;
        let mut evicted = 0;
        for spared in [Spared::WithMoreEvents, Spared::None] {
            for minute in self.due.minutes() {
                evicted += self.evict_minute(minute, spared, goal, &mut sealed);
            }
        }
        evicted
    }

    /// Evicts the sessions of one minute, in order of arrival, until the goal is reached.
    fn evict_minute(
        &mut self,
        minute: Millis,
        spared: Spared,
        goal: usize,
        sealed: &mut impl FnMut(&[&Session]),
    ) -> u64 {
        let mut evicted = 0;
        for place in self.due.take(minute) {
            let session = self.slab.session(place);
            if session.is_some_and(|session| self.bytes() <= goal || spared.spares(session)) {
                self.due.enrol(place, minute);
                continue;
            }
            if let Some(session) = session {
                evicted += 1;
                sealed(&[session]);
            }
            self.free(place);
        }
        evicted
    }
}
