//! What a finding counted, as a filter.

use crate::query::filter::{Filter, Flag, Term, TextField};

use super::{Anomaly, Finding};

impl Finding {
    /// The filter for what is behind it; empty where no session is, or all of them.
    #[must_use]
    pub fn filter(&self) -> Filter {
        match &self.what {
            Anomaly::Outage { .. } => of(&[Term::exactly(TextField::Status, "5xx")]),
            Anomaly::Failing { failure, .. } | Anomaly::Broken { failure, .. } => {
                failures(&failure.path, failure.status)
            }
            Anomaly::OnlyFails { path, status, .. } => failures(path, *status),
            Anomaly::Client { network, .. } => of(&[Term::exactly(TextField::Address, network)]),
            Anomaly::Crawlers { .. } => of(&Term::bot("agent").into_iter().collect::<Vec<_>>()),
            Anomaly::Errors { page, .. } => of(&[Term::exactly(TextField::Path, page), Term::with_errors()]),
            Anomaly::Slower { page, .. } => of(&[Term::exactly(TextField::Page, page)]),
            Anomaly::Bounces { page, .. } => {
                of(&[Term::exactly(TextField::Entry, page), Term::flag(Flag::Bounced)])
            }
            Anomaly::NoAssets { before: None, .. } => of(&[Term::without_assets()]),
            Anomaly::NoAssets { .. } => of(&[Term::without_assets(), Term::of_one_page()]),
            Anomaly::Source { source, .. } => of(&[Term::exactly(TextField::Source, source)]),
            Anomaly::Step { funnel, step, .. } => {
                let before = format!("{funnel}/{}", step.saturating_sub(1));
                of(&[Term::exactly(TextField::Dropped, &before)])
            }
            Anomaly::Silence { .. } | Anomaly::Traffic { .. } => Filter::default(),
        }
    }
}

fn of(terms: &[Term]) -> Filter {
    terms.iter().cloned().fold(Filter::default(), |all, term| all.and(term))
}

fn failures(path: &str, status: u16) -> Filter {
    of(&[Term::exactly(TextField::Path, path), Term::exactly(TextField::Status, &status.to_string())])
}
