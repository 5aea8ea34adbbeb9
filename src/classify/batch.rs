//! Batches: what a worker makes of a block of lines, and all that goes on to the engine.

use crate::format::Details;
use crate::time::Millis;

use super::address::KeptAddress;
use super::agent::AgentFacts;
use super::hits::{HitMark, Hits};
use super::kind::Kind;
use super::place::Country;
use super::strings::{Local, Strings};
use super::unread::UnreadLines;
use super::visitor::{User, Visitor};

/// Which input, in the order they were named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct InputId(pub u16);

/// A block of lines, read and classified.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Lines read, empty ones left out.
    pub lines: u64,
    /// Bytes read, newlines and all.
    pub bytes: u64,
    /// Every hit's time and kind.
    pub hits: Hits,
    /// What counts for sessions, in the order of the lines.
    pub events: Vec<Event>,
    /// Hits that would count for a session, but whose senders want to be left alone (R11).
    pub consentless: u64,
    /// Hits whose time is known to be ahead of all others (R6).
    pub ahead: u64,
    /// Hits before all that is read of the input.
    pub earlier: Earlier,
    /// What its hits say besides.
    pub fields: FieldCounts,
    /// Lines that no reading reads.
    pub unread: UnreadLines,
    /// Strings that this worker's numbers stand for since this batch.
    pub new: NewStrings,
    /// Whether the worker's numbers go on from its last batch.
    pub numbering: Numbering,
}

impl Batch {
    /// Empties it; the memory stays for the next block.
    pub fn clear(&mut self) {
        (self.lines, self.bytes, self.consentless, self.ahead) = (0, 0, 0, 0);
        self.hits.clear();
        self.events.clear();
        self.fields = FieldCounts::default();
        self.earlier = Earlier::default();
        self.unread.clear();
        self.new.clear();
        self.numbering = Numbering::GoesOn;
    }

    /// Where earlier hits were passed over, one mark stands for them, which counts nowhere.
    #[inline]
    pub(super) fn mark_earlier(&mut self) {
        if let Some(time) = self.earlier.unmarked.take() {
            self.hits.push(HitMark::new(time, Kind::Other, 0).counted_if(false));
        }
    }
}

/// Hits that are left out because they lie before all that is read. They say nonetheless what time it is in the log:
/// without them, lines that are far ahead would follow each other there (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Earlier {
    /// How many there are.
    pub hits: u64,
    /// The time of the last one, where no mark among the hits says it yet.
    unmarked: Option<Millis>,
}

impl Earlier {
    /// Passes over one.
    #[inline]
    pub(super) fn pass(&mut self, time: Millis) {
        self.hits += 1;
        self.unmarked = Some(time);
    }
}

/// How many hits of a batch have a field: an input where none has one is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldCounts {
    /// A user agent: of events, and of other hits as long as no event had one.
    pub agents: u64,
    /// An address, of events.
    pub addresses: u64,
    /// How long the server took, of events.
    pub loads: u64,
    /// The address that most events come from.
    pub senders: Majority,
    /// How many of the events are marks, of which none of this is counted.
    pub marks: u64,
}

/// The address of more than half of some events, if there is one (Boyer and Moore's vote).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Majority {
    candidate: Visitor,
    /// How often more it was voted for than others.
    votes: u64,
}

impl Majority {
    /// An event came from there.
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

    /// Takes in what others voted.
    pub fn merge(&mut self, other: Majority) {
        *self = match (self.candidate == other.candidate, self.votes >= other.votes) {
            (true, _) => Majority { votes: self.votes + other.votes, ..*self },
            (false, true) => Majority { votes: self.votes - other.votes, ..*self },
            (false, false) => Majority { votes: other.votes - self.votes, ..other },
        };
    }

    /// How many of so many events came from there at least: each other one has taken one of its votes back.
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

/// `-` stands for nothing.
pub(super) fn is_said(field: &[u8]) -> bool {
    !matches!(field, b"" | b"-")
}

/// Whether a worker's numbers go on from its last batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbering {
    /// They do.
    #[default]
    GoesOn,
    /// The worker has forgotten its strings: all that this batch uses are in its own `new`.
    StartsAnew,
}

/// A hit that counts for a session, or is noted on one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub time: Millis,
    /// By whom.
    pub visitor: Visitor,
    /// The user who was named, on whatever device.
    pub user: User,
    /// What.
    pub what: What,
    /// The page.
    pub page: Local,
    /// The page of the same site that the request named as referrer, where the log tells of prefetches (R2.3).
    pub named: Option<Local>,
    /// The user agent.
    pub agent: Local,
    /// The referrer and campaign tags.
    pub arrival: Local,
    /// The host asked for.
    pub host: Local,
    /// What is kept of the address.
    pub address: KeptAddress<Local>,
    /// Where the address is.
    pub country: Country,
    /// The server's answer.
    pub status: u16,
    /// How long the server took, in milliseconds; `None` where the log does not say.
    pub load: Option<u32>,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A page was answered.
    Pageview,
    /// An action, by its name.
    Action(Local),
    /// A file was taken home: an action, by its name, that counts once per session and page (R2).
    Download(Local),
    /// The server refused or failed: noted on the session around it (R5).
    Error,
    /// The server sent the visitor elsewhere: noted on the session around it (R5).
    Redirect,
    /// The visitor fetched robots.txt (R3).
    RobotsTxt,
    /// The visitor was identified as the event's user: noted on the session around it (R4).
    Identify,
    /// What a page needs was fetched: a mark on the session around it (R3). Time and visitor are all that it says.
    Asset,
    /// A page was fetched before anybody asked for it: it becomes a pageview once a later request names it (R2.3).
    Prefetch {
        /// Whether the hit is counted, or only makes sessions whole.
        counts: bool,
    },
    /// Nothing but that a request named a page. Time, visitor and that page are all that it says.
    Mention,
}

impl What {
    /// Whether it only leaves a mark: its page, agent and the rest are not told.
    #[must_use]
    pub fn is_mark(self) -> bool {
        matches!(self, What::Asset | What::Mention)
    }
}

/// Strings that a batch uses for the first time, in the order of the worker's numbers.
#[derive(Debug, Clone, Default)]
pub struct NewStrings {
    /// Pages.
    pub pages: Strings,
    /// User agents.
    pub agents: Strings,
    /// What each of `agents` says.
    pub agent_facts: Vec<AgentFacts>,
    /// Referrers with campaign tags.
    pub arrivals: Strings,
    /// Hosts asked for.
    pub hosts: Strings,
    /// The site of each of `hosts` (R4).
    pub host_sites: Strings,
    /// Names of actions.
    pub actions: Strings,
    /// Whole addresses, where they are kept (R11).
    pub addresses: Strings,
}

impl NewStrings {
    fn clear(&mut self) {
        self.pages.clear();
        self.agents.clear();
        self.agent_facts.clear();
        self.arrivals.clear();
        self.hosts.clear();
        self.host_sites.clear();
        self.actions.clear();
        self.addresses.clear();
    }
}

/// Whether lines that could not be read are kept to be looked at (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineExamples {
    /// The latest few are.
    #[default]
    Shown,
    /// None is, and none is quoted (`--privacy strict`).
    Hidden,
}
