//! Messages between a face and the engine: inquiries one way, answers the other.

use std::sync::Arc;

use super::question::{Question, SessionRef};
use super::view::{Timeline, View};
use crate::time::Millis;

/// A question with a ticket that identifies its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Inquiry {
    /// The ticket. Later inquiries have larger ones; an answer to an old one may be ignored.
    pub ticket: u64,
    /// The instant that it is about.
    pub as_of: AsOf,
    /// What is asked.
    pub ask: Ask,
}

/// The instant that a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// The instant of the answer.
    Now,
    /// The instant of the asker's snapshot, which is taken by the first such question since the last release. If it
    /// was evicted for lack of memory, a later one is taken; [`View::now`] tells.
    Snapshot,
    /// An earlier instant, from what is kept now: sessions that began later are left out. What a session did later
    /// counts as its own.
    At(Millis),
}

/// What can be asked of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// A question about sessions.
    View(Box<Question>),
    /// All that happened in one session.
    Timeline(SessionRef),
    /// Releases the snapshot. There is no answer.
    Release,
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The inquiry's ticket.
    pub ticket: u64,
    /// The body of the answer.
    pub found: AnswerBody,
}

/// The body of the answer.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerBody {
    /// The answer to a question.
    View(Arc<View>),
    /// The session, or `None` if it is no longer kept.
    Timeline(Option<Arc<Timeline>>),
}
