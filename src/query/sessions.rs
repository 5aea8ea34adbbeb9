//! All sessions to scan: sealed ones in segments, the others in the tracker.

use std::collections::VecDeque;

use crate::session::{Session, SlabPart, Tracker};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, Unsealed};
use crate::store::segment::Segment;
use crate::store::{SealedSegment, Store};
use crate::time::{Millis, Span};

use super::moment::Chosen;

/// All sessions to scan.
#[derive(Clone, Copy)]
pub struct Sessions<'a> {
    /// Sealed ones in full segments, oldest first.
    pub segments: &'a VecDeque<SealedSegment>,
    /// Those in no full segment yet.
    pub filling: &'a Segment,
    /// The unsealed ones; `None` for a snapshot, which has copies of them in `filling`.
    pub growing: Option<Growing<'a>>,
    /// Sealed sessions that began later are left out: [`Millis::MAX`] but for an answer as of an earlier instant.
    pub begun_by: Millis,
    /// The strings of all.
    pub known: &'a Dictionaries,
}

impl<'a> Sessions<'a> {
    /// The unsealed sessions as rows.
    pub fn unsealed(self, gap: Span) -> impl Iterator<Item = Unsealed<'a>> {
        let stretches = self.unsealed_in_stretches(gap, 1);
        stretches.into_iter().flat_map(Stretched::rows)
    }

    /// The same in at most `most` parts.
    pub(super) fn unsealed_in_stretches(self, gap: Span, most: usize) -> Vec<Stretched<'a>> {
        let Some(Growing { tracker, store, chosen }) = self.growing else { return Vec::new() };
        let stretches = tracker.parts(most).into_iter();
        stretches.map(|stretch| Stretched { stretch, store, known: self.known, gap, chosen }).collect()
    }
}

/// A part of the unsealed sessions, with what is needed to make rows of them.
#[derive(Clone, Copy)]
pub(super) struct Stretched<'a> {
    stretch: SlabPart<'a>,
    store: &'a Store,
    /// The strings of all.
    pub(super) known: &'a Dictionaries,
    gap: Span,
    chosen: Chosen,
}

impl<'a> Stretched<'a> {
    pub(super) fn rows(self) -> impl Iterator<Item = Unsealed<'a>> {
        let Stretched { stretch, store, known, gap, chosen } = self;
        let counts = move |session: &Session| chosen.overlaps(session.start(), session.end());
        let unsealed = stretch.unsealed().filter(move |(session, _)| counts(session));
        unsealed.map(move |(session, earlier)| Unsealed {
            session,
            bot: BotReason::of(session, known, gap),
            earlier,
            store,
        })
    }
}

/// The unsealed sessions.
#[derive(Clone, Copy)]
pub struct Growing<'a> {
    /// The tracker that holds them.
    pub tracker: &'a Tracker,
    /// The store, which knows which visitors are returning.
    pub store: &'a Store,
    /// The span asked for.
    pub chosen: Chosen,
}
