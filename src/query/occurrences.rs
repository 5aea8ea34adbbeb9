//! What is counted per page, action or other number while sessions are folded.

use super::partial::Counts;

/// Counts by number: numbers count up from zero, so that each has a place of its own, found without searching.
#[derive(Debug, Default)]
pub(super) struct AllOccurrences {
    counts: Vec<Occurrences>,
    /// What has occurred at all.
    numbers: Vec<u32>,
}

/// A session that is being counted: sessions are numbered as they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Turn(u32);

impl Turn {
    /// No session: what occurred in this one has never occurred.
    const NEVER: Turn = Turn(0);
    /// Before all sessions.
    const BEFORE: Turn = Turn(1);

    pub(super) fn next(self) -> Turn {
        Turn(self.0.wrapping_add(1).max(Turn::BEFORE.0 + 1))
    }
}

/// In 32 bytes: half a cache line, and none lies in two.
#[derive(Debug, Default, Clone, Copy)]
struct Occurrences {
    counts: Counts,
    /// In which session it occurred last, so that a page viewed twice is one session.
    last: Turn,
}

impl AllOccurrences {
    /// Counts something of a number that occurs in a session; the session is counted once.
    #[inline]
    pub(super) fn in_session(&mut self, number: u32, turn: Turn, count: impl FnOnce(&mut Counts)) {
        self.known(number, |occurrences| {
            occurrences.counts.sessions += u32::from(occurrences.last != turn);
            occurrences.last = turn;
            count(&mut occurrences.counts);
        });
    }

    /// Counts something of a number; in how many sessions it occurs is counted by [`AllOccurrences::in_session`].
    #[inline]
    pub(super) fn beside(&mut self, number: u32, count: impl FnOnce(&mut Counts)) {
        self.known(number, |occurrences| count(&mut occurrences.counts));
    }

    #[inline]
    fn known(&mut self, number: u32, count: impl FnOnce(&mut Occurrences)) {
        match self.counts.get_mut(number as usize) {
            Some(occurrences) if occurrences.last != Turn::NEVER => count(occurrences),
            _ => count(self.begin(number)),
        }
    }

    #[cold]
    fn begin(&mut self, number: u32) -> &mut Occurrences {
        let place = number as usize;
        self.counts.resize(self.counts.len().max(place + 1), Occurrences::default());
        self.numbers.push(number);
        self.counts[place].last = Turn::BEFORE;
        &mut self.counts[place]
    }

    /// What occurred since the last time.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u32, Counts)> {
        let counts = &mut self.counts;
        self.numbers.drain(..).map(|number| (number, std::mem::take(&mut counts[number as usize]).counts))
    }
}
