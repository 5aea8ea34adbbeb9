//! The tracker: cuts visitors' events into sessions, in whatever order they come (design.md R5, R6).
//!
//! A visitor's unsealed sessions form a chain, latest first. An event belongs to the one session that it is at
//! most a gap away from, joins two where it bridges them, or begins its own. Since sessions are always more than
//! a gap apart and adding an event only ever joins, the order of arrival leaves no trace.

mod ahead;
mod arrivals;
mod early;
mod prefetch;
mod sealing;

use std::ops::RangeInclusive;

use hashbrown::HashMap;

use crate::classify::visitor::{ByVisitor, Visitor};
use crate::time::{Millis, Span};

use super::due::{self, Due};
use super::event::{Event, Note, NoteKind, Origin, Step, Visit};
use super::pending_notes::PendingNotes;
use super::preceding::{ArrivalResolver, Preceding};
use super::prefetches::Prefetches;
use super::slab::{Chained, SessionSlab, SlabEntry, SlabPart};
use super::steps::{Session, SessionLists};

/// Cuts events into sessions.
#[derive(Debug)]
pub struct Tracker {
    gap: Span,
    lateness: Span,
    slab: SessionSlab,
    /// Each visitor's latest unsealed session.
    latest: HashMap<Visitor, u32, ByVisitor>,
    /// When visitors first fetched robots.txt.
    robots: HashMap<Visitor, Millis, ByVisitor>,
    due: Due,
    waiting: PendingNotes,
    preceding: Preceding,
    prefetches: Prefetches,
    /// Number of steps and notes in all sessions.
    entries: usize,
    /// Emptied lists to reuse for new sessions.
    spare: Vec<SessionLists>,
    /// Indices being sealed; kept to reuse its memory.
    sealing: Vec<u32>,
}

/// The allocator's overhead for a session's list of steps.
const ALLOCATION: usize = 16;

/// Visitors remembered for robots.txt; past this the older half is evicted. Well-behaved crawlers are far fewer.
const ROBOTS_KEPT: usize = 100_000;

impl Tracker {
    /// An empty tracker for sessions with the given gap and lateness.
    #[must_use]
    pub fn new(gap: Span, lateness: Span) -> Tracker {
        Tracker {
            gap,
            lateness,
            slab: SessionSlab::default(),
            latest: HashMap::default(),
            robots: HashMap::default(),
            due: Due::default(),
            waiting: PendingNotes::default(),
            preceding: Preceding::default(),
            prefetches: Prefetches::default(),
            entries: 0,
            spare: Vec::new(),
            sealing: Vec::new(),
        }
    }

    /// Takes an event in. It must not be late: the caller drops those (R6).
    pub fn apply(&mut self, event: &Event, arrivals: &mut impl ArrivalResolver) {
        match event.visit {
            Visit::Step(step) => self.step(event, step, arrivals),
            Visit::Note(note) => {
                self.note(event.visitor, note);
                self.precede(event, note, arrivals);
            }
            Visit::RobotsTxt(time) => self.robots_txt(event.visitor, time),
            Visit::Asset(time) => self.asset(event.visitor, time),
            Visit::Prefetch(prefetch) => self.prefetch(event, prefetch, arrivals),
            Visit::Mention(_) => {}
        }
        if let Some(page) = event.named {
            self.name(event.visitor, page, event.visit.time(), arrivals);
        }
    }

    /// The unsealed sessions, unordered.
    pub fn unsealed(&self) -> impl Iterator<Item = &Session> {
        self.slab.whole().unsealed().map(|(session, _)| session)
    }

    /// The unsealed sessions in at most `most` parts to scan in parallel, none too short to be worth a thread.
    #[must_use]
    pub fn parts(&self, most: usize) -> Vec<SlabPart<'_>> {
        self.slab.parts(most)
    }

    /// Estimated memory of the sessions, in bytes. Free slots are reused and do not count.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.slab.occupied() * (size_of::<SlabEntry>() + ALLOCATION)
            // `Vec` doubles its capacity.
            + self.entries * size_of::<Step>() * 2
            + self.latest.capacity() * (size_of::<(Visitor, u32)>() + 1)
            + self.robots.capacity() * (size_of::<(Visitor, Millis)>() + 1)
            + self.preceding.bytes()
            + self.prefetches.bytes()
    }

    fn step(&mut self, event: &Event, step: Step, arrivals: &mut impl ArrivalResolver) {
        let (visitor, origin) = (event.visitor, event.origin);
        self.entries += 1;
        let (newer, place) = self.find(visitor, step.time);
        let (place, is_first) = match place {
            Some(place) => (place, self.go_on(place, step, origin)),
            None => (self.begin(visitor, step, origin, newer), true),
        };
        if is_first {
            self.choose_arrival(place, arrivals);
        }
        let session = self.session_mut(place);
        session.user = session.user.max(event.user);
    }

    /// Adds a step to a session within a gap of it. Returns whether it is the session's first step now.
    fn go_on(&mut self, place: u32, step: Step, origin: Origin) -> bool {
        let before = self.surrounded(place);
        let session = self.session_mut(place);
        let steps = session.steps.len();
        let is_first = session.insert(step, origin);
        // A repeated download extends the session but is not kept as a step.
        let repeated = steps + 1 - session.steps.len();
        self.entries -= repeated;
        // The session after it is out of reach, or `find` would have returned it.
        let is_joined = self.join_with_older(place);
        let now = self.surrounded(place);
        // Rarely true: an extended session already had the notes up to a gap ahead.
        if now.start() < before.start() || self.waiting.newest() > *before.end() {
            self.attach_waiting(place);
        }
        is_first && !is_joined
    }

    /// The session within a gap of `time`, and the index of the one after it in the chain.
    fn find(&self, visitor: Visitor, time: Millis) -> (Option<u32>, Option<u32>) {
        let mut newer = None;
        let mut next = self.latest.get(&visitor).copied();
        while let Some(place) = next {
            let session = self.session(place);
            if time > session.end() + self.gap {
                return (newer, None);
            }
            if time >= session.start() - self.gap {
                return (newer, Some(place));
            }
            newer = Some(place);
            next = self.slab.chained(place).previous;
        }
        (newer, None)
    }

    fn begin(&mut self, visitor: Visitor, step: Step, origin: Origin, newer: Option<u32>) -> u32 {
        let robots = self.robots.get(&visitor).copied().unwrap_or(Millis::MAX);
        let older = match newer {
            None => self.latest.get(&visitor).copied(),
            Some(newer) => self.slab.chained(newer).previous,
        };
        // Room for one event, not the usual four: most visitors of a flood come once.
        let lists = self
            .spare
            .pop()
            .unwrap_or_else(|| SessionLists { steps: Vec::with_capacity(1), notes: Vec::new() });
        let session = Session::new(visitor, origin, step, robots, lists);
        let place = self.slab.take(Chained { session, previous: older });
        self.due.enrol(place, step.time);
        match newer {
            None => {
                self.latest.insert(visitor, place);
            }
            Some(newer) => self.slab.chained_mut(newer).previous = Some(place),
        }
        self.attach_waiting(place);
        place
    }

    /// The slot whose `previous` is `place`.
    fn find_newer(&self, visitor: Visitor, place: u32) -> Option<u32> {
        let mut next = self.latest.get(&visitor).copied().filter(|&latest| latest != place);
        while let Some(candidate) = next {
            let previous = self.slab.chained(candidate).previous;
            if previous == Some(place) {
                return Some(candidate);
            }
            next = previous;
        }
        None
    }

    /// Merges a session with the one before it if they are within a gap; returns whether it did. The older one's
    /// arrival is kept: the detours before it may be forgotten by now.
    fn join_with_older(&mut self, place: u32) -> bool {
        let Some(older) = self.slab.chained(place).previous else { return false };
        if self.session(place).start().since(self.session(older).end()) > self.gap {
            return false;
        }
        let Some(mut earlier) = self.slab.leave(older) else { return false };
        let chained = self.slab.chained_mut(place);
        std::mem::swap(&mut chained.session, &mut earlier.session);
        let steps = chained.session.steps.len() + earlier.session.steps.len();
        chained.session.join(earlier.session);
        chained.previous = earlier.previous;
        let repeated = steps - chained.session.steps.len();
        self.entries -= repeated;
        true
    }

    /// An error or redirect: noted on its surrounding session, or pending until there is one.
    fn note(&mut self, visitor: Visitor, note: Note) {
        self.entries += 1;
        match self.surrounding(visitor, note.time) {
            Some(place) => self.session_mut(place).insert_note(note),
            None => self.waiting.add(visitor, note),
        }
    }

    /// An asset: sets a bit on its surrounding session, or is pending until there is one.
    fn asset(&mut self, visitor: Visitor, time: Millis) {
        if let Some(place) = self.surrounding(visitor, time) {
            return self.session_mut(place).has_assets = true;
        }
        self.entries += 1;
        self.waiting.add(visitor, Note::asset(time));
    }

    /// The session that is open at an instant.
    fn surrounding(&self, visitor: Visitor, time: Millis) -> Option<u32> {
        let mut next = self.latest.get(&visitor).copied();
        while let Some(place) = next {
            let session = self.session(place);
            if session.start() <= time {
                return self.surrounded(place).contains(&time).then_some(place);
            }
            next = self.slab.chained(place).previous;
        }
        None
    }

    /// A session has grown: attaches the pending notes that it surrounds now.
    fn attach_waiting(&mut self, place: u32) {
        let times = self.surrounded(place);
        for note in self.waiting.take(self.session(place).visitor, &times) {
            // A mark is not kept as an entry.
            self.entries -= usize::from(note.kind == NoteKind::Asset);
            self.session_mut(place).insert_note(note);
        }
    }

    /// The times whose notes are a session's (R5).
    fn surrounded(&self, place: u32) -> RangeInclusive<Millis> {
        let session = self.session(place);
        session.start()..=session.end() + self.gap
    }

    fn robots_txt(&mut self, visitor: Visitor, time: Millis) {
        let first = *self.robots.entry(visitor).and_modify(|first| *first = time.min(*first)).or_insert(time);
        let mut next = self.latest.get(&visitor).copied();
        while let Some(place) = next {
            let session = self.session_mut(place);
            session.robots = session.robots.min(first);
            next = self.slab.chained(place).previous;
        }
        if self.robots.len() > ROBOTS_KEPT {
            self.forget_old_robots();
        }
    }

    fn forget_old_robots(&mut self) {
        let mut times: Vec<_> = self.robots.values().copied().collect();
        let middle = times.len() / 2;
        let (_, &mut median, _) = times.select_nth_unstable(middle);
        self.robots.retain(|_, time| *time > median);
    }

    fn session(&self, place: u32) -> &Session {
        &self.slab.chained(place).session
    }

    fn session_mut(&mut self, place: u32) -> &mut Session {
        &mut self.slab.chained_mut(place).session
    }
}
