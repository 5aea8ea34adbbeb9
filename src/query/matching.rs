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
    pub(super) state: SessionState,
    pub(super) seen: bool,
    pub(super) closed: Closed,
    pub(super) bounced: bool,
}

impl Facts {
    #[inline]
    pub(super) fn of(row: &impl Row, bounce: BounceRule, edges: &Edges, frame: &Frame) -> Facts {
        let (start, end) = (row.start(), row.end());
        let (pageviews, actions) = (row.pageviews(), row.actions());
        Facts {
            start,
            end,
            pageviews,
            actions,
            state: edges.state(end),
            seen: frame.saw(start, end),
            closed: edges.closed(end),
            bounced: is_bounce_of(pageviews, actions, end.since(start), bounce),
        }
    }

    pub(super) fn has_pageview(&self) -> bool {
        self.pageviews > 0
    }

    /// How long it lasted; `None` for a session of one event (R8).
    pub(super) fn duration(&self) -> Option<Span> {
        (self.pageviews + self.actions > 1).then(|| self.end.since(self.start))
    }
}
