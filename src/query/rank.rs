//! Ranking: finds the best few with a bounded heap, without sorting all.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::classify::address::KeptAddress;
use crate::classify::place::Country;
use crate::classify::visitor::Visitor;
use crate::ids::{AddressId, AgentId, ArrivalId, HostId, PageId};
use crate::store::row::{BotReason, Row};
use crate::store::visitors::Newness;
use crate::time::Millis;

use super::matcher::{GoalSet, Judgement, Matcher};
use super::moment::Moment;
use super::question::{Order, SessionRef, SessionSort, SessionsAsk};
use super::renumber::{Numbers, Renumber};

/// A copy of a session's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowFacts {
    pub(super) start: Millis,
    pub(super) end: Millis,
    pub(super) visitor: Visitor,
    pub(super) agent: AgentId,
    pub(super) arrival: ArrivalId,
    pub(super) host: HostId,
    pub(super) address: KeptAddress<AddressId>,
    pub(super) country: Country,
    pub(super) pageviews: u32,
    pub(super) actions: u32,
    pub(super) errors: u32,
    pub(super) bot: Option<BotReason>,
    pub(super) extended: bool,
    pub(super) has_assets: bool,
    pub(super) newness: Option<Newness>,
    pub(super) entry: Option<PageId>,
    pub(super) exit: Option<PageId>,
    /// Whether it is a bounce so far (R7).
    pub(super) bounced: bool,
    /// The goals it has reached (R13).
    pub(super) goals: GoalSet,
}

impl RowFacts {
    /// Copies a session's fields.
    pub(super) fn of(row: &impl Row, matcher: &Matcher, moment: &Moment) -> RowFacts {
        let Judgement { bounced, goals } = matcher.judgement(row, moment);
        RowFacts {
            start: row.start(),
            end: row.end(),
            visitor: row.visitor(),
            agent: row.agent(),
            arrival: row.arrival(),
            host: row.host(),
            address: row.address(),
            country: row.country(),
            pageviews: row.pageviews(),
            actions: row.actions(),
            errors: row.errors(),
            bot: row.bot(),
            extended: row.extended(),
            has_assets: row.has_assets(),
            newness: row.newness(),
            entry: row.entry(),
            exit: row.exit(),
            bounced,
            goals,
        }
    }

    /// Which session it is.
    pub(super) fn session(&self) -> SessionRef {
        SessionRef { visitor: self.visitor, start: self.start }
    }
}

/// A session's rank: larger is better. Start and visitor break ties, so that no two are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Rank(i64, Millis, Visitor);

impl Rank {
    #[inline]
    pub(super) fn of(row: &impl Row, ask: &SessionsAsk) -> Rank {
        let by = match ask.sort {
            SessionSort::LastEvent => row.end().0,
            SessionSort::Start => row.start().0,
            SessionSort::Duration => row.end().since(row.start()).0.cast_signed(),
            SessionSort::Pageviews => row.pageviews().into(),
            SessionSort::Actions => row.actions().into(),
        };
        let by = if ask.order == Order::Descending { by } else { -by };
        Rank(by, row.start(), row.visitor())
    }
}

/// The best few sessions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Best {
    most: usize,
    heap: BinaryHeap<Reverse<Candidate>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Candidate {
    rank: Rank,
    facts: RowFacts,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Candidate) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Candidate) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Candidate) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl Best {
    pub(super) fn new(most: usize) -> Best {
        Best { most, heap: BinaryHeap::new() }
    }

    /// Keeps a session if it is among the best so far; its fields are copied only then.
    #[inline]
    pub(super) fn offer(&mut self, rank: Rank, facts: impl FnOnce() -> RowFacts) {
        if self.heap.len() < self.most
            || self.heap.peek().is_some_and(|worst| rank.cmp(&worst.0.rank).is_gt())
        {
            self.keep(Candidate { rank, facts: facts() });
        }
    }

    fn keep(&mut self, candidate: Candidate) {
        if self.heap.len() >= self.most {
            self.heap.pop();
        }
        self.heap.push(Reverse(candidate));
    }

    pub(super) fn merge(&mut self, other: &Best) {
        self.most = self.most.max(other.most);
        for Reverse(candidate) in &other.heap {
            self.offer(candidate.rank, || candidate.facts);
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.heap.capacity() * size_of::<Candidate>()
    }

    /// The sessions kept, best first.
    pub(super) fn into_rows(self) -> Vec<RowFacts> {
        let sorted = self.heap.into_sorted_vec();
        sorted.into_iter().map(|Reverse(candidate)| candidate.facts).collect()
    }
}

impl Renumber for Best {
    fn renumbered(self, numbers: &mut impl Numbers) -> Best {
        let candidates = self.heap.into_iter().map(|Reverse(Candidate { rank, facts })| {
            Reverse(Candidate { rank, facts: facts.renumbered(numbers) })
        });
        Best { most: self.most, heap: candidates.collect() }
    }
}

impl Renumber for RowFacts {
    fn renumbered(self, numbers: &mut impl Numbers) -> RowFacts {
        let RowFacts { agent, arrival, host, address, entry, exit, .. } = self;
        RowFacts {
            agent: numbers.agent(agent),
            arrival: numbers.arrival(arrival),
            host: numbers.host(host),
            address: Renumber::renumbered(address, numbers),
            entry: entry.renumbered(numbers),
            exit: exit.renumbered(numbers),
            ..self
        }
    }
}

/// The best `most` of `items` in the order of `better`, which puts the better one first.
pub(super) fn best_of<T>(
    mut items: Vec<T>,
    most: usize,
    better: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> Vec<T> {
    if most == 0 {
        return Vec::new();
    }
    if items.len() > most {
        items.select_nth_unstable_by(most - 1, &better);
        items.truncate(most);
    }
    items.sort_unstable_by(&better);
    items
}
