//! The figures of the earlier span that the report is compared with (R17), in the shapes of the report's own.

use serde::Serialize;

use super::duration::Duration;
use super::goals::GoalRow;
use super::pages::PageEntry;
use super::traffic::Traffic;
use super::{CHANNELS, ChannelEntry, PAGES, SOURCES, SessionTotals, SourceEntry, ranking, rows};
use crate::config::choices::Keyword;
use crate::query::comparison::Comparison;
use crate::query::view::View;
use crate::report::{Earlier, goals};

#[derive(Serialize)]
pub(super) struct Compared<'a> {
    with: &'static str,
    from: String,
    to: String,
    /// Whether the log reaches back to `from`: if not, the figures are of less time than the report's.
    complete: bool,
    sessions: SessionTotals,
    duration: Duration,
    channels: Vec<ChannelEntry<'a>>,
    sources: Vec<SourceEntry<'a>>,
    pages: Vec<PageEntry<'a>>,
    goals: Vec<GoalRow<'a>>,
    traffic: Option<Traffic<'a>>,
}

impl<'a> Compared<'a> {
    pub(super) fn of(view: &View, Earlier { with, view: earlier }: Earlier<'a>) -> Compared<'a> {
        Compared {
            with: with.name(),
            from: earlier.from.rfc3339(),
            to: earlier.to.rfc3339(),
            complete: Comparison::new(view, earlier).is_known(),
            sessions: SessionTotals::of(earlier),
            duration: Duration::of(&earlier.durations),
            channels: rows(ranking(earlier, CHANNELS), ChannelEntry::of),
            sources: rows(ranking(earlier, SOURCES), SourceEntry::of),
            pages: rows(ranking(earlier, PAGES), PageEntry::of),
            goals: goals(earlier).map(GoalRow::all).unwrap_or_default(),
            traffic: Traffic::of(earlier),
        }
    }
}
