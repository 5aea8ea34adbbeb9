//! Traffic: what all hits add up to, whether or not they make a session (design.md R12).
//!
//! Takes hits one by one, in any order; gives slots of time with counts by class (host, kind, status, method, bot), by
//! client and by path, and the failures. Must not know sessions, the store, or who asks.

mod classes;
mod clients;
mod load_times;
mod slot;
mod slots;
mod tally;
#[cfg(test)]
mod tests;

use crate::classify::address::KeptAddress;
use crate::classify::kind::Kind;
use crate::classify::method::Method;
use crate::classify::visitor::Visitor;
use crate::ids::{AddressId, AgentId, ArrivalId, ClassId, ClientId, HostId, PathId};
use crate::time::{Millis, Span};

pub use classes::{Class, Classes};
pub use clients::{Clients, TrafficClient};
pub use load_times::LoadTimes;
pub use slot::{FailureCount, FailureKey, Slot};
pub use slots::{FINE, Slots};
pub use tally::Count;

/// A hit, in program-wide ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficHit {
    /// The time.
    pub time: Millis,
    /// The kind (R2).
    pub kind: Kind,
    /// The status.
    pub status: u16,
    /// The method.
    pub method: Method,
    /// The host asked for.
    pub host: HostId,
    /// Whether the user agent says that it is a bot.
    pub bot: bool,
    /// Who sent it.
    pub client: ClientId,
    /// The path; that of an asset only if it failed.
    pub path: Option<PathId>,
    /// The bytes of the answer.
    pub bytes: u64,
    /// How long the server took, in milliseconds, if the log says so.
    pub load: Option<u32>,
    /// What led to it, if it failed.
    pub link: Option<Link>,
}

/// What led to a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Link {
    /// Its referrer and campaign tags.
    pub arrival: ArrivalId,
    /// The path named as referrer, if that is a page of the site itself or may be one.
    pub path: Option<PathId>,
}

/// The traffic of a run.
#[derive(Debug, Clone)]
pub struct Traffic {
    classes: Classes,
    clients: Clients,
    slots: Slots,
}

impl Traffic {
    /// For how long slots are fine: 10 s. Those before are a minute.
    pub const FINE_FOR: Span = slots::FINE_FOR;

    /// None yet, whose slots and clients may take so many bytes.
    #[must_use]
    pub fn new(most_bytes: usize) -> Traffic {
        Traffic {
            classes: Classes::default(),
            clients: Clients::new(most_bytes / 4),
            slots: Slots::default(),
        }
    }

    /// The id of a client.
    pub fn client(&mut self, visitor: Visitor, address: KeptAddress<AddressId>, agent: AgentId) -> ClientId {
        self.clients.id(visitor, TrafficClient { address, agent })
    }

    /// Counts a hit.
    #[inline]
    pub fn count(&mut self, hit: &TrafficHit) {
        let TrafficHit { host, kind, status, method, bot, .. } = *hit;
        let class = self.classes.id(Class { host, kind, status, method, bot });
        self.slots.at(hit.time).count(hit, class);
    }

    /// Moves time on: slots that are older than an hour, and into which no hit can fall any more, become minutes; those
    /// older than `keep` are dropped.
    pub fn advance(&mut self, newest: Millis, complete: Millis, keep: Option<Span>) {
        self.slots.coarsen(complete.min(newest - Traffic::FINE_FOR), &self.clients);
        if let Some(keep) = keep {
            self.slots.drop_before(newest - keep);
        }
    }

    /// Drops the hits from a time on: they turned out to be ahead of all others (R6).
    pub fn forget_from(&mut self, time: Millis) {
        self.slots.drop_from(time);
    }

    /// Folds the oldest details until it takes no more than `most` bytes.
    pub fn bound_bytes(&mut self, most: usize) {
        let most = most.saturating_sub(self.clients.bytes() + self.classes.bytes());
        self.slots.bound_bytes(most, &mut self.classes);
    }

    /// The start of the earliest slot that has all its details; `None` before the first hit.
    #[must_use]
    pub fn known_from(&self) -> Option<Millis> {
        self.slots.known_from()
    }

    /// Takes the slots that end at or before a time: no hit can fall into them any more.
    pub fn take_until(&mut self, time: Millis) -> Vec<(Millis, Span, Slot)> {
        self.slots.take_until(time)
    }

    /// The slots that overlap a span, in the order of time: start, length and counts.
    pub fn slots(&self, from: Millis, to: Millis) -> impl Iterator<Item = (Millis, Span, &Slot)> {
        self.slots.over(from, to)
    }

    /// The classes of hits.
    #[must_use]
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The clients.
    #[must_use]
    pub fn clients(&self) -> &Clients {
        &self.clients
    }

    /// The class of an id.
    #[must_use]
    pub fn class(&self, id: ClassId) -> Class {
        self.classes.class(id)
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.slots.bytes() + self.clients.bytes() + self.classes.bytes()
    }
}
