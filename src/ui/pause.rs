//! A screen that is held still: since when, and how much it is behind by now.

use crate::time::Millis;

/// A screen that is held still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pause {
    /// The instant that is held.
    pub(crate) held: Millis,
    /// Lines read when it was held.
    lines_then: u64,
    /// Lines read by now.
    lines_now: u64,
}

impl Pause {
    /// Holds an instant at which so many lines had been read.
    pub(crate) fn new(held: Millis, lines: u64) -> Pause {
        Pause { held, lines_then: lines, lines_now: lines }
    }

    /// Takes note of how many lines have been read by now; false where that is known.
    pub(crate) fn note(&mut self, lines: u64) -> bool {
        let news = lines != self.lines_now;
        self.lines_now = lines;
        news
    }

    /// How many lines came in since.
    pub(crate) fn behind(&self) -> u64 {
        self.lines_now.saturating_sub(self.lines_then)
    }
}
