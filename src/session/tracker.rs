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
use super::preceding::{Arrivals, Preceding};
use super::prefetches::Prefetches;
use super::slots::{Chained, Slot, Slots, Stretch};
use super::steps::{Lists, Session};
use super::waiting::Waiting;

/// Cuts events into sessions.
#[derive(Debug)]
pub struct Tracker {
    gap: Span,
    lateness: Span,
    slots: Slots,
    /// Each visitor's latest unsealed session.
    latest: HashMap<Visitor, u32, ByVisitor>,
    /// When visitors first fetched robots.txt.
    robots: HashMap<Visitor, Millis, ByVisitor>,
    due: Due,
    waiting: Waiting,
    preceding: Preceding,
    prefetches: Prefetches,
    /// How many steps and notes it holds.
    happenings: usize,
    /// Emptied lists, for the sessions that begin next.
    spare: Vec<Lists>,
    /// The places that are being sealed: empty between two times.
    sealing: Vec<u32>,
}

/// What the allocator adds to a session's list of steps.
const ALLOCATION: usize = 16;

/// Visitors that fetched robots.txt and are remembered; more than that in one run are let go, oldest fetch first.
const ROBOTS_KEPT: usize = 100_000;

impl Tracker {
    /// An empty tracker, for sessions with silences of at most `gap` and input at most `lateness` late.
    #[must_use]
    pub fn new(gap: Span, lateness: Span) -> Tracker {
        Tracker {
            gap,
            lateness,
            slots: Slots::default(),
            latest: HashMap::default(),
            robots: HashMap::default(),
            due: Due::default(),
            waiting: Waiting::default(),
            preceding: Preceding::default(),
            prefetches: Prefetches::default(),
            happenings: 0,
            spare: Vec::new(),
            sealing: Vec::new(),
        }
    }

    /// Takes an event in. It must not be late: the caller drops those (R6).
    pub fn apply(&mut self, event: &Event, arrivals: &mut impl Arrivals) {
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

    /// The sessions that are not sealed yet, in no order.
    pub fn unsealed(&self) -> impl Iterator<Item = &Session> {
        self.slots.whole().unsealed().map(|(session, _)| session)
    }

    /// All that is not sealed yet, in stretches for several to look at: no more of them than asked for, and none so
    /// short that it is not worth the while.
    #[must_use]
    pub fn stretches(&self, most: usize) -> Vec<Stretch<'_>> {
        self.slots.stretches(most)
    }

    /// About how many bytes its sessions take. Places that are free again serve the next sessions and do not count.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.slots.occupied() * (size_of::<Slot>() + ALLOCATION)
            // Lists grow by doubling.
            + self.happenings * size_of::<Step>() * 2
            + self.latest.capacity() * (size_of::<(Visitor, u32)>() + 1)
            + self.robots.capacity() * (size_of::<(Visitor, Millis)>() + 1)
            + self.preceding.bytes()
            + self.prefetches.bytes()
    }

    fn step(&mut self, event: &Event, step: Step, arrivals: &mut impl Arrivals) {
        let (visitor, origin) = (event.visitor, event.origin);
        self.happenings += 1;
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

    /// A step within a gap of a session. Whether the session begins with it now.
    fn go_on(&mut self, place: u32, step: Step, origin: Origin) -> bool {
        let before = self.surrounded(place);
        let session = self.session_mut(place);
        let steps = session.steps.len();
        let is_first = session.insert(step, origin);
        // What only extends the session is none of its steps.
        let repeated = steps + 1 - session.steps.len();
        self.happenings -= repeated;
        // The session after it is out of reach, or it would have been found first.
        let is_joined = self.join_with_older(place);
        let now = self.surrounded(place);
        // Nearly always in vain, and then not looked for: a session that goes on had notes up to a gap ahead already.
        if now.start() < before.start() || self.waiting.newest() > *before.end() {
            self.attach_waiting(place);
        }
        is_first && !is_joined
    }

    /// The session within a gap of `time`, and the place of the one after it in the chain.
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
            next = self.slots.chained(place).previous;
        }
        (newer, None)
    }

    fn begin(&mut self, visitor: Visitor, step: Step, origin: Origin, newer: Option<u32>) -> u32 {
        let robots = self.robots.get(&visitor).copied().unwrap_or(Millis::MAX);
        let older = match newer {
            None => self.latest.get(&visitor).copied(),
            Some(newer) => self.slots.chained(newer).previous,
        };
        // Most visitors of a flood come once: room for one event, not for the usual four.
        let lists =
            self.spare.pop().unwrap_or_else(|| Lists { steps: Vec::with_capacity(1), notes: Vec::new() });
        let session = Session::new(visitor, origin, step, robots, lists);
        let place = self.slots.take(Chained { session, previous: older });
        self.due.enrol(place, step.time);
        match newer {
            None => {
                self.latest.insert(visitor, place);
            }
            Some(newer) => self.slots.chained_mut(newer).previous = Some(place),
        }
        self.attach_waiting(place);
        place
    }

    /// The place whose previous one is `place`.
    fn find_newer(&self, visitor: Visitor, place: u32) -> Option<u32> {
        let mut next = self.latest.get(&visitor).copied().filter(|&latest| latest != place);
        while let Some(candidate) = next {
            let previous = self.slots.chained(candidate).previous;
            if previous == Some(place) {
                return Some(candidate);
            }
            next = previous;
        }
        None
    }

    /// Joins a session with the one before it, if no silence parts them any more; whether it did. The whole keeps the
    /// arrival of the older one: what came shortly before that may be forgotten by now.
    fn join_with_older(&mut self, place: u32) -> bool {
        let Some(older) = self.slots.chained(place).previous else { return false };
        if self.session(place).start().since(self.session(older).end()) > self.gap {
            return false;
        }
        let Some(mut earlier) = self.slots.leave(older) else { return false };
        let chained = self.slots.chained_mut(place);
        std::mem::swap(&mut chained.session, &mut earlier.session);
        let steps = chained.session.steps.len() + earlier.session.steps.len();
        chained.session.join(earlier.session);
        chained.previous = earlier.previous;
        let repeated = steps - chained.session.steps.len();
        self.happenings -= repeated;
        true
    }

    /// An error or redirect: noted on the session that surrounds it, now or once there is one.
    fn note(&mut self, visitor: Visitor, note: Note) {
        self.happenings += 1;
        match self.surrounding(visitor, note.time) {
            Some(place) => self.session_mut(place).insert_note(note),
            None => self.waiting.add(visitor, note),
        }
    }

    /// An asset: a mark on the session that surrounds it, now or once there is one.
    fn asset(&mut self, visitor: Visitor, time: Millis) {
        if let Some(place) = self.surrounding(visitor, time) {
            return self.session_mut(place).has_assets = true;
        }
        self.happenings += 1;
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
            next = self.slots.chained(place).previous;
        }
        None
    }

    /// A session has grown: notes that it surrounds now have waited for that.
    fn attach_waiting(&mut self, place: u32) {
        let times = self.surrounded(place);
        for note in self.waiting.take(self.session(place).visitor, &times) {
            // What only leaves a mark is none of its happenings.
            self.happenings -= usize::from(note.kind == NoteKind::Asset);
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
            next = self.slots.chained(place).previous;
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
        &self.slots.chained(place).session
    }

    fn session_mut(&mut self, place: u32) -> &mut Session {
        &mut self.slots.chained_mut(place).session
    }
}
