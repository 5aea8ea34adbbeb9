//! What the tracker is told.

use crate::classify::address::KeptAddress;
use crate::classify::batch::InputId;
use crate::classify::place::Country;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId};
use crate::time::Millis;

/// Something that a visitor did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// By whom.
    pub visitor: Visitor,
    /// The user who was named with it, on whatever device.
    pub user: User,
    /// From where and with what: the session takes it over from its first event.
    pub origin: Origin,
    /// What, where and when.
    pub visit: Visit,
    /// The page of the same site that its request named as referrer, where the log tells of prefetches (R2.3).
    pub named: Option<PageId>,
}

impl Event {
    /// What only leaves a mark.
    #[must_use]
    pub fn mark(visitor: Visitor, visit: Visit, named: Option<PageId>) -> Event {
        Event { visitor, user: User::NONE, origin: Origin::default(), visit, named }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// It makes or lengthens a session.
    Step(Step),
    /// It is noted on the session around it, and changes none of its figures (R5).
    Note(Note),
    /// robots.txt was fetched at that time (R3).
    RobotsTxt(Millis),
    /// Something that a page needs was fetched at that time: a mark on the session around it (R3).
    Asset(Millis),
    /// A page was prefetched: a step once a later request names it as referrer (R2.3).
    Prefetch(Prefetch),
    /// Nothing but that a request of that time named a page.
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

/// A page that a browser fetched before anybody asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefetch {
    /// The pageview that it becomes.
    pub step: Step,
    /// Whether the hit is counted, or only makes sessions whole.
    pub counts: bool,
}

/// What a session takes over from its first event.
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
    /// How long the server took, in milliseconds; [`Step::NO_LOAD`] where the log does not say.
    pub load: u32,
    /// The server's answer.
    pub status: u16,
    /// Which input said so: the order of events with the same time (R5).
    pub input: InputId,
    /// Which of the pages that were prefetched; of equal times they come last, in their order. 0 for all others.
    pub prefetched: u32,
}

impl Step {
    /// Where the log does not say how long the server took.
    pub const NO_LOAD: u32 = u32::MAX;
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A page was looked at.
    Pageview,
    /// An action.
    Action(ActionId),
    /// An action that counts once per page: of a session's requests for one file the first is a step, the others only
    /// extend the session (R2).
    Download(ActionId),
}

/// An error or redirect that happened to a visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub time: Millis,
    /// The page.
    pub page: PageId,
    /// The server's answer.
    pub status: u16,
    /// Which of the two.
    pub kind: NoteKind,
    /// Which input said so.
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
    /// The server refused or failed.
    Error,
    /// The server sent the visitor elsewhere.
    Redirect,
    /// The visitor was identified as a user (R4).
    Identified(User),
    /// Something that a page needs was fetched: it waits with the others for its session, and is none of its notes (R3).
    Asset,
}
