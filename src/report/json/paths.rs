//! What visitors did after the most viewed pages, in the JSON report (R13).

use serde::Serialize;

use crate::query::view::{NextSteps, NextStepsView};
use crate::report::{NextStep, next_steps, share};

#[derive(Serialize)]
pub(super) struct PathEntry<'a> {
    from: &'a str,
    step: usize,
    to: &'a str,
    /// `page`, `action`, `left`, `still here` or `other`.
    kind: &'static str,
    sessions: u64,
    /// Of the sessions that viewed `from`.
    share: Option<f64>,
}

impl<'a> PathEntry<'a> {
    pub(super) fn all(view: &'a NextStepsView) -> Vec<PathEntry<'a>> {
        view.pages.iter().flat_map(PathEntry::of).collect()
    }

    fn of(page: &'a NextSteps) -> impl Iterator<Item = PathEntry<'a>> {
        next_steps(page).map(|NextStep { step, to, kind, sessions }| PathEntry {
            from: &page.page,
            step,
            to,
            kind,
            sessions,
            share: share(sessions, page.sessions),
        })
    }
}
