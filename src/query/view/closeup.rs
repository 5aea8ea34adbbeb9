//! Close-ups of one page, of one action, and of what has changed, as a view shows them.

use crate::time::Span;

use super::Rate;

/// A page close up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PageCloseup {
    /// The page.
    pub page: String,
    /// Views in the sessions seen in the window.
    pub views: u64,
    /// Sessions seen in the window with a view of it.
    pub sessions: u64,
    /// Of those, the ones that began there.
    pub entries: u64,
    /// Of those, the ones whose last page it is.
    pub exits: u64,
    /// Sessions that began there and closed in the window.
    pub settled: u64,
    /// Of `settled`, the bounced ones.
    pub bounced: u64,
    /// Errors noted on it in sessions with a view of it.
    pub errors: u64,
    /// Time on page in the sessions that closed in the window.
    pub stays: Stays,
    /// Load times of its views; none if they are not logged.
    pub loads: Loads,
    /// What came before each view, the most frequent first; the counts add up to `views`.
    pub before: Vec<FlowRow>,
    /// What came after each view, the most frequent first; the counts add up to `views`.
    pub after: Vec<FlowRow>,
}

impl PageCloseup {
    /// The settled bounce rate of the sessions that began there.
    #[must_use]
    pub fn bounce(&self) -> Rate {
        Rate { bounced: self.bounced as f64, of: self.settled }
    }
}

/// Time on page: until the next event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stays {
    /// Views with an event after them.
    pub measured: u64,
    /// The median.
    pub p50: Span,
    /// The 90th percentile.
    pub p90: Span,
}

/// Load times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Loads {
    /// Views with a logged load time.
    pub measured: u64,
    /// The median.
    pub p50: Span,
    /// The 90th percentile.
    pub p90: Span,
    /// Views per row of [`LOAD_BOUNDS`].
    pub histogram: [u64; LOAD_BOUNDS.len()],
}

/// Lower bounds of the rows of load times; each row runs up to, not including, the next bound.
pub const LOAD_BOUNDS: [Span; 7] =
    [Span::ZERO, Span(50), Span(100), Span(250), Span(500), Span(1_000), Span(2_500)];

/// Something that came before or after a page, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowRow {
    /// What it was.
    pub step: FlowStep,
    /// Before or after how many views.
    pub count: u64,
    /// In how many sessions.
    pub sessions: u64,
}

/// What came before or after a view of a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum FlowStep {
    /// Nothing after it, and the session is no longer active.
    #[default]
    Left,
    /// Nothing after it so far: the session is active.
    StillHere,
    /// Nothing before it: the session began there, and came from this source.
    Source(String),
    /// A view of a page; the page itself if it was reloaded.
    Page(String),
    /// An action by its name.
    Action(String),
}

/// An action close up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActionCloseup {
    /// The action's name.
    pub action: String,
    /// Conversions of the sessions seen in the window by channel; the channel with the most sessions first.
    pub channels: Vec<Conversion>,
    /// The pages where it happened in those sessions, the most frequent first.
    pub pages: Vec<PageShare>,
}

/// Sessions of a channel, and those of them that did it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversion {
    /// The channel (R10).
    pub channel: String,
    /// Its sessions.
    pub sessions: u64,
    /// Of those, the ones with the action.
    pub converted: u64,
}

impl Conversion {
    /// The conversion rate, from 0 to 1; `None` if there are no sessions.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.sessions > 0).then(|| self.converted as f64 / self.sessions as f64)
    }
}

/// A page, and how often something happened there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageShare {
    /// The page.
    pub page: String,
    /// How often.
    pub count: u64,
    /// In how many sessions.
    pub sessions: u64,
    /// How often those sessions and all others seen viewed the page.
    pub views: u64,
}

impl PageShare {
    /// How often it happened for each view of the page; `None` where the page itself is never viewed.
    #[must_use]
    pub fn per_view(&self) -> Option<f64> {
        (self.views > 0).then(|| self.count as f64 / self.views as f64)
    }
}

/// The bots among the sessions seen in the window. Changes are in the findings of [`crate::query::view::View`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangesCloseup {
    /// Bots by name or, if the user agent has none, by the reason (R3); the most sessions first.
    pub bots: Vec<BotRow>,
}

/// Sessions of one bot, or of all bots of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BotRow {
    /// The bot's name; empty if its user agent has none.
    pub name: String,
    /// Why its sessions are flagged (R3).
    pub reason: String,
    /// How many there are.
    pub sessions: u64,
}
