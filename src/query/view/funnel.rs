//! A funnel in a view (R13).

use crate::query::definitions::{FunnelEntry, StepOrder, Unit};
use crate::time::Span;

use super::FlowRow;

/// How far sessions or visitors came in a funnel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FunnelView {
    /// Its name.
    pub funnel: String,
    /// Whether sessions or visitors are counted.
    pub unit: Unit,
    /// In which order its steps come.
    pub order: StepOrder,
    /// Who counts as having entered.
    pub entry: FunnelEntry,
    /// The time within which all must be done, where it has one.
    pub within: Option<Span>,
    /// Those that entered in the window and are settled: all figures below are about them.
    pub settled: u64,
    /// Those that entered in the window and are under way.
    pub open: u64,
    /// Those left out, because they would have come further without what the funnel excludes.
    pub excluded: u64,
    /// Of the settled ones, those that took the last step.
    pub converted: u64,
    /// How many convert of those that entered: those under way count with the chance that is left to them.
    pub converting_now: f64,
    /// The window before; `None` where none is known.
    pub before: Option<FunnelBefore>,
    /// One visitor of so many is counted: more than 1 where there are too many.
    pub one_of: u64,
    /// Its steps.
    pub steps: Vec<FunnelStepRow>,
    /// What came out by channel, source, page, … where that was asked for; the rows of most first.
    pub breakdown: Vec<FunnelSegment>,
}

/// A funnel in the window before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunnelBefore {
    /// Those that entered in it and are settled.
    pub settled: u64,
    /// Of those, the ones that took the last step.
    pub converted: u64,
    /// Whether the conversion of the two windows differs by more than chance.
    pub is_sure: bool,
}

/// One step of a funnel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FunnelStepRow {
    /// Its name.
    pub name: String,
    /// Whether it may be left out.
    pub optional: bool,
    /// Those that took it.
    pub reached: u64,
    /// Of those that entered, the share that took it.
    pub of_first: Option<f64>,
    /// Of those that took the required step before it, the share that went on to it; `None` for the first step.
    pub of_previous: Option<f64>,
    /// Those that took it and no required step after it; none at the last one.
    pub dropped: u64,
    /// Half of those that went on took at most so long to the next required step; `None` where nobody did.
    pub to_next_p50: Option<Span>,
    /// Nine of ten of them took at most so long.
    pub to_next_p90: Option<Span>,
    /// Where those who dropped went, the most usual first.
    pub instead: Vec<FlowRow>,
    /// Those who dropped and went somewhere else.
    pub elsewhere: u64,
    /// The window before: those that took it.
    pub reached_before: u64,
    /// Whether the share that went on to it from the required step before differs from the window before by more than
    /// chance.
    pub is_sure: bool,
}

/// What came out for one channel, source, page, …
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunnelSegment {
    /// Its name.
    pub name: String,
    /// Those of it that entered and are settled.
    pub entered: u64,
    /// Of those, the ones that took the last step.
    pub converted: u64,
    /// Whether its conversion differs from that of all others by more than chance.
    pub is_sure: bool,
}

impl FunnelView {
    /// All that entered in the window.
    #[must_use]
    pub fn entered(&self) -> u64 {
        self.settled + self.open
    }

    /// The share of the settled ones that took the last step; `None` where none is settled.
    #[must_use]
    pub fn conversion(&self) -> Option<f64> {
        share(self.converted, self.settled)
    }

    /// The share of all that entered that converts, as an estimate; `None` where nobody entered.
    #[must_use]
    pub fn conversion_now(&self) -> Option<f64> {
        (self.entered() > 0).then(|| self.converting_now / self.entered() as f64)
    }
}

impl FunnelBefore {
    /// The share that took the last step; `None` where none is settled.
    #[must_use]
    pub fn conversion(&self) -> Option<f64> {
        share(self.converted, self.settled)
    }
}

impl FunnelSegment {
    /// The share that took the last step; `None` where none is settled.
    #[must_use]
    pub fn conversion(&self) -> Option<f64> {
        share(self.converted, self.entered)
    }
}

fn share(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}
