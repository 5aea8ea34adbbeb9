//! When sessions are due to be sealed: buckets of one minute, like a timer wheel.

use std::collections::BTreeMap;

use crate::time::{Millis, Span};

/// Indices of sessions by the minute in which they ended when last checked.
#[derive(Debug, Default)]
pub(super) struct Due {
    /// The newest minute and its sessions, kept apart: nearly every session begins in it, and needs no tree lookup.
    newest: Millis,
    in_newest: Vec<u32>,
    /// The minutes before it.
    earlier: BTreeMap<Millis, Vec<u32>>,
    /// Emptied lists to reuse for later minutes.
    spare: Vec<Vec<u32>>,
}

/// Lists kept for reuse: about as many as there are minutes between an event and its sealing.
const SPARE: usize = 64;
/// Longer lists are freed, so that a flood leaves no memory behind.
const LONGEST_SPARE: usize = 1024;

/// The width of a bucket: sessions that end within the same minute are checked together.
pub(super) const MINUTE: Span = Span::minutes(1);

impl Due {
    /// Schedules a check of `place` once all sessions that end in the minute of `end` are due.
    pub(super) fn enrol(&mut self, place: u32, end: Millis) {
        let minute = end.floor_to(MINUTE);
        if minute < self.newest {
            return self.earlier.entry(minute).or_default().push(place);
        }
        if minute > self.newest {
            self.turn_to(minute);
        }
        self.in_newest.push(place);
    }

    fn turn_to(&mut self, minute: Millis) {
        if !self.in_newest.is_empty() {
            let next = self.spare.pop().unwrap_or_default();
            self.earlier.insert(self.newest, std::mem::replace(&mut self.in_newest, next));
        }
        self.newest = minute;
    }

    /// Takes the earliest minute if all its sessions ended before `limit`.
    pub(super) fn pop_before(&mut self, limit: Millis) -> Option<Vec<u32>> {
        let first = self.earliest().filter(|&minute| minute + MINUTE <= limit)?;
        Some(self.take(first))
    }

    /// Takes the earliest minute.
    pub(super) fn pop(&mut self) -> Option<Vec<u32>> {
        let first = self.earliest()?;
        Some(self.take(first))
    }

    /// Returns a list for reuse.
    pub(super) fn give_back(&mut self, mut places: Vec<u32>) {
        if self.spare.len() < SPARE && places.capacity() <= LONGEST_SPARE {
            places.clear();
            self.spare.push(places);
        }
    }

    fn earliest(&self) -> Option<Millis> {
        let newest = (!self.in_newest.is_empty()).then_some(self.newest);
        self.earlier.first_key_value().map(|(minute, _)| *minute).or(newest)
    }

    /// The minutes with enrolled sessions, earliest first.
    pub(super) fn minutes(&self) -> Vec<Millis> {
        self.earlier.keys().copied().chain([self.newest]).collect()
    }

    /// Takes a minute's sessions.
    pub(super) fn take(&mut self, minute: Millis) -> Vec<u32> {
        if minute == self.newest {
            return std::mem::take(&mut self.in_newest);
        }
        self.earlier.remove(&minute).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::session::fixture::at;

    fn enrolled(ends: &[u64]) -> Due {
        let mut due = Due::default();
        for (place, &end) in (0..).zip(ends) {
            due.enrol(place, at(end));
        }
        due
    }

    fn popped(pop: impl FnMut() -> Option<Vec<u32>>) -> Vec<Vec<u32>> {
        std::iter::from_fn(pop).collect()
    }

    #[test]
    fn r6_a_minute_is_due_once_no_session_that_ends_in_it_can_go_on() {
        let mut due = enrolled(&[10, 70, 59, 130]);
        assert_eq!(due.pop_before(at(59)), None);
        assert_eq!(popped(|| due.pop_before(at(120))), [vec![0, 2], vec![1]]);
        assert_eq!(popped(|| due.pop()), [vec![3]]);
        assert_eq!(due.pop(), None);
    }

    #[test]
    fn r6_a_session_that_went_on_is_due_with_those_of_its_new_end() {
        let mut due = enrolled(&[10, 130]);
        assert_eq!(due.pop_before(at(60)), Some(vec![0]));
        due.enrol(0, at(100));
        assert_eq!(popped(|| due.pop()), [vec![0], vec![1]]);
    }

    #[test]
    fn lists_that_are_given_back_come_out_with_nothing_of_before() {
        let mut due = enrolled(&[10, 20]);
        let places = due.pop().expect("a minute");
        due.give_back(places);
        due.enrol(7, at(100));
        due.enrol(8, at(200));
        assert_eq!(popped(|| due.pop()), [vec![7], vec![8]]);
    }

    proptest! {
        #[test]
        fn r6_whatever_the_order_of_ends_all_that_is_due_comes_out_earliest_minute_first(
            ends in prop::collection::vec(0..900_u64, 0..40),
            limit in 0..900_u64,
        ) {
            let mut due = enrolled(&ends);
            let minute = |place: u32| ends[place as usize] / 60;
            let out: Vec<_> = popped(|| due.pop_before(at(limit))).concat();
            prop_assert!(out.is_sorted_by_key(|&place| minute(place)));
            let rest: Vec<_> = popped(|| due.pop()).concat();
            prop_assert!(out.iter().all(|&place| (minute(place) + 1) * 60 <= limit));
            prop_assert!(rest.iter().all(|&place| (minute(place) + 1) * 60 > limit));
            let mut all = [out, rest].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..).take(ends.len()).collect::<Vec<u32>>());
        }
    }
}
