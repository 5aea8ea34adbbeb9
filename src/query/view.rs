//! Views: the answers to questions. Faces see nothing else of the sessions.
//!
//! Texts in a view are as logged: a face must make them harmless before it writes them to a terminal.

mod closeup;
mod event_matches;
mod experiment;
mod finding;
mod funnel;
mod goals;
mod intake;
mod paths;
mod returning;
mod sessions;
mod slowness;
mod tables;
mod traffic;

use serde::{Deserialize, Serialize};

use crate::classify::agent::AiPurpose;
use crate::query::figure::figures;
use crate::time::{Millis, Span};

use super::question::BounceRule;

pub use closeup::{
    ActionCloseup, BotRow, ChangesCloseup, Conversion, FlowRow, FlowStep, LOAD_BOUNDS, Loads, PageCloseup,
    PageShare, Stays,
};
pub use event_matches::{EventExample, EventMatchesRow, EventMatchesView};
pub use experiment::{Comparison, ExperimentView, GuardFigures, SplitCheck, VariantRow, Verdict, p_value};
pub use finding::{Against, Anomaly, Basis, Finding, PathFailure, Significance};
pub use funnel::{FunnelBefore, FunnelSegment, FunnelStepRow, FunnelView};
pub use goals::{GoalDetail, GoalRow, GoalSegment, GoalsView};
pub use intake::{
    AlsoRead, Doubt, DoubtKind, InputState, InputStatus, Intake, KIND_NAMES, MalformedExample, OwnHostsFrom,
};
pub use paths::{
    DEAD_END_LEAST, DEAD_END_SHARE, NextSteps, NextStepsView, PATH_COLUMNS, PATH_ROWS, PathColumn, PathMark,
    PathOther, PathRow, PathStep, PathsView, WholePathRow, WholePathsView,
};
pub use returning::{Cohort, RETURNING_LATER, RETURNING_NOTE, ReturningView};
pub use sessions::{SessionList, SessionRow, SessionState, Step, StepKind, Timeline};
pub use slowness::{SLOW, SLOWNESS_BOUNDS, SlownessRow, SlownessView};
pub use tables::{PageLoads, Table, TableRow};
pub use traffic::{
    ClientRow, FailureRow, FoldedHits, LeftOut, PathHits, TrafficPoint, TrafficSeries, TrafficTotals,
    TrafficView,
};

pub use crate::store::visitors::Newness;

/// The row of sessions without a known country.
pub const UNKNOWN_COUNTRY: &str = crate::classify::place::Country::UNKNOWN_NAME;

/// The name of the row of folded small groups, of fewer than five sessions each (R11).
pub const SMALL_GROUPS: &str = "(fewer than 5)";

/// What the row of a breakdown is called that has the sessions of which it cannot be said.
pub const NO_SUCH: &str = "(none)";

/// The answer to a [`super::question::Question`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// The instant of the answer, on the log's clock.
    pub now: Millis,
    /// Whether `now` moves on.
    pub clock: ClockState,
    /// The first instant of the window.
    pub from: Millis,
    /// The last instant of the window.
    pub to: Millis,
    /// What happened is known from here on; `None` where nothing is. Nothing is compared with a time before.
    pub kept_from: Option<Millis>,
    /// The definition of a bounce.
    pub bounce_rule: BounceRule,
    /// Counts over the matching sessions.
    pub totals: Totals,
    /// The two bounce rates (R7).
    pub bounce: BounceRates,
    /// Durations of the sessions that closed in the window (R8).
    pub durations: Durations,
    /// The series, if one was asked for.
    pub series: Option<Series>,
    /// The tables, in the order they were asked for.
    pub tables: Vec<Table>,
    /// The list of sessions, if one was asked for.
    pub sessions: Option<SessionList>,
    /// The close-up, if one was asked for.
    pub closeup: Option<Closeup>,
    /// The analyses, in the order in which they were asked for.
    pub analyses: Vec<AnalysisView>,
    /// What stands out, the most urgent first; changes only if [`Closeup::Changes`] was asked for.
    pub findings: Vec<Finding>,
    /// The trouble of the whole site, whatever the filter (R15).
    pub faults: Vec<Finding>,
    /// All hits, if they were asked for.
    pub traffic: Option<Box<TrafficView>>,
    /// What was read so far, and what was dropped.
    pub intake: Intake,
}

/// The answer to an [`Analysis`](super::analysis::ask::Analysis).
#[derive(Debug, Clone, PartialEq)]
pub enum AnalysisView {
    /// All defined goals.
    Goals(GoalsView),
    /// Which events match filters.
    EventMatches(EventMatchesView),
    /// A funnel.
    Funnel(FunnelView),
    /// One experiment.
    Experiment(Box<ExperimentView>),
    /// What came before and after something.
    Paths(PathsView),
    /// The most frequent ways over three pages.
    WholePaths(WholePathsView),
    /// What came after the pages that most sessions viewed.
    NextSteps(NextStepsView),
    /// Bounces and goals by how long the first page took.
    Slowness(SlownessView),
    /// Who came back of those first seen in an hour, on a day or in a week.
    Returning(ReturningView),
}

/// Whether the log's clock moves on (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClockState {
    /// It moves, with the wall clock or a replay.
    #[default]
    Moves,
    /// It stands at the log's last line: the log ended long ago, or this is a report.
    StandsAtEnd,
}

/// Counts over the sessions that match the question's filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Sessions seen in the window: those with an event in it.
    pub sessions: u64,
    /// Sessions that started in the window.
    pub started: u64,
    /// Sessions with an event at most `--active` before now, whatever the window.
    pub active: u64,
    /// The same, one `--active` span earlier, for comparison.
    pub active_before: u64,
    /// Sessions not closed yet, whatever the window.
    pub open: u64,
    /// Sessions that closed in the window.
    pub closed: u64,
    /// Of `sessions`, those with at least one pageview.
    pub with_pageview: u64,
    /// Pageviews of `sessions`.
    pub pageviews: u64,
    /// Actions of `sessions`.
    pub actions: u64,
    /// Distinct visitors of `sessions`.
    pub visitors: Count,
    /// Sessions seen in the window that were left out as bots, by reason.
    pub bots: BotCounts,
}

/// A count that is exact while it is small and estimated (standard error below 1 %) when it is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// As counted.
    Exact(u64),
    /// As estimated by a sketch.
    About(u64),
}

impl Default for Count {
    fn default() -> Count {
        Count::Exact(0)
    }
}

impl Count {
    /// The number, exact or estimated.
    #[must_use]
    pub fn value(self) -> u64 {
        match self {
            Count::Exact(count) | Count::About(count) => count,
        }
    }
}

figures! {
    /// Sessions flagged as bots, by the reason (R3).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
    pub struct BotCounts {
        /// The user agent says so.
        pub agent: u64,
        /// The user agent is empty or `-`.
        pub no_agent: u64,
        /// The visitor fetched robots.txt.
        pub robots_txt: u64,
        /// More than 60 pageviews within 60 s.
        pub rate: u64,
        /// The referrer is a spammer's.
        pub spam: u64,
        /// What bots that read for language models took, in the order of [`AiPurpose::ALL`].
        pub ai: [Taken; AiPurpose::ALL.len()],
    }
}

figures! {
    /// What bots took.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
    pub struct Taken {
        /// Sessions.
        pub sessions: u64,
        /// Pageviews.
        pub pageviews: u64,
    }
}

impl BotCounts {
    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.agent + self.no_agent + self.robots_txt + self.rate + self.spam
    }
}

/// Bounced sessions out of those that could bounce.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    /// Bounced sessions; a fraction where open sessions count with a probability.
    pub bounced: f64,
    /// Sessions with a pageview.
    pub of: u64,
}

impl Rate {
    /// The rate from 0 to 1; `None` if nothing could bounce.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.bounced / self.of as f64)
    }
}

/// The bounce rates of a window (R7).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BounceRates {
    /// Of the sessions that closed in the window.
    pub settled: Rate,
    /// Of the sessions that closed in the window of the same length before it.
    pub settled_before: Rate,
    /// Of the sessions that started in the window; open single ones count with the probability that they stay single.
    pub now: Rate,
}

impl BounceRates {
    /// Whether the settled rate differs from that of the window before by more than chance.
    #[must_use]
    pub fn differ(&self) -> bool {
        let counts = |rate: Rate| (rounded(rate.bounced), rate.of);
        super::proportions::differ(counts(self.settled), counts(self.settled_before))
    }
}

/// Settled rates count whole sessions.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of sessions, never negative"
)]
pub(super) fn rounded(sessions: f64) -> u64 {
    sessions.round() as u64
}

/// Durations of the sessions that closed in the window (R8).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Durations {
    /// Sessions with two or more events.
    pub measured: u64,
    /// Sessions with one event, which have no duration.
    pub unmeasured: u64,
    /// Sum over the measured ones.
    pub sum: Span,
    /// The longest.
    pub max: Span,
    /// The median of the measured ones.
    pub p50: Span,
    /// The 90th percentile.
    pub p90: Span,
    /// The 99th percentile.
    pub p99: Span,
    /// Measured sessions per row of [`HISTOGRAM_BOUNDS`].
    pub histogram: [u64; 7],
}

/// Lower bounds of the histogram's rows; each row runs up to, not including, the next bound (R8).
pub const HISTOGRAM_BOUNDS: [Span; 7] = [
    Span::ZERO,
    Span::seconds(10),
    Span::seconds(30),
    Span::minutes(1),
    Span::minutes(3),
    Span::minutes(10),
    Span::minutes(30),
];

impl Durations {
    /// The mean over the measured sessions; `None` if there are none.
    #[must_use]
    pub fn mean_seconds(&self) -> Option<f64> {
        (self.measured > 0).then(|| self.sum.as_seconds() / self.measured as f64)
    }

    /// The mean with each unmeasured session as zero; `None` if there are no sessions.
    #[must_use]
    pub fn mean_with_unmeasured_seconds(&self) -> Option<f64> {
        let all = self.measured + self.unmeasured;
        (all > 0).then(|| self.sum.as_seconds() / all as f64)
    }
}

/// Sessions over time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// The length of a bucket.
    pub bucket: Span,
    /// The start of the first bucket: a multiple of `bucket`.
    pub from: Millis,
    /// A point per bucket; the last one contains `now` and is unfinished.
    pub points: Vec<Point>,
    /// Sessions started in the window before, bucket by bucket, as many as `points`; empty if unknown.
    pub before: Vec<u64>,
}

figures! {
    /// One bucket of a series.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
    pub struct Point {
        /// Sessions that started in it.
        pub started: u64,
        /// Sessions with a pageview that closed in it.
        pub closed: u64,
        /// Of those, the bounced ones.
        pub bounced: u64,
    }
}

/// A close-up.
#[derive(Debug, Clone, PartialEq)]
pub enum Closeup {
    /// A page.
    Page(PageCloseup),
    /// An action.
    Action(ActionCloseup),
    /// What has changed.
    Changes(ChangesCloseup),
}
