//! Sealing: sessions that no event can reach any more are handed out, and their places are free again (design.md R6).

use std::hint::black_box;

use hashbrown::hash_map::Entry;

use super::Tracker;
use crate::classify::visitor::Visitor;
use crate::session::due;
use crate::session::preceding::REACH;
use crate::session::slots::Chained;
use crate::session::steps::{Lists, Session};
use crate::time::Millis;

/// Lists that are kept for the next sessions: a megabyte of them at most.
const SPARE: usize = 1024;
/// Longer lists are cut to this.
const LONGEST_SPARE: usize = 16;

/// A longer list of places to seal is cut to this: a flood leaves one.
const LONGEST_SEALING: usize = 4096;

/// So many sessions are sealed together: few enough to stay in the nearest cache.
const SEALED_TOGETHER: usize = 64;

impl Tracker {
    /// Seals what no event can reach any more, and gives it to `sealed`, some sessions at a time (R6).
    pub fn advance(&mut self, watermark: Millis, mut sealed: impl FnMut(&[&Session])) {
        let limit = watermark - self.lateness - self.gap;
        // A prefetched page may become a step up to a gap later.
        let oldest_step = if self.prefetches.is_empty() { watermark - self.lateness } else { limit };
        self.happenings -= self.waiting.forget_before(oldest_step);
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

    /// Seals everything: no more will come.
    pub fn finish(&mut self, mut sealed: impl FnMut(&[&Session])) {
        while let Some(minute) = self.due.pop() {
            let mut places = self.in_turn(minute);
            self.seal_those_before(Millis::MAX, &mut places, &mut sealed);
        }
    }

    /// Seals the sessions that ended before `limit`; those that went on are due later.
    fn seal_those_before(
        &mut self,
        limit: Millis,
        places: &mut Vec<u32>,
        sealed: &mut impl FnMut(&[&Session]),
    ) {
        // All of them are looked at before any is sealed: they lie far apart, and have not been touched for half an
        // hour, so that waiting for one after the other would take longer than sealing them.
        places.retain(|&place| !self.enrol_again(place, limit));
        for places in places.chunks(SEALED_TOGETHER) {
            for &place in places {
                self.look_at(place);
            }
            let sessions: Vec<_> = places.iter().filter_map(|&place| self.slots.session(place)).collect();
            sealed(&sessions);
            for &place in places {
                self.let_go(place);
            }
        }
    }

    /// Brings near what sealing a session will look at.
    fn look_at(&self, place: u32) {
        if let Some(session) = self.slots.session(place) {
            black_box((self.latest.get(&session.visitor), session.steps.first().map(|step| step.page)));
        }
    }

    /// The places of one minute, so that of two sessions of one visitor the earlier is sealed first: with a gap of a
    /// minute or more, no minute has two of them.
    fn in_turn(&self, mut places: Vec<u32>) -> Vec<u32> {
        if self.gap < due::MINUTE {
            places.sort_by_key(|&place| self.slots.session(place).map_or(Millis::MIN, Session::end));
        }
        places
    }

    /// Enrols a session anew that has not ended before `limit`, or may yet go on by a prefetched page. Whether it is such
    /// a one.
    fn enrol_again(&mut self, place: u32, limit: Millis) -> bool {
        let last = self.slots.session(place).map(|session| self.last_possible(session));
        let end = last.filter(|&end| end >= limit);
        if let Some(end) = end {
            self.due.enrol(place, end);
        }
        end.is_some()
    }

    /// A place that was due is free again; the session that it has, if any, is sealed and needed no more.
    pub(super) fn let_go(&mut self, place: u32) {
        if let Some(Chained { session, previous }) = self.slots.taken_mut(place) {
            self.happenings -= session.steps.len() + session.notes.len();
            let (visitor, previous) = (session.visitor, *previous);
            let lists = session.take_lists();
            self.keep_spare(lists);
            self.unchain(visitor, place, previous);
        }
        self.slots.free(place);
    }

    pub(super) fn keep_spare(&mut self, mut lists: Lists) {
        if self.spare.len() < SPARE {
            lists.empty(LONGEST_SPARE);
            self.spare.push(lists);
        }
    }

    /// Takes a sealed session out of its visitor's chain.
    pub(super) fn unchain(&mut self, visitor: Visitor, place: u32, previous: Option<u32>) {
        let Entry::Occupied(mut latest) = self.latest.entry(visitor) else { return };
        if *latest.get() != place {
            if let Some(newer) = self.find_newer(visitor, place) {
                self.slots.chained_mut(newer).previous = previous;
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
