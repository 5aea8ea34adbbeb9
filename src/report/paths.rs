//! What visitors did after the most viewed pages, as all faces of a report list it (R13).

use crate::query::view::{AnalysisView, NextSteps, NextStepsView, PathColumn, PathRow, PathStep, View};

/// The pages whose next steps a report shows.
pub(super) const PAGES: usize = 10;

/// What sessions did so many steps after a page.
pub(super) struct NextStep<'a> {
    pub(super) step: usize,
    pub(super) to: &'a str,
    pub(super) kind: &'static str,
    pub(super) sessions: u64,
}

/// The pages and what came after each.
pub(super) fn paths(view: &View) -> Option<&NextStepsView> {
    view.analyses.iter().find_map(|analysis| match analysis {
        AnalysisView::NextSteps(next) => Some(next),
        _ => None,
    })
}

/// The steps after a page: the nearest ones first, of those the most frequent; last what has no row.
pub(super) fn next_steps(page: &NextSteps) -> impl Iterator<Item = NextStep<'_>> {
    (1..).zip(&page.after).flat_map(|(step, column)| {
        let rows = column.rows.iter().map(move |row| {
            let (kind, to) = row_parts(row);
            NextStep { step, to, kind, sessions: row.sessions }
        });
        rows.chain(other(step, column))
    })
}

fn other(step: usize, column: &PathColumn) -> Option<NextStep<'_>> {
    let sessions = column.other.sessions;
    (sessions > 0).then_some(NextStep { step, to: "(other)", kind: "other", sessions })
}

/// What kind of step a row is, and its name.
fn row_parts(row: &PathRow) -> (&'static str, &str) {
    match &row.step {
        PathStep::Page(page) => ("page", page),
        PathStep::Group(group) => ("group", group),
        PathStep::Action(action) => ("action", action),
        PathStep::Entered => ("entered", "(entered)"),
        PathStep::Left => ("left", "(left)"),
        PathStep::StillHere => ("still here", "(still here)"),
    }
}
