//! What is counted per page, action or other number while sessions are folded.

use super::partial::Counts;

/// Counts by number: numbers count up from zero, so that each is found without searching.
#[derive(Debug, Default)]
pub(super) struct AllOccurrences {
    /// Where each number's counts stand; [`NOWHERE`] where it has not occurred. Small, because a flood brings hundreds of
    /// thousands of numbers, and every core has a place for each.
    places: Vec<u32>,
    occurred: Vec<Occurrences>,
    turn: Turn,
    /// Where the counts stand of the number that was counted last.
    latest: usize,
}

/// A place where no counts stand: there are never so many.
const NOWHERE: u32 = u32::MAX;

/// A session that is being counted: sessions are numbered as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Turn(u32);

impl Turn {
    /// Before all sessions.
    const BEFORE: Turn = Turn(0);

    fn next(self) -> Turn {
        Turn(self.0.checked_add(1).unwrap_or(1))
    }
}

/// What is counted of one number.
#[derive(Debug, Clone, Copy)]
struct Occurrences {
    number: u32,
    /// In which session it occurred last, so that a page viewed twice is one session.
    last: Turn,
    counts: Counts,
}

impl AllOccurrences {
    /// What comes from here on in sessions comes in another one.
    #[inline]
    pub(super) fn begin_session(&mut self) {
        self.turn = self.turn.next();
    }

    /// Counts something of a number that occurs in a session; the session is counted once.
    #[inline]
    pub(super) fn in_session(&mut self, number: u32, count: impl FnOnce(&mut Counts)) {
        let turn = self.turn;
        self.known(number, |occurrences| {
            occurrences.counts.sessions += u32::from(occurrences.last != turn);
            occurrences.last = turn;
            count(&mut occurrences.counts);
        });
    }

    /// Counts something of a number, and of its sessions what `count` counts.
    #[inline]
    pub(super) fn beside(&mut self, number: u32, count: impl FnOnce(&mut Counts)) {
        self.known(number, |occurrences| count(&mut occurrences.counts));
    }

    /// Counts something more of the number that was counted last.
    #[inline]
    pub(super) fn once_more(&mut self, count: impl FnOnce(&mut Counts)) {
        if let Some(occurrences) = self.occurred.get_mut(self.latest) {
            count(&mut occurrences.counts);
        }
    }

    #[inline]
    fn known(&mut self, number: u32, count: impl FnOnce(&mut Occurrences)) {
        let place = self.places.get(number as usize).copied().unwrap_or(NOWHERE) as usize;
        self.latest = place;
        match self.occurred.get_mut(place) {
            Some(occurrences) => count(occurrences),
            None => count(self.begin(number)),
        }
    }

    #[cold]
    fn begin(&mut self, number: u32) -> &mut Occurrences {
        let (at, place) = (number as usize, self.occurred.len());
        self.places.resize(self.places.len().max(at + 1), NOWHERE);
        self.places[at] = u32::try_from(place).unwrap_or(NOWHERE);
        self.latest = place;
        self.occurred.push(Occurrences { number, last: Turn::BEFORE, counts: Counts::default() });
        &mut self.occurred[place]
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
