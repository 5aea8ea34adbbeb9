//! Chains whose steps come one after the other, or one right after the other.

use std::collections::VecDeque;

use crate::query::definitions::{MOST_STEPS, StepOrder};
use crate::time::Millis;

use super::chain::{Chain, Exclusions};
use super::rules::FunnelRules;
use super::trail::{Fits, TrailEvent};

/// The best chain that ends with this required step, if there is one.
pub(super) fn chain(
    events: &[TrailEvent],
    rules: &FunnelRules,
    exclusions: Exclusions,
    last: usize,
) -> Option<Chain> {
    let search = Search { events, rules, exclusions };
    let firsts = if rules.begins_anywhere { 0..=last } else { 0..=0 };
    if last == 0 {
        return search.earliest(0).map(|at| search.chain(0, at, &[]));
    }
    let ends = search.ends(*firsts.start(), last);
    let begins = |first: usize, at: usize| {
        ends[first][at].is_some_and(|end| end <= rules.ends(events[at].time)).then_some((first, at))
    };
    let mut starts = (0..events.len()).flat_map(|at| firsts.clone().map(move |first| (first, at)));
    let (first, at) = starts.find_map(|(first, at)| begins(first, at))?;
    Some(search.chain(first, at, &ends))
}

/// The chain that takes each step with the first event that fits, if it takes so many required steps within all windows.
/// No chain is better then, where none can take more steps. Most sessions need no search but this.
pub(super) fn chain_at_once(events: &[TrailEvent], rules: &FunnelRules, steps: usize) -> Option<Chain> {
    let search = Search { events, rules, exclusions: Exclusions::AreIgnored };
    let mut before = search.earliest(0)?;
    let start = events[before].time;
    let until = rules.ends(start);
    let mut chain = Chain { taken: [None; MOST_STEPS], last: 0, start };
    chain.taken[*rules.required.first()?] = Some(before);
    for nth in 1..steps {
        let step = *rules.required.get(nth)?;
        let next = (before + 1..events.len()).find(|at| events[*at].fits.has(step))?;
        if events[next].time > until.min(rules.step_ends(step, events[before].time)) {
            return None;
        }
        search.take_optional(nth - 1, before..next, &mut chain);
        chain.taken[step] = Some(next);
        (chain.last, before) = (nth, next);
    }
    Some(chain)
}

/// For each required step and event: when a chain can end that takes the step with the event; `None` where none can.
type Ends = Vec<Vec<Option<Millis>>>;

struct Search<'a> {
    events: &'a [TrailEvent],
    rules: &'a FunnelRules,
    exclusions: Exclusions,
}

impl Search<'_> {
    /// The first event that fits a required step.
    fn earliest(&self, nth: usize) -> Option<usize> {
        let step = *self.rules.required.get(nth)?;
        self.events.iter().position(|event| event.fits.has(step))
    }

    /// The earliest ends of chains that run up to `last`, from its end to its beginning.
    fn ends(&self, first: usize, last: usize) -> Ends {
        let mut ends = vec![Vec::new(); last + 1];
        let step = self.rules.required[last];
        ends[last] = self.events.iter().map(|event| event.fits.has(step).then_some(event.time)).collect();
        for nth in (first..last).rev() {
            ends[nth] = self.ends_before(nth, &ends[nth + 1]);
        }
        ends
    }

    /// The same for the step before: of the events that may come next, the one whose chain ends earliest. They lie in a
    /// window that only moves forward.
    fn ends_before(&self, nth: usize, after: &[Option<Millis>]) -> Vec<Option<Millis>> {
        let step = self.rules.required[nth];
        let mut best: VecDeque<(usize, Millis)> = VecDeque::new();
        let mut reach = 0;
        let end = |(at, event): (usize, &TrailEvent)| {
            let from = reach.max(at);
            reach = self.reach(nth, at, from);
            for (next, end) in (from + 1..=reach).filter_map(|next| Some((next, after[next]?))) {
                while best.back().is_some_and(|(_, other)| *other > end) {
                    best.pop_back();
                }
                best.push_back((next, end));
            }
            while best.front().is_some_and(|(next, _)| *next <= at) {
                best.pop_front();
            }
            best.front().filter(|_| event.fits.has(step)).map(|(_, end)| *end)
        };
        self.events.iter().enumerate().map(end).collect()
    }

    /// The last event that may come next after one that takes a required step, known to be no earlier than `from`.
    fn reach(&self, nth: usize, at: usize, from: usize) -> usize {
        let step = self.rules.required.get(nth + 1).copied().unwrap_or_default();
        let until = self.rules.step_ends(step, self.events[at].time);
        let mut reach = from;
        while reach + 1 < self.events.len()
            && self.events[reach + 1].time <= until
            && (reach == at || !self.parts(nth, self.events[reach].fits))
        {
            reach += 1;
        }
        reach
    }

    /// Whether no chain leads past an event between a required step and the next one.
    fn parts(&self, nth: usize, fits: Fits) -> bool {
        let breaks =
            self.rules.order == StepOrder::Strict && !fits.shares_step_with(self.may_lie_between(nth));
        breaks || self.exclusions == Exclusions::Hold && fits.is_excluded()
    }

    /// What a strict order bears: reloads of the same step, and the optional steps on the way.
    fn may_lie_between(&self, nth: usize) -> Fits {
        let optional = self.rules.optional_after(nth);
        optional.fold(Fits::default().with_step(self.rules.required[nth]), Fits::with_step)
    }

    /// The chain from there that takes each step earliest.
    fn chain(&self, first: usize, at: usize, ends: &[Vec<Option<Millis>>]) -> Chain {
        let start = self.events[at].time;
        let until = self.rules.ends(start);
        let mut chain = Chain { taken: [None; MOST_STEPS], last: first, start };
        chain.taken[self.rules.required[first]] = Some(at);
        let mut before = at;
        for (nth, ends) in ends.iter().enumerate().skip(first + 1) {
            let reach = self.reach(nth - 1, before, before);
            let leads_on = |next: &usize| ends[*next].is_some_and(|end| end <= until);
            let Some(next) = (before + 1..=reach).find(leads_on) else { break };
            self.take_optional(nth - 1, before..next, &mut chain);
            chain.taken[self.rules.required[nth]] = Some(next);
            (chain.last, before) = (nth, next);
        }
        chain
    }

    /// Takes the optional steps after a required one, each earliest, with events between it and the next one.
    fn take_optional(&self, nth: usize, between: std::ops::Range<usize>, chain: &mut Chain) {
        let since = self.events[between.start].time;
        let mut before = between.start;
        for step in self.rules.optional_after(nth) {
            let until = self.rules.step_ends(step, since);
            let takes = |at: &usize| self.events[*at].fits.has(step) && self.events[*at].time <= until;
            if let Some(at) = (before + 1..between.end).find(takes) {
                chain.taken[step] = Some(at);
                before = at;
            }
        }
    }
}
