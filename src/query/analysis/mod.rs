//! Analyses: what visitors do and what it is worth (R13, R14). Each is counted session by session beside the tables, and
//! merges like them; none knows of another.
//!
//! A file for each: its partial adds sessions, merges, and becomes part of a view.

pub mod ask;
mod bounded_counts;
mod breakdown;
mod event_matches;
mod experiment;
mod funnel;
mod goals;
mod next_steps;
mod paths;
mod returning;
mod slowness;
mod whole_paths;

use serde::{Deserialize, Serialize};

use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::definitions::Definitions;
use super::figure::Figure;
use super::matched::Matched;
use super::moment::{Frame, Moment};
use super::renumber::{Numbers, Renumber};
use super::view::AnalysisView;
use ask::Analysis;
use event_matches::{EventMatchesAnalyzer, EventMatchesPartial};
use experiment::{ExperimentAnalyzer, ExperimentPartial};
use funnel::{FunnelAnalyzer, FunnelPartial};
use goals::{GoalsAnalyzer, GoalsPartial};
use next_steps::{NextStepsAnalyzer, NextStepsPartial};
use paths::{PathsAnalyzer, PathsPartial};
use returning::{ReturningAnalyzer, ReturningPartial};
use slowness::{SlownessAnalyzer, SlownessPartial};
use whole_paths::{WholePathsAnalyzer, WholePathsPartial};

/// An analysis made ready for scanning: what it compares is compiled against the strings known so far.
#[derive(Debug, Clone)]
pub(super) enum Analyzer {
    Goals(GoalsAnalyzer),
    EventMatches(EventMatchesAnalyzer),
    Funnel(FunnelAnalyzer),
    Experiment(Box<ExperimentAnalyzer>),
    Paths(PathsAnalyzer),
    WholePaths(WholePathsAnalyzer),
    NextSteps(NextStepsAnalyzer),
    Slowness(SlownessAnalyzer),
    Returning(ReturningAnalyzer),
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
    EventMatches(EventMatchesPartial),
    Funnel(Box<FunnelPartial>),
    Experiment(ExperimentPartial),
    Paths(PathsPartial),
    WholePaths(WholePathsPartial),
    NextSteps(NextStepsPartial),
    Slowness(SlownessPartial),
    Returning(ReturningPartial),
}

impl Analyzer {
    pub(super) fn new(ask: &Analysis, definitions: &Definitions) -> Analyzer {
        match ask {
            Analysis::Goals(ask) => Analyzer::Goals(GoalsAnalyzer::new(ask, definitions)),
            Analysis::EventMatches(ask) => {
                Analyzer::EventMatches(EventMatchesAnalyzer::new(ask, definitions))
            }
            Analysis::Funnel(ask) => Analyzer::Funnel(FunnelAnalyzer::new(ask, definitions)),
            Analysis::Experiment(ask) => {
                Analyzer::Experiment(Box::new(ExperimentAnalyzer::new(ask, definitions)))
            }
            Analysis::Paths(ask) => Analyzer::Paths(PathsAnalyzer::new(ask, definitions)),
            Analysis::WholePaths(ask) => Analyzer::WholePaths(WholePathsAnalyzer::new(ask, definitions)),
            Analysis::NextSteps(ask) => Analyzer::NextSteps(NextStepsAnalyzer::new(*ask)),
            Analysis::Slowness => Analyzer::Slowness(SlownessAnalyzer::new(definitions)),
            Analysis::Returning(ask) => Analyzer::Returning(ReturningAnalyzer::new(*ask)),
        }
    }

    /// Takes in the strings that came since the last time.
    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        match self {
            Analyzer::Goals(goals) => goals.refresh(known),
            Analyzer::EventMatches(matches) => matches.refresh(known),
            Analyzer::Funnel(funnel) => funnel.refresh(known),
            Analyzer::Experiment(experiment) => experiment.refresh(known),
            Analyzer::Paths(paths) => paths.refresh(known),
            Analyzer::WholePaths(paths) => paths.refresh(known),
            Analyzer::NextSteps(steps) => steps.refresh(known),
            Analyzer::Slowness(slowness) => slowness.refresh(known),
            // Visitors are no strings.
            Analyzer::Returning(_) => {}
        }
    }

    /// Nothing counted yet.
    pub(super) fn nothing(&self) -> AnalysisPartial {
        match self {
            Analyzer::Goals(goals) => AnalysisPartial::Goals(goals.nothing()),
            Analyzer::EventMatches(matches) => AnalysisPartial::EventMatches(matches.nothing()),
            Analyzer::Funnel(_) => AnalysisPartial::Funnel(Box::default()),
            Analyzer::Experiment(_) => AnalysisPartial::Experiment(ExperimentPartial::default()),
            Analyzer::Paths(paths) => AnalysisPartial::Paths(paths.nothing()),
            Analyzer::WholePaths(_) => AnalysisPartial::WholePaths(WholePathsAnalyzer::nothing()),
            Analyzer::NextSteps(_) => AnalysisPartial::NextSteps(NextStepsAnalyzer::nothing()),
            Analyzer::Slowness(_) => AnalysisPartial::Slowness(SlownessPartial::default()),
            Analyzer::Returning(_) => AnalysisPartial::Returning(ReturningPartial::default()),
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
            (Analyzer::EventMatches(matches), AnalysisPartial::EventMatches(partial)) => {
                matches.add(partial, sessions);
            }
            (Analyzer::Funnel(funnel), AnalysisPartial::Funnel(partial)) => {
                funnel.add(partial, sessions, scanned);
            }
            (Analyzer::Experiment(experiment), AnalysisPartial::Experiment(partial)) => {
                experiment.add(partial, sessions, scanned);
            }
            (Analyzer::Paths(paths), AnalysisPartial::Paths(partial)) => paths.add(partial, sessions),
            (Analyzer::WholePaths(paths), AnalysisPartial::WholePaths(partial)) => {
                paths.add(partial, sessions);
            }
            (Analyzer::NextSteps(steps), AnalysisPartial::NextSteps(partial)) => steps.add(partial, sessions),
            (Analyzer::Slowness(slowness), AnalysisPartial::Slowness(partial)) => {
                slowness.add(partial, sessions, scanned);
            }
            (Analyzer::Returning(_), AnalysisPartial::Returning(partial)) => {
                ReturningAnalyzer::add(partial, sessions);
            }
            // Partials are made by the analyzers of their question.
            _ => {}
        }
    }

    /// The view that a whole partial gives.
    pub(super) fn view(&self, partial: &AnalysisPartial, scanned: Scanned<'_>) -> AnalysisView {
        match (self, partial) {
            (Analyzer::Goals(goals), AnalysisPartial::Goals(partial)) => {
                AnalysisView::Goals(goals.view(partial, scanned.known))
            }
            (Analyzer::EventMatches(matches), AnalysisPartial::EventMatches(partial)) => {
                AnalysisView::EventMatches(matches.view(partial, scanned.known))
            }
            (Analyzer::Funnel(funnel), AnalysisPartial::Funnel(partial)) => {
                AnalysisView::Funnel(funnel.view(partial, scanned))
            }
            (Analyzer::Experiment(experiment), AnalysisPartial::Experiment(partial)) => {
                AnalysisView::Experiment(Box::new(experiment.view(partial, scanned.moment)))
            }
            (Analyzer::Paths(paths), AnalysisPartial::Paths(partial)) => {
                AnalysisView::Paths(paths.view(partial, scanned.known))
            }
            (Analyzer::WholePaths(paths), AnalysisPartial::WholePaths(partial)) => {
                AnalysisView::WholePaths(paths.view(partial, scanned.known))
            }
            (Analyzer::NextSteps(steps), AnalysisPartial::NextSteps(partial)) => {
                AnalysisView::NextSteps(steps.view(partial, scanned.known))
            }
            (Analyzer::Slowness(slowness), AnalysisPartial::Slowness(partial)) => {
                AnalysisView::Slowness(slowness.view(partial))
            }
            (Analyzer::Returning(returning), AnalysisPartial::Returning(partial)) => {
                AnalysisView::Returning(returning.view(partial, scanned.moment))
            }
            // A partial that came from elsewhere may be of another analysis: nothing is said then.
            (analyzer, _) => analyzer.view(&analyzer.nothing(), scanned),
        }
    }
}

impl AnalysisPartial {
    /// Takes in what was counted of other sessions for the same analysis.
    pub(super) fn merge(&mut self, other: &AnalysisPartial) {
        match (self, other) {
            (AnalysisPartial::Goals(mine), AnalysisPartial::Goals(theirs)) => mine.merge(theirs),
            (AnalysisPartial::EventMatches(mine), AnalysisPartial::EventMatches(theirs)) => {
                mine.merge(theirs);
            }
            (AnalysisPartial::Funnel(mine), AnalysisPartial::Funnel(theirs)) => mine.merge(theirs),
            (AnalysisPartial::Experiment(mine), AnalysisPartial::Experiment(theirs)) => mine.merge(theirs),
            (AnalysisPartial::Paths(mine), AnalysisPartial::Paths(theirs)) => mine.merge(theirs),
            (AnalysisPartial::WholePaths(mine), AnalysisPartial::WholePaths(theirs)) => mine.merge(theirs),
            (AnalysisPartial::NextSteps(mine), AnalysisPartial::NextSteps(theirs)) => mine.merge(theirs),
            (AnalysisPartial::Slowness(mine), AnalysisPartial::Slowness(theirs)) => mine.merge(theirs),
            (AnalysisPartial::Returning(mine), AnalysisPartial::Returning(theirs)) => mine.merge(theirs),
            // Partials are made by the analyzers of their question.
            _ => {}
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            AnalysisPartial::Goals(goals) => goals.bytes(),
            AnalysisPartial::EventMatches(matches) => matches.bytes(),
            AnalysisPartial::Funnel(funnel) => funnel.bytes(),
            AnalysisPartial::Experiment(experiment) => experiment.bytes(),
            AnalysisPartial::Paths(paths) => paths.bytes(),
            AnalysisPartial::WholePaths(paths) => paths.bytes(),
            AnalysisPartial::NextSteps(steps) => steps.bytes(),
            AnalysisPartial::Slowness(_) => 0,
            AnalysisPartial::Returning(returning) => returning.bytes(),
        }
    }
}

impl Renumber for AnalysisPartial {
    fn renumbered(self, numbers: &mut impl Numbers) -> AnalysisPartial {
        match self {
            AnalysisPartial::Goals(goals) => AnalysisPartial::Goals(goals.renumbered(numbers)),
            AnalysisPartial::EventMatches(matches) => {
                AnalysisPartial::EventMatches(matches.renumbered(numbers))
            }
            AnalysisPartial::Funnel(funnel) => AnalysisPartial::Funnel(Box::new(funnel.renumbered(numbers))),
            // Units go by keyed hashes, variants by their names.
            AnalysisPartial::Experiment(_) | AnalysisPartial::Slowness(_) | AnalysisPartial::Returning(_) => {
                self
            }
            AnalysisPartial::Paths(paths) => AnalysisPartial::Paths(paths.renumbered(numbers)),
            AnalysisPartial::WholePaths(paths) => AnalysisPartial::WholePaths(paths.renumbered(numbers)),
            AnalysisPartial::NextSteps(steps) => AnalysisPartial::NextSteps(steps.renumbered(numbers)),
        }
    }
}
