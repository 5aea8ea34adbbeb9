//! Notes that no session surrounds yet, because the event that begins it may come later.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::classify::visitor::Visitor;
use crate::time::{Millis, Span};

use super::event::Note;

/// Notes by visitor and time, until no event that could surround them can come any more.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Of equal times, in the order in which they came.
    notes: BTreeMap<(Visitor, Millis), Vec<Note>>,
    /// Up to where they were last forgotten.
    forgotten: Millis,
}

/// How far time moves on before all are looked through again.
const STEP: Span = Span::minutes(1);

impl Waiting {
    pub(super) fn add(&mut self, visitor: Visitor, note: Note) {
        self.notes.entry((visitor, note.time)).or_default().push(note);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// Takes out a visitor's notes of the earliest time within `times`.
    pub(super) fn take_first(
        &mut self,
        visitor: Visitor,
        times: &RangeInclusive<Millis>,
    ) -> Option<Vec<Note>> {
        let mut within = self.notes.range((visitor, *times.start())..=(visitor, *times.end()));
        let key = within.next().map(|(&key, _)| key)?;
        self.notes.remove(&key)
    }

    /// Forgets notes before `limit`: no session will ever surround them. Gives how many they were.
    pub(super) fn forget_before(&mut self, limit: Millis) -> usize {
        if self.notes.is_empty() || limit < self.forgotten + STEP {
            return 0;
        }
        self.forgotten = limit;
        let mut count = 0;
        self.notes.retain(|(_, time), notes| {
            count += if *time < limit { notes.len() } else { 0 };
            *time >= limit
        });
        count
    }
}
