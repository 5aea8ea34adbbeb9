//! Faults: trouble that shows by fixed thresholds, without statistics (design.md R15).
//!
//! Takes the slots of the last hour and gives findings, the most urgent first. A file for each family: silence, what
//! fails, who takes too much. Must not know sessions.

mod crowd;
mod failing;
mod silence;
#[cfg(test)]
mod tests;

use crate::query::view::Finding;
use crate::store::dictionaries::Dictionaries;
use crate::time::{Millis, Span};
use crate::traffic::{Slot, Traffic};

/// A look at the traffic of an instant.
#[derive(Debug, Clone, Copy)]
pub struct FaultScan<'a> {
    /// The traffic.
    pub traffic: &'a Traffic,
    /// The strings.
    pub known: &'a Dictionaries,
    /// The instant.
    pub now: Millis,
    /// Whether lines could come in at this instant: a log that is being read or has ended is not silent.
    pub is_live: bool,
}

/// What has just begun is told by this span …
const LATELY: Span = Span::minutes(5);
/// … against the rest of the hour.
const HOUR: Span = Span::hours(1);
/// Fewer people than this may have made it up themselves (R15).
const LEAST_PEOPLE: u64 = 5;

impl<'a> FaultScan<'a> {
    /// All faults, the most urgent first.
    #[must_use]
    pub fn find(self) -> Vec<Finding> {
        let silence = self.is_live.then(|| silence::find(self)).flatten();
        silence.into_iter().chain(failing::find(self)).chain(crowd::find(self)).collect()
    }

    /// The slots that begin in the last so much time.
    fn last(self, span: Span) -> impl Iterator<Item = (Millis, Span, &'a Slot)> {
        self.between(self.now - span, self.now)
    }

    /// The slots that begin after one instant, and not after another.
    fn between(self, after: Millis, until: Millis) -> impl Iterator<Item = (Millis, Span, &'a Slot)> {
        let begins_there = move |(start, _, _): &(Millis, Span, &Slot)| *start > after && *start <= until;
        self.traffic.slots(after, until).filter(begins_there)
    }
}
