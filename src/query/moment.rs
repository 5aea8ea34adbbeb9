//! The instant of a question, which decides the state of each session: active, open, closed, in the window.

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
    /// Everything.
    pub const ALL: Chosen = Chosen { since: Millis::MIN, until: Millis::MAX };
    /// Input is read from this long before it, so that sessions that reach into it are whole (design.md R6).
    const BEFORE: Span = Span::hours(6);

    /// Whether a session with these first and last events counts.
    #[must_use]
    pub fn overlaps(self, start: Millis, end: Millis) -> bool {
        end >= self.since && start < self.until
    }

    /// The instant from which sessions are known.
    #[must_use]
    pub fn known_from(self) -> Millis {
        self.since - Self::BEFORE
    }

    /// Whether a session may have begun before that instant.
    #[must_use]
    pub fn cuts(self, start: Millis) -> bool {
        start < self.known_from()
    }
}

/// The instant of an answer, and the settings that it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Now, on the log's clock.
    pub now: Millis,
    /// Whether that clock moves on.
    pub clock: ClockState,
    /// The time up to which the input is complete (R6); [`Millis::MAX`] at its end.
    pub watermark: Millis,
    /// What makes a session.
    pub rules: Rules,
    /// Which span was asked for.
    pub chosen: Chosen,
}

impl Moment {
    /// The instant at which a session with this last event closes.
    #[must_use]
    pub fn closing(&self, end: Millis) -> Millis {
        end + self.rules.gap
    }

    /// The instant at which a closed session with this last event closed: at the end of the input everything closes
    /// (R6).
    #[must_use]
    pub fn closed_at(&self, end: Millis) -> Millis {
        self.closing(end).min(self.now)
    }

    /// The state of a session with this last event.
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
    /// Sessions that closed since then predict how open ones will end (R7).
    pub lately: Millis,
    /// Where it ends.
    pub to: Millis,
}

/// Thresholds for the last event of a session, precomputed from a moment and a frame because they are compared with
/// millions of sessions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edges {
    /// Sessions whose last event is earlier are closed.
    closed: Millis,
    /// Sessions whose last event is at or after this are active.
    active: Millis,
    /// Closed sessions whose last event is at or after this closed in the window …
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

    /// The state of a session with this last event.
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

    /// The spans of the frame in which a session with this last event closed.
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
    /// Only if it had an event then: its start and end do not tell.
    WithEvent,
}

/// The spans of a frame in which a session closed; none while it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Closed {
    pub(super) in_window: bool,
    pub(super) before: bool,
    pub(super) lately: bool,
}

/// What has just begun shows in this span …
const RECENT: Span = Span::minutes(5);
/// … against the rest of this one (R15).
const HOUR: Span = Span::hours(1);

/// The least span from which to predict how open sessions will end.
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

    /// The last five minutes, and the 55 before, of the same instant.
    #[must_use]
    pub fn hour(&self) -> Frame {
        Frame { before: self.to - HOUR, from: self.to - RECENT, ..*self }
    }

    /// Its start; that of a frame over everything is the first session's.
    #[must_use]
    pub fn begins(&self, first: Millis) -> Millis {
        if self.before == Millis::MIN { self.from.max(first) } else { self.from }
    }

    /// Whether a session with these first and last events was seen in the window.
    #[must_use]
    pub fn saw(&self, start: Millis, end: Millis) -> bool {
        end >= self.from && start <= self.to
    }

    /// On which side of each edge of the frame a span lies; `None` if an edge splits it.
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
