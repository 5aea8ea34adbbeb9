//! Batches: the result of a block of lines, sent from a worker to the engine.

use serde::{Deserialize, Serialize};

use crate::format::Details;
use crate::time::Millis;

use super::address::KeptAddress;
use super::agent::AgentFacts;
use super::hits::{HitMark, Hits};
use super::kind::Kind;
use super::method::Method;
use super::place::Country;
use super::strings::{Strings, WorkerLocalId};
use super::traffic::{BatchTraffic, HitTraffic};
use super::unread::UnreadLines;
use super::visitor::{User, Visitor};

/// An input, by its position on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct InputId(pub u16);

/// A block of lines, parsed and classified.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Lines read, except empty ones.
    pub lines: u64,
    /// Bytes read, newlines included.
    pub bytes: u64,
    /// Every hit's time and kind.
    pub hits: Hits,
    /// The hits that count for sessions, in line order.
    pub events: Vec<BatchEvent>,
    /// What each hit adds to traffic.
    pub traffic: BatchTraffic,
    /// Hits that would count for a session, but carry a refusal of consent (R11).
    pub consentless: u64,
    /// Hits whose time is known to be ahead of all others (R6).
    pub ahead: u64,
    /// Hits before the period that is read.
    pub earlier: Earlier,
    /// How many hits have which fields.
    pub fields: FieldCounts,
    /// Lines that no format could parse.
    pub unread: UnreadLines,
    /// Strings that the worker interned in this batch.
    pub new: NewStrings,
    /// Whether the worker's ids continue from its last batch.
    pub numbering: Numbering,
}

impl Batch {
    /// Clears it for reuse and keeps its memory.
    pub fn clear(&mut self) {
        (self.lines, self.bytes, self.consentless, self.ahead) = (0, 0, 0, 0);
        self.hits.clear();
        self.events.clear();
        self.traffic.clear();
        self.fields = FieldCounts::default();
        self.earlier = Earlier::default();
        self.unread.clear();
        self.new.clear();
        self.numbering = Numbering::GoesOn;
    }

    /// Adds a hit with what it adds to traffic.
    #[inline(always)]
    pub(super) fn push(&mut self, hit: HitMark, traffic: HitTraffic) {
        self.hits.push(hit);
        self.traffic.hits.push(traffic);
    }

    /// Adds one uncounted mark for all earlier hits that were skipped.
    #[inline]
    pub(super) fn mark_earlier(&mut self) {
        if let Some(time) = self.earlier.unmarked.take() {
            self.push(HitMark::new(time, Kind::Other, 0).counted_if(false), HitTraffic::NOTHING);
        }
    }
}

/// Hits that are skipped because they lie before the period that is read. Their times still drive the log's clock:
/// without them, hits far ahead would look consecutive (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Earlier {
    /// Number of hits.
    pub hits: u64,
    /// The time of the last one, unless a mark among the hits has it already.
    unmarked: Option<Millis>,
}

impl Earlier {
    /// Skips one.
    #[inline]
    pub(super) fn pass(&mut self, time: Millis) {
        self.hits += 1;
        self.unmarked = Some(time);
    }
}

/// How many hits of a batch have which field: inputs without one raise a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldCounts {
    /// User agents: of events, and of other hits until an event had one.
    pub agents: u64,
    /// Addresses of events.
    pub addresses: u64,
    /// Load times of events.
    pub loads: u64,
    /// The majority vote on the events' addresses.
    pub senders: Majority,
    /// Events that are marks, which have none of these fields.
    pub marks: u64,
}

/// A majority vote (Boyer-Moore): the address of more than half of the events, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Majority {
    candidate: Visitor,
    /// Votes for the candidate minus votes against it.
    votes: u64,
}

impl Majority {
    /// Counts the address of an event.
    #[inline(always)]
    pub(super) fn vote(&mut self, from: Visitor) {
        if self.candidate == from {
            self.votes += 1;
        } else if self.votes == 0 {
            *self = Majority { candidate: from, votes: 1 };
        } else {
            self.votes -= 1;
        }
    }

    /// Merges another vote.
    pub fn merge(&mut self, other: Majority) {
        *self = match (self.candidate == other.candidate, self.votes >= other.votes) {
            (true, _) => Majority { votes: self.votes + other.votes, ..*self },
            (false, true) => Majority { votes: self.votes - other.votes, ..*self },
            (false, false) => Majority { votes: other.votes - self.votes, ..other },
        };
    }

    /// A lower bound of how many of `events` came from the candidate: each other event cancelled one vote.
    #[must_use]
    pub fn at_least(self, events: u64) -> u64 {
        events.midpoint(self.votes)
    }
}

impl FieldCounts {
    /// Counts the fields of an event.
    #[inline(always)]
    pub(super) fn count(&mut self, details: &Details) {
        self.agents += u64::from(is_said(details.agent));
        self.addresses += u64::from(is_said(details.address));
        self.loads += u64::from(details.load.is_some());
    }
}

/// Whether a field is present: `-` stands for a missing one.
pub(super) fn is_said(field: &[u8]) -> bool {
    !matches!(field, b"" | b"-")
}

/// Whether a worker's ids continue from its last batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbering {
    /// They do.
    #[default]
    GoesOn,
    /// The worker cleared its strings: this batch's `new` has all that it uses.
    StartsAnew,
}

/// A hit that counts for a session or is noted on one, in the worker's ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchEvent {
    /// The time.
    pub time: Millis,
    /// By whom.
    pub visitor: Visitor,
    /// The logged-in user, on whatever device.
    pub user: User,
    /// What it is.
    pub what: What,
    /// The page.
    pub page: WorkerLocalId,
    /// The page of the same site that the request named as referrer, if the log tells prefetches apart (R2.3).
    pub named: Option<WorkerLocalId>,
    /// The user agent.
    pub agent: WorkerLocalId,
    /// The referrer and campaign tags.
    pub arrival: WorkerLocalId,
    /// The host asked for.
    pub host: WorkerLocalId,
    /// The kept part of the address.
    pub address: KeptAddress<WorkerLocalId>,
    /// The country of the address.
    pub country: Country,
    /// The HTTP status.
    pub status: u16,
    /// Time the server took, in milliseconds, if logged.
    pub load: Option<u32>,
    /// The request's method.
    pub method: Method,
    /// What it says beside page and action, if anything that is kept.
    pub properties: Option<WorkerLocalId>,
}

/// The type of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A page was viewed.
    Pageview,
    /// An action, by its name.
    Action(WorkerLocalId),
    /// A file was downloaded: a named action that counts once per session and page (R2).
    Download(WorkerLocalId),
    /// An error: noted on the surrounding session (R5).
    Error,
    /// A redirect: noted on the surrounding session (R5).
    Redirect,
    /// robots.txt was fetched (R3).
    RobotsTxt,
    /// The visitor logged in as the event's user: noted on the surrounding session (R4).
    Identify,
    /// An asset: sets a bit on the surrounding session (R3). Only time and visitor are set.
    Asset,
    /// A prefetched page: becomes a pageview once a later request names it (R2.3).
    Prefetch {
        /// Whether the hit counts in the figures; if not, it only completes sessions.
        counts: bool,
    },
    /// A request named a page. Only time, visitor and that page are set.
    Mention,
}

impl What {
    /// Whether page, agent and the other fields are unset.
    #[must_use]
    pub fn is_mark(self) -> bool {
        matches!(self, What::Asset | What::Mention)
    }
}

/// Strings of lines, in the order of their ids: those that were interned during a batch.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewStrings {
    /// Pages.
    pub pages: Strings,
    /// Paths of traffic, of whatever kind.
    pub paths: Strings,
    /// User agents.
    pub agents: Strings,
    /// The facts of each of `agents`; derived again where they come from another process.
    #[serde(skip)]
    pub agent_facts: Vec<AgentFacts>,
    /// Records of arrivals, packed.
    pub arrivals: Strings,
    /// Hosts asked for.
    pub hosts: Strings,
    /// The site of each of `hosts` (R4).
    pub host_sites: Strings,
    /// Names of actions.
    pub actions: Strings,
    /// Whole addresses, where they are kept (R11).
    pub addresses: Strings,
    /// What events say beside page and action, as [`Properties::to_bytes`](super::properties::Properties::to_bytes) writes it.
    pub properties: Strings,
}

impl NewStrings {
    fn clear(&mut self) {
        self.pages.clear();
        self.paths.clear();
        self.agents.clear();
        self.agent_facts.clear();
        self.arrivals.clear();
        self.hosts.clear();
        self.host_sites.clear();
        self.actions.clear();
        self.addresses.clear();
        self.properties.clear();
    }
}

/// Whether unparsable lines are kept as examples (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineExamples {
    /// The latest few are kept.
    #[default]
    Shown,
    /// None is kept or quoted (`--privacy strict`).
    Hidden,
}
