//! Chains of events that take a funnel's steps.

use std::cmp::Reverse;

use crate::query::definitions::MOST_STEPS;
use crate::time::Millis;

use super::trail::TrailEvent;

/// How far someone came in a funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) enum Course {
    /// Never entered it.
    Outside,
    /// Entered then, and would have come further without what the funnel excludes.
    Excluded(Millis),
    /// Came so far.
    Inside(Chain),
}

/// The events that take steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::query) struct Chain {
    /// For each step the event that takes it, by its place on the trail.
    pub(super) taken: [Option<usize>; MOST_STEPS],
    /// The last required step that is taken, by its place among the required ones.
    pub(in crate::query) last: usize,
    /// When the earliest of its events came.
    pub(in crate::query) start: Millis,
}

impl Chain {
    /// The place of the event that takes a step; `None` where it is not taken.
    pub(in crate::query) fn taken(&self, step: usize) -> Option<usize> {
        self.taken.get(step).copied().flatten()
    }

    /// How good it is, least first: the deepest, then the earliest, then that which takes each step earliest.
    pub(super) fn rank(&self, events: &[TrailEvent]) -> (Reverse<usize>, Millis, [Millis; MOST_STEPS]) {
        let times = self.taken.map(|taken| taken.map_or(Millis::MAX, |at| events[at].time));
        (Reverse(self.last), self.start, times)
    }
}

/// Whether chains may lead past events that the funnel excludes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exclusions {
    Hold,
    AreIgnored,
}
