//! A session that matches, with what every count asks of it.

use crate::store::row::Row;
use crate::time::{Millis, Span};

use super::matcher::is_bounce_of;
use super::moment::{Closed, Edges, Frame};
use super::question::BounceRule;
use super::view::SessionState;

/// A session that matches.
pub(super) struct Matching<R> {
    pub(super) row: R,
    pub(super) facts: Facts,
}

/// What a question asks of each session, read and worked out once.
pub(super) struct Facts {
    pub(super) start: Millis,
    pub(super) end: Millis,
    pub(super) pageviews: u32,
    pub(super) actions: u32,
    pub(super) bounced: bool,
    pub(super) stand: Stand,
}

/// Where a session stands in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    pub(super) state: SessionState,
    /// Whether it was seen in the window.
    pub(super) seen: bool,
    pub(super) closed: Closed,
}

impl Stand {
    /// Where a session from `start` to `end` stands.
    #[inline]
    pub(super) fn of((start, end): (Millis, Millis), edges: &Edges, frame: &Frame) -> Stand {
        Stand { state: edges.state(end), seen: frame.saw(start, end), closed: edges.closed(end) }
    }
}

impl<R: Row> Matching<R> {
    #[inline]
    pub(super) fn new(row: R, bounce: BounceRule, stand: impl Fn(Millis, Millis) -> Stand) -> Matching<R> {
        let (start, end) = (row.start(), row.end());
        let (pageviews, actions) = (row.pageviews(), row.actions());
        let bounced = is_bounce_of(pageviews, actions, end.since(start), bounce);
        let facts = Facts { start, end, pageviews, actions, bounced, stand: stand(start, end) };
        Matching { row, facts }
    }
}

impl Facts {
    pub(super) fn has_pageview(&self) -> bool {
        self.pageviews > 0
    }

    /// How long it lasted; `None` for a session of one event (R8).
    pub(super) fn duration(&self) -> Option<Span> {
        (self.pageviews + self.actions > 1).then(|| self.end.since(self.start))
    }
}
