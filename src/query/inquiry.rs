//! What passes between a face and the engine: an inquiry one way, an answer the other way.

use std::sync::Arc;

use super::question::{Question, SessionRef};
use super::view::{Timeline, View};

/// A question on its way, with a ticket by which its answer is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Inquiry {
    /// Which inquiry: later ones have larger numbers; an answer to an old one may be thrown away.
    pub ticket: u64,
    /// What is asked.
    pub ask: Ask,
}

/// What can be asked of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// A question about sessions.
    View(Box<Question>),
    /// All that happened in one session.
    Timeline(SessionRef),
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The inquiry's ticket.
    pub ticket: u64,
    /// What was found.
    pub found: Found,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// The answer to a question.
    View(Arc<View>),
    /// The session, or nothing where it is no longer kept.
    Timeline(Option<Arc<Timeline>>),
}
