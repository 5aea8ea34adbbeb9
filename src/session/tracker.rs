//! The tracker: cuts visitors' events into sessions, in whatever order they come (design.md R5, R6).
//!
//! A visitor's unsealed sessions form a chain, latest first. An event belongs to the one session that it is at
//! most a gap away from, joins two where it bridges them, or begins its own. Since sessions are always more than
//! a gap apart and adding an event only ever joins, the order of arrival leaves no trace.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::classify::visitor::Visitor;
use crate::time::{Millis, Span};

use super::due::Due;
use super::event::{Event, Note, NoteKind, Origin, Step, StepKind, Visit};
use super::waiting::Waiting;

/// A visitor's events with no silence longer than the gap between two of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub visitor: Visitor,
    /// Where it came from and with what: its first event's.
    pub origin: Origin,
    /// Its events in order; never empty.
    pub steps: Vec<Step>,
    /// Errors and redirects noted on it, in order.
    pub notes: Vec<Note>,
    /// How many of `steps` are pageviews.
    pub pageviews: u32,
    /// When the visitor first fetched robots.txt; [`Millis::MAX`] if never.
    pub robots: Millis,
    /// Whether it ever had more than 60 pageviews within 60 s (R3).
    pub hasty: bool,
}

impl Session {
    fn new(visitor: Visitor, origin: Origin, step: Step, robots: Millis) -> Session {
        let mut session = Session {
            visitor,
            origin,
            steps: Vec::new(),
            notes: Vec::new(),
            pageviews: 0,
            robots,
            hasty: false,
        };
        session.insert(step, origin);
        session
    }

    /// The first event's time.
    #[must_use]
    pub fn start(&self) -> Millis {
        self.steps.first().map_or(Millis::MIN, |step| step.time)
    }

    /// The last event's time.
    #[must_use]
    pub fn end(&self) -> Millis {
        self.steps.last().map_or(Millis::MIN, |step| step.time)
    }

    /// How many actions it has.
    #[must_use]
    pub fn actions(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX) - self.pageviews
    }

    /// How many errors are noted on it.
    #[must_use]
    pub fn errors(&self) -> u32 {
        let errors = self.notes.iter().filter(|note| note.kind == NoteKind::Error).count();
        u32::try_from(errors).unwrap_or(u32::MAX)
    }

    /// Puts a step where R5 orders it: by time, then input, then as it came.
    fn insert(&mut self, step: Step, origin: Origin) {
        let key = (step.time, step.input);
        let after = self.steps.iter().rev().take_while(|other| (other.time, other.input) > key).count();
        let at = self.steps.len() - after;
        self.steps.insert(at, step);
        if at == 0 {
            self.origin = origin;
        }
        if step.kind == StepKind::Pageview {
            self.pageviews += 1;
            self.hasty = self.hasty || (self.pageviews > RATE_PAGEVIEWS && self.is_hasty_around(at));
        }
    }

    fn insert_note(&mut self, note: Note) {
        let key = (note.time, note.input);
        let after = self.notes.iter().rev().take_while(|other| (other.time, other.input) > key).count();
        self.notes.insert(self.notes.len() - after, note);
    }

    /// Whether any 61 pageviews in a row that include the one at `at` lie within 60 s (R3).
    fn is_hasty_around(&self, at: usize) -> bool {
        let reach = RATE_PAGEVIEWS as usize;
        let time = |step: &Step| (step.kind == StepKind::Pageview).then_some(step.time);
        let before = self.steps[..at].iter().rev().filter_map(time).take(reach);
        let after = self.steps[at..].iter().filter_map(time).take(reach + 1);
        let mut near: Vec<Millis> = before.collect();
        near.reverse();
        near.extend(after);
        is_hasty(&near)
    }

    /// Takes in a later session of the same visitor.
    fn join(&mut self, later: Session) {
        self.steps.extend(later.steps);
        for note in later.notes {
            self.insert_note(note);
        }
        self.pageviews += later.pageviews;
        self.robots = self.robots.min(later.robots);
        self.hasty = self.hasty || later.hasty || self.is_hasty();
    }

    fn is_hasty(&self) -> bool {
        let pageviews = self.steps.iter().filter(|step| step.kind == StepKind::Pageview);
        is_hasty(&pageviews.map(|step| step.time).collect::<Vec<_>>())
    }
}

fn is_hasty(pageviews: &[Millis]) -> bool {
    let reach = RATE_PAGEVIEWS as usize;
    pageviews.windows(reach + 1).any(|window| window[reach].since(window[0]) <= RATE_SPAN)
}

/// More pageviews than this within [`RATE_SPAN`] are no person's (R3).
const RATE_PAGEVIEWS: u32 = 60;
const RATE_SPAN: Span = Span::seconds(60);

/// A place for a session.
#[derive(Debug)]
enum Slot {
    Taken(Chained),
    /// Its session joined another one. The place is free again once it was due.
    Joined,
    Free,
}

#[derive(Debug)]
struct Chained {
    session: Session,
    /// The same visitor's session before it.
    previous: Option<u32>,
}

/// Cuts events into sessions.
#[derive(Debug)]
pub struct Tracker {
    gap: Span,
    lateness: Span,
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// Each visitor's latest unsealed session.
    latest: HashMap<Visitor, u32, VisitorHasher>,
    /// When visitors first fetched robots.txt.
    robots: HashMap<Visitor, Millis, VisitorHasher>,
    due: Due,
    waiting: Waiting,
    /// How many steps and notes it holds.
    happenings: usize,
}

/// Visitors that fetched robots.txt and are remembered; more than that in one run are let go, oldest fetch first.
const ROBOTS_KEPT: usize = 100_000;

impl Tracker {
    /// An empty tracker, for sessions with silences of at most `gap` and input at most `lateness` late.
    #[must_use]
    pub fn new(gap: Span, lateness: Span) -> Tracker {
        Tracker {
            gap,
            lateness,
            slots: Vec::new(),
            free: Vec::new(),
            latest: HashMap::default(),
            robots: HashMap::default(),
            due: Due::default(),
            waiting: Waiting::default(),
            happenings: 0,
        }
    }

    /// Takes an event in. It must not be late: the caller drops those (R6).
    pub fn apply(&mut self, event: &Event) {
        match event.visit {
            Visit::Step(step) => self.step(event.visitor, step, event.origin),
            Visit::Note(note) => self.note(event.visitor, note),
            Visit::RobotsTxt(time) => self.robots_txt(event.visitor, time),
        }
    }

    /// Seals what no event can reach any more, and gives it to `sealed` (R6).
    pub fn advance(&mut self, watermark: Millis, mut sealed: impl FnMut(Session)) {
        self.happenings -= self.waiting.forget_before(watermark - self.lateness);
        let limit = watermark - self.lateness - self.gap;
        while let Some(places) = self.due.pop_before(limit) {
            for place in places {
                if let Some(session) = self.seal_or_enrol_again(place, limit) {
                    sealed(session);
                }
            }
        }
    }

    /// Seals everything: no more will come.
    pub fn finish(&mut self, mut sealed: impl FnMut(Session)) {
        while let Some(places) = self.due.pop() {
            for place in places {
                if let Some(session) = self.seal_or_enrol_again(place, Millis::MAX) {
                    sealed(session);
                }
            }
        }
    }

    /// The sessions that are not sealed yet, in no order.
    pub fn unsealed(&self) -> impl Iterator<Item = &Session> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Taken(chained) => Some(&chained.session),
            Slot::Joined | Slot::Free => None,
        })
    }

    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<Slot>()
            + self.happenings * size_of::<Step>() * 3 / 2
            + self.latest.capacity() * (size_of::<(Visitor, u32)>() + 1)
            + self.robots.capacity() * (size_of::<(Visitor, Millis)>() + 1)
    }

    fn step(&mut self, visitor: Visitor, step: Step, origin: Origin) {
        self.happenings += 1;
        let (newer, place) = self.find(visitor, step.time);
        let place = match place {
            Some(place) => {
                self.session_mut(place).insert(step, origin);
                // The session after it is out of reach, or it would have been found first.
                self.join_with_older(place);
                place
            }
            None => self.begin(visitor, step, origin, newer),
        };
        self.attach_waiting(visitor, place);
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
            next = self.chained(place).previous;
        }
        (newer, None)
    }

    fn begin(&mut self, visitor: Visitor, step: Step, origin: Origin, newer: Option<u32>) -> u32 {
        let robots = self.robots.get(&visitor).copied().unwrap_or(Millis::MAX);
        let older = match newer {
            None => self.latest.get(&visitor).copied(),
            Some(newer) => self.chained(newer).previous,
        };
        let session = Session::new(visitor, origin, step, robots);
        let place = self.take_slot(Chained { session, previous: older });
        self.due.enrol(place, step.time);
        match newer {
            None => {
                self.latest.insert(visitor, place);
            }
            Some(newer) => self.chained_mut(newer).previous = Some(place),
        }
        place
    }

    /// The place whose previous one is `place`.
    fn find_newer(&self, visitor: Visitor, place: u32) -> Option<u32> {
        let mut next = self.latest.get(&visitor).copied().filter(|&latest| latest != place);
        while let Some(candidate) = next {
            let previous = self.chained(candidate).previous;
            if previous == Some(place) {
                return Some(candidate);
            }
            next = previous;
        }
        None
    }

    fn join_with_older(&mut self, place: u32) {
        let Some(older) = self.chained(place).previous else { return };
        if self.session(place).start().since(self.session(older).end()) > self.gap {
            return;
        }
        let Some(mut earlier) = self.leave_slot(older) else { return };
        let chained = self.chained_mut(place);
        std::mem::swap(&mut chained.session, &mut earlier.session);
        chained.session.join(earlier.session);
        chained.previous = earlier.previous;
    }

    /// An error or redirect: noted on the session that surrounds it, now or once there is one.
    fn note(&mut self, visitor: Visitor, note: Note) {
        self.happenings += 1;
        match self.surrounding(visitor, note.time) {
            Some(place) => self.session_mut(place).insert_note(note),
            None => self.waiting.add(visitor, note),
        }
    }

    /// The session that is open at an instant.
    fn surrounding(&self, visitor: Visitor, time: Millis) -> Option<u32> {
        let mut next = self.latest.get(&visitor).copied();
        while let Some(place) = next {
            let session = self.session(place);
            if session.start() <= time {
                return (time <= session.end() + self.gap).then_some(place);
            }
            next = self.chained(place).previous;
        }
        None
    }

    /// A session has grown: notes that it surrounds now have waited for that.
    fn attach_waiting(&mut self, visitor: Visitor, place: u32) {
        if self.waiting.is_empty() {
            return;
        }
        let session = self.session(place);
        let times = session.start()..=session.end() + self.gap;
        while let Some(notes) = self.waiting.take_first(visitor, &times) {
            for note in notes {
                self.session_mut(place).insert_note(note);
            }
        }
    }

    fn robots_txt(&mut self, visitor: Visitor, time: Millis) {
        let first = *self.robots.entry(visitor).and_modify(|first| *first = time.min(*first)).or_insert(time);
        let mut next = self.latest.get(&visitor).copied();
        while let Some(place) = next {
            let session = self.session_mut(place);
            session.robots = session.robots.min(first);
            next = self.chained(place).previous;
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

    fn seal_or_enrol_again(&mut self, place: u32, limit: Millis) -> Option<Session> {
        match &self.slots[place as usize] {
            Slot::Taken(chained) if chained.session.end() >= limit => {
                self.due.enrol(place, chained.session.end());
                None
            }
            Slot::Taken(_) => self.seal(place),
            Slot::Joined => {
                self.free_slot(place);
                None
            }
            Slot::Free => None,
        }
    }

    fn seal(&mut self, place: u32) -> Option<Session> {
        let Slot::Taken(Chained { session, previous }) =
            std::mem::replace(&mut self.slots[place as usize], Slot::Free)
        else {
            return None;
        };
        self.free.push(place);
        self.happenings -= session.steps.len() + session.notes.len();
        self.unchain(session.visitor, place, previous);
        Some(session)
    }

    /// Takes a sealed session out of its visitor's chain.
    fn unchain(&mut self, visitor: Visitor, place: u32, previous: Option<u32>) {
        let Entry::Occupied(mut latest) = self.latest.entry(visitor) else { return };
        if *latest.get() != place {
            if let Some(newer) = self.find_newer(visitor, place) {
                self.chained_mut(newer).previous = previous;
            }
            return;
        }
        match previous {
            Some(previous) => {
                latest.insert(previous);
            }
            None => {
                latest.remove();
            }
        }
    }

    fn take_slot(&mut self, chained: Chained) -> u32 {
        if let Some(place) = self.free.pop() {
            self.slots[place as usize] = Slot::Taken(chained);
            return place;
        }
        self.slots.push(Slot::Taken(chained));
        u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
    }

    fn leave_slot(&mut self, place: u32) -> Option<Chained> {
        match std::mem::replace(&mut self.slots[place as usize], Slot::Joined) {
            Slot::Taken(chained) => Some(chained),
            Slot::Joined | Slot::Free => None,
        }
    }

    fn free_slot(&mut self, place: u32) {
        self.slots[place as usize] = Slot::Free;
        self.free.push(place);
    }

    fn session(&self, place: u32) -> &Session {
        &self.chained(place).session
    }

    fn session_mut(&mut self, place: u32) -> &mut Session {
        &mut self.chained_mut(place).session
    }

    fn chained(&self, place: u32) -> &Chained {
        match &self.slots[place as usize] {
            Slot::Taken(chained) => chained,
            Slot::Joined | Slot::Free => unreachable!("a chain leads to taken places only"),
        }
    }

    fn chained_mut(&mut self, place: u32) -> &mut Chained {
        match &mut self.slots[place as usize] {
            Slot::Taken(chained) => chained,
            Slot::Joined | Slot::Free => unreachable!("a chain leads to taken places only"),
        }
    }
}

/// Visitors are hashes already: their lower half is as good as any hash of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct VisitorHasher;

impl std::hash::BuildHasher for VisitorHasher {
    type Hasher = LowerHalf;

    fn build_hasher(&self) -> LowerHalf {
        LowerHalf(0)
    }
}

/// Takes a 128-bit number's lower half.
#[derive(Debug)]
pub struct LowerHalf(u64);

impl std::hash::Hasher for LowerHalf {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded[..chunk.len()].copy_from_slice(chunk);
            self.0 = self.0.rotate_left(5) ^ u64::from_le_bytes(padded);
        }
    }

    fn write_u128(&mut self, number: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "half of it is meant")]
        let half = number as u64;
        self.0 = half;
    }
}
