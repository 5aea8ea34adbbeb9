//! Partials: the answer to a question for some of the sessions. Partials merge, whoever made them.

use hashbrown::HashMap;

use crate::time::{Millis, Span};

use super::buckets::Buckets;
use super::closeup::CloseupPartial;
use super::distinct::Distinct;
use super::rank::Best;
use super::spread::Spread;
use super::times::Times;
use super::view::{BotCounts, HISTOGRAM_BOUNDS};

/// The answer for some sessions: figures, which add up and can be taken away again, and what only the sessions
/// themselves can tell.
#[derive(Debug, Clone, Default)]
pub struct Partial {
    pub(super) members: Members,
    pub(super) sessions: u64,
    pub(super) active: u64,
    pub(super) active_before: u64,
    pub(super) open: u64,
    pub(super) closed: u64,
    pub(super) with_pageview: u64,
    pub(super) pageviews: u64,
    pub(super) actions: u64,
    pub(super) bots: BotCounts,
    pub(super) settled: Bounces,
    pub(super) settled_before: Bounces,
    pub(super) started: Started,
    pub(super) durations: DurationCounts,
    pub(super) started_in: Buckets,
    /// By the bucket of their closing; apart, because each runs nearly in order by itself.
    pub(super) closed_in: Buckets,
    pub(super) tables: Vec<TablePartial>,
    pub(super) closeup: CloseupPartial,
}

/// What has to be asked of each session that counts: it cannot be told from what others leave over.
#[derive(Debug, Clone, Default)]
pub(super) struct Members {
    /// When the earliest session seen in the window began; `None` where none was.
    pub(super) first: Option<Millis>,
    /// How long the longest took that closed in it.
    pub(super) longest: Span,
    pub(super) visitors: Distinct,
    pub(super) best: Best,
    /// How many sessions of the population that a list asks for there are.
    pub(super) listed: u64,
}

impl Members {
    /// Takes in all of another answer's but the visitors.
    fn merge(&mut self, other: &Members) {
        self.first = self.first.into_iter().chain(other.first).min();
        self.longest = self.longest.max(other.longest);
        self.best.merge(&other.best);
        self.listed += other.listed;
    }
}

/// Bounced sessions and those that could bounce.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounces {
    pub(super) bounced: u64,
    pub(super) of: u64,
}

impl Bounces {
    pub(super) fn merge(&mut self, other: Bounces) {
        self.of += other.of;
        self.bounced += other.bounced;
    }

    fn take_away(&mut self, other: Bounces) {
        self.of -= other.of;
        self.bounced -= other.bounced;
    }
}

/// What the estimate of the rate now is made from (R7).
#[derive(Debug, Clone, Default)]
pub(super) struct Started {
    /// Sessions with a pageview that started in the window and can no longer change sides.
    pub(super) decided: Bounces,
    /// When the sessions started that are open and still single.
    pub(super) open_singles: Vec<Millis>,
    /// Of the sessions that closed lately: how many bounced.
    pub(super) lately_bounced: u64,
    /// Of the sessions that closed lately: after how long the others had their second event.
    pub(super) second_after: Spread,
}

impl Started {
    fn merge(&mut self, other: &Started) {
        self.decided.merge(other.decided);
        self.open_singles.extend_from_slice(&other.open_singles);
        self.lately_bounced += other.lately_bounced;
    }

    /// Of sessions that are all closed: none of them is single still.
    fn take_away(&mut self, other: &Started) {
        self.decided.take_away(other.decided);
        self.lately_bounced -= other.lately_bounced;
        self.second_after.take_away(&other.second_after);
    }
}

/// Durations of closed sessions (R8).
#[derive(Debug, Clone, Default)]
pub(super) struct DurationCounts {
    pub(super) measured: u64,
    pub(super) unmeasured: u64,
    pub(super) sum: Span,
    pub(super) histogram: [u64; HISTOGRAM_BOUNDS.len()],
    pub(super) spread: Spread,
}

impl DurationCounts {
    /// Counts a session; how its duration is spread is counted apart.
    pub(super) fn add(&mut self, duration: Option<Span>) {
        let Some(duration) = duration else {
            self.unmeasured += 1;
            return;
        };
        self.measured += 1;
        self.sum = self.sum + duration;
        self.histogram[HISTOGRAM_BOUNDS.partition_point(|&bound| bound <= duration) - 1] += 1;
    }

    fn merge(&mut self, other: &DurationCounts) {
        self.measured += other.measured;
        self.unmeasured += other.unmeasured;
        self.sum = self.sum + other.sum;
        for (mine, theirs) in self.histogram.iter_mut().zip(other.histogram) {
            *mine += theirs;
        }
    }

    fn take_away(&mut self, other: &DurationCounts) {
        self.measured -= other.measured;
        self.unmeasured -= other.unmeasured;
        self.sum = Span(self.sum.0 - other.sum.0);
        for (mine, theirs) in self.histogram.iter_mut().zip(other.histogram) {
            *mine -= theirs;
        }
        self.spread.take_away(&other.spread);
    }
}

/// A table's rows, in no order.
#[derive(Debug, Clone, Default)]
pub(super) struct TablePartial {
    pub(super) rows: Vec<(u32, Counts)>,
    /// Durations by row.
    pub(super) times: Times,
    /// Load times by row.
    pub(super) loads: HashMap<u32, LoadCounts, foldhash::fast::FixedState>,
}

/// Load times of one page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LoadCounts {
    /// Their sum, in milliseconds.
    pub(super) sum: u64,
    pub(super) count: u32,
}

impl LoadCounts {
    pub(super) fn merge(&mut self, other: LoadCounts) {
        self.sum += other.sum;
        self.count += other.count;
    }

    fn take_away(&mut self, other: LoadCounts) {
        self.sum -= other.sum;
        self.count -= other.count;
    }

    /// The average; `None` where there is no load time.
    pub(super) fn mean(self) -> Option<Span> {
        self.sum.checked_div(self.count.into()).map(Span)
    }
}

/// What is counted per row of a table: narrow, because millions of views are counted here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) count: u32,
    pub(super) sessions: u32,
    pub(super) settled: u32,
    pub(super) bounced: u32,
    pub(super) pageviews: u32,
    pub(super) entries: u32,
    pub(super) exits: u32,
}

impl Counts {
    /// Counts a session that closed.
    pub(super) fn settle(&mut self, bounced: bool) {
        self.settled += 1;
        self.bounced += u32::from(bounced);
    }

    /// Settled bounce rate; below every rate where nothing settled.
    pub(super) fn bounce_rate(&self) -> f64 {
        if self.settled == 0 { -1.0 } else { f64::from(self.bounced) / f64::from(self.settled) }
    }

    pub(super) fn merge(&mut self, other: &Counts) {
        self.count += other.count;
        self.sessions += other.sessions;
        self.settled += other.settled;
        self.bounced += other.bounced;
        self.pageviews += other.pageviews;
        self.entries += other.entries;
        self.exits += other.exits;
    }

    fn take_away(&mut self, other: &Counts) {
        self.count -= other.count;
        self.sessions -= other.sessions;
        self.settled -= other.settled;
        self.bounced -= other.bounced;
        self.pageviews -= other.pageviews;
        self.entries -= other.entries;
        self.exits -= other.exits;
    }
}

impl TablePartial {
    /// The same with rows put together: `into` says into which one.
    pub(super) fn regrouped(&self, into: impl Fn(u32) -> u32) -> TablePartial {
        let mut rows: HashMap<u32, Counts> = HashMap::new();
        self.rows.iter().for_each(|(key, counts)| rows.entry(into(*key)).or_default().merge(counts));
        let mut loads: HashMap<u32, LoadCounts, _> = HashMap::default();
        self.loads.iter().for_each(|(key, one)| loads.entry(into(*key)).or_default().merge(*one));
        let times = self.times.folded(|key| Some(into(key)));
        TablePartial { rows: rows.into_iter().collect(), times, loads }
    }

    fn take_away(&mut self, other: &TablePartial) {
        let others: HashMap<u32, &Counts, foldhash::fast::FixedState> =
            other.rows.iter().map(|(number, counts)| (*number, counts)).collect();
        self.rows.retain_mut(|(number, counts)| {
            if let Some(others) = others.get(number) {
                counts.take_away(others);
            }
            *counts != Counts::default()
        });
        self.times.take_away(&other.times);
        for (number, loads) in &other.loads {
            self.loads.entry(*number).and_modify(|mine| mine.take_away(*loads));
        }
    }

    fn bytes(&self) -> usize {
        self.rows.capacity() * 32 + self.times.bytes() + self.loads.capacity() * 25
    }
}

impl Partial {
    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let tables = self.tables.iter().map(TablePartial::bytes);
        let series = self.started_in.bytes() + self.closed_in.bytes();
        let spreads = self.durations.spread.bytes() + self.started.second_after.bytes();
        let lists = self.members.visitors.bytes() + self.members.best.bytes() + self.closeup.bytes();
        size_of::<Partial>() + tables.sum::<usize>() + series + spreads + lists
    }

    /// Takes in all of another answer to the same question but for tables, spreads and visitors, which a folder counts in
    /// places of its own.
    pub(super) fn merge_figures(&mut self, other: &Partial) {
        self.members.merge(&other.members);
        self.sessions += other.sessions;
        self.active += other.active;
        self.active_before += other.active_before;
        self.open += other.open;
        self.closed += other.closed;
        self.with_pageview += other.with_pageview;
        self.pageviews += other.pageviews;
        self.actions += other.actions;
        self.merge_bots(other.bots);
        self.settled.merge(other.settled);
        self.settled_before.merge(other.settled_before);
        self.started.merge(&other.started);
        self.durations.merge(&other.durations);
        self.started_in.merge(&other.started_in);
        self.closed_in.merge(&other.closed_in);
        self.closeup.merge(&other.closeup);
    }

    /// The answer for the rest of these sessions, which are all closed, once the figures of others among them are taken
    /// away; `others` brings the members of the rest.
    pub(super) fn without(&self, others: Partial) -> Partial {
        let mut rest = self.clone();
        rest.take_away(&others);
        rest.members = others.members;
        rest
    }

    fn take_away(&mut self, others: &Partial) {
        self.sessions -= others.sessions;
        self.active -= others.active;
        self.active_before -= others.active_before;
        self.open -= others.open;
        self.closed -= others.closed;
        self.with_pageview -= others.with_pageview;
        self.pageviews -= others.pageviews;
        self.actions -= others.actions;
        self.take_bots_away(others.bots);
        self.settled.take_away(others.settled);
        self.settled_before.take_away(others.settled_before);
        self.started.take_away(&others.started);
        self.durations.take_away(&others.durations);
        self.started_in.take_away(&others.started_in);
        self.closed_in.take_away(&others.closed_in);
        self.tables.iter_mut().zip(&others.tables).for_each(|(mine, theirs)| mine.take_away(theirs));
    }

    fn take_bots_away(&mut self, other: BotCounts) {
        self.bots.agent -= other.agent;
        self.bots.no_agent -= other.no_agent;
        self.bots.robots_txt -= other.robots_txt;
        self.bots.rate -= other.rate;
        self.bots.spam -= other.spam;
        for (mine, theirs) in self.bots.ai.iter_mut().zip(other.ai) {
            mine.sessions -= theirs.sessions;
            mine.pageviews -= theirs.pageviews;
        }
    }

    fn merge_bots(&mut self, other: BotCounts) {
        self.bots.agent += other.agent;
        self.bots.no_agent += other.no_agent;
        self.bots.robots_txt += other.robots_txt;
        self.bots.rate += other.rate;
        self.bots.spam += other.spam;
        for (mine, theirs) in self.bots.ai.iter_mut().zip(other.ai) {
            mine.sessions += theirs.sessions;
            mine.pageviews += theirs.pageviews;
        }
    }
}
