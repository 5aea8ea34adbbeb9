//! A session as questions see it, sealed or not: one way to ask both.

use serde::{Deserialize, Serialize};

use crate::classify::address::KeptAddress;
use crate::classify::place::Country;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId};
use crate::session::{NoteKind, Session, StepKind};
use crate::time::{Millis, Span};

use super::Store;
use super::dictionaries::Dictionaries;
use super::visitors::Newness;
use crate::classify::agent::BotVerdict;

/// A session's figures.
pub trait Row {
    /// First event.
    fn start(&self) -> Millis;
    /// Last event.
    fn end(&self) -> Millis;
    /// The visitor.
    fn visitor(&self) -> Visitor;
    /// The user who was named in it, on whatever device.
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
    /// Number of errors noted.
    fn errors(&self) -> u32;
    /// Why it is flagged as a bot (R3).
    fn bot(&self) -> Option<BotReason>;
    /// Whether its visitor has been here before; `None` where visitors are not remembered, because nobody asks.
    fn newness(&self) -> Option<Newness>;
    /// Everything that happened, in order.
    fn happenings(&self) -> impl Iterator<Item = Happening>;

    /// Pages viewed, in order.
    fn pages(&self) -> impl Iterator<Item = PageId> {
        let pageviews = self.happenings().filter(|one| one.what == Did::Pageview);
        pageviews.map(|one| one.page)
    }

    /// Whether any of its happenings may have a load time.
    fn knows_loads(&self) -> bool {
        true
    }

    /// Pages viewed of which the log says how long the server took: when, and how many milliseconds.
    fn loads(&self) -> impl Iterator<Item = (PageId, Millis, u32)> {
        let most = if self.knows_loads() { usize::MAX } else { 0 };
        let pageviews = self.happenings().take(most).filter(|one| one.what == Did::Pageview);
        pageviews.filter_map(|one| Some((one.page, one.time, one.load?)))
    }

    /// The first page viewed.
    fn entry(&self) -> Option<PageId> {
        self.pages().next()
    }

    /// The last page viewed.
    fn exit(&self) -> Option<PageId> {
        self.pages().last()
    }

    /// How long after the first event the second one came, where there is one.
    fn second_event_after(&self) -> Option<Span> {
        let second = self.happenings().filter(|one| one.what.is_event()).nth(1)?;
        Some(second.time.since(self.start()))
    }

    /// Number of events.
    fn events(&self) -> u32 {
        self.pageviews() + self.actions()
    }

    /// Whether requests extended it that are none of its events: a file's, after the first (R2).
    fn extended(&self) -> bool;

    /// Whether anything was fetched that a page needs (R3).
    fn has_assets(&self) -> bool;

    /// Last event less first; `None` for a session of one event (R8).
    fn duration(&self) -> Option<Span> {
        (self.events() > 1 || self.extended()).then(|| self.end().since(self.start()))
    }
}

/// One thing that happened in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub time: Millis,
    /// On which page.
    pub page: PageId,
    /// What.
    pub what: Did,
    /// The server's answer.
    pub status: u16,
    /// How long the server took, in milliseconds, where the log says it.
    pub load: Option<u32>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// A page was looked at.
    Pageview,
    /// An action.
    Action(ActionId),
    /// The server refused or failed.
    Error,
    /// The server sent the visitor elsewhere.
    Redirect,
}

impl Did {
    /// Whether it is an event, and not only noted (R5).
    #[must_use]
    pub fn is_event(self) -> bool {
        matches!(self, Did::Pageview | Did::Action(_))
    }
}

/// Why a session is flagged as a bot's (R3); the first that holds.
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
    /// The referrer is a spammer's.
    Spam,
}

impl BotReason {
    /// Every reason, in the order in which they are looked for.
    pub const ALL: [BotReason; 5] =
        [BotReason::Agent, BotReason::NoAgent, BotReason::RobotsTxt, BotReason::Rate, BotReason::Spam];

    /// The reason's name in filters and exports.
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

    /// Why a session is flagged (R3). robots.txt counts from its fetch on: also when fetched while the session
    /// was open.
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

/// A session that is not sealed yet, as questions see it.
#[derive(Debug, Clone, Copy)]
pub struct Unsealed<'a> {
    /// The session.
    pub session: &'a Session,
    /// Why it is flagged as a bot.
    pub bot: Option<BotReason>,
    /// Whether an earlier session of its visitor is not sealed yet either.
    pub earlier: bool,
    /// Who knows which visitors were here before: few questions ask for it.
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

    fn happenings(&self) -> impl Iterator<Item = Happening> {
        happenings(self.session)
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

/// A session's steps and notes in the order of their times; of equal times, steps come first.
pub(super) fn happenings(session: &Session) -> impl Iterator<Item = Happening> {
    let mut steps = session.steps.iter().peekable();
    let mut notes = session.notes.iter().filter_map(of_note).peekable();
    std::iter::from_fn(move || {
        let step_first = match (steps.peek(), notes.peek()) {
            (Some(step), Some(note)) => step.time <= note.time,
            (step, _) => step.is_some(),
        };
        if step_first { steps.next().map(of_step) } else { notes.next() }
    })
}

pub(super) fn of_step(step: &crate::session::Step) -> Happening {
    let what = match step.kind {
        StepKind::Pageview => Did::Pageview,
        StepKind::Action(action) | StepKind::Download(action) => Did::Action(action),
    };
    let load = (step.load != crate::session::Step::NO_LOAD).then_some(step.load);
    Happening { time: step.time, page: step.page, what, status: step.status, load }
}

/// `None` for what did not happen on a page: being identified says whose session it is.
fn of_note(note: &crate::session::Note) -> Option<Happening> {
    let what = match note.kind {
        NoteKind::Error => Did::Error,
        NoteKind::Redirect => Did::Redirect,
        NoteKind::Identified(_) | NoteKind::Asset => return None,
    };
    Some(Happening { time: note.time, page: note.page, what, status: note.status, load: None })
}
