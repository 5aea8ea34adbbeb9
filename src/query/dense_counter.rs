//! A counter indexed by id (page, action, …), used while sessions are folded.

use super::counts::Counts;
use serde::{Deserialize, Serialize};

/// Counts by id. Ids are dense from zero, so an array replaces a hash table.
#[derive(Debug, Default)]
pub(super) struct DenseCounter {
    /// The index of each id's counts; [`NOWHERE`] if it has not occurred. Four bytes each, because a flood brings
    /// hundreds of thousands of ids, and every core has this array.
    places: Vec<u32>,
    occurred: Vec<Occurrences>,
    turn: SessionSeq,
}

/// No counts: there are never this many.
const NOWHERE: u32 = u32::MAX;

/// The sequence number of a session being counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct SessionSeq(u32);

impl SessionSeq {
    /// Before all sessions.
    pub(super) const BEFORE: SessionSeq = SessionSeq(0);

    pub(super) fn next(self) -> SessionSeq {
        SessionSeq(self.0.checked_add(1).unwrap_or(1))
    }
}

/// The counts of one id.
#[derive(Debug, Clone, Copy)]
struct Occurrences {
    number: u32,
    /// The last session in which it occurred, so that a page viewed twice counts one session.
    last: SessionSeq,
    counts: Counts,
}

impl DenseCounter {
    /// Counts the ids that occur in a session: every occurrence, and the session once per id. The first and the last
    /// id get further counts.
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

    /// Updates the counts of an id.
    #[inline]
    pub(super) fn beside(&mut self, number: u32, count: impl FnOnce(&mut Counts)) {
        let place = self.place(number);
        count(&mut self.occurred[place].counts);
    }

    /// The index of an id's counts, which are created if missing.
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

    /// What was counted since the last `clear`.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (u32, &Counts)> {
        self.occurred.iter().map(|occurrences| (occurrences.number, &occurrences.counts))
    }

    /// Clears all counts.
    pub(super) fn clear(&mut self) {
        for occurrences in self.occurred.drain(..) {
            self.places[occurrences.number as usize] = NOWHERE;
        }
    }
}
