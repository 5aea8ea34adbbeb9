//! Segments: immutable columns of sealed sessions.

mod packed;

use crate::classify::address::KeptAddress;
use crate::classify::place::Country;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{AddressId, AgentId, ArrivalId, HostId, PageId, PropertiesId};
use crate::session::Session;
use crate::time::{Millis, Span};

use super::row::{BotReason, Row, TimelineEntry, steps, timeline};
use super::visitors::Newness;
use packed::PackedEntry;

/// Sessions per segment: at 64 bytes each, the fixed columns of a segment fit into the L2 cache.
pub const SEGMENT_SESSIONS: usize = 8192;

/// Sealed sessions: a record of one cache line each, as a scan reads most of it; lists and rare fields are columns.
#[derive(Debug, Clone, Default)]
pub struct Segment {
    sessions: Vec<SessionRecord>,
    entries: Vec<PackedEntry>,
    /// Empty if no session of the segment has a user.
    users: Vec<User>,
    /// Empty if no entry of the segment has a load time.
    loads: Vec<u32>,
    /// Empty if no entry of the segment has properties.
    properties: Vec<PropertiesId>,
}

/// The fixed-size fields of a session: 64 bytes, one cache line.
#[derive(Debug, Clone, Copy)]
struct SessionRecord {
    start: Millis,
    end: Millis,
    visitor: Visitor,
    address: KeptAddress<AddressId>,
    agent: AgentId,
    arrival: ArrivalId,
    host: HostId,
    pageviews: u32,
    actions: u32,
    errors: u32,
    /// End of its entries; they begin where those of the session before it end.
    last: u32,
    country: Country,
    bot: Option<BotReason>,
    marks: SessionFlags,
}

/// Bit flags of a session.
#[derive(Debug, Clone, Copy)]
struct SessionFlags(u8);

impl SessionFlags {
    const NEWNESS: u8 = 0b11;
    const EXTENDED: u8 = 1 << 2;
    const ASSETS: u8 = 1 << 3;

    fn of(session: &Session, newness: Option<Newness>) -> SessionFlags {
        let newness = match newness {
            None => 0,
            Some(Newness::New) => 1,
            Some(Newness::Returning) => 2,
        };
        let mark = |holds: bool, mark: u8| if holds { mark } else { 0 };
        let marks =
            mark(session.extended, SessionFlags::EXTENDED) | mark(session.has_assets, SessionFlags::ASSETS);
        SessionFlags(newness | marks)
    }

    fn newness(self) -> Option<Newness> {
        match self.0 & SessionFlags::NEWNESS {
            1 => Some(Newness::New),
            2 => Some(Newness::Returning),
            _ => None,
        }
    }
}

impl Segment {
    /// An empty segment with this one's capacity: the next one is likely to be as large, and then never reallocates.
    #[must_use]
    pub fn empty_of_its_size(&self) -> Segment {
        Segment {
            sessions: Vec::with_capacity(self.sessions.len()),
            entries: Vec::with_capacity(self.entries.len()),
            users: Vec::with_capacity(self.users.len()),
            loads: Vec::with_capacity(self.loads.len()),
            properties: Vec::with_capacity(self.properties.len()),
        }
    }

    /// Adds a sealed session.
    pub fn push(&mut self, session: &Session, bot: Option<BotReason>, newness: Option<Newness>) {
        self.push_entries(session);
        self.push_user(session.user);
        self.sessions.push(SessionRecord {
            start: session.start(),
            end: session.end(),
            visitor: session.visitor,
            address: session.origin.address,
            agent: session.origin.agent,
            arrival: session.origin.arrival,
            host: session.origin.host,
            pageviews: session.pageviews,
            actions: session.actions(),
            errors: session.errors(),
            last: u32::try_from(self.entries.len()).unwrap_or(u32::MAX),
            country: session.origin.country,
            bot,
            marks: SessionFlags::of(session, newness),
        });
    }

    /// Whether any session has this agent.
    #[must_use]
    pub fn has_agent(&self, agent: AgentId) -> bool {
        self.sessions.iter().any(|session| session.agent == agent)
    }

    /// Flags the sessions of an agent that turned out to be missing where other hits have one (R3).
    pub fn flag_no_agent(&mut self, agent: AgentId) {
        for session in self.sessions.iter_mut().filter(|session| session.agent == agent) {
            session.bot = Some(BotReason::NoAgent);
        }
    }

    fn push_entries(&mut self, session: &Session) {
        self.entries.reserve(session.steps.len() + session.notes.len());
        if session.notes.is_empty() {
            self.push_in_order(session.start(), steps(session));
        } else {
            self.push_in_order(session.start(), timeline(session));
        }
    }

    fn push_in_order(&mut self, start: Millis, entries: impl Iterator<Item = TimelineEntry>) {
        let mut before = start;
        for entry in entries {
            self.push_load(entry.load);
            self.push_properties(entry.properties);
            let since = u32::try_from(entry.time.since(before).0).unwrap_or(u32::MAX);
            before = entry.time;
            self.entries.push(PackedEntry::new(&entry, since));
        }
    }

    /// Splits off the sessions for which `is_other` holds into `others`; returns the rest, or `None` if it holds for
    /// none.
    pub fn without(&self, is_other: impl Fn(&Sealed) -> bool, others: &mut Segment) -> Option<Segment> {
        if !self.rows().any(|row| is_other(&row)) {
            return None;
        }
        let mut rest = Segment::default();
        for row in self.rows() {
            if is_other(&row) { &mut *others } else { &mut rest }.push_sealed(&row);
        }
        Some(rest)
    }

    fn push_sealed(&mut self, row: &Sealed) {
        for (nth, packed) in row.packed_entries().iter().enumerate() {
            self.push_load(row.load(nth));
            self.push_properties(row.properties(nth));
            self.entries.push(*packed);
        }
        self.push_user(row.user());
        let last = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.sessions.push(SessionRecord { last, ..*row.record });
    }

    fn push_user(&mut self, user: User) {
        if user != User::NONE && self.users.is_empty() {
            self.users.resize(self.sessions.len(), User::NONE);
        }
        if user != User::NONE || !self.users.is_empty() {
            self.users.push(user);
        }
    }

    fn push_load(&mut self, load: Option<u32>) {
        if load.is_some() && self.loads.is_empty() {
            self.loads.resize(self.entries.len(), u32::MAX);
        }
        if load.is_some() || !self.loads.is_empty() {
            self.loads.push(load.unwrap_or(u32::MAX));
        }
    }

    fn push_properties(&mut self, properties: PropertiesId) {
        if properties != PropertiesId::OTHER && self.properties.is_empty() {
            self.properties.resize(self.entries.len(), PropertiesId::OTHER);
        }
        if properties != PropertiesId::OTHER || !self.properties.is_empty() {
            self.properties.push(properties);
        }
    }

    /// Number of sessions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether it has no sessions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Frees unused capacity.
    #[must_use]
    pub fn compacted(mut self) -> Segment {
        self.sessions.shrink_to_fit();
        self.entries.shrink_to_fit();
        self.users.shrink_to_fit();
        self.loads.shrink_to_fit();
        self.properties.shrink_to_fit();
        self
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.sessions.capacity() * size_of::<SessionRecord>()
            + self.entries.capacity() * size_of::<PackedEntry>()
            + self.users.capacity() * size_of::<User>()
            + self.loads.capacity() * size_of::<u32>()
            + self.properties.capacity() * size_of::<PropertiesId>()
    }

    /// The earliest and latest instants that any of its sessions covers.
    #[must_use]
    pub fn extent(&self) -> (Millis, Millis) {
        let first = self.sessions.iter().map(|session| session.start).min().unwrap_or(Millis::MAX);
        let last = self.sessions.iter().map(|session| session.end).max().unwrap_or(Millis::MIN);
        (first, last)
    }

    /// Its sessions, in the order they were sealed.
    #[must_use]
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Sealed<'_>> {
        self.sessions.iter().enumerate().map(|(at, record)| Sealed {
            segment: self,
            at,
            record,
            first: at.checked_sub(1).map_or(0, |before| self.sessions[before].last as usize),
        })
    }
}

/// A sealed session as a row.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    segment: &'a Segment,
    at: usize,
    record: &'a SessionRecord,
    /// Where its entries begin.
    first: usize,
}

impl<'a> Sealed<'a> {
    #[inline]
    fn packed_entries(&self) -> &'a [PackedEntry] {
        self.segment.entries.get(self.first..self.record.last as usize).unwrap_or_default()
    }

    fn properties(&self, nth: usize) -> PropertiesId {
        self.segment.properties.get(self.first + nth).copied().unwrap_or_default()
    }

    fn load(&self, nth: usize) -> Option<u32> {
        self.segment.loads.get(self.first + nth).copied().filter(|&load| load != u32::MAX)
    }
}

impl Row for Sealed<'_> {
    fn start(&self) -> Millis {
        self.record.start
    }

    fn end(&self) -> Millis {
        self.record.end
    }

    fn visitor(&self) -> Visitor {
        self.record.visitor
    }

    fn user(&self) -> User {
        self.segment.users.get(self.at).copied().unwrap_or(User::NONE)
    }

    fn agent(&self) -> AgentId {
        self.record.agent
    }

    fn arrival(&self) -> ArrivalId {
        self.record.arrival
    }

    fn host(&self) -> HostId {
        self.record.host
    }

    fn address(&self) -> KeptAddress<AddressId> {
        self.record.address
    }

    fn country(&self) -> Country {
        self.record.country
    }

    fn pageviews(&self) -> u32 {
        self.record.pageviews
    }

    fn actions(&self) -> u32 {
        self.record.actions
    }

    fn errors(&self) -> u32 {
        self.record.errors
    }

    fn bot(&self) -> Option<BotReason> {
        self.record.bot
    }

    fn extended(&self) -> bool {
        self.record.marks.0 & SessionFlags::EXTENDED != 0
    }

    fn has_assets(&self) -> bool {
        self.record.marks.0 & SessionFlags::ASSETS != 0
    }

    fn newness(&self) -> Option<Newness> {
        self.record.marks.newness()
    }

    fn timeline(&self) -> impl Iterator<Item = TimelineEntry> {
        let mut time = self.start();
        self.packed_entries().iter().enumerate().map(move |(nth, packed)| {
            time += Span(u64::from(packed.since));
            TimelineEntry {
                time,
                page: packed.page,
                what: packed.what(),
                status: packed.status(),
                load: self.load(nth),
                method: packed.method(),
                properties: self.properties(nth),
                other_input: packed.other_input(),
            }
        })
    }

    #[inline]
    fn pages(&self) -> impl Iterator<Item = PageId> {
        self.packed_entries().iter().filter(|packed| packed.is_pageview()).map(|packed| packed.page)
    }

    fn knows_loads(&self) -> bool {
        !self.segment.loads.is_empty()
    }

    fn second_event_after(&self) -> Option<Span> {
        let mut after = 0;
        // The first entry is the first event: notes before it are never attached.
        for packed in self.packed_entries().iter().skip(1) {
            after += u64::from(packed.since);
            if packed.what().is_event() {
                return Some(Span(after));
            }
        }
        None
    }

    fn exit(&self) -> Option<PageId> {
        let last = self.packed_entries().iter().rev().find(|packed| packed.is_pageview())?;
        Some(last.page)
    }
}
