//! A slab of the sessions that are not sealed yet: chains and the due list hold indices into it.

use super::steps::Session;

/// An entry of the slab.
#[derive(Debug)]
pub(super) enum SlabEntry {
    Taken(Chained),
    /// Its session was merged into another one. The due list still holds the index, so it must not be reused before
    /// that.
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

/// The slab.
#[derive(Debug, Default)]
pub(super) struct SessionSlab {
    slab: Vec<SlabEntry>,
    free: Vec<u32>,
}

/// A part of the slab, for one thread to scan.
#[derive(Clone, Copy)]
pub struct SlabPart<'a>(&'a [SlabEntry]);

impl<'a> SlabPart<'a> {
    /// Half a segment: starting a thread for fewer sessions costs more than scanning them.
    const SHORTEST: usize = 4096;

    /// Its sessions, unordered, each with whether its visitor has an earlier unsealed one.
    pub fn unsealed(self) -> impl Iterator<Item = (&'a Session, bool)> {
        self.0.iter().filter_map(|slot| match slot {
            SlabEntry::Taken(chained) => Some((&chained.session, chained.previous.is_some())),
            SlabEntry::Joined | SlabEntry::Free => None,
        })
    }
}

impl SessionSlab {
    /// Number of slots in use.
    pub(super) fn occupied(&self) -> usize {
        self.slab.len() - self.free.len()
    }

    /// All indices.
    pub(super) fn places(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.slab.len()).unwrap_or(u32::MAX)
    }

    /// The whole slab.
    pub(super) fn whole(&self) -> SlabPart<'_> {
        SlabPart(&self.slab)
    }

    /// Splits the slab into at most `most` parts, none too short to be worth a thread.
    pub(super) fn parts(&self, most: usize) -> Vec<SlabPart<'_>> {
        let length = self.slab.len().div_ceil(most.max(1)).max(SlabPart::SHORTEST);
        self.slab.chunks(length).map(SlabPart).collect()
    }

    /// The session and its link at an index; `None` if it was merged into another one.
    fn taken(&self, place: u32) -> Option<&Chained> {
        match &self.slab[place as usize] {
            SlabEntry::Taken(chained) => Some(chained),
            SlabEntry::Joined | SlabEntry::Free => None,
        }
    }

    /// As `taken`, mutably.
    pub(super) fn taken_mut(&mut self, place: u32) -> Option<&mut Chained> {
        match &mut self.slab[place as usize] {
            SlabEntry::Taken(chained) => Some(chained),
            SlabEntry::Joined | SlabEntry::Free => None,
        }
    }

    /// The session at an index; `None` if it was merged into another one.
    pub(super) fn session(&self, place: u32) -> Option<&Session> {
        self.taken(place).map(|chained| &chained.session)
    }

    /// Stores a session and returns its index.
    pub(super) fn take(&mut self, chained: Chained) -> u32 {
        if let Some(place) = self.free.pop() {
            self.slab[place as usize] = SlabEntry::Taken(chained);
            return place;
        }
        self.slab.push(SlabEntry::Taken(chained));
        u32::try_from(self.slab.len() - 1).unwrap_or(u32::MAX)
    }

    /// Takes out a session that is merged into another one.
    pub(super) fn leave(&mut self, place: u32) -> Option<Chained> {
        match std::mem::replace(&mut self.slab[place as usize], SlabEntry::Joined) {
            SlabEntry::Taken(chained) => Some(chained),
            SlabEntry::Joined | SlabEntry::Free => None,
        }
    }

    /// Frees a slot. Freeing it twice does no harm.
    pub(super) fn free(&mut self, place: u32) {
        let slot = &mut self.slab[place as usize];
        if !matches!(slot, SlabEntry::Free) {
            *slot = SlabEntry::Free;
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
        let mut slab = SessionSlab::default();
        let (first, second) = (slab.take(chained(1, None)), slab.take(chained(2, None)));
        slab.free(first);
        assert!(slab.session(first).is_none());
        assert_eq!(slab.occupied(), 1);
        assert_eq!(slab.take(chained(3, None)), first);
        assert_eq!(slab.session(first).map(Session::start), Some(at(3)));
        assert_eq!(slab.session(second).map(Session::start), Some(at(2)));
    }

    #[test]
    fn r5_the_place_of_a_session_that_joined_another_is_not_given_away_before_it_was_due() {
        let mut slab = SessionSlab::default();
        let place = slab.take(chained(1, None));
        assert_eq!(slab.leave(place).map(|left| left.session.start()), Some(at(1)));
        assert!(slab.session(place).is_none() && slab.leave(place).is_none());
        assert_ne!(slab.take(chained(2, None)), place);
        slab.free(place);
        assert_eq!(slab.take(chained(3, None)), place);
    }

    #[test]
    fn a_place_that_is_freed_twice_is_given_once() {
        let mut slab = SessionSlab::default();
        let place = slab.take(chained(1, None));
        slab.free(place);
        slab.free(place);
        assert_ne!(slab.take(chained(2, None)), slab.take(chained(3, None)));
    }

    #[test]
    fn stretches_hold_each_session_once() {
        let mut slab = SessionSlab::default();
        let count = 2 * SlabPart::SHORTEST as u64 + 1;
        for second in 0..count {
            slab.take(chained(second, (second % 2 == 1).then_some(0)));
        }
        slab.free(7);
        slab.leave(8);
        for most in [1, 2, 3, 100] {
            let parts = slab.parts(most);
            assert!(parts.len() <= most.min(3), "{most}");
            let mut starts: Vec<_> =
                parts.iter().flat_map(|one| one.unsealed()).map(|(session, _)| session.start()).collect();
            starts.sort_unstable();
            let expected = (0..count).filter(|second| ![7, 8].contains(second)).map(at);
            assert_eq!(starts, expected.collect::<Vec<_>>(), "{most}");
        }
        let with_earlier = slab.whole().unsealed().filter(|(_, has_earlier)| *has_earlier).count() as u64;
        assert_eq!(with_earlier, count / 2 - 1);
    }
}
