//! A screen that is held still: at which instant, and how much it is behind by now.

use crate::query::view::View;
use crate::time::Millis;

/// A screen that is held still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Pause {
    /// The instant that the engine holds; `None` until it has answered.
    held: Option<Instant>,
    /// Lines read by now.
    lines_now: u64,
}

/// An instant that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Instant {
    /// On the log's clock.
    now: Millis,
    /// Lines read by then.
    lines: u64,
}

/// Whether the engine still holds the same instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It does.
    Same,
    /// Memory was too short: this is a later one.
    Later,
}

impl Pause {
    /// Takes note of an answer of the instant that is held.
    pub(crate) fn answered(&mut self, view: &View) -> Hold {
        let held = Instant { now: view.now, lines: view.intake.lines };
        let before = self.held.replace(held);
        self.lines_now = self.lines_now.max(held.lines);
        if before.is_none_or(|before| before == held) { Hold::Same } else { Hold::Later }
    }

    /// Takes note of how many lines have been read by now; false where that is known.
    pub(crate) fn note(&mut self, lines: u64) -> bool {
        let news = lines != self.lines_now;
        self.lines_now = lines;
        news
    }

    /// How many lines came in since.
    pub(crate) fn behind(&self) -> u64 {
        self.held.map_or(0, |held| self.lines_now.saturating_sub(held.lines))
    }
}
