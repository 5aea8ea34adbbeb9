//! What visitors did: goals and what they are worth, and actions (R13).

use std::io;

use super::name;
use crate::query::view::{GoalRow, GoalsView, Table, View};
use crate::report::text_writer::{TextWriter, left, right};
use crate::report::{ACTIONS, goals, ranking, share};
use crate::text::{percent, thousands};

const ACTION_ROWS: usize = 10;

/// Writes the goals that are defined, and the most frequent actions.
pub(super) fn write(view: &View, out: &mut TextWriter) -> io::Result<()> {
    if let Some(goals) = goals(view).filter(|goals| !goals.rows.is_empty()) {
        write_goals(goals, out)?;
    }
    match ranking(view, ACTIONS).filter(|table| !table.rows.is_empty()) {
        Some(actions) => write_actions(actions, view, out),
        None => Ok(()),
    }
}

fn write_goals(goals: &GoalsView, out: &mut TextWriter) -> io::Result<()> {
    out.heading("Goals", "sessions that reached them, share of all sessions, how often, value")?;
    let columns = figures("sessions", "rate", "times", "value");
    let columns = out.paint.muted(&format!("{}{columns}", left("  goal", 36)));
    out.line(columns)?;
    goals.rows.iter().try_for_each(|goal| {
        let rate = share(goal.sessions, goals.seen).map_or_else(String::new, percent);
        let counts = figures(&thousands(goal.sessions), &rate, &thousands(goal.events), &value(goal));
        out.line(format!("  {}{counts}", name(&goal.goal, 34)))
    })
}

fn write_actions(actions: &Table, view: &View, out: &mut TextWriter) -> io::Result<()> {
    let shown = actions.rows.len().min(ACTION_ROWS);
    let of = thousands(actions.total_rows);
    out.heading(
        "Actions",
        &format!("{shown} of {of} · sessions that did them, share of all sessions, how often"),
    )?;
    let columns = figures("sessions", "rate", "times", "");
    let columns = out.paint.muted(&format!("{}{columns}", left("  action", 36)));
    out.line(columns)?;
    actions.rows.iter().take(ACTION_ROWS).try_for_each(|row| {
        let rate = share(row.sessions, view.totals.sessions).map_or_else(String::new, percent);
        let counts = figures(&thousands(row.sessions), &rate, &thousands(row.count), "");
        out.line(format!("  {}{counts}", name(&row.key, 34)))
    })
}

fn figures(sessions: &str, rate: &str, times: &str, value: &str) -> String {
    [right(sessions, 9), right(rate, 9), right(times, 9), right(value, 16)].concat()
}

/// The sum of values with its currency; nothing where there are no values.
fn value(goal: &GoalRow) -> String {
    let Some(value) = goal.value else { return String::new() };
    let amount = crate::text::amount(value);
    match &goal.currency {
        Some(currency) => format!("{amount} {}", crate::text::harmless(currency)),
        None => amount,
    }
}
