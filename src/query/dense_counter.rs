//! What is counted per page, action or other number while sessions are folded.

use super::counts::Counts;
use serde::{Deserialize, Serialize};

/// Counts by number: numbers count up from zero, so that each is found without searching.
#[derive(Debug, Default)]
pub(super) struct DenseCounter {
    /// Where each number's counts stand; [`NOWHERE`] where it has not occurred. Small, because a flood brings hundreds of
    /// thousands of numbers, and every core has a place for each.
    places: Vec<u32>,
    occurred: Vec<Occurrences>,
    turn: SessionSeq,
}

/// A place where no counts stand: there are never so many.
const NOWHERE: u32 = u32::MAX;

/// A session that is being counted: sessions are numbered as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct SessionSeq(u32);

impl SessionSeq {
    /// Before all sessions.
    pub(super) const BEFORE: SessionSeq = SessionSeq(0);

    pub(super) fn next(self) -> SessionSeq {
        SessionSeq(self.0.checked_add(1).unwrap_or(1))
    }
}

/// What is counted of one number.
#[derive(Debug, Clone, Copy)]
struct Occurrences {
    number: u32,
    /// In which session it occurred last, so that a page viewed twice is one session.
    last: SessionSeq,
    counts: Counts,
}

impl DenseCounter {
    /// Counts what occurs in one session: each number once more for each time, and the session once for each number.
    /// Something more is counted of the first number and of the last one.
    #[inline]
    pub(super) fn session(
        &mut self,
        numbers: impl Iterator<Item = u32>,
        count_first: impl FnOnce(&mut Counts),
        count_last: impl FnOnce(&mut Counts),
    ) {
        self.turn = self.turn.next();
        let turn = self.turn;
        let (mut first, mut last) = (None, NOWHERE as usize);
        for number in numbers {
            last = self.place(number);
            first.get_or_insert(last);
            let occurrences = &mut self.occurred[last];
            occurrences.counts.sessions += u64::from(occurrences.last != turn);
            occurrences.last = turn;
            occurrences.counts.count += 1;
        }
        let Some(first) = first else { return };
        count_first(&mut self.occurred[first].counts);
        count_last(&mut self.occurred[last].counts);
    }

    /// Counts something of a number, and of its sessions what `count` counts.
    #[inline]
    pub(super) fn beside(&mut self, number: u32, count: impl FnOnce(&mut Counts)) {
        let place = self.place(number);
        count(&mut self.occurred[place].counts);
    }

    /// Where a number's counts stand, which are made where there are none.
    #[inline]
    fn place(&mut self, number: u32) -> usize {
        let place = self.places.get(number as usize).copied().unwrap_or(NOWHERE) as usize;
        if place < self.occurred.len() { place } else { self.begin(number) }
    }

    #[cold]
    fn begin(&mut self, number: u32) -> usize {
        let (at, place) = (number as usize, self.occurred.len());
        self.places.resize(self.places.len().max(at + 1), NOWHERE);
        self.places[at] = u32::try_from(place).unwrap_or(NOWHERE);
        self.occurred.push(Occurrences { number, last: SessionSeq::BEFORE, counts: Counts::default() });
        place
    }

    /// What occurred since the last time.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (u32, &Counts)> {
        self.occurred.iter().map(|occurrences| (occurrences.number, &occurrences.counts))
    }

    /// Forgets what occurred.
    pub(super) fn clear(&mut self) {
        for occurrences in self.occurred.drain(..) {
            self.places[occurrences.number as usize] = NOWHERE;
        }
    }
}
