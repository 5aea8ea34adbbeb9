//! Segments: sealed sessions as columns, never changed again.

use crate::classify::place::Country;
use crate::classify::visitor::{Network, User};
use crate::ids::{ActionId, AgentId, ArrivalId, PageId, SiteId};
use crate::session::Session;
use crate::time::{Millis, Span};

use super::row::{BotReason, Did, Happening, Row, happenings};
use super::visitors::Newness;

/// How many sessions a segment holds.
pub const SEGMENT_SESSIONS: usize = 8192;

/// Sealed sessions, column by column.
#[derive(Debug, Clone, Default)]
pub struct Segment {
    starts: Vec<Millis>,
    ends: Vec<Millis>,
    visitors: Vec<u64>,
    /// Empty where no session of the segment names a user.
    users: Vec<User>,
    agents: Vec<AgentId>,
    arrivals: Vec<ArrivalId>,
    sites: Vec<SiteId>,
    networks: Vec<Network>,
    countries: Vec<Country>,
    pageviews: Vec<u32>,
    actions: Vec<u32>,
    errors: Vec<u32>,
    bots: Vec<Option<BotReason>>,
    newness: Vec<Newness>,
    /// Where each session's happenings end in the columns below.
    last: Vec<u32>,
    /// Milliseconds since the happening before it; for a session's first, since the session's start.
    since: Vec<u32>,
    pages: Vec<PageId>,
    what: Vec<Code>,
    statuses: Vec<u16>,
    /// Empty where no happening of the segment has a load time.
    loads: Vec<u32>,
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
    /// Adds a sealed session.
    pub fn push(&mut self, session: &Session, bot: Option<BotReason>, newness: Newness) {
        self.starts.push(session.start());
        self.ends.push(session.end());
        self.visitors.push(session.visitor.short());
        self.push_user(session.user);
        self.agents.push(session.origin.agent);
        self.arrivals.push(session.origin.arrival);
        self.sites.push(session.origin.site);
        self.networks.push(session.origin.network);
        self.countries.push(session.origin.country);
        self.pageviews.push(session.pageviews);
        self.actions.push(session.actions());
        self.errors.push(session.errors());
        self.bots.push(bot);
        self.newness.push(newness);
        self.push_happenings(session);
        self.last.push(u32::try_from(self.pages.len()).unwrap_or(u32::MAX));
    }

    fn push_happenings(&mut self, session: &Session) {
        let mut before = session.start();
        for happening in happenings(session) {
            self.since.push(u32::try_from(happening.time.since(before).0).unwrap_or(u32::MAX));
            before = happening.time;
            self.pages.push(happening.page);
            self.what.push(Code::new(happening.what));
            self.statuses.push(happening.status);
            self.push_load(happening.load);
        }
    }

    fn push_user(&mut self, user: User) {
        let before = self.starts.len() - 1;
        if user != User::NONE && self.users.is_empty() {
            self.users.resize(before, User::NONE);
        }
        if user != User::NONE || !self.users.is_empty() {
            self.users.push(user);
        }
    }

    fn push_load(&mut self, load: Option<u32>) {
        if load.is_some() && self.loads.is_empty() {
            self.loads.resize(self.pages.len() - 1, u32::MAX);
        }
        if load.is_some() || !self.loads.is_empty() {
            self.loads.push(load.unwrap_or(u32::MAX));
        }
    }

    /// How many sessions it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Gives back memory that no session uses.
    #[must_use]
    pub fn compacted(mut self) -> Segment {
        self.starts.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.visitors.shrink_to_fit();
        self.users.shrink_to_fit();
        self.agents.shrink_to_fit();
        self.arrivals.shrink_to_fit();
        self.sites.shrink_to_fit();
        self.networks.shrink_to_fit();
        self.countries.shrink_to_fit();
        self.pageviews.shrink_to_fit();
        self.actions.shrink_to_fit();
        self.errors.shrink_to_fit();
        self.bots.shrink_to_fit();
        self.newness.shrink_to_fit();
        self.last.shrink_to_fit();
        self.since.shrink_to_fit();
        self.pages.shrink_to_fit();
        self.what.shrink_to_fit();
        self.statuses.shrink_to_fit();
        self.loads.shrink_to_fit();
        self
    }

    /// How many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let per_session = 8 + 8 + 8 + 4 + 4 + 4 + 8 + 2 + 4 + 4 + 4 + 1 + 1 + 4;
        let per_happening = 4 + 4 + 2 + 2;
        self.starts.capacity() * per_session
            + self.pages.capacity() * per_happening
            + self.loads.capacity() * 4
            + self.users.capacity() * 8
    }

    /// The first and last instants that any of its sessions has to do with.
    #[must_use]
    pub fn extent(&self) -> (Millis, Millis) {
        let first = self.starts.iter().min().copied().unwrap_or(Millis::MAX);
        let last = self.ends.iter().max().copied().unwrap_or(Millis::MIN);
        (first, last)
    }

    /// Its sessions, in the order they were sealed.
    #[must_use]
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = Sealed<'_>> {
        (0..self.len()).map(|at| Sealed { segment: self, at })
    }

    fn happenings_of(&self, at: usize) -> std::ops::Range<usize> {
        let from = if at == 0 { 0 } else { self.last[at - 1] as usize };
        from..self.last[at] as usize
    }
}

/// A sealed session, as questions see it.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    segment: &'a Segment,
    at: usize,
}

impl Row for Sealed<'_> {
    fn start(&self) -> Millis {
        self.segment.starts[self.at]
    }

    fn end(&self) -> Millis {
        self.segment.ends[self.at]
    }

    fn visitor(&self) -> u64 {
        self.segment.visitors[self.at]
    }

    fn user(&self) -> User {
        self.segment.users.get(self.at).copied().unwrap_or(User::NONE)
    }

    fn agent(&self) -> AgentId {
        self.segment.agents[self.at]
    }

    fn arrival(&self) -> ArrivalId {
        self.segment.arrivals[self.at]
    }

    fn site(&self) -> SiteId {
        self.segment.sites[self.at]
    }

    fn network(&self) -> Network {
        self.segment.networks[self.at]
    }

    fn country(&self) -> Country {
        self.segment.countries[self.at]
    }

    fn pageviews(&self) -> u32 {
        self.segment.pageviews[self.at]
    }

    fn actions(&self) -> u32 {
        self.segment.actions[self.at]
    }

    fn errors(&self) -> u32 {
        self.segment.errors[self.at]
    }

    fn bot(&self) -> Option<BotReason> {
        self.segment.bots[self.at]
    }

    fn newness(&self) -> Newness {
        self.segment.newness[self.at]
    }

    fn happenings(&self) -> impl Iterator<Item = Happening> {
        let segment = self.segment;
        let mut time = self.start();
        segment.happenings_of(self.at).map(move |at| {
            time += Span(u64::from(segment.since[at]));
            let load = segment.loads.get(at).copied().filter(|&load| load != u32::MAX);
            Happening {
                time,
                page: segment.pages[at],
                what: segment.what[at].what(),
                status: segment.statuses[at],
                load,
            }
        })
    }

    fn pages(&self) -> impl Iterator<Item = PageId> {
        let range = self.segment.happenings_of(self.at);
        let what = &self.segment.what[range.clone()];
        let pages = &self.segment.pages[range];
        what.iter().zip(pages).filter(|(what, _)| what.0 == 0).map(|(_, &page)| page)
    }

    fn knows_loads(&self) -> bool {
        !self.segment.loads.is_empty()
    }

    fn second_event_after(&self) -> Option<Span> {
        let mut range = self.segment.happenings_of(self.at);
        // The first happening is the first event: notes before it were never this session's.
        range.next()?;
        let mut after = 0;
        for at in range {
            after += u64::from(self.segment.since[at]);
            if self.segment.what[at].what().is_event() {
                return Some(Span(after));
            }
        }
        None
    }

    fn exit(&self) -> Option<PageId> {
        let range = self.segment.happenings_of(self.at);
        let at = range.rev().find(|&at| self.segment.what[at].0 == 0)?;
        Some(self.segment.pages[at])
    }
}
