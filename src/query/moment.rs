//! The instant a question is asked at, and what follows for each session: active, open, closed, in the window.

use std::ops::RangeInclusive;

use crate::time::{Millis, Span};

use super::question::Window;
use super::rules::Rules;
use super::view::{ClockState, SessionState};

/// The span that was asked for with `--since` and `--until` (design.md R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Sessions count that have not ended before it, …
    pub since: Millis,
    /// … and have begun before this.
    pub until: Millis,
}

impl Chosen {
    /// All there is.
    pub const ALL: Chosen = Chosen { since: Millis::MIN, until: Millis::MAX };
    /// So far before it input is read, so that the sessions that reach into it are whole (design.md R6).
    const BEFORE: Span = Span::hours(6);

    /// Whether a session with these first and last events is one of those that count.
    #[must_use]
    pub fn overlaps(self, start: Millis, end: Millis) -> bool {
        end >= self.since && start < self.until
    }

    /// From where sessions are known.
    #[must_use]
    pub fn known_from(self) -> Millis {
        self.since - Self::BEFORE
    }

    /// Whether a session reaches back further than sessions are known.
    #[must_use]
    pub fn cuts(self, start: Millis) -> bool {
        start < self.known_from()
    }
}

/// The state of the world when a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Now, on the log's clock.
    pub now: Millis,
    /// Whether that moves on.
    pub clock: ClockState,
    /// The time up to which the input is complete (R6); [`Millis::MAX`] where no more will come.
    pub watermark: Millis,
    /// What makes a session.
    pub rules: Rules,
    /// Which span was asked for.
    pub chosen: Chosen,
}

impl Moment {
    /// The instant that a session which ended at `end` closes.
    #[must_use]
    pub fn closing(&self, end: Millis) -> Millis {
        end + self.rules.gap
    }

    /// The instant that a closed session has closed which ended at `end`: when the input ended, everything closed (R6).
    #[must_use]
    pub fn closed_at(&self, end: Millis) -> Millis {
        self.closing(end).min(self.now)
    }

    /// How far a session is that ended at `end`.
    #[must_use]
    pub fn state(&self, end: Millis) -> SessionState {
        Edges::new(self, &Frame::new(Window::All, self)).state(end)
    }
}

/// A window, and the one of the same length before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Where the window before begins.
    pub before: Millis,
    /// Where the window begins.
    pub from: Millis,
    /// Sessions that closed since then are the ones to learn from how open ones will end (R7).
    pub lately: Millis,
    /// Where it ends.
    pub to: Millis,
}

/// What a moment and a frame ask of the end of a session, as instants to hold it against: worked out once, and asked
/// of millions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edges {
    /// Sessions that ended before are closed.
    closed: Millis,
    /// Of the others, those that ended since are active.
    active: Millis,
    /// Sessions that ended since and are closed have closed in the window …
    window: Millis,
    /// … in the window before it or in the window …
    before: Millis,
    /// … and lately.
    lately: Millis,
    /// One `active` span ago …
    then: Millis,
    /// … sessions were active that had an event since.
    active_then: Millis,
}

impl Edges {
    pub(super) fn new(moment: &Moment, frame: &Frame) -> Edges {
        Edges {
            closed: moment.watermark - moment.rules.gap,
            active: moment.now - moment.rules.active,
            window: frame.from - moment.rules.gap,
            before: frame.before - moment.rules.gap,
            lately: frame.lately - moment.rules.gap,
            then: moment.now - moment.rules.active,
            active_then: moment.now - moment.rules.active - moment.rules.active,
        }
    }

    /// How far a session is that ended at `end`.
    pub(super) fn state(&self, end: Millis) -> SessionState {
        if end < self.closed {
            SessionState::Closed
        } else if end >= self.active {
            SessionState::Active
        } else {
            SessionState::Open
        }
    }

    /// Whether a session from `start` to `end` was active one `active` span ago.
    #[inline]
    pub(super) fn was_active(&self, start: Millis, end: Millis) -> WasActive {
        if end < self.active_then || start > self.then {
            WasActive::No
        } else if end <= self.then {
            WasActive::Yes
        } else {
            WasActive::WithEvent
        }
    }

    /// The instants between which an event makes a session active one `active` span ago.
    pub(super) fn active_then(&self) -> RangeInclusive<Millis> {
        self.active_then..=self.then
    }

    /// In which stretches of time a session has closed that ended at `end`.
    pub(super) fn closed(&self, end: Millis) -> Closed {
        let closed = end < self.closed;
        Closed {
            in_window: closed && end >= self.window,
            before: closed && end >= self.before && end < self.window,
            lately: closed && end >= self.lately,
        }
    }
}

/// Whether a session was active one `active` span ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WasActive {
    No,
    Yes,
    /// If it had an event then: where it begins and ends does not tell.
    WithEvent,
}

/// When a session closed, as a frame's stretches of time have it; nowhere while it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Closed {
    pub(super) in_window: bool,
    pub(super) before: bool,
    pub(super) lately: bool,
}

/// How far back to look at least for how open sessions will end.
const LATELY: Span = Span::hours(1);

impl Frame {
    /// The frame of a window that ends at `moment`.
    #[must_use]
    pub fn new(window: Window, moment: &Moment) -> Frame {
        let to = moment.now;
        match window {
            Window::All => Frame { before: Millis::MIN, from: moment.chosen.since, lately: Millis::MIN, to },
            Window::Last(length) => {
                let ago = |span: Span| (to - span).max(Millis::MIN);
                Frame { before: ago(length + length), from: ago(length), lately: ago(LATELY.max(length)), to }
            }
        }
    }

    /// Where it begins: one over everything does so with the first session.
    #[must_use]
    pub fn begins(&self, first: Millis) -> Millis {
        if self.before == Millis::MIN { self.from.max(first) } else { self.from }
    }

    /// Whether a session with these first and last events was seen in the window.
    #[must_use]
    pub fn saw(&self, start: Millis, end: Millis) -> bool {
        end >= self.from && start <= self.to
    }

    /// On which side of each edge of the frame everything between two instants lies; `None` if an edge parts it.
    #[must_use]
    pub fn side(&self, first: Millis, last: Millis) -> Option<u8> {
        let edges = [self.before, self.from, self.lately];
        let mut sides = 0;
        for (bit, edge) in edges.into_iter().enumerate() {
            if first >= edge {
                sides |= 1 << bit;
            } else if last >= edge {
                return None;
            }
        }
        Some(sides)
    }
}
