//! What passes between a face and the engine: an inquiry one way, an answer the other way.

use std::sync::Arc;

use super::question::{Question, SessionRef};
use super::view::{Timeline, View};

/// A question on its way, with a ticket by which its answer is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Inquiry {
    /// Which inquiry: later ones have larger numbers; an answer to an old one may be thrown away.
    pub ticket: u64,
    /// Of which instant it is asked.
    pub as_of: AsOf,
    /// What is asked.
    pub ask: Ask,
}

/// The instant whose sessions are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// That of the answer.
    Now,
    /// The one that is held: that of the first answer since an instant was last released. Where memory was too short
    /// to hold it on, the answer is of a later one, and says so by its [`View::now`].
    Snapshot,
}

/// What can be asked of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// A question about sessions.
    View(Box<Question>),
    /// All that happened in one session.
    Timeline(SessionRef),
    /// Nothing: the instant that is held need not be held any longer. There is no answer.
    Release,
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The inquiry's ticket.
    pub ticket: u64,
    /// What was found.
    pub found: AnswerBody,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswerBody {
    /// The answer to a question.
    View(Arc<View>),
    /// The session, or nothing where it is no longer kept.
    Timeline(Option<Arc<Timeline>>),
}
