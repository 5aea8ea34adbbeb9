//! Sealing: sessions that no event can reach any more are handed out and their slots freed (design.md R6).

use std::hint::black_box;

use hashbrown::hash_map::Entry;

use super::Tracker;
use crate::classify::visitor::Visitor;
use crate::session::due;
use crate::session::preceding::REACH;
use crate::session::slab::Chained;
use crate::session::steps::{Session, SessionLists};
use crate::time::Millis;

/// Spare lists kept for new sessions: with 16 steps each, less than a megabyte in all.
const SPARE: usize = 1024;
/// Spare lists are shrunk to this many steps: few sessions have more.
const LONGEST_SPARE: usize = 16;

/// The list of due indices is shrunk to this after a flood.
const LONGEST_SEALING: usize = 4096;

/// Sessions sealed per batch: few enough that what was prefetched is still in the L1 cache.
const SEALED_TOGETHER: usize = 64;

impl Tracker {
    /// Seals what no event can reach any more, and gives it to `sealed`, some sessions at a time (R6).
    pub fn advance(&mut self, watermark: Millis, mut sealed: impl FnMut(&[&Session])) {
        let limit = watermark - self.lateness - self.gap;
        // A prefetched page may become a step up to a gap later.
        let oldest_step = if self.prefetches.is_empty() { watermark - self.lateness } else { limit };
        self.entries -= self.waiting.forget_before(oldest_step);
        self.preceding.forget_before(oldest_step - REACH);
        self.prefetches.forget_before(limit, watermark - self.lateness);
        let mut places = std::mem::take(&mut self.sealing);
        while let Some(minute) = self.due.pop_before(limit) {
            let minute = self.in_turn(minute);
            places.extend_from_slice(&minute);
            self.due.give_back(minute);
        }
        self.seal_those_before(limit, &mut places, &mut sealed);
        places.clear();
        places.shrink_to(LONGEST_SEALING);
        self.sealing = places;
    }

    /// Seals everything: the input has ended.
    pub fn finish(&mut self, mut sealed: impl FnMut(&[&Session])) {
        while let Some(minute) = self.due.pop() {
            let mut places = self.in_turn(minute);
            self.seal_those_before(Millis::MAX, &mut places, &mut sealed);
        }
    }

    /// Seals the sessions that ended before `limit`; those that went on are enrolled again.
    fn seal_those_before(
        &mut self,
        limit: Millis,
        places: &mut Vec<u32>,
        sealed: &mut impl FnMut(&[&Session]),
    ) {
        // Checked in one pass before sealing any: the sessions are scattered and cold after half an hour, so
        // independent loads overlap their cache misses.
        places.retain(|&place| !self.enrol_again(place, limit));
        for places in places.chunks(SEALED_TOGETHER) {
            for &place in places {
                self.prefetch_memory(place);
            }
            let sessions: Vec<_> = places.iter().filter_map(|&place| self.slab.session(place)).collect();
            sealed(&sessions);
            for &place in places {
                self.free(place);
            }
        }
    }

    /// Prefetches the memory that sealing a session reads.
    fn prefetch_memory(&self, place: u32) {
        if let Some(session) = self.slab.session(place) {
            black_box((self.latest.get(&session.visitor), session.steps.first().map(|step| step.page)));
        }
    }

    /// Orders the sessions of one minute so that a visitor's earlier one is sealed first. With a gap of a minute or
    /// more, no visitor has two in one minute.
    fn in_turn(&self, mut places: Vec<u32>) -> Vec<u32> {
        if self.gap < due::MINUTE {
            places.sort_by_key(|&place| self.slab.session(place).map_or(Millis::MIN, Session::end));
        }
        places
    }

    /// Enrols a session again if it did not end before `limit`, or a prefetched page may still extend it. Returns
    /// whether it did.
    fn enrol_again(&mut self, place: u32, limit: Millis) -> bool {
        let last = self.slab.session(place).map(|session| self.last_possible(session));
        let end = last.filter(|&end| end >= limit);
        if let Some(end) = end {
            self.due.enrol(place, end);
        }
        end.is_some()
    }

    /// Frees the slot of a session that was sealed or merged.
    pub(super) fn free(&mut self, place: u32) {
        if let Some(Chained { session, previous }) = self.slab.taken_mut(place) {
            self.entries -= session.steps.len() + session.notes.len();
            let (visitor, previous) = (session.visitor, *previous);
            let lists = session.take_lists();
            self.keep_spare(lists);
            self.unchain(visitor, place, previous);
        }
        self.slab.free(place);
    }

    pub(super) fn keep_spare(&mut self, mut lists: SessionLists) {
        if self.spare.len() < SPARE {
            lists.empty(LONGEST_SPARE);
            self.spare.push(lists);
        }
    }

    /// Unlinks a sealed session from its visitor's chain.
    pub(super) fn unchain(&mut self, visitor: Visitor, place: u32, previous: Option<u32>) {
        let Entry::Occupied(mut latest) = self.latest.entry(visitor) else { return };
        if *latest.get() != place {
            if let Some(newer) = self.find_newer(visitor, place) {
                self.slab.chained_mut(newer).previous = previous;
            }
            return;
        }
        match previous {
            Some(previous) => {
                latest.insert(previous);
            }
            None => {
                latest.remove();
            }
        }
    }
}
