//! The view that the counts of a funnel give.

use std::cmp::Reverse;

use crate::query::analysis::Scanned;
use crate::query::definitions::{Funnel, FunnelEntry};
use crate::query::funnel::{FunnelMatcher, FunnelRules, Next};
use crate::query::proportions::differ;
use crate::query::view::{FlowRow, FlowStep, FunnelBefore, FunnelSegment, FunnelStepRow, FunnelView};
use crate::store::dictionaries::Dictionaries;

use super::counts::{FunnelCounts, Settled};
use super::has_before;
use super::journey::Instead;
use super::now::converting;

/// So many places where those who dropped went are named; the others are summed up.
const MOST_NAMED: usize = 20;

pub(super) fn view(
    funnel: &Funnel,
    matcher: &FunnelMatcher,
    counts: &FunnelCounts,
    scanned: Scanned,
) -> FunnelView {
    let rules = matcher.rules();
    let last = rules.required.last().copied().unwrap_or_default();
    let of_window = |settled: &Settled| (settled.reached[last], settled.journeys);
    let before = has_before(scanned.frame).then(|| FunnelBefore {
        settled: counts.before.journeys,
        converted: counts.before.reached[last],
        is_sure: differ(of_window(&counts.window), of_window(&counts.before)),
    });
    let steps = funnel.steps.iter().take(rules.steps()).enumerate();
    FunnelView {
        funnel: funnel.name.clone(),
        unit: funnel.unit,
        order: funnel.order,
        entry: funnel.entry,
        within: funnel.within,
        settled: counts.window.journeys,
        open: counts.open.len() as u64,
        excluded: counts.window.excluded,
        converted: counts.window.reached[last],
        converting_now: converting(counts, rules, scanned.moment.now),
        before,
        one_of: 1,
        steps: steps
            .map(|(nth, step)| FunnelStepRow {
                name: step.name.clone(),
                ..self::step(nth, rules, counts, (funnel.entry, scanned.known))
            })
            .collect(),
        breakdown: breakdown(counts, of_window(&counts.window), scanned.known),
    }
}

/// Those who went on to a step, and those who took the required one before it.
fn went_on(step: usize, rules: &FunnelRules, settled: &Settled) -> Option<(u64, u64)> {
    let before = rules.required.iter().rev().copied().find(|required| *required < step)?;
    let reached = settled.reached[before];
    let is_required = rules.required.contains(&step);
    let on = if is_required { reached - settled.dropped[before] } else { settled.reached[step] };
    Some((on, reached))
}

fn step(
    nth: usize,
    rules: &FunnelRules,
    counts: &FunnelCounts,
    (entry, known): (FunnelEntry, &Dictionaries),
) -> FunnelStepRow {
    let Settled { journeys, reached, dropped, .. } = counts.window;
    let share = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
    let all = if entry == FunnelEntry::Open { journeys } else { reached[0] };
    let (on, before) = (went_on(nth, rules, &counts.window), went_on(nth, rules, &counts.before));
    let percentiles = counts.to_next[nth].percentiles();
    let time_to_next = |share: f64| (counts.to_next[nth].count() > 0).then(|| percentiles.at(share));
    let is_last = rules.next_required(nth).is_none();
    let mut instead = instead(nth, counts, known);
    let elsewhere = instead.iter().skip(MOST_NAMED).map(|row| row.sessions).sum();
    instead.truncate(MOST_NAMED);
    FunnelStepRow {
        name: String::new(),
        optional: !rules.required.contains(&nth),
        reached: reached[nth],
        of_first: share(reached[nth], all),
        of_previous: on.and_then(|(on, of)| share(on, of)),
        dropped: if is_last { 0 } else { dropped[nth] },
        to_next_p50: time_to_next(0.5),
        to_next_p90: time_to_next(0.9),
        instead,
        elsewhere,
        reached_before: counts.before.reached[nth],
        is_sure: on.zip(before).is_some_and(|(now, before)| differ(now, before)),
    }
}

fn instead(nth: usize, counts: &FunnelCounts, known: &Dictionaries) -> Vec<FlowRow> {
    let of_step = counts.instead.iter().filter(|((step, _), _)| usize::from(*step) == nth);
    let row = |((_, instead), count): (&(u8, Instead), &u64)| FlowRow {
        step: flow_step(*instead, known),
        count: *count,
        sessions: *count,
    };
    let mut rows: Vec<_> = of_step.map(row).collect();
    rows.sort_unstable_by(|a, b| (Reverse(a.count), &a.step).cmp(&(Reverse(b.count), &b.step)));
    rows
}

fn flow_step(instead: Instead, known: &Dictionaries) -> FlowStep {
    match instead {
        Instead::Left | Instead::On(Next::Nothing) => FlowStep::Left,
        Instead::StillHere => FlowStep::StillHere,
        Instead::On(Next::Page(page)) => FlowStep::Page(known.pages.text(page).into_owned()),
        Instead::On(Next::Action(action)) => FlowStep::Action(known.actions.text(action).into_owned()),
    }
}

/// The rows of the breakdown, each held against all others.
fn breakdown(counts: &FunnelCounts, all: (u64, u64), known: &Dictionaries) -> Vec<FunnelSegment> {
    let segments = counts.breakdown.iter().map(|(key, segment)| {
        let (converted, entered) = (segment.converted, segment.entered);
        let others = (all.0.saturating_sub(converted), all.1.saturating_sub(entered));
        let is_sure = differ((converted, entered), others);
        FunnelSegment { name: key.name(known), entered, converted, is_sure }
    });
    let mut segments: Vec<_> = segments.collect();
    segments.sort_unstable_by(|a, b| b.entered.cmp(&a.entered).then_with(|| a.name.cmp(&b.name)));
    segments
}
