//! The answer that definitions are held against.

use crate::query::definitions::Definitions;
use crate::query::event_filter::EventFilter;
use crate::query::view::{
    AnalysisView, EventMatchesRow, ExperimentView, FunnelView, GoalRow, GoalsView, SMALL_GROUPS, Table,
    TableRow, View,
};

use super::{ACTIONS, PAGES};

/// The answer, and the definitions that it is about.
pub(super) struct Day<'a> {
    pub(super) view: &'a View,
    pub(super) definitions: &'a Definitions,
}

impl<'a> Day<'a> {
    pub(super) fn sessions(&self) -> u64 {
        self.view.totals.sessions
    }

    /// What matched a filter on events.
    pub(super) fn matches(&self, filter: &EventFilter) -> Option<&'a EventMatchesRow> {
        self.view.analyses.iter().find_map(|analysis| match analysis {
            AnalysisView::EventMatches(matches) => matches.of(filter),
            _ => None,
        })
    }

    pub(super) fn goal(&self, name: &str) -> Option<&'a GoalRow> {
        self.goals()?.rows.iter().find(|row| row.goal == name)
    }

    fn goals(&self) -> Option<&'a GoalsView> {
        self.view.analyses.iter().find_map(|analysis| match analysis {
            AnalysisView::Goals(goals) => Some(goals),
            _ => None,
        })
    }

    pub(super) fn funnel(&self, name: &str) -> Option<&'a FunnelView> {
        self.view.analyses.iter().find_map(|analysis| match analysis {
            AnalysisView::Funnel(funnel) if funnel.funnel == name => Some(funnel),
            _ => None,
        })
    }

    pub(super) fn experiment(&self, name: &str) -> Option<&'a ExperimentView> {
        self.view.analyses.iter().find_map(|analysis| match analysis {
            AnalysisView::Experiment(experiment) if experiment.name == name => Some(&**experiment),
            _ => None,
        })
    }

    /// Pages that were viewed, the most viewed first.
    pub(super) fn pages(&self) -> impl Iterator<Item = &'a TableRow> {
        rows(self.view.tables.get(PAGES))
    }

    /// Actions that were done, the most frequent first.
    pub(super) fn actions(&self) -> impl Iterator<Item = &'a TableRow> {
        rows(self.view.tables.get(ACTIONS))
    }
}

/// The rows that are about something: not that of small groups (R11).
fn rows(table: Option<&Table>) -> impl Iterator<Item = &TableRow> {
    table.into_iter().flat_map(|table| &table.rows).filter(|row| row.key != SMALL_GROUPS)
}
