//! The session whose timeline is open.

use std::sync::Arc;

use crate::query::question::SessionRef;
use crate::query::view::{SessionState, Timeline};
use crate::time::{Millis, Span};

/// A timeline of a session that goes on is asked for again this often.
const ASK_EVERY: Span = Span::seconds(2);

/// The session whose timeline is open, and what is known of it.
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
    /// The other.
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
    /// A session that was asked for just now.
    pub(crate) fn new(session: SessionRef, wall: Millis) -> OpenSession {
        OpenSession { session, state: TimelineState::Waiting, asked_at: wall }
    }

    /// The timeline, where there is one.
    pub(crate) fn timeline(&self) -> Option<&Timeline> {
        match &self.state {
            TimelineState::Found(timeline) => Some(timeline),
            TimelineState::Waiting | TimelineState::Gone => None,
        }
    }

    /// Takes an answer; false where it says what was known.
    pub(crate) fn take(&mut self, found: Option<Arc<Timeline>>) -> bool {
        let state = match found {
            Some(timeline) => TimelineState::Found(timeline),
            // What is on the screen stays there when the session is let go behind it.
            None if self.timeline().is_some() => return false,
            None => TimelineState::Gone,
        };
        let news = state != self.state;
        self.state = state;
        news
    }

    /// A later session of the same visitor, the latest one.
    pub(crate) fn next_session(&self) -> Option<SessionRef> {
        let timeline = self.timeline()?;
        let later = timeline.others.iter().map(|row| row.session);
        later.filter(|other| other.start > timeline.row.start).max_by_key(|other| other.start)
    }

    /// Whether it is time to ask again, and takes note that it was done. Who is followed may come back.
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
