//! Where sessions lie: sealed ones in segments, the others with the tracker.

use std::collections::VecDeque;

use crate::session::{Session, SlabPart, Tracker};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, Unsealed};
use crate::store::segment::Segment;
use crate::store::{SealedSegment, Store};
use crate::time::Span;

use super::moment::Chosen;

/// Where sessions lie.
#[derive(Clone, Copy)]
pub struct Sessions<'a> {
    /// Sealed ones in full segments, oldest first.
    pub segments: &'a VecDeque<SealedSegment>,
    /// Those in no full segment yet.
    pub filling: &'a Segment,
    /// Those that are not sealed yet; `None` where an instant is held, which has them in `filling`.
    pub growing: Option<Growing<'a>>,
    /// The strings of all.
    pub known: &'a Dictionaries,
}

impl<'a> Sessions<'a> {
    /// Those that are not sealed yet, as questions see them.
    pub fn unsealed(self, gap: Span) -> impl Iterator<Item = Unsealed<'a>> {
        let stretches = self.unsealed_in_stretches(gap, 1);
        stretches.into_iter().flat_map(Stretched::rows)
    }

    /// The same in so many stretches at most.
    pub(super) fn unsealed_in_stretches(self, gap: Span, most: usize) -> Vec<Stretched<'a>> {
        let Some(Growing { tracker, store, chosen }) = self.growing else { return Vec::new() };
        let stretches = tracker.parts(most).into_iter();
        stretches.map(|stretch| Stretched { stretch, store, known: self.known, gap, chosen }).collect()
    }
}

/// Some of the sessions that are not sealed yet, with what makes rows of them.
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

/// Sessions that are not sealed yet.
#[derive(Clone, Copy)]
pub struct Growing<'a> {
    /// Where they are.
    pub tracker: &'a Tracker,
    /// Who knows which of their visitors were here before.
    pub store: &'a Store,
    /// Which of them count.
    pub chosen: Chosen,
}
