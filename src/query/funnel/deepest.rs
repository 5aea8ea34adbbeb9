//! The deepest chain of a funnel: pure search over events in R5's order.

use crate::query::definitions::StepOrder;

use super::chain::{Chain, Course, Exclusions};
use super::rules::FunnelRules;
use super::ties::{has_ties, orders};
use super::trail::TrailEvent;
use super::{any_order, in_order};

/// How far events lead.
pub(super) fn course(events: &[TrailEvent], rules: &FunnelRules) -> Course {
    let Some(free) = deepest(events, rules, Exclusions::AreIgnored) else { return Course::Outside };
    if !events.iter().any(|event| event.fits.is_excluded()) {
        return Course::Inside(free);
    }
    match deepest(events, rules, Exclusions::Hold) {
        Some(chain) if chain.last >= free.last => Course::Inside(chain),
        Some(_) | None => Course::Excluded(free.start),
    }
}

/// The deepest chain; among equals the one that starts earliest, then takes each step earliest.
fn deepest(events: &[TrailEvent], rules: &FunnelRules, exclusions: Exclusions) -> Option<Chain> {
    if !has_ties(events) {
        return deepest_in_this_order(events, rules, exclusions);
    }
    let chains = orders(events).into_iter().filter_map(|order| {
        let ordered: Vec<_> = order.iter().map(|at| events[*at]).collect();
        let chain = deepest_in_this_order(&ordered, rules, exclusions)?;
        Some(Chain { taken: chain.taken.map(|taken| taken.map(|at| order[at])), ..chain })
    });
    chains.min_by_key(|chain| chain.rank(events))
}

fn deepest_in_this_order(
    events: &[TrailEvent],
    rules: &FunnelRules,
    exclusions: Exclusions,
) -> Option<Chain> {
    let furthest = furthest(events, rules);
    if may_be_taken_at_once(events, rules, exclusions)
        && let Some(chain) = in_order::chain_at_once(events, rules, furthest)
    {
        return Some(chain);
    }
    let depths = (0..furthest).rev();
    let is_reached = |last: &usize| events.iter().any(|event| event.fits.has(rules.required[*last]));
    depths.filter(is_reached).find_map(|last| match rules.order {
        StepOrder::Sequential | StepOrder::Strict => in_order::chain(events, rules, exclusions, last),
        StepOrder::Any => any_order::chain(events, rules, exclusions, last),
    })
}

/// Whether the first event that fits is never a worse one for a step, windows aside.
fn may_be_taken_at_once(events: &[TrailEvent], rules: &FunnelRules, exclusions: Exclusions) -> bool {
    let is_excluded = || events.iter().any(|event| event.fits.is_excluded());
    rules.order == StepOrder::Sequential
        && !rules.begins_anywhere
        && (exclusions == Exclusions::AreIgnored || !is_excluded())
}

/// So many required steps events take at most, windows and exclusions aside: looking for more of them would be in vain.
fn furthest(events: &[TrailEvent], rules: &FunnelRules) -> usize {
    let all = rules.required.len();
    if rules.order == StepOrder::Any || rules.begins_anywhere {
        return all;
    }
    // Each step is taken by a later event than the one before it; the earliest one leaves most room.
    events.iter().fold(0, |taken, event| match rules.required.get(taken) {
        Some(step) if event.fits.has(*step) => taken + 1,
        _ => taken,
    })
}
