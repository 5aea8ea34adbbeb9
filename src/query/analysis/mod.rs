//! Analyses: what visitors do and what it is worth (R13, R14). Each is counted session by session beside the tables, and
//! merges like them; none knows of another.
//!
//! A file for each: its partial adds sessions, merges, and becomes part of a view.

pub mod ask;
mod breakdown;
mod experiment;
mod funnel;
mod goals;

use serde::{Deserialize, Serialize};

use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::definitions::Definitions;
use super::matched::Matched;
use super::moment::{Frame, Moment};
use super::renumber::{Numbers, Renumber};
use super::view::AnalysisView;
use ask::Analysis;
use experiment::{ExperimentAnalyzer, ExperimentPartial};
use funnel::{FunnelAnalyzer, FunnelPartial};
use goals::{GoalsAnalyzer, GoalsPartial};

/// An analysis made ready for scanning: what it compares is compiled against the strings known so far.
#[derive(Debug, Clone)]
pub(super) enum Analyzer {
    Goals(GoalsAnalyzer),
    Funnel(FunnelAnalyzer),
    Experiment(Box<ExperimentAnalyzer>),
}

/// When and about which strings a scan asks.
#[derive(Clone, Copy)]
pub(super) struct Scanned<'a> {
    pub(super) known: &'a Dictionaries,
    pub(super) moment: &'a Moment,
    pub(super) frame: &'a Frame,
}

/// What was counted for an analysis, of some sessions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum AnalysisPartial {
    Goals(GoalsPartial),
    Funnel(Box<FunnelPartial>),
    Experiment(ExperimentPartial),
}

impl Analyzer {
    pub(super) fn new(ask: &Analysis, definitions: &Definitions) -> Analyzer {
        match ask {
            Analysis::Goals(ask) => Analyzer::Goals(GoalsAnalyzer::new(ask, definitions)),
            Analysis::Funnel(ask) => Analyzer::Funnel(FunnelAnalyzer::new(ask, definitions)),
            Analysis::Experiment(ask) => {
                Analyzer::Experiment(Box::new(ExperimentAnalyzer::new(ask, definitions)))
            }
        }
    }

    /// Takes in the strings that came since the last time.
    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        match self {
            Analyzer::Goals(goals) => goals.refresh(known),
            Analyzer::Funnel(funnel) => funnel.refresh(known),
            Analyzer::Experiment(experiment) => experiment.refresh(known),
        }
    }

    /// Nothing counted yet.
    pub(super) fn nothing(&self) -> AnalysisPartial {
        match self {
            Analyzer::Goals(goals) => AnalysisPartial::Goals(goals.nothing()),
            Analyzer::Funnel(_) => AnalysisPartial::Funnel(Box::default()),
            Analyzer::Experiment(_) => AnalysisPartial::Experiment(ExperimentPartial::default()),
        }
    }

    /// Counts sessions that match the question's filter; some of them may lie outside of its window.
    pub(super) fn add(
        &self,
        partial: &mut AnalysisPartial,
        sessions: &[Matched<impl Row>],
        scanned: Scanned<'_>,
    ) {
        match (self, partial) {
            (Analyzer::Goals(goals), AnalysisPartial::Goals(partial)) => {
                goals.add(partial, sessions, scanned);
            }
            (Analyzer::Funnel(funnel), AnalysisPartial::Funnel(partial)) => {
                funnel.add(partial, sessions, scanned);
            }
            // Partials are made by the analyzers of their question.
            (Analyzer::Experiment(experiment), AnalysisPartial::Experiment(partial)) => {
                experiment.add(partial, sessions, scanned);
            }
            _ => {}
        }
    }

    /// The view that a whole partial gives.
    pub(super) fn view(&self, partial: &AnalysisPartial, scanned: Scanned<'_>) -> AnalysisView {
        match (self, partial) {
            (Analyzer::Goals(goals), AnalysisPartial::Goals(partial)) => {
                AnalysisView::Goals(goals.view(partial, scanned.known))
            }
            (Analyzer::Funnel(funnel), AnalysisPartial::Funnel(partial)) => {
                AnalysisView::Funnel(funnel.view(partial, scanned))
            }
            (Analyzer::Experiment(experiment), AnalysisPartial::Experiment(partial)) => {
                AnalysisView::Experiment(Box::new(experiment.view(partial, scanned.moment)))
            }
            // A partial of another question: as if nothing had been counted.
            (analyzer, _) => analyzer.view(&analyzer.nothing(), scanned),
        }
    }
}

impl AnalysisPartial {
    /// Takes in what was counted of other sessions for the same analysis.
    pub(super) fn merge(&mut self, other: &AnalysisPartial) {
        match (self, other) {
            (AnalysisPartial::Goals(mine), AnalysisPartial::Goals(theirs)) => mine.merge(theirs),
            (AnalysisPartial::Funnel(mine), AnalysisPartial::Funnel(theirs)) => mine.merge(theirs),
            (AnalysisPartial::Experiment(mine), AnalysisPartial::Experiment(theirs)) => mine.merge(theirs),
            _ => {}
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            AnalysisPartial::Goals(goals) => goals.bytes(),
            AnalysisPartial::Funnel(funnel) => funnel.bytes(),
            AnalysisPartial::Experiment(experiment) => experiment.bytes(),
        }
    }
}

impl Renumber for AnalysisPartial {
    fn renumbered(self, numbers: &mut impl Numbers) -> AnalysisPartial {
        match self {
            AnalysisPartial::Goals(goals) => AnalysisPartial::Goals(goals.renumbered(numbers)),
            AnalysisPartial::Funnel(funnel) => AnalysisPartial::Funnel(Box::new(funnel.renumbered(numbers))),
            // Units go by keyed hashes, variants by their names.
            AnalysisPartial::Experiment(_) => self,
        }
    }
}
