//! Which events match filters on events: what `dwell check` shows of goals, steps of funnels and exposures.

use crate::query::event_filter::EventFilter;

/// The filters that were asked for, and what matched them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventMatchesView {
    /// A row for each filter, in their order.
    pub rows: Vec<EventMatchesRow>,
}

/// What matched one filter.
#[derive(Debug, Clone, PartialEq)]
pub struct EventMatchesRow {
    /// The filter.
    pub filter: EventFilter,
    /// Sessions seen in the window with at least one such event.
    pub sessions: u64,
    /// How many events match.
    pub events: u64,
    /// What most sessions did that matches.
    pub examples: Vec<EventExample>,
}

/// A page that was viewed, or an action that was done on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventExample {
    /// The page.
    pub page: String,
    /// The action; `None` for a view.
    pub action: Option<String>,
    /// Sessions that did it.
    pub sessions: u64,
}

impl EventMatchesView {
    /// What matched a filter; `None` where it was not asked for.
    #[must_use]
    pub fn of(&self, filter: &EventFilter) -> Option<&EventMatchesRow> {
        self.rows.iter().find(|row| row.filter == *filter)
    }
}
