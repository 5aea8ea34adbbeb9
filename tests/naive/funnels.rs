//! Funnels once more (R13): every chain that there is is tried, and the best one counts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use dwell::query::analysis::ask::{Breakdown, FunnelAsk};
use dwell::query::definitions::{Funnel, FunnelEntry, FunnelStep, StepOrder, Unit};
use dwell::query::event_filter::EventFilter;
use dwell::query::question::SmallGroups;
use dwell::query::view::{FlowStep, FunnelStepRow, FunnelView, SessionState};
use dwell::time::{Millis, Span};
use proptest::prelude::*;
use proptest::sample::select;

use super::answers::{Answers, Known};
use super::{Deed, Hit};

/// What steps are made of.
const EVENTS: [&str; 6] = ["page:/", "page:/a", "page:/a*", "page:/pricing", "action:submit", "page:*"];

pub fn funnels() -> impl Strategy<Value = FunnelAsk> {
    let minutes = |some: Vec<u64>| prop::option::weighted(0.4, select(some).prop_map(Span::seconds));
    let step = (select(EVENTS.to_vec()), minutes(vec![0, 10, 60, 240]), prop::bool::weighted(0.3));
    let orders =
        select(vec![StepOrder::Sequential, StepOrder::Sequential, StepOrder::Strict, StepOrder::Any]);
    let entries = select(vec![FunnelEntry::Closed, FunnelEntry::Closed, FunnelEntry::Open]);
    let exclude = prop::option::weighted(0.3, select(vec!["page:/pricing", "action:submit"]));
    let units = select(vec![Unit::Session, Unit::Session, Unit::Visitor]);
    let steps = prop::collection::vec(step, 2..4);
    (orders, entries, minutes(vec![0, 60, 61, 600]), exclude, units, steps).prop_map(
        |(order, entry, within, exclude, unit, steps)| {
            let count = steps.len();
            let step = |(nth, (event, within, optional)): (usize, (&str, Option<Span>, bool))| FunnelStep {
                name: format!("{}", nth + 1),
                event: EventFilter::parse(event).expect("an event"),
                optional: optional && nth > 0 && nth + 1 < count,
                within: within.filter(|_| order != StepOrder::Any),
            };
            let steps = steps.into_iter().enumerate().map(step).collect();
            let exclude = exclude.map(|text| EventFilter::parse(text).expect("an event"));
            let name = "a funnel".to_owned();
            let funnel = Funnel { name, order, within, unit, entry, exclude, steps };
            FunnelAsk { funnel, breakdown: Some(Breakdown::Channel) }
        },
    )
}

/// Whether a hit is what an event filter of [`EVENTS`] asks for.
fn fits(filter: &EventFilter, hit: &Hit) -> bool {
    match filter.to_string().split_once(':').expect("a field") {
        ("action", name) => hit.deed.action() == Some(name),
        (_, page) => {
            let is_page = match page.strip_suffix('*') {
                Some(start) => hit.path().starts_with(start),
                None => hit.path() == page,
            };
            hit.deed == Deed::View && is_page
        }
    }
}

/// The event that takes each step; `None` where none does.
type Chain = Vec<Option<usize>>;

struct Tried<'a> {
    funnel: &'a Funnel,
    events: &'a [Hit],
    /// Whether what is excluded may lie between.
    free: bool,
}

impl Tried<'_> {
    fn required(&self) -> Vec<usize> {
        (0..self.funnel.steps.len()).filter(|nth| !self.funnel.steps[*nth].optional).collect()
    }

    /// The best of all chains.
    fn best(&self) -> Option<Chain> {
        let required = self.required();
        let mut all = Vec::new();
        for last in 0..required.len() {
            let firsts = if self.funnel.entry == FunnelEntry::Open { 0..=last } else { 0..=0 };
            for first in firsts {
                self.extend(&required[first..=last], &mut vec![None; self.funnel.steps.len()], &mut all);
            }
        }
        all.into_iter().min_by_key(rank).map(|chain| self.with_optional(chain))
    }

    /// All chains that take these steps, too.
    fn extend(&self, steps: &[usize], chain: &mut Chain, all: &mut Vec<Chain>) {
        let Some((step, later)) = steps.split_first() else {
            all.push(chain.clone());
            return;
        };
        for at in 0..self.events.len() {
            if fits(&self.funnel.steps[*step].event, &self.events[at]) && !chain.contains(&Some(at)) {
                chain[*step] = Some(at);
                if self.holds(chain) {
                    self.extend(later, chain, all);
                }
                chain[*step] = None;
            }
        }
    }

    /// Whether the chain so far keeps to order, windows and exclusion.
    fn holds(&self, chain: &Chain) -> bool {
        let taken: Vec<(usize, usize)> =
            chain.iter().enumerate().filter_map(|(step, at)| Some((step, (*at)?))).collect();
        let places = taken.iter().map(|(_, at)| *at);
        let (first, last) = (places.clone().min().expect("one"), places.max().expect("one"));
        let span = self.events[last].time.since(self.events[first].time);
        if self.funnel.within.is_some_and(|within| span > within) {
            return false;
        }
        if self.funnel.order == StepOrder::Any {
            return !(first + 1..last).any(|at| self.is_excluded(at));
        }
        taken.windows(2).all(|pair| {
            let ((before, from), (step, to)) = (pair[0], pair[1]);
            let within = self.funnel.steps[step].within;
            from < to
                && within.is_none_or(|within| self.events[to].time.since(self.events[from].time) <= within)
                && (from + 1..to).all(|at| !self.is_excluded(at) && self.may_lie_between(at, before, step))
        })
    }

    fn is_excluded(&self, at: usize) -> bool {
        !self.free && self.funnel.exclude.as_ref().is_some_and(|exclude| fits(exclude, &self.events[at]))
    }

    fn may_lie_between(&self, at: usize, before: usize, step: usize) -> bool {
        let on_the_way = &self.funnel.steps[before..step];
        self.funnel.order != StepOrder::Strict
            || on_the_way.iter().any(|one| fits(&one.event, &self.events[at]))
    }

    fn with_optional(&self, mut chain: Chain) -> Chain {
        for step in (0..chain.len()).filter(|step| self.funnel.steps[*step].optional) {
            let required = |found: &dyn Fn(usize) -> bool| {
                (0..chain.len())
                    .filter(|one| !self.funnel.steps[*one].optional && found(*one))
                    .collect::<Vec<_>>()
            };
            let before = required(&|one| one < step).last().copied().and_then(|one| chain[one]);
            let after = required(&|one| one > step).first().copied().and_then(|one| chain[one]);
            let Some((from, to)) = before.zip(after) else { continue };
            let in_time = |at: &usize| {
                let within = self.funnel.steps[step].within;
                within.is_none_or(|within| self.events[*at].time.since(self.events[from].time) <= within)
            };
            let fits = |at: &usize| fits(&self.funnel.steps[step].event, &self.events[*at]);
            chain[step] = match self.funnel.order {
                StepOrder::Any => self.whole(&chain).find(|at| fits(at) && !chain.contains(&Some(*at))),
                _ => (chain[from_step(&chain, step)].expect("it is taken") + 1..to)
                    .find(|at| fits(at) && in_time(at)),
            };
        }
        chain
    }

    /// In any order: from the earliest event as far as the window and the exclusion let it.
    fn whole(&self, chain: &Chain) -> impl Iterator<Item = usize> {
        let start = chain.iter().flatten().min().copied().expect("one event");
        let ends = |at: &usize| {
            let late = self.events[*at].time.since(self.events[start].time);
            self.funnel.within.is_some_and(|within| late > within)
                || (*at > start + 1 && self.is_excluded(*at - 1))
        };
        start..(start + 1..self.events.len()).find(ends).unwrap_or(self.events.len())
    }
}

/// The least is the best: the deepest, the earliest, and each step earliest.
fn rank(chain: &Chain) -> (Reverse<usize>, usize, usize, Vec<Option<usize>>) {
    let last = chain.iter().rposition(Option::is_some).expect("one step");
    let first = chain.iter().position(Option::is_some).expect("one step");
    let start = chain.iter().flatten().min().copied().expect("one event");
    (Reverse(last), start, first, chain.clone())
}

/// The step before that is taken, required or not.
fn from_step(chain: &Chain, step: usize) -> usize {
    (0..step).rev().find(|one| chain[*one].is_some()).expect("the step before is taken")
}

/// One that entered.
struct Entered {
    start: Millis,
    is_settled: bool,
    /// `None` where it was left out.
    chain: Option<Chain>,
    times: Vec<Option<Millis>>,
    next: Option<FlowStep>,
    channel: String,
}

fn entered(funnel: &Funnel, events: &[Hit], state: SessionState, answers: &Answers) -> Option<Entered> {
    let tried = |free| Tried { funnel, events, free };
    let depth = |chain: &Chain| chain.iter().rposition(Option::is_some);
    let free = tried(true).best()?;
    let chain = tried(false).best().filter(|chain| depth(chain) == depth(&free));
    let counted = chain.as_ref().unwrap_or(&free);
    let start = counted.iter().flatten().map(|at| events[*at].time).min()?;
    let passed = funnel.within.is_some_and(|within| answers.at.watermark > start + within);
    let latest = counted.iter().flatten().max().copied()?;
    let is_reload = |hit: &&Hit| (hit.deed, hit.path()) == (events[latest].deed, events[latest].path());
    let next = events[latest..].iter().find(|hit| !is_reload(hit)).map(|hit| match hit.deed.action() {
        Some(action) => FlowStep::Action(action.to_owned()),
        None => FlowStep::Page(hit.path().to_owned()),
    });
    let end = if state == SessionState::Closed { FlowStep::Left } else { FlowStep::StillHere };
    Some(Entered {
        start,
        is_settled: state == SessionState::Closed || passed,
        times: counted.iter().map(|at| at.map(|at| events[at].time)).collect(),
        next: next.or(Some(end)),
        channel: String::new(),
        chain,
    })
}

impl Answers {
    /// Those that entered in a stretch of time.
    fn entered(&self, funnel: &Funnel, from: Millis, to: Millis) -> Vec<Entered> {
        let is_in = |one: &Entered| one.start >= from && one.start <= to;
        let journeys = self.counting.iter().filter_map(|known| {
            let one = entered(funnel, &known.session.events, known.state, self)?;
            Some(Entered { channel: known.arrival.channel.to_owned(), ..one })
        });
        journeys.filter(is_in).collect()
    }

    /// What is told of a funnel of sessions.
    pub fn compare_funnel(&self, found: &FunnelView, ask: &FunnelAsk, small_groups: SmallGroups) {
        let funnel = &ask.funnel;
        check_sums(found, funnel);
        if funnel.unit == Unit::Visitor || self.counting.iter().any(has_too_many_chains) {
            return;
        }
        let of_window = self.entered(funnel, self.from, self.at.now);
        let excluded = of_window.iter().filter(|one| one.chain.is_none()).count() as u64;
        let counted: Vec<_> = of_window.iter().filter(|one| one.chain.is_some()).collect();
        let settled: Vec<_> = counted.iter().copied().filter(|one| one.is_settled).collect();
        let open = (counted.len() - settled.len()) as u64;
        assert_eq!(
            (found.settled, found.open, found.excluded),
            (settled.len() as u64, open, excluded),
            "{ask:?}"
        );
        for (step, row) in found.steps.iter().enumerate() {
            let reached = settled.iter().filter(|one| one.times[step].is_some()).count() as u64;
            assert_eq!(row.reached, reached, "step {}: {ask:?}", step + 1);
            if small_groups == SmallGroups::Shown {
                assert_eq!(instead(row), instead_of(&settled, step), "after step {}: {ask:?}", step + 1);
            }
        }
        let mut channels: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for one in &settled {
            let (entered, converted) = channels.entry(&one.channel).or_default();
            *entered += 1;
            *converted += u64::from(one.times.last().is_some_and(Option::is_some));
        }
        if small_groups == SmallGroups::Shown {
            let rows = found.breakdown.iter().map(|row| (row.name.as_str(), (row.entered, row.converted)));
            assert_eq!(rows.collect::<BTreeMap<_, _>>(), channels, "{ask:?}");
        }
        if let Some(before) = found.before {
            let all = self.entered(funnel, self.before, self.from - Span(1));
            let settled = all.iter().filter(|one| one.is_settled && one.chain.is_some());
            assert_eq!(before.settled, settled.clone().count() as u64, "{ask:?}");
            let converted = settled.filter(|one| one.times.last().is_some_and(Option::is_some));
            assert_eq!(before.converted, converted.count() as u64, "{ask:?}");
        }
    }
}

fn instead(row: &FunnelStepRow) -> BTreeMap<String, u64> {
    row.instead.iter().map(|one| (format!("{:?}", one.step), one.sessions)).collect()
}

fn instead_of(settled: &[&Entered], step: usize) -> BTreeMap<String, u64> {
    let mut rows = BTreeMap::new();
    for one in settled.iter().filter(|one| one.times[step].is_some()) {
        if one.times[step + 1..].iter().all(Option::is_none) && step + 1 < one.times.len() {
            *rows.entry(format!("{:?}", one.next.clone().expect("something"))).or_default() += 1;
        }
    }
    rows
}

/// Events of one instant from different inputs have many orders, and long sessions many chains: fixtures try those.
fn has_too_many_chains(known: &Known) -> bool {
    known.session.events.len() > 14
        || known
            .session
            .events
            .windows(2)
            .any(|pair| pair[0].time == pair[1].time && pair[0].input != pair[1].input)
}

/// What holds of any funnel: who dropped and who went on are those who arrived, and none grows that is closed.
fn check_sums(found: &FunnelView, funnel: &Funnel) {
    assert_eq!(found.entered(), found.settled + found.open);
    let required: Vec<_> = found.steps.iter().filter(|step| !step.optional).collect();
    for pair in required.windows(2) {
        let went_on = pair[1].of_previous.unwrap_or(0.0) * pair[0].reached as f64;
        assert!((pair[0].dropped as f64 + went_on - pair[0].reached as f64).abs() < 1e-6, "{pair:?}");
        if funnel.entry == FunnelEntry::Closed {
            assert!(pair[1].reached <= pair[0].reached, "{pair:?}");
        }
    }
    for step in &found.steps {
        let instead: u64 = step.instead.iter().map(|row| row.sessions).sum();
        assert_eq!(instead + step.elsewhere, step.dropped, "{step:?}");
    }
    assert_eq!(found.breakdown.iter().map(|row| row.entered).sum::<u64>(), found.settled);
    let (least, most) = (found.converted as f64, (found.converted + found.open) as f64);
    assert!(found.converting_now >= least - 1e-9 && found.converting_now <= most + 1e-9, "{found:?}");
}
