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
