//! Segments: sealed sessions as columns, never changed again.

use crate::classify::address::KeptAddress;
use crate::classify::place::Country;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId};
use crate::session::Session;
use crate::time::{Millis, Span};

use super::row::{BotReason, Did, Happening, Row, happenings, of_step};
use super::visitors::Newness;

/// How many sessions a segment holds.
pub const SEGMENT_SESSIONS: usize = 8192;

/// Sealed sessions: what each of them has stands side by side, so that a scan, which asks for most of it, reads one
/// cache line per session; what there is any number of, or seldom, stands in columns of its own.
#[derive(Debug, Clone, Default)]
pub struct Segment {
    sessions: Vec<Figures>,
    happenings: Vec<Stored>,
    /// Empty where no session of the segment names a user.
    users: Vec<User>,
    /// Empty where no happening of the segment has a load time.
    loads: Vec<u32>,
}

/// What every session has, in 64 bytes.
#[derive(Debug, Clone, Copy)]
struct Figures {
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
    /// Where its happenings end; they begin where those of the session before it do.
    last: u32,
    country: Country,
    bot: Option<BotReason>,
    marks: Marks,
}

/// What is known of a session in a few bits.
#[derive(Debug, Clone, Copy)]
struct Marks(u8);

impl Marks {
    const NEWNESS: u8 = 0b11;
    const EXTENDED: u8 = 1 << 2;
    const ASSETS: u8 = 1 << 3;

    fn of(session: &Session, newness: Option<Newness>) -> Marks {
        let newness = match newness {
            None => 0,
            Some(Newness::New) => 1,
            Some(Newness::Returning) => 2,
        };
        let mark = |holds: bool, mark: u8| if holds { mark } else { 0 };
        let marks = mark(session.extended, Marks::EXTENDED) | mark(session.has_assets, Marks::ASSETS);
        Marks(newness | marks)
    }

    fn newness(self) -> Option<Newness> {
        match self.0 & Marks::NEWNESS {
            1 => Some(Newness::New),
            2 => Some(Newness::Returning),
            _ => None,
        }
    }
}

/// Something that happened, in 12 bytes.
#[derive(Debug, Clone, Copy)]
struct Stored {
    /// Milliseconds since the happening before it; for a session's first, since the session's start.
    since: u32,
    page: PageId,
    what: Code,
    status: u16,
}

/// What happened, in two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Code(u16);

impl Code {
    const ACTIONS: u16 = 3;

    fn new(what: Did) -> Code {
        match what {
            Did::Pageview => Code(0),
            Did::Error => Code(1),
            Did::Redirect => Code(2),
            // Past so many names of actions the rest are `(other)`.
            Did::Action(ActionId(id)) => Code(
                Code::ACTIONS
                    + u16::try_from(id).ok().filter(|id| *id < u16::MAX - Code::ACTIONS).unwrap_or(0),
            ),
        }
    }

    fn is_pageview(self) -> bool {
        self.0 == 0
    }

    fn what(self) -> Did {
        match self.0 {
            0 => Did::Pageview,
            1 => Did::Error,
            2 => Did::Redirect,
            action => Did::Action(ActionId(u32::from(action - Code::ACTIONS))),
        }
    }
}

impl Segment {
    /// An empty one with room for as much: the next segment is likely to become as large, and need not move on the way.
    #[must_use]
    pub fn empty_of_its_size(&self) -> Segment {
        Segment {
            sessions: Vec::with_capacity(self.sessions.len()),
            happenings: Vec::with_capacity(self.happenings.len()),
            users: Vec::with_capacity(self.users.len()),
            loads: Vec::with_capacity(self.loads.len()),
        }
    }

    /// Adds a sealed session.
    pub fn push(&mut self, session: &Session, bot: Option<BotReason>, newness: Option<Newness>) {
        self.push_happenings(session);
        self.push_user(session.user);
        self.sessions.push(Figures {
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
            last: u32::try_from(self.happenings.len()).unwrap_or(u32::MAX),
            country: session.origin.country,
            bot,
            marks: Marks::of(session, newness),
        });
    }

    /// Whether any session is of this agent.
    #[must_use]
    pub fn has_agent(&self, agent: AgentId) -> bool {
        self.sessions.iter().any(|session| session.agent == agent)
    }

    /// Flags the sessions of an agent that turns out to name none where others name one (R3).
    pub fn flag_no_agent(&mut self, agent: AgentId) {
        for session in self.sessions.iter_mut().filter(|session| session.agent == agent) {
            session.bot = Some(BotReason::NoAgent);
        }
    }

    fn push_happenings(&mut self, session: &Session) {
        self.happenings.reserve(session.steps.len() + session.notes.len());
        if session.notes.is_empty() {
            self.push_in_order(session.start(), session.steps.iter().map(of_step));
        } else {
            self.push_in_order(session.start(), happenings(session));
        }
    }

    fn push_in_order(&mut self, start: Millis, happenings: impl Iterator<Item = Happening>) {
        let mut before = start;
        for happening in happenings {
            self.push_load(happening.load);
            let since = u32::try_from(happening.time.since(before).0).unwrap_or(u32::MAX);
            before = happening.time;
            let (page, what, status) = (happening.page, Code::new(happening.what), happening.status);
            self.happenings.push(Stored { since, page, what, status });
        }
    }

    /// The sessions but for those of which `is_other` holds, which are added to `others`; `None` where it holds of none.
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
        for (nth, stored) in row.stored().iter().enumerate() {
            self.push_load(row.load(nth));
            self.happenings.push(*stored);
        }
        self.push_user(row.user());
        let last = u32::try_from(self.happenings.len()).unwrap_or(u32::MAX);
        self.sessions.push(Figures { last, ..*row.figures });
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
            self.loads.resize(self.happenings.len(), u32::MAX);
        }
        if load.is_some() || !self.loads.is_empty() {
            self.loads.push(load.unwrap_or(u32::MAX));
        }
    }

    /// How many sessions it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// Gives back memory that no session uses.
    #[must_use]
    pub fn compacted(mut self) -> Segment {
        self.sessions.shrink_to_fit();
        self.happenings.shrink_to_fit();
        self.users.shrink_to_fit();
        self.loads.shrink_to_fit();
        self
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.sessions.capacity() * size_of::<Figures>()
            + self.happenings.capacity() * size_of::<Stored>()
            + self.users.capacity() * size_of::<User>()
            + self.loads.capacity() * size_of::<u32>()
    }

    /// The first and last instants that any of its sessions has to do with.
    #[must_use]
    pub fn extent(&self) -> (Millis, Millis) {
        let first = self.sessions.iter().map(|session| session.start).min().unwrap_or(Millis::MAX);
        let last = self.sessions.iter().map(|session| session.end).max().unwrap_or(Millis::MIN);
        (first, last)
    }

    /// Its sessions, in the order they were sealed.
    #[must_use]
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Sealed<'_>> {
        self.sessions.iter().enumerate().map(|(at, figures)| Sealed {
            segment: self,
            at,
            figures,
            first: at.checked_sub(1).map_or(0, |before| self.sessions[before].last as usize),
        })
    }
}

/// A sealed session, as questions see it.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    segment: &'a Segment,
    at: usize,
    figures: &'a Figures,
    /// Where its happenings begin.
    first: usize,
}

impl<'a> Sealed<'a> {
    #[inline]
    fn stored(&self) -> &'a [Stored] {
        self.segment.happenings.get(self.first..self.figures.last as usize).unwrap_or_default()
    }

    fn load(&self, nth: usize) -> Option<u32> {
        self.segment.loads.get(self.first + nth).copied().filter(|&load| load != u32::MAX)
    }
}

impl Row for Sealed<'_> {
    fn start(&self) -> Millis {
        self.figures.start
    }

    fn end(&self) -> Millis {
        self.figures.end
    }

    fn visitor(&self) -> Visitor {
        self.figures.visitor
    }

    fn user(&self) -> User {
        self.segment.users.get(self.at).copied().unwrap_or(User::NONE)
    }

    fn agent(&self) -> AgentId {
        self.figures.agent
    }

    fn arrival(&self) -> ArrivalId {
        self.figures.arrival
    }

    fn host(&self) -> HostId {
        self.figures.host
    }

    fn address(&self) -> KeptAddress<AddressId> {
        self.figures.address
    }

    fn country(&self) -> Country {
        self.figures.country
    }

    fn pageviews(&self) -> u32 {
        self.figures.pageviews
    }

    fn actions(&self) -> u32 {
        self.figures.actions
    }

    fn errors(&self) -> u32 {
        self.figures.errors
    }

    fn bot(&self) -> Option<BotReason> {
        self.figures.bot
    }

    fn extended(&self) -> bool {
        self.figures.marks.0 & Marks::EXTENDED != 0
    }

    fn has_assets(&self) -> bool {
        self.figures.marks.0 & Marks::ASSETS != 0
    }

    fn newness(&self) -> Option<Newness> {
        self.figures.marks.newness()
    }

    fn happenings(&self) -> impl Iterator<Item = Happening> {
        let mut time = self.start();
        self.stored().iter().enumerate().map(move |(nth, stored)| {
            time += Span(u64::from(stored.since));
            let (page, what, status) = (stored.page, stored.what.what(), stored.status);
            Happening { time, page, what, status, load: self.load(nth) }
        })
    }

    #[inline]
    fn pages(&self) -> impl Iterator<Item = PageId> {
        self.stored().iter().filter(|stored| stored.what.is_pageview()).map(|stored| stored.page)
    }

    fn knows_loads(&self) -> bool {
        !self.segment.loads.is_empty()
    }

    fn second_event_after(&self) -> Option<Span> {
        let mut after = 0;
        // The first happening is the first event: notes before it were never this session's.
        for stored in self.stored().iter().skip(1) {
            after += u64::from(stored.since);
            if stored.what.what().is_event() {
                return Some(Span(after));
            }
        }
        None
    }

    fn exit(&self) -> Option<PageId> {
        let last = self.stored().iter().rev().find(|stored| stored.what.is_pageview())?;
        Some(last.page)
    }
}
