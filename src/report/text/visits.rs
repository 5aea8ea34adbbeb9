//! What waiting does, who came back, and whole paths (R13).

use std::io;

use super::name;
use crate::query::analysis::ask::ReturningBy;
use crate::query::view::{
    Cohort, RETURNING_LATER, RETURNING_NOTE, ReturningView, SlownessRow, SlownessView, View, WholePathsView,
};
use crate::report::share;
use crate::report::text_writer::{TextWriter, left, right};
use crate::report::visits::{measured, page_of, returning, slowness, waits, whole_paths};
use crate::text::{percent, readable_path, thousands};
use crate::time::{Millis, Span};

/// The latest hours, days or weeks: as many as fit on a screen with their heading.
const COHORTS: usize = 14;
const PATHS: usize = 10;
/// A page of a whole path.
const PAGE: usize = 20;

/// Writes bounces and goals by load times, where the log has these.
pub(super) fn write_slowness(view: &View, out: &mut TextWriter) -> io::Result<()> {
    match slowness(view).filter(|slowness| measured(slowness) > 0) {
        Some(slowness) => write_waits(slowness, out),
        None => Ok(()),
    }
}

fn write_waits(slowness: &SlownessView, out: &mut TextWriter) -> io::Result<()> {
    let goals = if slowness.has_goals { " and who reached a goal" } else { "" };
    out.heading("Waiting", &format!("how long the first page took, who bounced{goals}"))?;
    let goal = if slowness.has_goals { "goal" } else { "" };
    let columns =
        format!("{}{}", left("  first page took", 45), figures("sessions", "share", "bounce", goal));
    let columns = out.paint.muted(&columns);
    out.line(columns)?;
    waits(slowness).try_for_each(|(over, most, row)| out.line(wait(over, most, row, slowness)))?;
    match slowness.unmeasured {
        0 => Ok(()),
        count => out.line(format!("  not logged for {} more", thousands(count))),
    }
}

fn wait(over: Span, most: Option<Span>, row: &SlownessRow, slowness: &SlownessView) -> String {
    let took = match most {
        Some(most) => format!("{}–{} s", over.as_seconds(), most.as_seconds()),
        None => format!("over {} s", over.as_seconds()),
    };
    let rate = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), percent);
    let all = share(row.sessions, measured(slowness));
    let goal = if slowness.has_goals { rate(row.goal_rate()) } else { String::new() };
    let figures = figures(&thousands(row.sessions), &rate(all), &rate(row.bounce_rate()), &goal);
    format!("  {}{figures}", left(&took, 43))
}

fn figures(sessions: &str, share: &str, bounce: &str, goal: &str) -> String {
    [right(sessions, 9), right(share, 9), right(bounce, 9), right(goal, 8)].concat()
}

/// Writes who came back, where that can be said of anyone.
pub(super) fn write_returning(view: &View, out: &mut TextWriter) -> io::Result<()> {
    let can_tell = |cohort: &Cohort| cohort.back.iter().any(Option::is_some);
    match returning(view).filter(|returning| returning.cohorts.iter().any(can_tell)) {
        Some(returning) => write_cohorts(returning, out),
        None => Ok(()),
    }
}

fn write_cohorts(returning: &ReturningView, out: &mut TextWriter) -> io::Result<()> {
    let by = returning.by.name();
    let first_seen = match returning.by {
        ReturningBy::Hour => "in an hour",
        ReturningBy::Day | ReturningBy::Fitting => "on a day",
        ReturningBy::Week => "in a week",
    };
    let note = format!("visitors first seen {first_seen} (UTC), and who came back so much later");
    out.heading("Returning", &note)?;
    let later: String = (1..=RETURNING_LATER).map(|nth| right(&format!("{by} {nth}"), 8)).collect();
    let columns = out.paint.muted(&format!("{}{}{later}", left("  first seen", 15), right("new", 8)));
    out.line(columns)?;
    let hidden = returning.cohorts.len().saturating_sub(COHORTS);
    returning
        .cohorts
        .iter()
        .skip(hidden)
        .try_for_each(|cohort| out.line(cohort_line(cohort, returning.by)))?;
    out.paragraph(&format!("Visitors are known {RETURNING_NOTE}.{}", besides(returning)))
}

fn cohort_line(cohort: &Cohort, by: ReturningBy) -> String {
    let back = |back: &Option<u64>| {
        let rate = back.and_then(|back| share(back, cohort.new));
        right(&rate.map(percent).unwrap_or_default(), 8)
    };
    let back: String = cohort.back.iter().map(back).collect();
    format!("  {}{}{back}", left(&begin(cohort.from, by), 13), right(&thousands(cohort.new), 8))
}

fn begin(from: Millis, by: ReturningBy) -> String {
    let form = if by == ReturningBy::Hour { "%m-%d %H:%M" } else { "%a %m-%d" };
    from.utc().format(form).to_string()
}

/// Whom the rows do not tell of.
fn besides(returning: &ReturningView) -> String {
    let beyond = "sessions are of visitors beyond the first million";
    let counts = [(returning.known_before, "were here before"), (returning.beyond, beyond)];
    let counted = counts.into_iter().filter(|(count, _)| *count > 0);
    let texts: Vec<_> = counted.map(|(count, what)| format!(" {} {what}.", thousands(count))).collect();
    texts.concat()
}

/// Writes the most frequent ways over three pages.
pub(super) fn write_whole_paths(view: &View, out: &mut TextWriter) -> io::Result<()> {
    match whole_paths(view).filter(|paths| !paths.rows.is_empty()) {
        Some(paths) => write_rows(paths, out),
        None => Ok(()),
    }
}

fn write_rows(paths: &WholePathsView, out: &mut TextWriter) -> io::Result<()> {
    let bound = if paths.beyond > 0 { "; lower bounds" } else { "" };
    out.heading(
        "Whole paths",
        &format!("three pages one right after the other, share of all sessions{bound}"),
    )?;
    paths.rows.iter().take(PATHS).try_for_each(|row| {
        let pages = row.steps.each_ref().map(|step| name(&readable_path(page_of(step)), PAGE));
        let share = share(row.sessions, paths.sessions).map_or_else(String::new, percent);
        let figures = [right(&thousands(row.sessions), 7), right(&share, 8)].concat();
        out.line(format!("  {}{figures}", pages.join(" ")))
    })
}
