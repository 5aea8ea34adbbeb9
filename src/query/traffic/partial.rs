//! The answer to a question about traffic for some of the slots: counts that merge.

use std::hash::Hash;

use hashbrown::HashMap;

use crate::classify::address::KeptAddress;
use crate::classify::agent::{BotId, BrowserId};
use crate::classify::kind::Kind;
use crate::classify::method::Method;
use crate::ids::{AddressId, PathId};
use crate::query::view::FoldedHits;
use crate::time::{Millis, Span};
use crate::traffic::{Count, Link, LoadTimes};

use super::people::People;
use super::points::Points;

/// Rows by key; the keys are ids, which no client chooses.
pub(super) type Rows<Key, Row> = HashMap<Key, Row, foldhash::fast::FixedState>;

/// The answer for some slots.
#[derive(Debug, Clone)]
pub struct TrafficPartial {
    /// The start of the first slot and the end of the last one.
    pub(super) span: Option<(Millis, Millis)>,
    pub(super) by_class: Rows<(Kind, u16, Method), Count>,
    pub(super) loads: LoadTimes,
    pub(super) peak: Peak,
    pub(super) points: Points,
    pub(super) failures: Rows<FailureRowKey, FailureCounts>,
    pub(super) clients: Rows<KeptAddress<AddressId>, ClientCounts>,
    pub(super) paths: Rows<PathId, PathCounts>,
    pub(super) folded: FoldedHits,
    /// How the window is divided for rows; not at all where it has no length.
    pub(super) parts: Option<Parts>,
}

/// Hits of a path.
#[derive(Debug, Clone, Default)]
pub(super) struct PathCounts {
    pub(super) count: Count,
    /// Boxed, because most logs have none.
    pub(super) loads: Option<Box<LoadTimes>>,
}

/// Hits of the busiest 10 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peak {
    pub(super) hits: u64,
    /// Whether every 10 s were looked at.
    pub(super) is_known: bool,
}

/// What a row of failures is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FailureRowKey {
    pub(super) path: PathId,
    pub(super) method: Method,
    pub(super) status: u16,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) struct FailureCounts {
    pub(super) hits: u64,
    pub(super) people: People,
    pub(super) first: Millis,
    pub(super) last: Millis,
    pub(super) links: Rows<Link, u64>,
    /// Hits by part of the window; empty where that is not asked for.
    pub(super) over: Vec<u64>,
}

/// How a window is divided to show how a row went over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) from: Millis,
    pub(super) length: Span,
}

/// So many parts make a small curve.
const PARTS: usize = 10;

#[derive(Debug, Clone, Default)]
pub(super) struct ClientCounts {
    pub(super) count: Count,
    pub(super) pageviews: u64,
    pub(super) failures: u64,
    pub(super) peak: Peak,
    /// The slot that is being folded, and the hits in it so far.
    pub(super) in_slot: (Millis, u64),
    pub(super) agents: AgentsSeen,
}

/// What a client says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum AgentsSeen {
    #[default]
    None,
    One(AgentLabel),
    /// Several, and whether all of them are bots.
    Various {
        bots: bool,
    },
}

/// As what an agent is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AgentLabel {
    pub(super) browser: BrowserId,
    pub(super) bot: Option<BotId>,
}

/// Rows of a table; past them, the smaller half is folded into `(other)`.
const MOST_ROWS: usize = 16_384;
/// Pages and sources that are told apart as what led to one failure.
const MOST_LINKS: usize = 64;

impl Default for Peak {
    fn default() -> Peak {
        Peak { hits: 0, is_known: true }
    }
}

impl Peak {
    pub(super) fn see(&mut self, hits: u64) {
        self.hits = self.hits.max(hits);
    }

    fn merge(&mut self, other: Peak) {
        self.hits = self.hits.max(other.hits);
        self.is_known &= other.is_known;
    }
}

impl AgentsSeen {
    pub(super) fn see(&mut self, label: AgentLabel) {
        self.merge(AgentsSeen::One(label));
    }

    fn merge(&mut self, other: AgentsSeen) {
        *self = match (*self, other) {
            (AgentsSeen::None, one) | (one, AgentsSeen::None) => one,
            (AgentsSeen::One(one), AgentsSeen::One(other)) if one == other => AgentsSeen::One(one),
            (one, other) => AgentsSeen::Various { bots: one.are_bots() && other.are_bots() },
        };
    }

    pub(super) fn are_bots(self) -> bool {
        match self {
            AgentsSeen::None => false,
            AgentsSeen::One(label) => label.bot.is_some(),
            AgentsSeen::Various { bots } => bots,
        }
    }
}

impl FailureCounts {
    pub(super) fn at(time: Millis) -> FailureCounts {
        FailureCounts {
            hits: 0,
            people: People::default(),
            first: time,
            last: time,
            links: Rows::default(),
            over: Vec::new(),
        }
    }

    /// Counts hits of a slot in its part of the window.
    pub(super) fn see_part(&mut self, start: Millis, hits: u64, parts: Parts) {
        self.over.resize(PARTS, 0);
        let at = start.since(parts.from).0 / parts.length.0.max(1);
        let at = usize::try_from(at).unwrap_or(PARTS).min(PARTS - 1);
        self.over[at] += hits;
    }

    pub(super) fn add_link(&mut self, link: Link, hits: u64) {
        if self.links.len() < MOST_LINKS || self.links.contains_key(&link) {
            *self.links.entry(link).or_default() += hits;
        }
    }

    fn merge(&mut self, other: &FailureCounts) {
        self.hits += other.hits;
        self.people.merge(&other.people);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        other.links.iter().for_each(|(&link, &hits)| self.add_link(link, hits));
        self.over.resize(self.over.len().max(other.over.len()), 0);
        self.over.iter_mut().zip(&other.over).for_each(|(mine, theirs)| *mine += theirs);
    }
}

impl PathCounts {
    fn merge(&mut self, other: &PathCounts) {
        self.count.add(other.count);
        if let Some(loads) = &other.loads {
            self.loads.get_or_insert_default().merge(loads);
        }
    }
}

impl ClientCounts {
    /// Adds hits of a slot; the slots come one after the other.
    #[inline]
    pub(super) fn see_slot(&mut self, start: Millis, hits: u64) {
        if self.in_slot.0 == start {
            self.in_slot.1 += hits;
        } else {
            self.peak.see(self.in_slot.1);
            self.in_slot = (start, hits);
        }
    }

    /// The hits of the busiest 10 s.
    pub(super) fn busiest(&self) -> Peak {
        Peak { hits: self.peak.hits.max(self.in_slot.1), ..self.peak }
    }

    fn merge(&mut self, other: &ClientCounts) {
        self.count.add(other.count);
        self.pageviews += other.pageviews;
        self.failures += other.failures;
        self.peak.merge(other.busiest());
        self.agents.merge(other.agents);
    }
}

impl TrafficPartial {
    /// No slots yet; points are at least so long.
    #[must_use]
    pub fn new(bucket: Span) -> TrafficPartial {
        TrafficPartial {
            span: None,
            by_class: Rows::default(),
            loads: LoadTimes::default(),
            peak: Peak::default(),
            points: Points::of_at_least(bucket),
            failures: Rows::default(),
            clients: Rows::default(),
            paths: Rows::default(),
            folded: FoldedHits::default(),
            parts: None,
        }
    }

    /// The same for a window of this length, which shows how rows went over time.
    #[must_use]
    pub fn over(self, from: Millis, length: Span) -> TrafficPartial {
        let parts = Parts { from, length: Span(length.0 / PARTS as u64) };
        TrafficPartial { parts: Some(parts), ..self }
    }

    /// Merges the answer for other slots.
    pub fn merge(&mut self, other: &TrafficPartial) {
        if let Some((from, to)) = other.span {
            self.see_span(from, to);
        }
        self.loads.merge(&other.loads);
        self.peak.merge(other.peak);
        self.points.merge(&other.points);
        for (&key, &count) in &other.by_class {
            self.by_class.entry(key).or_default().add(count);
        }
        for (&key, failure) in &other.failures {
            self.failures.entry(key).or_insert_with(|| FailureCounts::at(failure.first)).merge(failure);
        }
        for (&key, client) in &other.clients {
            self.clients.entry(key).or_default().merge(client);
        }
        for (&key, path) in &other.paths {
            self.paths.entry(key).or_default().merge(path);
        }
        self.folded.add(other.folded);
        self.bound();
    }

    pub(super) fn see_span(&mut self, from: Millis, to: Millis) {
        let (first, last) = self.span.unwrap_or((from, to));
        self.span = Some((first.min(from), last.max(to)));
    }

    /// Folds the smaller half of tables that are too long.
    pub(super) fn bound(&mut self) {
        self.folded.failures += keep_larger(&mut self.failures, |row| row.hits);
        self.folded.clients += keep_larger(&mut self.clients, |row| row.count.hits);
        self.folded.paths += keep_larger(&mut self.paths, |row| row.count.hits);
    }

    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.failures.capacity() * (size_of::<FailureCounts>() + 100)
            + self.clients.capacity() * size_of::<(KeptAddress<AddressId>, ClientCounts)>()
            + self.paths.capacity() * size_of::<(PathId, PathCounts)>()
            + self.points.points.len() * 200
    }
}

/// Keeps the rows with more hits than the middle one, if there are too many. Returns the hits of the others.
fn keep_larger<Key: Eq + Hash, Row>(rows: &mut Rows<Key, Row>, hits: impl Fn(&Row) -> u64) -> u64 {
    if rows.len() <= MOST_ROWS {
        return 0;
    }
    let mut all: Vec<u64> = rows.values().map(&hits).collect();
    let middle = all.len() / 2;
    let (_, &mut middle, _) = all.select_nth_unstable(middle);
    rows.extract_if(|_, row| hits(row) <= middle).map(|(_, row)| hits(&row)).sum()
}
