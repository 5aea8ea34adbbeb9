//! How a session arrived: by its first event or, where that tells nothing, by what came shortly before (design.md R9).

use std::ops::RangeInclusive;

use super::Tracker;
use crate::classify::arrival::Brings;
use crate::classify::visitor::Visitor;
use crate::session::event::{Event, Note, NoteKind};
use crate::session::preceding::{self, ArrivalResolver, Detour, REACH};
use crate::time::Millis;

impl Tracker {
    /// An error or redirect may have led to a session that begins shortly after it, now or later (R9).
    pub(super) fn precede(&mut self, event: &Event, note: Note, arrivals: &mut impl ArrivalResolver) {
        let arrival = event.origin.arrival;
        let is_identity = matches!(note.kind, NoteKind::Identified(_) | NoteKind::Asset);
        if is_identity || arrivals.brings(arrival) == Brings::Nothing {
            return;
        }
        self.preceding.add(event.visitor, Detour { time: note.time, input: note.input, arrival });
        for place in self.beginning_within(event.visitor, &(note.time..=note.time + REACH)) {
            self.choose_arrival(place, arrivals);
        }
    }

    /// The sessions that begin within these times: several if the gap is short.
    fn beginning_within(&self, visitor: Visitor, times: &RangeInclusive<Millis>) -> Vec<u32> {
        let mut found = Vec::new();
        let mut next = self.latest.get(&visitor).copied();
        while let Some(place) = next {
            let start = self.session(place).start();
            if start < *times.start() {
                break;
            }
            found.extend(times.contains(&start).then_some(place));
            next = self.slab.chained(place).previous;
        }
        found
    }

    /// Sets a session's arrival: its first event's, or that of a preceding detour which brings more (R9).
    pub(super) fn choose_arrival(&mut self, place: u32, arrivals: &mut impl ArrivalResolver) {
        let session = self.session(place);
        let (visitor, first_arrival, start) = (session.visitor, session.first_arrival, session.start());
        let before = self.preceding.within(visitor, &(start - REACH..=start));
        let arrival = preceding::arrival(first_arrival, &before, arrivals);
        self.session_mut(place).origin.arrival = arrival;
    }
}
