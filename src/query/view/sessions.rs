//! Single sessions: in lists, and opened.

use std::sync::Arc;

use crate::query::question::SessionRef;
use crate::store::visitors::Newness;
use crate::time::{Millis, Span};

/// A list of single sessions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionList {
    /// The best rows; shared, because screens keep some of them.
    pub rows: Vec<Arc<SessionRow>>,
    /// Number of sessions in all.
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
    /// The visitor's address: masked, such as `192.0.2.0/24`, or whole if the operator asked for it (R11).
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
    /// Its state.
    pub state: SessionState,
    /// Whether it is a bounce so far.
    pub bounced: bool,
    /// First page, if any.
    pub entry: Option<String>,
    /// Last page, if any.
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
    /// The host as logged, without case, port and trailing dot.
    pub host: String,
    /// Whether requests extended it that are not events: repeated requests for a file (R2).
    pub extended: bool,
    /// Whether a page asset was fetched, such as a style sheet or an image (R3).
    pub has_assets: bool,
    /// Whether its visitor was seen before, as far as dwell has read; `None` if that is not tracked.
    pub newness: Option<Newness>,
    /// Why it is flagged as a bot, if it is (R3).
    pub bot: Option<String>,
    /// Whether it may have begun before the range that was read (R6).
    pub cut: bool,
    /// The goals it has reached, in the order of their definition (R13).
    pub goals: Vec<String>,
}

/// The state of a session.
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
    /// Last event minus first; `None` for a session of one event, which has no duration (R8).
    #[must_use]
    pub fn duration(&self) -> Option<Span> {
        (self.pageviews + self.actions > 1 || self.extended).then(|| self.end.since(self.start))
    }
}

/// The timeline of a session.
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

/// An entry of a timeline.
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
    /// Load time, if logged.
    pub load: Option<Span>,
    /// Its value, such as an order's total.
    pub value: Option<f64>,
    /// Its kept properties: names and values.
    pub properties: Vec<(String, String)>,
    /// The goals that it reaches (R13).
    pub goals: Vec<String>,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// A page was viewed.
    Pageview,
    /// An action, by its name.
    Action(String),
    /// The server refused or failed: noted, changes no figure (R5).
    Error,
    /// The server sent the visitor elsewhere: noted, changes no figure (R5).
    Redirect,
}
