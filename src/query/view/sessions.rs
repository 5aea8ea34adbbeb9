//! Single sessions: in lists, and opened.

use std::sync::Arc;

use crate::query::question::SessionRef;
use crate::store::visitors::Newness;
use crate::time::{Millis, Span};

/// A list of single sessions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionList {
    /// The best rows, shared with whoever keeps some of them on a screen.
    pub rows: Vec<Arc<SessionRow>>,
    /// How many sessions there are in all.
    pub total: u64,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and they do not exclude each other"
)]
pub struct SessionRow {
    /// Its name for later questions.
    pub session: SessionRef,
    /// The visitor's alias, such as `otter-4f2a` (R11).
    pub alias: String,
    /// The visitor's address: masked, such as `192.0.2.0/24`, or whole where the operator asked for it (R11).
    pub address: String,
    /// First event.
    pub start: Millis,
    /// Last event.
    pub end: Millis,
    /// Number of pageviews.
    pub pageviews: u32,
    /// Number of actions.
    pub actions: u32,
    /// Number of errors noted.
    pub errors: u32,
    /// How far it is.
    pub state: SessionState,
    /// Whether it counts as a bounce, as things stand.
    pub bounced: bool,
    /// First page, where there is one.
    pub entry: Option<String>,
    /// Last page, where there is one.
    pub exit: Option<String>,
    /// Channel (R10).
    pub channel: String,
    /// Source (R9).
    pub source: String,
    /// `utm_campaign`, or empty.
    pub campaign: String,
    /// Country, two letters, or empty.
    pub country: String,
    /// Browser family.
    pub browser: String,
    /// Operating system.
    pub system: String,
    /// Desktop, phone, …
    pub device: String,
    /// The host asked for, or empty.
    pub site: String,
    /// That host as the log has it, without case, port and closing dot.
    pub host: String,
    /// Whether requests extended it that are none of its events: a file's, after the first (R2).
    pub extended: bool,
    /// Whether anything was fetched that a page needs, such as a style sheet or an image (R3).
    pub has_assets: bool,
    /// Whether its visitor has been here before, as far as dwell has read; `None` where that is not remembered.
    pub newness: Option<Newness>,
    /// Why it is flagged as a bot, if it is (R3).
    pub bot: Option<String>,
    /// Whether it reaches back further than was read (R6).
    pub cut: bool,
    /// The goals it has reached, in the order in which they are defined (R13).
    pub goals: Vec<String>,
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionState {
    /// Last event at most `--active` ago.
    Active,
    /// Not closed yet, but no longer active.
    Open,
    /// Closed.
    Closed,
}

impl SessionRow {
    /// Last event less first; `None` for a session of one event, which has no duration (R8).
    #[must_use]
    pub fn duration(&self) -> Option<Span> {
        (self.pageviews + self.actions > 1 || self.extended).then(|| self.end.since(self.start))
    }
}

/// A session opened: all that happened in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// The session.
    pub row: SessionRow,
    /// The referrer it came from, without its query, or empty.
    pub referrer: String,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// Other sessions of the same visitor, or of the same user on other devices, that are still kept; latest first.
    pub others: Vec<SessionRow>,
}

/// One thing that happened in a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When.
    pub at: Millis,
    /// What.
    pub kind: StepKind,
    /// On which page.
    pub page: String,
    /// The server's answer.
    pub status: u16,
    /// Until the next event; `None` for the last one, for which it cannot be known.
    pub stayed: Option<Span>,
    /// How long the server took, where the log says it.
    pub load: Option<Span>,
    /// Its value, such as an order's total.
    pub value: Option<f64>,
    /// Its properties that are kept: names and texts.
    pub properties: Vec<(String, String)>,
    /// The goals that it reaches (R13).
    pub goals: Vec<String>,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// A page was looked at.
    Pageview,
    /// An action, by its name.
    Action(String),
    /// The server refused or failed: noted, changes no figure (R5).
    Error,
    /// The server sent the visitor elsewhere: noted, changes no figure (R5).
    Redirect,
}
