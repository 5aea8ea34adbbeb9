//! A funnel made ready for scanning, and how far a session or a visitor came in it (R13).
//!
//! Analyses count with it and filters ask it, so that both mean the same.

mod any_order;
mod chain;
mod deepest;
mod in_order;
mod rules;
#[cfg(test)]
mod tests;
mod ties;
mod trail;

use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::definitions::{Definitions, Funnel, MOST_STEPS, StepOrder};
use super::event_matcher::EventMatcher;

pub(super) use chain::Course;
pub(super) use rules::FunnelRules;
pub(super) use trail::{Fits, Next, Trail, TrailEvent};

/// A funnel against the strings known so far.
#[derive(Debug, Clone)]
pub(super) struct FunnelMatcher {
    steps: Vec<EventMatcher>,
    exclude: Option<EventMatcher>,
    rules: FunnelRules,
}

impl FunnelMatcher {
    /// Makes a funnel ready; [`FunnelMatcher::refresh`] it before each scan.
    pub(super) fn new(funnel: &Funnel, definitions: &Definitions) -> FunnelMatcher {
        let steps = funnel.steps.iter().take(MOST_STEPS);
        let matcher = |filter| EventMatcher::new(filter, definitions);
        FunnelMatcher {
            steps: steps.map(|step| matcher(&step.event)).collect(),
            exclude: funnel.exclude.as_ref().map(matcher),
            rules: FunnelRules::of(funnel),
        }
    }

    /// Takes in the strings that came since the last time.
    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.steps.iter_mut().chain(&mut self.exclude).for_each(|matcher| matcher.refresh(known));
    }

    /// What its steps and windows are.
    pub(super) fn rules(&self) -> &FunnelRules {
        &self.rules
    }

    /// Puts the events of a session that matter on a trail; none where nobody can have entered.
    pub(super) fn read(&self, row: &impl Row, trail: &mut Trail) {
        trail.clear();
        let Some(first) = self.steps.first() else { return };
        let may_enter = if self.rules.begins_anywhere {
            self.steps.iter().any(|step| step.matches_any(row))
        } else {
            first.matches_any(row)
        };
        if !may_enter {
            return;
        }
        // What fits nothing matters where it may come between.
        let keeps_all = self.rules.order == StepOrder::Strict;
        for entry in row.timeline().filter(|entry| entry.what.is_event()) {
            let steps = self.steps.iter().enumerate().filter(|(_, step)| step.matches(&entry));
            let fits = steps.fold(Fits::default(), |fits, (nth, _)| fits.with_step(nth));
            let is_excluded = self.exclude.as_ref().is_some_and(|exclude| exclude.matches(&entry));
            let fits = if is_excluded { fits.with_exclusion() } else { fits };
            trail.add(&entry, fits, keeps_all || fits != Fits::default());
        }
    }

    /// How far these events lead.
    pub(super) fn course(&self, events: &[TrailEvent]) -> Course {
        deepest::course(events, &self.rules)
    }
}
