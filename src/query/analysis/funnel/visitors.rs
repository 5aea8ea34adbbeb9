//! Visitors in a funnel: the sessions of one may lie in several partials, so that they are judged last of all (R13).

use std::ops::RangeInclusive;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::classify::visitor::Visitor;
use crate::query::analysis::Scanned;
use crate::query::analysis::breakdown::BreakdownKey;
use crate::query::funnel::{FunnelMatcher, TrailEvent};
use crate::query::moment::Frame;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::view::SessionState;
use crate::store::row::Row;
use crate::time::{Millis, Span};

use super::counts::FunnelCounts;
use super::has_before;
use super::journey::Journey;

/// R13: of so many visitors it is known what they did.
const MOST: usize = 1_000_000;

/// Visitors with the events of theirs that matter.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Visitors {
    by: HashMap<Visitor, Visit>,
    /// Visitors are hashes: those count whose number ends in so many zeros. It grows when there are too many, so that the
    /// same ones count whoever came first.
    zeros: u32,
}

/// All sessions of one visitor.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Visit {
    events: Vec<TrailEvent>,
    end: Millis,
    /// When the earliest session began, and the row of the breakdown that it belongs to.
    first: (Millis, Option<BreakdownKey>),
}

impl Visitors {
    pub(super) fn add(
        &mut self,
        row: &impl Row,
        events: &[TrailEvent],
        key: impl FnOnce() -> Option<BreakdownKey>,
    ) {
        if !self.counts_visitor(row.visitor()) {
            return;
        }
        let visit = Visit { events: events.to_vec(), end: row.end(), first: (row.start(), key()) };
        self.take_in(row.visitor(), visit);
    }

    fn counts_visitor(&self, visitor: Visitor) -> bool {
        visitor.0.trailing_zeros() >= self.zeros
    }

    fn take_in(&mut self, visitor: Visitor, visit: Visit) {
        if !self.counts_visitor(visitor) {
            return;
        }
        match self.by.get_mut(&visitor) {
            Some(known) => known.merge(visit),
            None => drop(self.by.insert(visitor, visit)),
        }
        while self.by.len() > MOST {
            self.zeros += 1;
            let zeros = self.zeros;
            self.by.retain(|visitor, _| visitor.0.trailing_zeros() >= zeros);
        }
    }

    pub(super) fn merge(&mut self, other: &Visitors) {
        if other.zeros > self.zeros {
            self.zeros = other.zeros;
            self.by.retain(|visitor, _| visitor.0.trailing_zeros() >= other.zeros);
        }
        for (visitor, visit) in &other.by {
            self.take_in(*visitor, visit.clone());
        }
    }

    /// Of how many visitors one counts: more than one where there were too many.
    pub(super) fn one_of(&self) -> u64 {
        1 << self.zeros.min(u64::BITS - 1)
    }

    /// What all of them did, in the window and in the one before it, each by itself.
    pub(super) fn counts(&self, matcher: &FunnelMatcher, scanned: Scanned) -> FunnelCounts {
        let mut counts = FunnelCounts::default();
        let Frame { before, from, lately, to } = *scanned.frame;
        let rules = matcher.rules();
        for visit in self.by.values() {
            if let Some(journey) = visit.journey(from..=to, matcher, scanned) {
                counts.add_to_window(&journey, rules, || visit.first.1.clone());
            }
            if let Some(journey) = visit.journey(Millis::MIN..=to, matcher, scanned) {
                counts.learn(&journey, rules, lately);
            }
            let journey_before = || visit.journey(before..=from - Span(1), matcher, scanned);
            if let Some(journey) = has_before(scanned.frame).then(journey_before).flatten() {
                // Nothing that happens in the next window changes it.
                counts.add_before(&Journey { is_settled: true, ..journey });
            }
        }
        counts
    }

    pub(super) fn bytes(&self) -> usize {
        let events = self.by.values().map(|visit| visit.events.capacity() * size_of::<TrailEvent>());
        self.by.capacity() * size_of::<(Visitor, Visit)>() + events.sum::<usize>()
    }
}

impl Visit {
    fn merge(&mut self, other: Visit) {
        self.events.extend(other.events);
        self.end = self.end.max(other.end);
        if other.first.0 < self.first.0 {
            self.first = other.first;
        }
    }

    /// The way through the funnel that lies in a stretch of time.
    fn journey(
        &self,
        stretch: RangeInclusive<Millis>,
        matcher: &FunnelMatcher,
        scanned: Scanned,
    ) -> Option<Journey> {
        let is_in = |event: &&TrailEvent| stretch.contains(&event.time);
        let mut events: Vec<_> = self.events.iter().filter(is_in).copied().collect();
        // Stable: sessions of one visitor lie apart, and each has its events in order.
        events.sort_by_key(|event| event.time);
        let is_closed = scanned.moment.state(self.end) == SessionState::Closed;
        Journey::of(&events, matcher, (self.end, is_closed), scanned.moment)
    }
}

impl Renumber for Visitors {
    fn renumbered(self, numbers: &mut impl Numbers) -> Visitors {
        let visit = |visit: Visit, numbers: &mut _| {
            let Visit { events, end, first: (start, key) } = visit;
            let event = |event: TrailEvent, numbers: &mut _| event.with_next(event.next.renumbered(numbers));
            let events = events.into_iter().map(|one| event(one, numbers)).collect();
            Visit { events, end, first: (start, key.renumbered(numbers)) }
        };
        let Visitors { by, zeros } = self;
        let by = by.into_iter().map(|(visitor, one)| (visitor, visit(one, numbers))).collect();
        Visitors { by, zeros }
    }
}
