//! What can be asked for beside tables, lists and close-ups.

mod paths;
mod returning;

use crate::query::definitions::{Experiment, Funnel};
use crate::query::event_filter::EventFilter;

pub use paths::{NextStepsAsk, PathSide, PathStart, PathsAsk, WholePathsAsk};
pub use returning::{ReturningAsk, ReturningBy};

/// An analysis that is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum Analysis {
    /// All goals that are defined.
    Goals(GoalsAsk),
    /// Which events match filters.
    EventMatches(EventMatchesAsk),
    /// A funnel.
    Funnel(FunnelAsk),
    /// One experiment.
    Experiment(ExperimentAsk),
    /// What came before and after something.
    Paths(PathsAsk),
    /// The most frequent ways over three pages.
    WholePaths(WholePathsAsk),
    /// What came after the pages that most sessions viewed.
    NextSteps(NextStepsAsk),
    /// Bounces and goals by how long the first page took.
    Slowness,
    /// Who came back of those first seen in an hour, on a day or in a week.
    Returning(ReturningAsk),
}

/// An experiment (R14).
#[derive(Debug, Clone, PartialEq)]
pub struct ExperimentAsk {
    /// Which one.
    pub experiment: Experiment,
}

/// Which events match each of some filters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventMatchesAsk {
    /// The filters; any but the first of equal ones is of no use.
    pub filters: Vec<EventFilter>,
    /// The most pages and actions that are named for each.
    pub examples: usize,
}

/// All goals, and one of them in detail (R13).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GoalsAsk {
    /// The goal whose rates are wanted by rows, and what the rows are.
    pub detail: Option<(String, Breakdown)>,
}

/// A funnel that is defined, or one that was put together on the spot (R13).
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelAsk {
    /// The whole of it.
    pub funnel: Funnel,
    /// What the rows are by which its conversion is wanted.
    pub breakdown: Option<Breakdown>,
}

/// What sessions are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Breakdown {
    /// Channels (R10).
    #[default]
    Channel,
    /// Sources (R9).
    Source,
    /// `utm_campaign`.
    Campaign,
    /// Pages where sessions began.
    Landing,
    /// Desktop, phone, tablet, …
    Device,
    /// Countries.
    Country,
    /// New and returning visitors.
    Newness,
    /// The variant that an event names first (R14).
    Variant,
}

impl Breakdown {
    /// Every one, in the order in which a key goes through them.
    pub const ALL: [Breakdown; 8] = [
        Breakdown::Channel,
        Breakdown::Source,
        Breakdown::Campaign,
        Breakdown::Landing,
        Breakdown::Device,
        Breakdown::Country,
        Breakdown::Newness,
        Breakdown::Variant,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Breakdown::Channel => "channel",
            Breakdown::Source => "source",
            Breakdown::Campaign => "campaign",
            Breakdown::Landing => "landing page",
            Breakdown::Device => "device",
            Breakdown::Country => "country",
            Breakdown::Newness => "new or returning",
            Breakdown::Variant => "variant",
        }
    }

    /// The one after it; after the last, the first.
    #[must_use]
    pub fn next(self) -> Breakdown {
        let at = Breakdown::ALL.iter().position(|one| *one == self).unwrap_or(0);
        Breakdown::ALL[(at + 1) % Breakdown::ALL.len()]
    }
}
