//! The store: sealed sessions in segments, dictionaries, and retention.
//!
//! Takes sealed sessions, gives segments to scan. Must not know who asks, nor read a clock.

pub mod dictionaries;
pub mod dictionary;
pub mod row;
pub mod segment;
pub mod visitors;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::ids::AgentId;
use crate::session::Session;
use crate::time::{Millis, Span};

use row::BotReason;
use segment::{SEGMENT_SESSIONS, Segment};
use visitors::{Newness, Visitors};

/// Sealed sessions: full segments, and the one being filled.
#[derive(Debug)]
pub struct Store {
    /// Sessions per segment.
    segment_sessions: usize,
    segments: VecDeque<SealedSegment>,
    filling: Segment,
    /// Visitors seen before; `None` if no question needs them.
    visitors: Option<Visitors>,
    next_number: u64,
    bytes: usize,
    evicted: u64,
}

/// A full segment under a unique, never reused number: the key for caches of its answers.
#[derive(Debug, Clone)]
pub struct SealedSegment {
    /// Its number.
    pub number: u64,
    /// The earliest instant that any of its sessions covers.
    pub first: Millis,
    /// The last event of any of its sessions.
    pub last: Millis,
    /// The segment.
    pub segment: Arc<Segment>,
}

impl Default for Store {
    fn default() -> Store {
        Store::with_segments_of(SEGMENT_SESSIONS)
    }
}

impl Store {
    /// An empty store.
    #[must_use]
    pub fn new() -> Store {
        Store::default()
    }

    /// An empty store with `sessions` sessions per segment, at least one.
    #[must_use]
    pub fn with_segments_of(sessions: usize) -> Store {
        Store {
            segment_sessions: sessions.max(1),
            segments: VecDeque::new(),
            filling: Segment::default(),
            visitors: Some(Visitors::default()),
            next_number: 0,
            bytes: 0,
            evicted: 0,
        }
    }

    /// An empty copy of the store that does not track visitors: its sessions do not know whether theirs is new.
    #[must_use]
    pub fn forgetting_visitors(self) -> Store {
        Store { visitors: None, ..self }
    }

    /// Adds sealed sessions; `bot` gives the reason why one is flagged.
    pub fn push(&mut self, sessions: &[&Session], bot: impl Fn(&Session) -> Option<BotReason>) {
        // All visitors are looked up first: the lookups are independent, so their cache misses overlap.
        let visitors = sessions.iter().map(|session| session.visitor);
        let mut meet = |visitor| self.visitors.as_mut().map(|known| known.meet(visitor));
        let newness: Vec<_> = visitors.map(&mut meet).collect();
        for (session, newness) in sessions.iter().zip(newness) {
            self.filling.push(session, bot(session), newness);
            if self.filling.len() >= self.segment_sessions {
                self.seal_segment();
            }
        }
    }

    /// Flags the sessions of an agent that turned out to be missing (R3).
    pub fn flag_no_agent(&mut self, agent: AgentId) {
        self.filling.flag_no_agent(agent);
        for SealedSegment { segment, .. } in &mut self.segments {
            if segment.has_agent(agent) {
                Arc::make_mut(segment).flag_no_agent(agent);
            }
        }
    }

    /// Whether a session is its visitor's first, given whether an earlier one is still unsealed. `None` if visitors are
    /// not tracked.
    #[must_use]
    pub fn newness(&self, session: &Session, earlier: bool) -> Option<Newness> {
        let visitors = self.visitors.as_ref()?;
        let known = earlier || visitors.know(session.visitor);
        Some(if known { Newness::Returning } else { Newness::New })
    }

    /// Number of sessions ever put into full segments.
    #[must_use]
    pub fn filled(&self) -> u64 {
        self.next_number * self.segment_sessions as u64
    }

    /// The full segments, oldest first.
    #[must_use]
    pub fn segments(&self) -> &VecDeque<SealedSegment> {
        &self.segments
    }

    /// The segment being filled.
    #[must_use]
    pub fn filling(&self) -> &Segment {
        &self.filling
    }

    /// Takes the full segments: a report folds each into its answer and frees it.
    pub fn take_segments(&mut self) -> impl Iterator<Item = SealedSegment> {
        self.bytes = 0;
        std::mem::take(&mut self.segments).into_iter()
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes + self.filling.bytes() + self.visitors.as_ref().map_or(0, Visitors::bytes)
    }

    /// Number of sessions evicted to stay within the memory bound.
    #[must_use]
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Drops segments whose sessions all ended more than `keep` before `now`.
    pub fn keep(&mut self, now: Millis, keep: Span) {
        while self.segments.front().is_some_and(|first| first.last < now - keep) {
            self.drop_oldest();
        }
    }

    /// Evicts the oldest segments until the store takes at most `bound` bytes, and counts their sessions.
    pub fn bound_bytes(&mut self, bound: usize) {
        while self.bytes() > bound {
            let Some(dropped) = self.drop_oldest() else { return };
            self.evicted += dropped.segment.len() as u64;
        }
    }

    fn drop_oldest(&mut self) -> Option<SealedSegment> {
        let dropped = self.segments.pop_front()?;
        self.bytes -= dropped.segment.bytes();
        Some(dropped)
    }

    fn seal_segment(&mut self) {
        let next = self.filling.empty_of_its_size();
        let segment = std::mem::replace(&mut self.filling, next).compacted();
        self.bytes += segment.bytes();
        let (first, last) = segment.extent();
        let number = self.next_number;
        self.segments.push_back(SealedSegment { number, first, last, segment: Arc::new(segment) });
        self.next_number += 1;
    }
}
