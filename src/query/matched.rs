//! A matching session, with the facts that all counters need.

use crate::store::row::Row;
use crate::time::{Millis, Span};

use super::counts::Bounces;
use super::matcher::Matcher;
use super::moment::{Closed, Edges, Frame, Moment, WasActive};
use super::view::SessionState;

/// A matching session.
pub(super) struct Matched<R> {
    pub(super) row: R,
    pub(super) facts: Facts,
    pub(super) stand: TimeClass,
}

/// What a question needs of each session, derived once.
pub(super) struct Facts {
    pub(super) start: Millis,
    pub(super) end: Millis,
    pub(super) pageviews: u32,
    pub(super) actions: u32,
    /// Whether requests extended it that are not events (R2).
    pub(super) extended: bool,
    pub(super) bounced: bool,
}

/// How a session's times relate to the window and its state. Sessions of the same class are counted together, so that
/// conditions on it are tested once for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TimeClass {
    pub(super) state: SessionState,
    /// Whether it was seen in the window.
    pub(super) seen: bool,
    /// Whether it started in the window …
    pub(super) started: bool,
    /// … or in the one before it or in the window.
    pub(super) started_lately: bool,
    pub(super) was_active: WasActive,
    pub(super) closed: Closed,
}

impl TimeClass {
    /// The class of a session from `start` to `end`.
    #[inline]
    pub(super) fn of((start, end): (Millis, Millis), edges: &Edges, frame: &Frame) -> TimeClass {
        TimeClass {
            state: edges.state(end),
            seen: frame.saw(start, end),
            started: (frame.from..=frame.to).contains(&start),
            started_lately: (frame.before..=frame.to).contains(&start),
            was_active: edges.was_active(start, end),
            closed: edges.closed(end),
        }
    }
}

impl<R: Row> Matched<R> {
    #[inline]
    pub(super) fn new(
        row: R,
        (matcher, moment): (&Matcher, &Moment),
        stand: impl Fn(Millis, Millis) -> TimeClass,
    ) -> Matched<R> {
        let (start, end) = (row.start(), row.end());
        let (pageviews, actions) = (row.pageviews(), row.actions());
        let bounced = matcher.is_bounce(&row, (pageviews, actions, end.since(start)), moment);
        let facts = Facts { start, end, pageviews, actions, extended: row.extended(), bounced };
        Matched { row, facts, stand: stand(start, end) }
    }
}

impl Facts {
    pub(super) fn has_pageview(&self) -> bool {
        self.pageviews > 0
    }

    /// How long it lasted; `None` for a session of one event (R8).
    pub(super) fn duration(&self) -> Option<Span> {
        (self.pageviews + self.actions > 1 || self.extended).then(|| self.end.since(self.start))
    }
}

/// Sums over some sessions.
pub(super) struct Sums {
    pub(super) sessions: u64,
    pub(super) with_pageview: u64,
    /// Of those, the ones that are bounces, as things stand.
    pub(super) bounced: u64,
    pub(super) pageviews: u64,
    pub(super) actions: u64,
    /// The earliest and the latest start.
    pub(super) starts: (Millis, Millis),
    /// The earliest and the latest end.
    pub(super) ends: (Millis, Millis),
}

impl Sums {
    pub(super) fn of<R>(sessions: &[Matched<R>]) -> Sums {
        const NEVER: (Millis, Millis) = (Millis::MAX, Millis::MIN);
        let widened = |(first, last): (Millis, Millis), time: Millis| (time.min(first), time.max(last));
        let mut sums = Sums {
            sessions: sessions.len() as u64,
            with_pageview: 0,
            bounced: 0,
            pageviews: 0,
            actions: 0,
            starts: NEVER,
            ends: NEVER,
        };
        for Matched { facts, .. } in sessions {
            sums.with_pageview += u64::from(facts.has_pageview());
            sums.bounced += u64::from(facts.bounced);
            sums.pageviews += u64::from(facts.pageviews);
            sums.actions += u64::from(facts.actions);
            sums.starts = widened(sums.starts, facts.start);
            sums.ends = widened(sums.ends, facts.end);
        }
        sums
    }

    /// The bounced ones of those that could bounce (R7).
    pub(super) fn bounces(&self) -> Bounces {
        Bounces { bounced: self.bounced, of: self.with_pageview }
    }
}
