//! Goals and actions in the JSON report (R13).

use serde::Serialize;

use crate::query::view::{GoalsView, TableRow, View};
use crate::report::share;

#[derive(Serialize)]
pub(super) struct GoalRow<'a> {
    goal: &'a str,
    sessions: u64,
    events: u64,
    /// Of all sessions seen; null where there were none.
    rate: Option<f64>,
    value: Option<f64>,
    currency: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ActionRow<'a> {
    action: &'a str,
    events: u64,
    sessions: u64,
    /// Of all sessions seen; null where there were none.
    rate: Option<f64>,
}

impl<'a> GoalRow<'a> {
    pub(super) fn all(goals: &'a GoalsView) -> Vec<GoalRow<'a>> {
        let row = |goal: &'a crate::query::view::GoalRow| GoalRow {
            goal: &goal.goal,
            sessions: goal.sessions,
            events: goal.events,
            rate: share(goal.sessions, goals.seen),
            value: goal.value,
            currency: goal.currency.as_deref(),
        };
        goals.rows.iter().map(row).collect()
    }
}

impl<'a> ActionRow<'a> {
    pub(super) fn of(row: &'a TableRow, view: &View) -> ActionRow<'a> {
        ActionRow {
            action: &row.key,
            events: row.count,
            sessions: row.sessions,
            rate: share(row.sessions, view.totals.sessions),
        }
    }
}
