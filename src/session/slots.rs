//! Places for sessions that are not sealed yet, by number: a chain, and the list of what is due, name them so.

use super::steps::Session;

/// A place for a session.
#[derive(Debug)]
pub(super) enum Slot {
    Taken(Chained),
    /// Its session joined another one. The place is free again once it was due.
    Joined,
    Free,
}

/// A session in its visitor's chain.
#[derive(Debug)]
pub(super) struct Chained {
    pub(super) session: Session,
    /// The same visitor's session before it.
    pub(super) previous: Option<u32>,
}

/// All places.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

/// Some of the sessions that are not sealed yet.
#[derive(Clone, Copy)]
pub struct Stretch<'a>(&'a [Slot]);

impl<'a> Stretch<'a> {
    const SHORTEST: usize = 4096;

    /// Its sessions, in no order; each with whether an earlier one of its visitor is not sealed yet either.
    pub fn unsealed(self) -> impl Iterator<Item = (&'a Session, bool)> {
        self.0.iter().filter_map(|slot| match slot {
            Slot::Taken(chained) => Some((&chained.session, chained.previous.is_some())),
            Slot::Joined | Slot::Free => None,
        })
    }
}

impl Slots {
    /// How many places are not free.
    pub(super) fn occupied(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// The numbers of all of them.
    pub(super) fn places(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.slots.len()).unwrap_or(u32::MAX)
    }

    /// All of them.
    pub(super) fn whole(&self) -> Stretch<'_> {
        Stretch(&self.slots)
    }

    /// All of them in no more stretches than asked for, none so short that it is not worth the while.
    pub(super) fn stretches(&self, most: usize) -> Vec<Stretch<'_>> {
        let length = self.slots.len().div_ceil(most.max(1)).max(Stretch::SHORTEST);
        self.slots.chunks(length).map(Stretch).collect()
    }

    /// What a place is taken by; `None` where its session joined another one.
    fn taken(&self, place: u32) -> Option<&Chained> {
        match &self.slots[place as usize] {
            Slot::Taken(chained) => Some(chained),
            Slot::Joined | Slot::Free => None,
        }
    }

    /// The same, to be changed.
    pub(super) fn taken_mut(&mut self, place: u32) -> Option<&mut Chained> {
        match &mut self.slots[place as usize] {
            Slot::Taken(chained) => Some(chained),
            Slot::Joined | Slot::Free => None,
        }
    }

    /// The session at a place; `None` where it joined another one.
    pub(super) fn session(&self, place: u32) -> Option<&Session> {
        self.taken(place).map(|chained| &chained.session)
    }

    /// Gives a session a place.
    pub(super) fn take(&mut self, chained: Chained) -> u32 {
        if let Some(place) = self.free.pop() {
            self.slots[place as usize] = Slot::Taken(chained);
            return place;
        }
        self.slots.push(Slot::Taken(chained));
        u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
    }

    /// Takes a session away that joins another one.
    pub(super) fn leave(&mut self, place: u32) -> Option<Chained> {
        match std::mem::replace(&mut self.slots[place as usize], Slot::Joined) {
            Slot::Taken(chained) => Some(chained),
            Slot::Joined | Slot::Free => None,
        }
    }

    /// Makes a place free, whatever it had.
    pub(super) fn free(&mut self, place: u32) {
        let slot = &mut self.slots[place as usize];
        if !matches!(slot, Slot::Free) {
            *slot = Slot::Free;
            self.free.push(place);
        }
    }

    pub(super) fn chained(&self, place: u32) -> &Chained {
        self.taken(place).unwrap_or_else(|| unreachable!("a chain leads to taken places only"))
    }

    pub(super) fn chained_mut(&mut self, place: u32) -> &mut Chained {
        self.taken_mut(place).unwrap_or_else(|| unreachable!("a chain leads to taken places only"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::fixture::{at, session, view};

    fn chained(second: u64, previous: Option<u32>) -> Chained {
        Chained { session: session(view(at(second), 1)), previous }
    }

    #[test]
    fn a_place_that_is_free_is_given_to_the_next_session() {
        let mut slots = Slots::default();
        let (first, second) = (slots.take(chained(1, None)), slots.take(chained(2, None)));
        slots.free(first);
        assert!(slots.session(first).is_none());
        assert_eq!(slots.occupied(), 1);
        assert_eq!(slots.take(chained(3, None)), first);
        assert_eq!(slots.session(first).map(Session::start), Some(at(3)));
        assert_eq!(slots.session(second).map(Session::start), Some(at(2)));
    }

    #[test]
    fn r5_the_place_of_a_session_that_joined_another_is_not_given_away_before_it_was_due() {
        let mut slots = Slots::default();
        let place = slots.take(chained(1, None));
        assert_eq!(slots.leave(place).map(|left| left.session.start()), Some(at(1)));
        assert!(slots.session(place).is_none() && slots.leave(place).is_none());
        assert_ne!(slots.take(chained(2, None)), place);
        slots.free(place);
        assert_eq!(slots.take(chained(3, None)), place);
    }

    #[test]
    fn a_place_that_is_freed_twice_is_given_once() {
        let mut slots = Slots::default();
        let place = slots.take(chained(1, None));
        slots.free(place);
        slots.free(place);
        assert_ne!(slots.take(chained(2, None)), slots.take(chained(3, None)));
    }

    #[test]
    fn stretches_hold_each_session_once() {
        let mut slots = Slots::default();
        let count = 2 * Stretch::SHORTEST as u64 + 1;
        for second in 0..count {
            slots.take(chained(second, (second % 2 == 1).then_some(0)));
        }
        slots.free(7);
        slots.leave(8);
        for most in [1, 2, 3, 100] {
            let stretches = slots.stretches(most);
            assert!(stretches.len() <= most.min(3), "{most}");
            let mut starts: Vec<_> =
                stretches.iter().flat_map(|one| one.unsealed()).map(|(session, _)| session.start()).collect();
            starts.sort_unstable();
            let expected = (0..count).filter(|second| ![7, 8].contains(second)).map(at);
            assert_eq!(starts, expected.collect::<Vec<_>>(), "{most}");
        }
        let with_earlier = slots.whole().unsealed().filter(|(_, has_earlier)| *has_earlier).count() as u64;
        assert_eq!(with_earlier, count / 2 - 1);
    }
}
