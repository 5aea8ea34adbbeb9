//! Which sessions are due to be sealed: looked at minute by minute, not all at once.

use std::collections::BTreeMap;

use crate::time::{Millis, Span};

/// Places of sessions by the minute in which they ended when they were last looked at.
#[derive(Debug, Default)]
pub(super) struct Due {
    minutes: BTreeMap<Millis, Vec<u32>>,
}

/// Sessions are looked at together that ended within this.
pub(super) const MINUTE: Span = Span::minutes(1);

impl Due {
    /// Looks at `place` again once all sessions that end in the minute of `end` are due.
    pub(super) fn enrol(&mut self, place: u32, end: Millis) {
        self.minutes.entry(end.floor_to(MINUTE)).or_default().push(place);
    }

    /// Takes a minute's sessions out, where every session that ends in that minute ends before `limit`.
    pub(super) fn pop_before(&mut self, limit: Millis) -> Option<Vec<u32>> {
        let first = self.minutes.first_entry()?;
        (*first.key() + MINUTE <= limit).then(|| first.remove())
    }

    /// Takes all out, earliest minute first.
    pub(super) fn pop(&mut self) -> Option<Vec<u32>> {
        self.minutes.pop_first().map(|(_, places)| places)
    }

    /// The minutes in which sessions are enrolled, earliest first.
    pub(super) fn minutes(&self) -> Vec<Millis> {
        self.minutes.keys().copied().collect()
    }

    /// Puts a session that was taken out back into its minute.
    pub(super) fn put_back(&mut self, minute: Millis, place: u32) {
        self.minutes.entry(minute).or_default().push(place);
    }

    /// Takes a minute's sessions out.
    pub(super) fn take(&mut self, minute: Millis) -> Vec<u32> {
        self.minutes.remove(&minute).unwrap_or_default()
    }
}
