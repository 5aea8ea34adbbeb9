//! Notes that no session surrounds yet, because the event that begins it may come later.

use std::collections::BTreeMap;

use crate::classify::visitor::Visitor;
use crate::time::Millis;

use super::event::Note;

/// Notes by their time, until no event before them can come any more.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    notes: BTreeMap<Millis, Vec<(Visitor, Note)>>,
}

impl Waiting {
    pub(super) fn add(&mut self, visitor: Visitor, note: Note) {
        self.notes.entry(note.time).or_default().push((visitor, note));
    }

    /// Takes out the notes of the earliest time, where that is before `limit`.
    pub(super) fn pop_before(&mut self, limit: Millis) -> Option<Vec<(Visitor, Note)>> {
        let first = self.notes.first_entry()?;
        (*first.key() < limit).then(|| first.remove())
    }
}
