//! What waiting does, who came back, and whole paths as CSV (R13).

use super::{number, text};
use crate::query::view::{Cohort, ReturningView, SlownessRow, View, WholePathRow};
use crate::report::share;
use crate::report::visits::{page_of, returning, slowness, waits, whole_paths};
use crate::time::Span;

pub(super) const SLOWNESS: [&str; 9] = [
    "over_s",
    "upto_s",
    "sessions",
    "with_pageview",
    "bounced",
    "bounce_rate",
    "reached",
    "goal_rate",
    "privacy",
];
pub(super) const RETURNING: [&str; 11] =
    ["by", "from", "new", "back_1", "back_2", "back_3", "back_4", "back_5", "back_6", "back_7", "privacy"];
pub(super) const WHOLE_PATHS: [&str; 6] = ["first", "second", "third", "sessions", "share", "privacy"];

pub(super) fn of_slowness(view: &View) -> Vec<Vec<String>> {
    let Some(slowness) = slowness(view) else { return Vec::new() };
    let cells = |(over, upto, row): (Span, Option<Span>, &SlownessRow)| {
        let goal_rate = share(row.reached, row.sessions).filter(|_| slowness.has_goals);
        vec![
            over.as_seconds().to_string(),
            number(upto.map(Span::as_seconds)),
            row.sessions.to_string(),
            row.sessions.to_string(),
            row.bounced.to_string(),
            number(share(row.bounced, row.sessions)),
            if slowness.has_goals { row.reached.to_string() } else { String::new() },
            number(goal_rate),
        ]
    };
    waits(slowness).map(cells).collect()
}

pub(super) fn of_returning(view: &View) -> Vec<Vec<String>> {
    returning(view).map(cohorts).unwrap_or_default()
}

fn cohorts(returning: &ReturningView) -> Vec<Vec<String>> {
    let cells = |cohort: &Cohort| {
        let back = cohort.back.iter().map(|back| back.map(|back| back.to_string()).unwrap_or_default());
        let first = [returning.by.name().to_owned(), cohort.from.rfc3339(), cohort.new.to_string()];
        first.into_iter().chain(back).collect()
    };
    returning.cohorts.iter().map(cells).collect()
}

pub(super) fn of_whole_paths(view: &View) -> Vec<Vec<String>> {
    let Some(paths) = whole_paths(view) else { return Vec::new() };
    let cells = |row: &WholePathRow| {
        let pages = row.steps.iter().map(|step| text(page_of(step)));
        let figures = [row.sessions.to_string(), number(share(row.sessions, paths.sessions))];
        pages.chain(figures).collect()
    };
    paths.rows.iter().map(cells).collect()
}
