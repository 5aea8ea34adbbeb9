//! A row: what questions may ask of a session, sealed or not.

use serde::{Deserialize, Serialize};

use crate::classify::address::KeptAddress;
use crate::classify::method::Method;
use crate::classify::place::Country;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId, PropertiesId};
use crate::session::{NoteKind, Session, StepKind};
use crate::time::{Millis, Span};

use super::Store;
use super::dictionaries::Dictionaries;
use super::visitors::Newness;
use crate::classify::agent::BotVerdict;

/// What a question can read of a session.
pub trait Row: Copy {
    /// First event.
    fn start(&self) -> Millis;
    /// Last event.
    fn end(&self) -> Millis;
    /// The visitor.
    fn visitor(&self) -> Visitor;
    /// The logged-in user, on whatever device.
    fn user(&self) -> User;
    /// The user agent.
    fn agent(&self) -> AgentId;
    /// The referrer and campaign tags.
    fn arrival(&self) -> ArrivalId;
    /// The host asked for.
    fn host(&self) -> HostId;
    /// What is kept of the address.
    fn address(&self) -> KeptAddress<AddressId>;
    /// Where the address is.
    fn country(&self) -> Country;
    /// Number of pageviews.
    fn pageviews(&self) -> u32;
    /// Number of actions.
    fn actions(&self) -> u32;
    /// Number of errors.
    fn errors(&self) -> u32;
    /// The reason why it is flagged as a bot (R3).
    fn bot(&self) -> Option<BotReason>;
    /// Whether its visitor was seen before; `None` if visitors are not tracked.
    fn newness(&self) -> Option<Newness>;
    /// Its steps and notes, in order.
    fn timeline(&self) -> impl Iterator<Item = TimelineEntry>;

    /// The pages viewed, in order.
    fn pages(&self) -> impl Iterator<Item = PageId> {
        let pageviews = self.timeline().filter(|one| one.what == EntryKind::Pageview);
        pageviews.map(|one| one.page)
    }

    /// Whether any entry may have a load time.
    fn knows_loads(&self) -> bool {
        true
    }

    /// The pageviews with a load time: page, time, milliseconds.
    fn loads(&self) -> impl Iterator<Item = (PageId, Millis, u32)> {
        let most = if self.knows_loads() { usize::MAX } else { 0 };
        let pageviews = self.timeline().take(most).filter(|one| one.what == EntryKind::Pageview);
        pageviews.filter_map(|one| Some((one.page, one.time, one.load?)))
    }

    /// The first page viewed.
    fn entry(&self) -> Option<PageId> {
        self.pages().next()
    }

    /// How long the server took for the first page viewed, in milliseconds, where the log says it.
    fn entry_load(&self) -> Option<u32> {
        let most = if self.knows_loads() { usize::MAX } else { 0 };
        let first = self.timeline().take(most).find(|one| one.what == EntryKind::Pageview);
        first.and_then(|one| one.load)
    }

    /// The last page viewed.
    fn exit(&self) -> Option<PageId> {
        self.pages().last()
    }

    /// The time from the first event to the second, if there is one.
    fn second_event_after(&self) -> Option<Span> {
        let second = self.timeline().filter(|one| one.what.is_event()).nth(1)?;
        Some(second.time.since(self.start()))
    }

    /// Number of events.
    fn events(&self) -> u32 {
        self.pageviews() + self.actions()
    }

    /// Whether requests extended it that are not events: repeated requests for a file (R2).
    fn extended(&self) -> bool;

    /// Whether an asset was fetched (R3).
    fn has_assets(&self) -> bool;

    /// Last event minus first; `None` for a session of one event (R8).
    fn duration(&self) -> Option<Span> {
        (self.events() > 1 || self.extended()).then(|| self.end().since(self.start()))
    }
}

/// One entry of a session's timeline: a step or a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When.
    pub time: Millis,
    /// On which page.
    pub page: PageId,
    /// What happened.
    pub what: EntryKind,
    /// The HTTP status.
    pub status: u16,
    /// Time the server took, in milliseconds, if logged.
    pub load: Option<u32>,
    /// The request's method; of notes it is not kept.
    pub method: Method,
    /// What it says beside page and action.
    pub properties: PropertiesId,
    /// Whether it came from another input than the event before it: of equal times, such events have no order (R5).
    pub other_input: bool,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A page was viewed.
    Pageview,
    /// An action.
    Action(ActionId),
    /// The server answered with an error.
    Error,
    /// The server sent the visitor elsewhere.
    Redirect,
}

impl EntryKind {
    /// Whether it is an event, not just a note (R5).
    #[must_use]
    pub fn is_event(self) -> bool {
        matches!(self, EntryKind::Pageview | EntryKind::Action(_))
    }
}

/// Why a session is flagged as a bot (R3); the first reason that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BotReason {
    /// The user agent says so.
    Agent,
    /// The user agent is empty or `-`.
    NoAgent,
    /// The visitor fetched robots.txt.
    RobotsTxt,
    /// More than 60 pageviews within 60 s.
    Rate,
    /// The referrer is a known spammer.
    Spam,
}

impl BotReason {
    /// All reasons, in order of precedence.
    pub const ALL: [BotReason; 5] =
        [BotReason::Agent, BotReason::NoAgent, BotReason::RobotsTxt, BotReason::Rate, BotReason::Spam];

    /// Its name in filters and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            BotReason::Agent => "agent",
            BotReason::NoAgent => "no agent",
            BotReason::RobotsTxt => "robots.txt",
            BotReason::Rate => "rate",
            BotReason::Spam => "spam",
        }
    }

    /// The reason why a session is flagged, if any (R3). robots.txt counts from its fetch on, or if it was fetched
    /// while the session was open.
    #[must_use]
    pub fn of(session: &Session, dictionaries: &Dictionaries, gap: Span) -> Option<BotReason> {
        match dictionaries.agent(session.origin.agent).bot {
            Some(BotVerdict::Agent(_)) => Some(BotReason::Agent),
            Some(BotVerdict::NoAgent) => Some(BotReason::NoAgent),
            None if session.robots <= session.end() + gap => Some(BotReason::RobotsTxt),
            None if session.hasty => Some(BotReason::Rate),
            None => dictionaries.arrival(session.origin.arrival).spam.then_some(BotReason::Spam),
        }
    }
}

/// An unsealed session as a row.
#[derive(Debug, Clone, Copy)]
pub struct Unsealed<'a> {
    /// The session.
    pub session: &'a Session,
    /// The reason why it is flagged as a bot.
    pub bot: Option<BotReason>,
    /// Whether its visitor has an earlier unsealed session.
    pub earlier: bool,
    /// The store, to look up whether the visitor was seen before: few questions need it.
    pub store: &'a Store,
}

impl Row for Unsealed<'_> {
    fn start(&self) -> Millis {
        self.session.start()
    }

    fn end(&self) -> Millis {
        self.session.end()
    }

    fn visitor(&self) -> Visitor {
        self.session.visitor
    }

    fn user(&self) -> User {
        self.session.user
    }

    fn agent(&self) -> AgentId {
        self.session.origin.agent
    }

    fn arrival(&self) -> ArrivalId {
        self.session.origin.arrival
    }

    fn host(&self) -> HostId {
        self.session.origin.host
    }

    fn address(&self) -> KeptAddress<AddressId> {
        self.session.origin.address
    }

    fn country(&self) -> Country {
        self.session.origin.country
    }

    fn pageviews(&self) -> u32 {
        self.session.pageviews
    }

    fn actions(&self) -> u32 {
        self.session.actions()
    }

    fn errors(&self) -> u32 {
        self.session.errors()
    }

    fn bot(&self) -> Option<BotReason> {
        self.bot
    }

    fn extended(&self) -> bool {
        self.session.extended
    }

    fn has_assets(&self) -> bool {
        self.session.has_assets
    }

    fn newness(&self) -> Option<Newness> {
        self.store.newness(self.session, self.earlier)
    }

    fn timeline(&self) -> impl Iterator<Item = TimelineEntry> {
        timeline(self.session)
    }

    fn pages(&self) -> impl Iterator<Item = PageId> {
        let pageviews = self.session.steps.iter().filter(|step| step.kind == StepKind::Pageview);
        pageviews.map(|step| step.page)
    }

    fn exit(&self) -> Option<PageId> {
        let last = self.session.steps.iter().rev().find(|step| step.kind == StepKind::Pageview)?;
        Some(last.page)
    }

    fn second_event_after(&self) -> Option<Span> {
        let second = self.session.steps.get(1)?;
        Some(second.time.since(self.start()))
    }
}

/// A session's steps and notes merged by time; of equal times, steps come first.
pub(super) fn timeline(session: &Session) -> impl Iterator<Item = TimelineEntry> {
    let mut steps = steps(session).peekable();
    let mut notes = session.notes.iter().filter_map(of_note).peekable();
    std::iter::from_fn(move || {
        let step_first = match (steps.peek(), notes.peek()) {
            (Some(step), Some(note)) => step.time <= note.time,
            (step, _) => step.is_some(),
        };
        if step_first { steps.next() } else { notes.next() }
    })
}

/// A session's steps as entries.
pub(super) fn steps(session: &Session) -> impl Iterator<Item = TimelineEntry> {
    let before = session.steps.first().into_iter().chain(&session.steps);
    before.zip(&session.steps).map(|(before, step)| of_step(step, before.input != step.input))
}

fn of_step(step: &crate::session::Step, other_input: bool) -> TimelineEntry {
    let what = match step.kind {
        StepKind::Pageview => EntryKind::Pageview,
        StepKind::Action(action) | StepKind::Download(action) => EntryKind::Action(action),
    };
    let load = (step.load != crate::session::Step::NO_LOAD).then_some(step.load);
    TimelineEntry {
        time: step.time,
        page: step.page,
        what,
        status: step.status,
        load,
        method: step.method,
        properties: step.properties,
        other_input,
    }
}

/// `None` for notes that are not shown: logins and assets.
fn of_note(note: &crate::session::Note) -> Option<TimelineEntry> {
    let what = match note.kind {
        NoteKind::Error => EntryKind::Error,
        NoteKind::Redirect => EntryKind::Redirect,
        NoteKind::Identified(_) | NoteKind::Asset => return None,
    };
    Some(TimelineEntry {
        time: note.time,
        page: note.page,
        what,
        status: note.status,
        load: None,
        method: Method::default(),
        properties: PropertiesId::OTHER,
        other_input: false,
    })
}
