//! Sealing sessions before their time, where memory is short.

use super::{Tracker, due};
use crate::session::steps::Session;
use crate::time::Millis;

/// Which sessions are spared when memory is short.
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
    /// A minute up to which about an eighth of what is kept is due.
    #[must_use]
    pub fn early_minute(&self) -> Option<Millis> {
        let minutes = self.due.minutes();
        minutes.get(minutes.len() / 8).map(|&minute| minute + due::MINUTE)
    }

    /// Seals sessions before their time until it takes at most `bound` bytes: those that ended first, and of these
    /// the ones with a single event, which a flood of invented visitors consists of. Gives how many.
    pub fn bound_bytes(&mut self, bound: usize, mut sealed: impl FnMut(&[&Session])) -> u64 {
        if self.bytes() <= bound {
            return 0;
        }
        // Somewhat less than allowed, so that not every batch has to do this again.
        let goal = bound / 10 * 9;
        let mut let_go = 0;
        for spared in [Spared::WithMoreEvents, Spared::None] {
            for minute in self.due.minutes() {
                let_go += self.let_minute_go(minute, spared, goal, &mut sealed);
            }
        }
        let_go
    }

    /// Lets sessions of one minute go, in the order they came, until the goal is reached.
    fn let_minute_go(
        &mut self,
        minute: Millis,
        spared: Spared,
        goal: usize,
        sealed: &mut impl FnMut(&[&Session]),
    ) -> u64 {
        let mut let_go = 0;
        for place in self.due.take(minute) {
            let session = self.slots.session(place);
            if session.is_some_and(|session| self.bytes() <= goal || spared.spares(session)) {
                self.due.enrol(place, minute);
                continue;
            }
            if let Some(session) = session {
                let_go += 1;
                sealed(&[session]);
            }
            self.let_go(place);
        }
        let_go
    }
}
