//! The store: sealed sessions in segments, dictionaries, and how long and how much is kept.
//!
//! Takes sealed sessions, gives segments that questions scan. Must not know who asks, nor read a clock.

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

/// Sealed sessions: full segments, and the one that is being filled.
#[derive(Debug)]
pub struct Store {
    /// How many sessions a segment holds.
    segment_sessions: usize,
    segments: VecDeque<Numbered>,
    filling: Segment,
    /// Who has been here before; `None` where nobody asks.
    visitors: Option<Visitors>,
    next_number: u64,
    bytes: usize,
    let_go: u64,
}

/// A segment that is full, with a number that no other one ever has.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Its number.
    pub number: u64,
    /// The first instant that any of its sessions has to do with.
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

    /// An empty store with segments of so many sessions, at least one.
    #[must_use]
    pub fn with_segments_of(sessions: usize) -> Store {
        Store {
            segment_sessions: sessions.max(1),
            segments: VecDeque::new(),
            filling: Segment::default(),
            visitors: Some(Visitors::default()),
            next_number: 0,
            bytes: 0,
            let_go: 0,
        }
    }

    /// The same store, empty, which does not remember visitors: its sessions do not say whether theirs is new.
    #[must_use]
    pub fn forgetting_visitors(self) -> Store {
        Store { visitors: None, ..self }
    }

    /// Keeps sealed sessions; `bot` says of each why it is flagged as one.
    pub fn push(&mut self, sessions: &[&Session], bot: impl Fn(&Session) -> Option<BotReason>) {
        // All visitors are met before any session is kept: they lie far apart, and nothing waits for one of them.
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

    /// Flags the sessions of an agent that names none (R3).
    pub fn flag_no_agent(&mut self, agent: AgentId) {
        self.filling.flag_no_agent(agent);
        for Numbered { segment, .. } in &mut self.segments {
            if segment.has_agent(agent) {
                Arc::make_mut(segment).flag_no_agent(agent);
            }
        }
    }

    /// Whether a session is its visitor's first, given whether an earlier one is still unsealed; `None` where visitors are
    /// not remembered.
    #[must_use]
    pub fn newness(&self, session: &Session, earlier: bool) -> Option<Newness> {
        let visitors = self.visitors.as_ref()?;
        let known = earlier || visitors.know(session.visitor);
        Some(if known { Newness::Returning } else { Newness::New })
    }

    /// How many sessions were ever put into full segments.
    #[must_use]
    pub fn filled(&self) -> u64 {
        self.next_number * self.segment_sessions as u64
    }

    /// Full segments, oldest first.
    #[must_use]
    pub fn segments(&self) -> &VecDeque<Numbered> {
        &self.segments
    }

    /// The segment that is being filled.
    #[must_use]
    pub fn filling(&self) -> &Segment {
        &self.filling
    }

    /// Takes the full segments out: a report folds each into its answer and lets it go.
    pub fn take_segments(&mut self) -> impl Iterator<Item = Numbered> {
        self.bytes = 0;
        std::mem::take(&mut self.segments).into_iter()
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes + self.filling.bytes() + self.visitors.as_ref().map_or(0, Visitors::bytes)
    }

    /// Sessions let go before their time.
    #[must_use]
    pub fn let_go(&self) -> u64 {
        self.let_go
    }

    /// Lets segments go whose sessions all ended longer than `keep` before `now`.
    pub fn keep(&mut self, now: Millis, keep: Span) {
        while self.segments.front().is_some_and(|first| first.last < now - keep) {
            self.drop_oldest();
        }
    }

    /// Lets the oldest segments go until the store takes at most `bound` bytes; counts their sessions.
    pub fn bound_bytes(&mut self, bound: usize) {
        while self.bytes() > bound {
            let Some(dropped) = self.drop_oldest() else { return };
            self.let_go += dropped.segment.len() as u64;
        }
    }

    fn drop_oldest(&mut self) -> Option<Numbered> {
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
        self.segments.push_back(Numbered { number, first, last, segment: Arc::new(segment) });
        self.next_number += 1;
    }
}
