//! What a funnel asks of chains, by the numbers of its steps.

use crate::query::definitions::{Funnel, FunnelEntry, MOST_STEPS, StepOrder};
use crate::time::{Millis, Span};

/// Steps, windows and order of a funnel.
#[derive(Debug, Clone)]
pub(in crate::query) struct FunnelRules {
    pub(in crate::query) order: StepOrder,
    /// Whether a chain may begin at any step.
    pub(super) begins_anywhere: bool,
    /// The steps that must be taken, by their places among all.
    pub(in crate::query) required: Vec<usize>,
    /// The time from the last required step, for each step.
    within: Vec<Option<Span>>,
    /// The time from the first event.
    whole: Option<Span>,
}

impl FunnelRules {
    pub(super) fn of(funnel: &Funnel) -> FunnelRules {
        let steps = &funnel.steps[..funnel.steps.len().min(MOST_STEPS)];
        // Without its ends there is no funnel.
        let is_end = |nth: usize| nth == 0 || nth + 1 == steps.len();
        let is_required = |nth: &usize| !steps[*nth].optional || is_end(*nth);
        FunnelRules {
            order: funnel.order,
            begins_anywhere: funnel.entry == FunnelEntry::Open,
            required: (0..steps.len()).filter(is_required).collect(),
            within: steps.iter().map(|step| step.within).collect(),
            whole: funnel.within,
        }
    }

    /// How many steps there are, optional ones too.
    pub(in crate::query) fn steps(&self) -> usize {
        self.within.len()
    }

    /// The required step after a step; `None` after the last.
    pub(in crate::query) fn next_required(&self, step: usize) -> Option<usize> {
        self.required.iter().copied().find(|required| *required > step)
    }

    /// The steps between two required ones.
    pub(super) fn optional_after(&self, required: usize) -> impl Iterator<Item = usize> {
        let next = |nth: usize| self.required.get(nth).copied();
        let between = next(required).zip(next(required + 1)).map_or(0..0, |(one, other)| one + 1..other);
        between.into_iter()
    }

    /// The last instant at which a chain that begins then may go on.
    pub(in crate::query) fn ends(&self, start: Millis) -> Millis {
        self.whole.map_or(Millis::MAX, |whole| start + whole)
    }

    /// The last instant at which a step may be taken, where the last required one was taken then.
    pub(super) fn step_ends(&self, step: usize, since: Millis) -> Millis {
        self.within.get(step).copied().flatten().map_or(Millis::MAX, |within| since + within)
    }
}
