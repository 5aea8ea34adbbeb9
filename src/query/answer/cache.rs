//! The cache of a question's answers for segments whose answer no longer changes.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::query::moment::{Frame, Moment};
use crate::query::partial::Partial;
use crate::query::scan::Scan;
use crate::query::view::SessionState;
use crate::store::SealedSegment;

/// Answers of single segments.
pub(super) type Kept = HashMap<Key, Arc<Partial>>;

/// The key of a segment's answer: its number, and on which side of each edge of the frame it lies, and of the hour where
/// that is compared, too.
pub(super) type Key = (u64, u8, u8);

/// Answers of several segments, merged.
#[derive(Debug, Default)]
pub(super) struct Merged {
    keys: Vec<Key>,
    pub(super) partial: Partial,
}

impl Merged {
    /// Updates the merged answer to these keys; if only newer segments were added, merges only theirs.
    pub(super) fn bring_to(&mut self, keys: Vec<Key>, kept: &Kept, scan: &mut Scan) {
        if self.keys == keys {
            return;
        }
        let known = if keys.starts_with(&self.keys) { self.keys.len() } else { 0 };
        // Latest first, as segments are scanned.
        let new = keys[known..].iter().rev().filter_map(|key| kept.get(key));
        new.for_each(|partial| scan.absorb(partial));
        if known > 0 {
            scan.absorb(&self.partial);
        }
        *self = Merged { keys, partial: scan.take() };
    }
}

/// Scans a segment, latest session first: lists mostly want those and are full after a few.
pub(super) fn scan_segment(
    numbered: &SealedSegment,
    unfiltered: Option<&Partial>,
    scan: &mut Scan,
) -> Partial {
    let (rows, extent) = (numbered.segment.rows().rev(), (numbered.first, numbered.last));
    if let Some(all) = unfiltered.filter(|_| scan.mostly_matches(numbered.segment.rows().take(SAMPLED))) {
        scan.fold_others(rows, extent);
        return all.without(scan.take());
    }
    scan.fold_alike(rows, extent);
    scan.take()
}

/// Sessions sampled to estimate whether most of a segment match.
const SAMPLED: usize = 256;

/// The key under which a segment's answer can be cached; `None` if it still changes with time.
pub(super) fn key(
    numbered: &SealedSegment,
    frame: &Frame,
    moment: &Moment,
    compares_the_hour: bool,
) -> Option<Key> {
    // Sealed sessions are closed, except those sealed early in a flood. While any may have been active lately, the
    // answer changes with time.
    let is_closed = moment.state(numbered.last) == SessionState::Closed;
    if !is_closed || numbered.last + moment.rules.active + moment.rules.active >= moment.now {
        return None;
    }
    let closing = moment.closing(numbered.last);
    let side = frame.side(numbered.first, closing)?;
    let hour = if compares_the_hour { frame.hour().side(numbered.first, closing)? } else { 0 };
    Some((numbered.number, side, hour))
}
