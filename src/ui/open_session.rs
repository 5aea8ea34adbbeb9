//! The session whose timeline is open.

use std::sync::Arc;

use crate::query::question::SessionRef;
use crate::query::view::{SessionState, Timeline};
use crate::time::{Millis, Span};

/// How often the timeline of a session that goes on is asked for again.
const ASK_EVERY: Span = Span::seconds(2);

/// The session whose timeline is open, and its state.
#[derive(Debug, Clone)]
pub(crate) struct OpenSession {
    /// Which session.
    pub(crate) session: SessionRef,
    /// What the engine found.
    pub(crate) state: TimelineState,
    asked_at: Millis,
}

/// Whether the open session's visitor is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Following {
    /// The cursor stays on the newest step, and goes on to the visitor's next session.
    Yes,
    /// It does not.
    No,
}

impl Following {
    /// The opposite.
    pub(crate) fn turned(self) -> Following {
        match self {
            Following::Yes => Following::No,
            Following::No => Following::Yes,
        }
    }
}

/// What the engine found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TimelineState {
    /// It has not answered yet.
    Waiting,
    /// All that happened.
    Found(Arc<Timeline>),
    /// The session is no longer kept.
    Gone,
}

impl OpenSession {
    /// A session that has just been opened.
    pub(crate) fn new(session: SessionRef, wall: Millis) -> OpenSession {
        OpenSession { session, state: TimelineState::Waiting, asked_at: wall }
    }

    /// The timeline, if it has been found.
    pub(crate) fn timeline(&self) -> Option<&Timeline> {
        match &self.state {
            TimelineState::Found(timeline) => Some(timeline),
            TimelineState::Waiting | TimelineState::Gone => None,
        }
    }

    /// Takes an answer; returns false if nothing has changed.
    pub(crate) fn take(&mut self, found: Option<Arc<Timeline>>) -> bool {
        let state = match found {
            Some(timeline) => TimelineState::Found(timeline),
            // The timeline stays on the screen when the session is evicted.
            None if self.timeline().is_some() => return false,
            None => TimelineState::Gone,
        };
        let news = state != self.state;
        self.state = state;
        news
    }

    /// The latest session of the same visitor, if it is later.
    pub(crate) fn next_session(&self) -> Option<SessionRef> {
        let timeline = self.timeline()?;
        let later = timeline.others.iter().map(|row| row.session);
        later.filter(|other| other.start > timeline.row.start).max_by_key(|other| other.start)
    }

    /// Whether it is time to ask again; if so, records the time. A followed visitor may come back.
    pub(crate) fn ask_again(&mut self, wall: Millis, following: Following) -> bool {
        let goes_on = match &self.state {
            TimelineState::Waiting => true,
            TimelineState::Found(timeline) => {
                timeline.row.state != SessionState::Closed || following == Following::Yes
            }
            TimelineState::Gone => false,
        };
        let due = goes_on && wall.since(self.asked_at) >= ASK_EVERY;
        if due {
            self.asked_at = wall;
        }
        due
    }
}
