//! What the tracker takes in: events, notes and marks.

use crate::classify::address::KeptAddress;
use crate::classify::batch::InputId;
use crate::classify::method::Method;
use crate::classify::place::Country;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId, PropertiesId};
use crate::time::Millis;

/// One thing a visitor did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// By whom.
    pub visitor: Visitor,
    /// The logged-in user, on whatever device.
    pub user: User,
    /// Where from and with what client: a session takes it from its first event.
    pub origin: Origin,
    /// What, where and when.
    pub visit: Visit,
    /// The page of the same site that its request named as referrer, where the log tells of prefetches (R2.3).
    pub named: Option<PageId>,
}

impl Event {
    /// An event that leaves no more than a mark.
    #[must_use]
    pub fn mark(visitor: Visitor, visit: Visit, named: Option<PageId>) -> Event {
        Event { visitor, user: User::NONE, origin: Origin::default(), visit, named }
    }
}

/// What was done, when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// Starts or extends a session.
    Step(Step),
    /// Noted on the surrounding session; changes none of its figures (R5).
    Note(Note),
    /// robots.txt was fetched (R3).
    RobotsTxt(Millis),
    /// An asset was fetched: sets a bit on the surrounding session (R3).
    Asset(Millis),
    /// A page was prefetched: a step once a later request names it as referrer (R2.3).
    Prefetch(Prefetch),
    /// Nothing but that a request named a page.
    Mention(Millis),
}

impl Visit {
    /// When.
    #[must_use]
    pub fn time(&self) -> Millis {
        match self {
            Visit::Step(step) | Visit::Prefetch(Prefetch { step, .. }) => step.time,
            Visit::Note(note) => note.time,
            Visit::RobotsTxt(time) | Visit::Asset(time) | Visit::Mention(time) => *time,
        }
    }
}

/// A page that a browser fetched in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefetch {
    /// The pageview that it becomes.
    pub step: Step,
    /// Whether the hit counts in the figures; if not, it only completes sessions.
    pub counts: bool,
}

/// What a session takes from its first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// The user agent.
    pub agent: AgentId,
    /// The referrer and campaign tags.
    pub arrival: ArrivalId,
    /// The host asked for.
    pub host: HostId,
    /// What is kept of the address.
    pub address: KeptAddress<AddressId>,
    /// Where the address is.
    pub country: Country,
}

/// A pageview or an action of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub time: Millis,
    /// The page.
    pub page: PageId,
    /// What it is.
    pub kind: StepKind,
    /// Time the server took, in milliseconds; [`Step::NO_LOAD`] if not logged.
    pub load: u32,
    /// The HTTP status.
    pub status: u16,
    /// The request's method.
    pub method: Method,
    /// The input it came from, which orders events of equal times (R5).
    pub input: InputId,
    /// What it says beside page and action.
    pub properties: PropertiesId,
    /// The number of a prefetched page, else 0. Of equal times, prefetched pages come last, by number.
    pub prefetched: u32,
}

impl Step {
    /// The load time was not logged.
    pub const NO_LOAD: u32 = u32::MAX;
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A page was viewed.
    Pageview,
    /// An action.
    Action(ActionId),
    /// An action that counts once per page: a session's first request for a file is a step, later ones only extend the
    /// session (R2).
    Download(ActionId),
}

/// An error, redirect or login noted on a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub time: Millis,
    /// The page.
    pub page: PageId,
    /// The HTTP status.
    pub status: u16,
    /// What it is about.
    pub kind: NoteKind,
    /// The input it came from.
    pub input: InputId,
}

impl Note {
    /// An asset that waits for its session.
    pub(super) fn asset(time: Millis) -> Note {
        Note { time, page: PageId::default(), status: 0, kind: NoteKind::Asset, input: InputId::default() }
    }
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// The server answered with an error.
    Error,
    /// The server sent the visitor elsewhere.
    Redirect,
    /// The visitor was identified as a user (R4).
    Identified(User),
    /// An asset. It waits for its session like the others, but is not kept as a note (R3).
    Asset,
}
