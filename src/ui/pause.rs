//! The paused screen: its instant, and how far it is behind.

use crate::query::view::View;
use crate::time::Millis;

/// A paused screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Pause {
    /// The instant of the snapshot; `None` until the engine has answered.
    held: Option<Instant>,
    /// Lines read by now.
    lines_now: u64,
}

/// The instant of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Instant {
    /// On the log's clock.
    now: Millis,
    /// Lines read by then.
    lines: u64,
}

/// Whether the engine still has the same snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It has.
    Same,
    /// It was evicted for lack of memory; this is a later one.
    Later,
}

impl Pause {
    /// Records an answer as of the snapshot.
    pub(crate) fn answered(&mut self, view: &View) -> Hold {
        let held = Instant { now: view.now, lines: view.intake.lines };
        let before = self.held.replace(held);
        self.lines_now = self.lines_now.max(held.lines);
        if before.is_none_or(|before| before == held) { Hold::Same } else { Hold::Later }
    }

    /// Records the number of lines read by now; returns false if it is unchanged.
    pub(crate) fn note(&mut self, lines: u64) -> bool {
        let news = lines != self.lines_now;
        self.lines_now = lines;
        news
    }

    /// Number of lines since the snapshot.
    pub(crate) fn behind(&self) -> u64 {
        self.held.map_or(0, |held| self.lines_now.saturating_sub(held.lines))
    }
}
