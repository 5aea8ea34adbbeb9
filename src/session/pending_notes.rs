//! Notes without a surrounding session so far: the event that begins it may still arrive.

use std::ops::RangeInclusive;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use crate::classify::visitor::{ByVisitor, Visitor};
use crate::time::{Millis, Span};

use super::event::Note;

/// Pending notes by visitor, kept until no event that could surround them can arrive.
#[derive(Debug, Default)]
pub(super) struct PendingNotes {
    /// By time; equal times in order of arrival.
    notes: HashMap<Visitor, Vec<Note>, ByVisitor>,
    /// The limit of the last sweep.
    forgotten: Millis,
    /// The newest time ever added.
    newest: Millis,
}

/// Time between two sweeps: a sweep visits every visitor, so it must not run for each batch.
const STEP: Span = Span::minutes(1);

impl PendingNotes {
    pub(super) fn add(&mut self, visitor: Visitor, note: Note) {
        self.newest = self.newest.max(note.time);
        let notes = self.notes.entry(visitor).or_default();
        let at = notes.partition_point(|other| other.time <= note.time);
        notes.insert(at, note);
    }

    /// An upper bound of the times of all pending notes.
    pub(super) fn newest(&self) -> Millis {
        self.newest
    }

    /// Takes out a visitor's notes within `times`, in their order.
    pub(super) fn take(&mut self, visitor: Visitor, times: &RangeInclusive<Millis>) -> Vec<Note> {
        let Entry::Occupied(mut entry) = self.notes.entry(visitor) else { return Vec::new() };
        let notes = entry.get_mut();
        let from = notes.partition_point(|note| note.time < *times.start());
        let to = notes.partition_point(|note| note.time <= *times.end());
        // The usual case: one note, and it is taken.
        if from == 0 && to == notes.len() {
            return entry.remove();
        }
        notes.drain(from..to).collect()
    }

    /// Drops notes before `limit`, which no session can surround any more. Returns how many.
    pub(super) fn forget_before(&mut self, limit: Millis) -> usize {
        if self.notes.is_empty() || limit < self.forgotten + STEP {
            return 0;
        }
        self.forgotten = limit;
        let mut count = 0;
        self.notes.retain(|_, notes| {
            let old = notes.partition_point(|note| note.time < limit);
            notes.drain(..old);
            count += old;
            !notes.is_empty()
        });
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::event::NoteKind;
    use crate::session::fixture::{ANN, BEN, at, note};

    fn waiting(notes: &[(Visitor, u64)]) -> PendingNotes {
        let mut waiting = PendingNotes::default();
        for &(visitor, seconds) in notes {
            waiting.add(visitor, note(at(seconds), NoteKind::Error));
        }
        waiting
    }

    fn times(notes: &[Note]) -> Vec<Millis> {
        notes.iter().map(|note| note.time).collect()
    }

    #[test]
    fn r5_a_session_takes_the_notes_that_it_surrounds_in_their_order() {
        let mut waiting = waiting(&[(ANN, 30), (ANN, 10), (BEN, 20), (ANN, 20)]);
        assert_eq!(times(&waiting.take(ANN, &(at(15)..=at(30)))), [at(20), at(30)]);
        assert_eq!(waiting.take(ANN, &(at(15)..=at(30))), []);
        assert_eq!(times(&waiting.take(ANN, &(at(0)..=at(60)))), [at(10)]);
        assert_eq!(times(&waiting.take(BEN, &(at(0)..=at(60)))), [at(20)]);
    }

    #[test]
    fn r5_notes_of_one_instant_stay_as_they_came() {
        let mut waiting = waiting(&[]);
        let both = [note(at(1), NoteKind::Redirect), note(at(1), NoteKind::Error)];
        for note in both {
            waiting.add(ANN, note);
        }
        assert_eq!(waiting.take(ANN, &(at(0)..=at(2))), both);
    }

    #[test]
    fn r6_what_no_session_can_surround_any_more_is_forgotten_and_counted() {
        let mut waiting = waiting(&[(ANN, 10), (ANN, 100), (BEN, 20)]);
        assert_eq!(waiting.forget_before(at(90)), 2);
        assert_eq!(times(&waiting.take(ANN, &(at(0)..=at(200)))), [at(100)]);
        assert_eq!(waiting.take(BEN, &(at(0)..=at(200))), []);
    }

    #[test]
    fn r6_no_note_that_waits_is_newer_than_the_newest() {
        let mut waiting = waiting(&[(ANN, 30), (BEN, 10)]);
        assert_eq!(waiting.newest(), at(30));
        waiting.take(ANN, &(at(0)..=at(60)));
        assert!(waiting.newest() >= at(10));
    }
}
