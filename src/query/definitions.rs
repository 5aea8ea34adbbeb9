//! What the operator defines: page groups, goals, funnels and experiments (R13, R14).

use crate::classify::properties::PropertyKey;
use crate::glob::Glob;
use crate::time::Span;

use super::event_filter::EventFilter;
use super::filter::{Filter, Test, TextField};

/// All that the config defines. Questions carry it, so that whoever answers them means the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Definitions {
    /// `[[group]]`
    pub groups: Vec<PageGroup>,
    /// `[[goal]]`
    pub goals: Vec<Goal>,
    /// `[[funnel]]`
    pub funnels: Vec<Funnel>,
    /// `[[experiment]]`
    pub experiments: Vec<Experiment>,
}

/// Many pages under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageGroup {
    /// Its name; unique.
    pub name: String,
    /// The pages: any of these patterns. The first group that has a page is the page's.
    pub paths: Vec<Glob>,
}

/// Something that a session does once or more (R13).
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its name; unique.
    pub name: String,
    /// What reaches it.
    pub reached_by: ReachedBy,
    /// What reaching it is worth where the event itself carries no value.
    pub value: Option<f64>,
    /// The currency of values, for display only.
    pub currency: Option<String>,
}

/// What reaches a goal.
#[derive(Debug, Clone, PartialEq)]
pub enum ReachedBy {
    /// An event that matches.
    Event(EventFilter),
    /// The session as a whole.
    Session(Filter),
}

/// The most steps that a funnel has (R13).
pub const MOST_STEPS: usize = 8;

/// Two to eight steps that visitors take one after the other (R13).
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// Its name; unique.
    pub name: String,
    /// In which order its steps must come.
    pub order: StepOrder,
    /// The time from the first step within which the others must come; the whole session where it is `None`.
    pub within: Option<Span>,
    /// Whose steps they are.
    pub unit: Unit,
    /// Who counts as having entered.
    pub entry: FunnelEntry,
    /// Who does this between two steps leaves the funnel, and is counted.
    pub exclude: Option<EventFilter>,
    /// Its steps; the first and the last one are required.
    pub steps: Vec<FunnelStep>,
}

/// One step of a funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelStep {
    /// Its name.
    pub name: String,
    /// The event that takes it.
    pub event: EventFilter,
    /// Whether it may be left out.
    pub optional: bool,
    /// The time from the last required step within which it must come.
    pub within: Option<Span>,
}

/// In which order a funnel's steps must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StepOrder {
    /// One after the other, whatever happens between.
    #[default]
    Sequential,
    /// One right after the other.
    Strict,
    /// Each once, in any order.
    Any,
}

impl StepOrder {
    /// As the config writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            StepOrder::Sequential => "sequential",
            StepOrder::Strict => "strict",
            StepOrder::Any => "any",
        }
    }
}

/// What is counted: sessions, or visitors with all of their sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Unit {
    /// Sessions.
    #[default]
    Session,
    /// Visitors.
    Visitor,
}

impl Unit {
    /// As the config writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Session => "session",
            Unit::Visitor => "visitor",
        }
    }
}

/// Who has entered a funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FunnelEntry {
    /// Who took the first step.
    #[default]
    Closed,
    /// Who took any step.
    Open,
}

impl FunnelEntry {
    /// As the config writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            FunnelEntry::Closed => "closed",
            FunnelEntry::Open => "open",
        }
    }
}

/// A comparison of variants that visitors see (R14).
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Its name; unique.
    pub name: String,
    /// Where an event says which variant it showed.
    pub variant: VariantSource,
    /// The events that show the variant; all that name one where it is `None`.
    pub exposure: Option<EventFilter>,
    /// What is counted.
    pub unit: Unit,
    /// The variant that the others are compared with.
    pub control: String,
    /// Weights by which visitors were spread over variants; all alike where it is empty.
    pub split: Vec<(String, f64)>,
    /// The name of the goal.
    pub goal: String,
    /// Figures that must not get worse; they get no verdict.
    pub guards: Vec<Guard>,
    /// How often a winner may be called where there is none; between 0 and 1, 0.05 by default.
    pub alpha: f64,
    /// How many units it is tuned for; at least 1.
    pub expect: u64,
    /// No verdict before this long.
    pub run_for: Option<Span>,
}

/// Where an event says which variant it showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariantSource {
    /// A property, a query key or a cookie.
    Property(PropertyKey),
    /// The part of the page's path that stands for `{variant}`: what comes before it, and after it.
    Path(String, String),
}

/// A figure that an experiment must not make worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// Errors a session.
    Errors,
    /// The 75th percentile of load times.
    LoadP75,
    /// The bounce rate.
    BounceRate,
}

impl Guard {
    /// Every one.
    pub const ALL: [Guard; 3] = [Guard::Errors, Guard::LoadP75, Guard::BounceRate];

    /// As the config and reports write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Guard::Errors => "errors",
            Guard::LoadP75 => "load_p75",
            Guard::BounceRate => "bounce_rate",
        }
    }
}

impl Definitions {
    /// The paths of all groups whose names match.
    pub(super) fn paths_of_groups(&self, names: &[Glob]) -> Vec<Glob> {
        let is_meant = |group: &&PageGroup| names.iter().any(|name| name.matches_ignoring_case(&group.name));
        self.groups.iter().filter(is_meant).flat_map(|group| group.paths.iter().cloned()).collect()
    }

    /// What a filter names that is not defined, with the pattern that names it; `None` where all is.
    #[must_use]
    pub fn undefined_in(&self, filter: &Filter) -> Option<(String, String)> {
        filter.terms().iter().find_map(|term| match &term.test {
            Test::Text(field, globs) => self.undefined(*field, globs),
            _ => None,
        })
    }

    fn undefined(&self, field: TextField, globs: &[Glob]) -> Option<(String, String)> {
        let (kind, names): (_, Vec<&str>) = match field {
            TextField::Goal => ("goal", self.goals.iter().map(|goal| goal.name.as_str()).collect()),
            TextField::Group => ("group", self.groups.iter().map(|group| group.name.as_str()).collect()),
            TextField::Reached | TextField::Dropped => {
                ("funnel", self.funnels.iter().map(|funnel| funnel.name.as_str()).collect())
            }
            _ => return None,
        };
        let pattern = globs.iter().map(Glob::pattern).find(|pattern| {
            // A funnel's name comes before the number of its step.
            let name = if kind == "funnel" {
                pattern.rsplit_once('/').map_or(&**pattern, |(name, _)| name)
            } else {
                pattern
            };
            let is_meant = |one: &str| Glob::new(name).matches_ignoring_case(one);
            !names.iter().any(|one| is_meant(one) || one.eq_ignore_ascii_case(pattern))
        })?;
        let message = match names.as_slice() {
            [] => format!("no {kind}s are defined: add a [[{kind}]] to dwell.toml"),
            names => format!("no {kind} is called `{pattern}`; there are: {}", names.join(", ")),
        };
        Some((message, pattern))
    }

    /// The goal of that name.
    #[must_use]
    pub fn goal(&self, name: &str) -> Option<&Goal> {
        self.goals.iter().find(|goal| goal.name == name)
    }

    /// The funnel of this name.
    #[must_use]
    pub fn funnel(&self, name: &str) -> Option<&Funnel> {
        self.funnels.iter().find(|funnel| funnel.name == name)
    }

    /// The properties that must be kept of events and requests.
    pub fn wanted_properties(&self) -> impl Iterator<Item = PropertyKey> {
        self.experiments.iter().filter_map(|experiment| match &experiment.variant {
            VariantSource::Property(key) => Some(key.clone()),
            VariantSource::Path(..) => None,
        })
    }
}
