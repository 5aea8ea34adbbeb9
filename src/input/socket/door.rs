//! Who is let in: peers of allowed networks, each with its share of the connections that there may be.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Limits;
use crate::clock;
use crate::input::notice::TroubleNotice;
use crate::peers::{Place, Shares};

/// How long it is said that senders were refused: long enough to be seen, and over once they have given up.
const SAID_FOR: Duration = Duration::from_secs(60);

/// What the serving thread counted.
#[derive(Debug, Default)]
pub(super) struct DoorCounters {
    open: AtomicUsize,
    full: AtomicU64,
    over_share: AtomicU64,
    outside: AtomicU64,
    /// The last one that was refused for what it is or has, not because all places are taken.
    last: Mutex<Option<IpAddr>>,
}

impl DoorCounters {
    fn refused(&self) -> Refused {
        Refused {
            full: self.full.load(Ordering::Relaxed),
            over_share: self.over_share.load(Ordering::Relaxed),
            outside: self.outside.load(Ordering::Relaxed),
        }
    }

    fn refuse(&self, counter: &AtomicU64, peer: IpAddr) {
        counter.fetch_add(1, Ordering::Relaxed);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(peer);
    }
}

/// Lets connections in, on the serving thread.
#[derive(Debug, Clone)]
pub(super) struct Door {
    limits: Limits,
    shares: Shares,
    counters: Arc<DoorCounters>,
}

/// A connection that was let in; it is counted until this is dropped.
#[derive(Debug)]
pub(super) struct Admission {
    counters: Arc<DoorCounters>,
    _place: Option<Place>,
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.counters.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Door {
    pub(super) fn new(limits: Limits, counters: Arc<DoorCounters>) -> Door {
        Door { shares: Shares::of(limits.share), limits, counters }
    }

    /// Lets a connection in, or counts it as refused. Users of a Unix socket are told apart by its mode only.
    pub(super) fn admit(&self, peer: Option<IpAddr>) -> Option<Admission> {
        let counters = &self.counters;
        if peer.is_some_and(|peer| !self.admits(peer)) {
            return None;
        }
        if counters.open.load(Ordering::Relaxed) >= self.limits.connections {
            counters.full.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        let place = match peer {
            None => None,
            Some(peer) => {
                let place = self.shares.take(peer);
                if place.is_none() {
                    counters.refuse(&counters.over_share, peer);
                    return None;
                }
                place
            }
        };
        counters.open.fetch_add(1, Ordering::Relaxed);
        Some(Admission { counters: Arc::clone(counters), _place: place })
    }

    /// Whether lines of this sender count; counts it as refused if not.
    pub(super) fn admits(&self, peer: IpAddr) -> bool {
        let admitted = self.limits.allowed.admits(peer);
        if !admitted {
            self.counters.refuse(&self.counters.outside, peer);
        }
        admitted
    }
}

/// How many were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Refused {
    full: u64,
    over_share: u64,
    outside: u64,
}

/// What is said of those that were refused.
#[derive(Debug)]
pub(super) struct DoorNotice {
    limits: Limits,
    counters: Arc<DoorCounters>,
    seen: Refused,
    changed: Option<Instant>,
}

impl DoorNotice {
    pub(super) fn new(limits: Limits, counters: Arc<DoorCounters>) -> DoorNotice {
        DoorNotice { limits, counters, seen: Refused::default(), changed: None }
    }

    /// Says who was refused since the last look; takes it back where there is room again, or nobody tries any more.
    pub(super) fn look(&mut self, notice: &mut TroubleNotice) {
        let (now, before) = (self.counters.refused(), self.seen);
        if now != before {
            let said = self.sentence(now, before);
            if self.changed.is_none() {
                tracing::warn!("{said}");
            }
            notice.say(said);
            (self.seen, self.changed) = (now, Some(clock::monotonic()));
            return;
        }
        let has_room = self.counters.open.load(Ordering::Relaxed) < self.limits.connections;
        let is_of_senders = now.over_share + now.outside > 0;
        let is_over = self.changed.is_none_or(|changed| changed.elapsed() >= SAID_FOR);
        if has_room && (is_over || !is_of_senders) {
            notice.clear();
            self.changed = None;
        }
    }

    fn sentence(&self, now: Refused, before: Refused) -> String {
        let (most, share) = (self.limits.connections, self.limits.share);
        let last = *self.counters.last.lock().unwrap_or_else(PoisonError::into_inner);
        let last = last.map_or_else(String::new, |peer| format!(", the last from {}", peer.to_canonical()));
        let mut said = Vec::new();
        if now.full > before.full {
            let more = now.full - before.full;
            said.push(format!(
                "{most} connections are open, the most there may be; {more} more were turned away"
            ));
        }
        if now.over_share > before.over_share {
            let all = now.over_share;
            said.push(format!(
                "one sender may have {share} connections at a time; {all} beyond that were turned away{last}"
            ));
        }
        if now.outside > before.outside {
            let all = now.outside;
            said.push(format!("senders outside --allow were refused {all} times{last}"));
        }
        said.join("; ")
    }
}
