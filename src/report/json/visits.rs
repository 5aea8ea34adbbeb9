//! What waiting does, who came back, and whole paths in the JSON report (R13).

use serde::Serialize;

use crate::query::view::{
    Cohort, RETURNING_NOTE, ReturningView, SlownessRow, SlownessView, WholePathRow, WholePathsView,
};
use crate::report::share;
use crate::report::visits::{page_of, waits};
use crate::time::Span;

/// Sessions by how long the server took for their first page.
#[derive(Serialize)]
pub(super) struct Slowness {
    /// Sessions of whose first page the log does not say it.
    unmeasured: u64,
    rows: Vec<SlownessEntry>,
}

#[derive(Serialize)]
struct SlownessEntry {
    /// More than this, …
    over_s: f64,
    /// … and at most this; null in the last row.
    upto_s: Option<f64>,
    sessions: u64,
    with_pageview: u64,
    bounced: u64,
    bounce_rate: Option<f64>,
    /// Sessions that reached any goal; null where none is defined.
    reached: Option<u64>,
    goal_rate: Option<f64>,
}

/// Of the visitors first seen in an hour, on a day or in a week (UTC): who came back.
#[derive(Serialize)]
pub(super) struct Returning {
    by: &'static str,
    /// What the figures are.
    note: &'static str,
    /// Visitors who were here before.
    known_before: u64,
    /// New visitors of cohorts that are not listed.
    unlisted: u64,
    /// Sessions of visitors beyond the most that are told apart.
    beyond: u64,
    cohorts: Vec<CohortEntry>,
}

#[derive(Serialize)]
struct CohortEntry {
    from: String,
    new: u64,
    /// Who came back one, two, … hours, days or weeks later; null where that has not begun.
    back: Vec<Option<u64>>,
    back_rate: Vec<Option<f64>>,
}

/// The most frequent ways over three pages.
#[derive(Serialize)]
pub(super) struct WholePaths<'a> {
    sessions: u64,
    rows: Vec<WholePathEntry<'a>>,
    other: OtherPaths,
    /// Sessions on paths beyond those that are counted; where it is not 0, rows are lower bounds.
    beyond: u64,
}

#[derive(Serialize)]
struct WholePathEntry<'a> {
    pages: [&'a str; 3],
    sessions: u64,
    /// Of all sessions.
    share: Option<f64>,
}

#[derive(Serialize)]
struct OtherPaths {
    paths: u64,
    sessions: u64,
}

impl Slowness {
    pub(super) fn of(view: &SlownessView) -> Slowness {
        let has_goals = view.has_goals;
        let entry = |(over, upto, row): (Span, Option<Span>, &SlownessRow)| SlownessEntry {
            over_s: over.as_seconds(),
            upto_s: upto.map(Span::as_seconds),
            sessions: row.sessions,
            with_pageview: row.sessions,
            bounced: row.bounced,
            bounce_rate: share(row.bounced, row.sessions),
            reached: has_goals.then_some(row.reached),
            goal_rate: share(row.reached, row.sessions).filter(|_| has_goals),
        };
        Slowness { unmeasured: view.unmeasured, rows: waits(view).map(entry).collect() }
    }
}

impl Returning {
    pub(super) fn of(view: &ReturningView) -> Returning {
        Returning {
            by: view.by.name(),
            note: RETURNING_NOTE,
            known_before: view.known_before,
            unlisted: view.unlisted,
            beyond: view.beyond,
            cohorts: view.cohorts.iter().map(CohortEntry::of).collect(),
        }
    }
}

impl CohortEntry {
    fn of(cohort: &Cohort) -> CohortEntry {
        let rate = |back: &Option<u64>| back.and_then(|back| share(back, cohort.new));
        CohortEntry {
            from: cohort.from.rfc3339(),
            new: cohort.new,
            back: cohort.back.to_vec(),
            back_rate: cohort.back.iter().map(rate).collect(),
        }
    }
}

impl<'a> WholePaths<'a> {
    pub(super) fn of(view: &'a WholePathsView) -> WholePaths<'a> {
        let entry = |row: &'a WholePathRow| WholePathEntry {
            pages: row.steps.each_ref().map(page_of),
            sessions: row.sessions,
            share: share(row.sessions, view.sessions),
        };
        WholePaths {
            sessions: view.sessions,
            rows: view.rows.iter().map(entry).collect(),
            other: OtherPaths { paths: view.other.rows, sessions: view.other.sessions },
            beyond: view.beyond,
        }
    }
}
