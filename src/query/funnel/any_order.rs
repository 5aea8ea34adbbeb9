//! Chains whose steps come in any order, each once.

use crate::query::definitions::MOST_STEPS;
use crate::time::Millis;

use super::chain::{Chain, Exclusions};
use super::rules::FunnelRules;
use super::trail::TrailEvent;

/// The best chain that takes all required steps up to this one, if there is one.
pub(super) fn chain(
    events: &[TrailEvent],
    rules: &FunnelRules,
    exclusions: Exclusions,
    last: usize,
) -> Option<Chain> {
    let firsts = if rules.begins_anywhere { 0..=last } else { 0..=0 };
    let found = firsts.filter_map(|first| {
        let search = Search { events, rules, exclusions, steps: &rules.required[first..=last] };
        let start = search.start()?;
        Some((start, first, search.chain(start, first, last)?))
    });
    found.min_by_key(|(start, first, _)| (*start, *first)).map(|(_, _, chain)| chain)
}

struct Search<'a> {
    events: &'a [TrailEvent],
    rules: &'a FunnelRules,
    exclusions: Exclusions,
    /// The steps that must all be taken.
    steps: &'a [usize],
}

/// For each set of steps, a bit for each, when the latest of the events that take them comes, at the earliest.
type Ends = [Option<Millis>; 1 << MOST_STEPS];

const NONE: Ends = [None; 1 << MOST_STEPS];

/// The earlier end of each set.
fn earlier(ends: &Ends, others: &Ends) -> Ends {
    std::array::from_fn(|set| ends[set].into_iter().chain(others[set]).min())
}

impl Search<'_> {
    /// The earliest event with which a chain can begin. Events are gone through from the last one back.
    fn start(&self) -> Option<usize> {
        let all = (1 << self.steps.len()) - 1;
        let (mut ends, mut start) = (NONE, None);
        for (at, event) in self.events.iter().enumerate().rev() {
            let with_event = self.extended(&ends, event);
            if with_event[all].is_some_and(|end| end <= self.rules.ends(event.time)) {
                start = Some(at);
            }
            // Chains do not lead past what is excluded, but may end with it.
            ends = if self.parts(event) { self.extended(&NONE, event) } else { earlier(&ends, &with_event) };
        }
        start
    }

    /// The sets of steps of which the event takes one.
    fn extended(&self, ends: &Ends, event: &TrailEvent) -> Ends {
        let mut extended = NONE;
        for bit in (0..self.steps.len()).filter(|nth| event.fits.has(self.steps[*nth])).map(|nth| 1 << nth) {
            extended[bit] = Some(event.time);
            for set in (1..1 << self.steps.len()).filter(|set| set & bit == 0) {
                extended[set | bit] = extended[set | bit].into_iter().chain(ends[set]).min();
            }
        }
        extended
    }

    fn parts(&self, event: &TrailEvent) -> bool {
        self.exclusions == Exclusions::Hold && event.fits.is_excluded()
    }

    /// The chain that begins there and takes each step earliest.
    fn chain(&self, start: usize, first: usize, last: usize) -> Option<Chain> {
        let begun = self.events[start].time;
        let range = start..self.reach(start);
        let fitting = |step: usize| {
            let range = range.clone().filter(move |at| self.events[*at].fits.has(step));
            // The others cannot take more than the rest of them.
            range.take(MOST_STEPS).collect::<Vec<_>>()
        };
        let choices: Vec<_> = self.steps.iter().map(|step| fitting(*step)).collect();
        let mut places = Vec::new();
        if !assign(&choices, start, &mut places) {
            return None;
        }
        let mut chain = Chain { taken: [None; MOST_STEPS], last, start: begun };
        for (step, at) in self.steps.iter().zip(&places) {
            chain.taken[*step] = Some(*at);
        }
        for step in (first..last).flat_map(|nth| self.rules.optional_after(nth)) {
            let is_free = |at: &usize| !chain.taken.contains(&Some(*at));
            let free = range.clone().filter(is_free).find(|at| self.events[*at].fits.has(step));
            chain.taken[step] = free;
        }
        Some(chain)
    }

    /// The place after the last event of a chain that begins there.
    fn reach(&self, start: usize) -> usize {
        let until = self.rules.ends(self.events[start].time);
        let in_time = self.events.partition_point(|event| event.time <= until);
        let between = start + 1..in_time;
        between.clone().find(|at| self.parts(&self.events[*at])).map_or(in_time, |parting| parting + 1)
    }
}

/// Gives each step the earliest event, none to two of them, so that one gets the first event; whether that is possible.
fn assign(choices: &[Vec<usize>], start: usize, places: &mut Vec<usize>) -> bool {
    let Some(events) = choices.get(places.len()) else { return places.contains(&start) };
    for event in events {
        if places.contains(event) {
            continue;
        }
        places.push(*event);
        if assign(choices, start, places) {
            return true;
        }
        places.pop();
    }
    false
}
