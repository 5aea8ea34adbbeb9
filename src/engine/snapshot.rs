//! A snapshot: while a screen is paused, its questions are answered as of one instant, and lines keep being applied.

use std::collections::VecDeque;

use crate::query::moment::Moment;
use crate::query::sessions::Sessions;
use crate::query::view::Intake;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;
use crate::store::segment::Segment;
use crate::store::{SealedSegment, Store};
use crate::time::Millis;

/// Everything that questions need of an instant except the strings: dictionaries only grow, and own hosts are not inferred
/// anew while there is a snapshot.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    segments: VecDeque<SealedSegment>,
    /// Sessions that were in no full segment. They are copied, because they keep changing.
    head: Segment,
    pub(super) moment: Moment,
    pub(super) intake: Intake,
}

impl Snapshot {
    /// Takes a snapshot of the sessions at a moment.
    pub(super) fn new(sessions: Sessions, moment: Moment, intake: Intake) -> Snapshot {
        let mut head = sessions.filling.clone();
        for session in sessions.unsealed(moment.rules.gap) {
            head.push(session.session, session.bot, session.newness());
        }
        Snapshot { segments: sessions.segments.clone(), head: head.compacted(), moment, intake }
    }

    pub(super) fn sessions<'a>(&'a self, known: &'a Dictionaries) -> Sessions<'a> {
        Sessions {
            segments: &self.segments,
            filling: &self.head,
            growing: None,
            begun_by: Millis::MAX,
            known,
        }
    }

    /// How many bytes it takes beyond what the store holds anyway: its head, and segments that the store has evicted.
    pub(super) fn bytes_beyond(&self, store: &Store) -> usize {
        let oldest = store.segments().front().map_or(u64::MAX, |oldest| oldest.number);
        let gone = self.segments.iter().take_while(|held| held.number < oldest);
        self.head.bytes() + gone.map(|held| held.segment.bytes()).sum::<usize>()
    }
}
