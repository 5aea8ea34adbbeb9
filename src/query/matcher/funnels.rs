//! How far sessions came in funnels, as filters ask it: `reached:checkout/2`, `dropped:checkout/2` (R13).

use crate::glob::Glob;
use crate::query::definitions::Definitions;
use crate::query::funnel::{Course, FunnelMatcher, Trail};
use crate::query::moment::Moment;
use crate::query::view::SessionState;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

/// A step of a funnel against the strings known so far.
#[derive(Debug, Clone)]
pub(super) struct FunnelStepMatcher {
    matcher: FunnelMatcher,
    asked: Asked,
    /// The step's place among all; `None` asks for any.
    step: Option<usize>,
}

/// What is asked of a session that entered a funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Whether it took the step.
    Reached,
    /// Whether it took the step, is settled, and took no required one after it.
    Dropped,
}

impl FunnelStepMatcher {
    /// The steps that these values name: a funnel's name, and the number of a step after a `/`.
    pub(super) fn named(values: &[Glob], asked: Asked, definitions: &Definitions) -> Vec<FunnelStepMatcher> {
        let named = values.iter().map(name_and_step).flat_map(|(name, step)| {
            let funnels = definitions.funnels.iter();
            let is_meant = move |name: &Glob, funnel: &str| name.matches_ignoring_case(funnel);
            let meant = funnels.filter(move |funnel| is_meant(&name, &funnel.name));
            meant.map(move |funnel| (funnel, step))
        });
        let matcher = |(funnel, step)| FunnelStepMatcher {
            matcher: FunnelMatcher::new(funnel, definitions),
            asked,
            step,
        };
        named.map(matcher).collect()
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.matcher.refresh(known);
    }

    pub(super) fn holds(&self, row: &impl Row, moment: &Moment) -> bool {
        let mut trail = Trail::default();
        self.matcher.read(row, &mut trail);
        let Course::Inside(chain) = self.matcher.course(trail.events()) else { return false };
        let rules = self.matcher.rules();
        match self.asked {
            Asked::Reached => self.step.is_none_or(|step| chain.taken(step).is_some()),
            Asked::Dropped => {
                let last = rules.required.get(chain.last).copied().unwrap_or_default();
                let is_closed = moment.state(row.end()) == SessionState::Closed;
                let is_settled = is_closed || moment.watermark > rules.ends(chain.start);
                is_settled && rules.next_required(last).is_some() && self.step.is_none_or(|step| step == last)
            }
        }
    }
}

/// `checkout/2` is the second step of `checkout`; without a number it is any.
fn name_and_step(value: &Glob) -> (Glob, Option<usize>) {
    let text = value.pattern();
    let step = text.rsplit_once('/').and_then(|(name, step)| Some((name, step.parse::<usize>().ok()?)));
    let Some((name, step)) = step else { return (value.clone(), None) };
    let name = if value.is_literal() { Glob::literal(name) } else { Glob::new(name) };
    // Steps are counted from one; there is no step 0.
    (name, Some(step.checked_sub(1).unwrap_or(usize::MAX)))
}
