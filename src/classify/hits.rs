//! The hits of a batch: of most of them only time, kind and status are kept.

use super::kind::Kind;
use crate::time::{Millis, Span};

/// The time, kind and status of every hit, in line order. Whether one is late is decided by the engine.
#[derive(Debug, Clone)]
pub struct Hits {
    marks: Vec<HitMark>,
    by_kind: [u64; Kind::ALL.len()],
    oldest: Millis,
    newest: Millis,
    /// The most that any hit lies behind the newest one before it.
    disorder: Span,
    /// The most that any hit lies ahead of all before it.
    leap: Span,
    first: Millis,
}

/// A hit's time, kind and status packed into 64 bits, with a flag if a [`super::batch::BatchEvent`] belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitMark(i64);

impl HitMark {
    /// Bit layout, from the lowest: three bits of kind, two flags, ten bits of status, then the time.
    const EVENT: i64 = 1 << 3;
    /// It lies outside the period asked for and only completes sessions.
    const NOT_COUNTED: i64 = 1 << 4;
    const STATUS: u32 = 5;
    const TIME: u32 = 15;
    /// The latest time that fits, in the year 10889. No log's time format goes beyond 9999.
    const FARTHEST: i64 = i64::MAX >> HitMark::TIME;

    /// The mark of a hit without an event.
    #[must_use]
    pub fn new(time: Millis, kind: Kind, status: u16) -> HitMark {
        let time = time.0.clamp(-HitMark::FARTHEST, HitMark::FARTHEST);
        HitMark(time << HitMark::TIME | i64::from(status & 0x3ff) << HitMark::STATUS | kind as i64)
    }

    /// The mark of a hit with an event, the next one in the batch.
    #[must_use]
    pub fn with_event(time: Millis, kind: Kind, status: u16) -> HitMark {
        HitMark(HitMark::new(time, kind, status).0 | HitMark::EVENT)
    }

    /// The same, with the next event of the batch.
    #[must_use]
    pub fn and_event(self) -> HitMark {
        HitMark(self.0 | HitMark::EVENT)
    }

    /// The time.
    #[must_use]
    pub fn time(self) -> Millis {
        Millis(self.0 >> HitMark::TIME)
    }

    /// The kind's index in [`Kind::ALL`].
    #[must_use]
    pub fn kind_index(self) -> usize {
        usize::try_from(self.0 & 7).unwrap_or(0)
    }

    /// The kind.
    #[must_use]
    pub fn kind(self) -> Kind {
        Kind::ALL.get(self.kind_index()).copied().unwrap_or(Kind::Other)
    }

    /// Sets whether it is counted.
    #[must_use]
    pub fn counted_if(self, counts: bool) -> HitMark {
        if counts { self } else { HitMark(self.0 | HitMark::NOT_COUNTED) }
    }

    /// Whether it is counted by kind.
    #[must_use]
    pub fn is_counted(self) -> bool {
        self.0 & HitMark::NOT_COUNTED == 0
    }

    /// The HTTP status; 0 if the client left before an answer (R1).
    #[must_use]
    pub fn status(self) -> u16 {
        u16::try_from((self.0 >> HitMark::STATUS) & 0x3ff).unwrap_or(0)
    }

    /// Whether the next event belongs to it.
    #[must_use]
    pub fn has_event(self) -> bool {
        self.0 & HitMark::EVENT != 0
    }
}

impl Default for Hits {
    fn default() -> Hits {
        Hits {
            marks: Vec::new(),
            by_kind: [0; Kind::ALL.len()],
            oldest: Millis::MAX,
            newest: Millis::MIN,
            disorder: Span(0),
            leap: Span(0),
            first: Millis::MIN,
        }
    }
}

impl Hits {
    /// Appends a hit.
    pub fn push(&mut self, hit: HitMark) {
        self.by_kind[hit.kind_index()] += u64::from(hit.is_counted());
        // Many hits share the newest time, and do not affect the order.
        if hit.time() != self.newest {
            self.order(hit.time());
        }
        self.marks.push(hit);
    }

    fn order(&mut self, time: Millis) {
        if self.marks.is_empty() {
            self.first = time;
        } else {
            self.leap = self.leap.max(time.since(self.newest));
        }
        self.oldest = self.oldest.min(time);
        self.newest = self.newest.max(time);
        self.disorder = self.disorder.max(self.newest.since(time));
    }

    /// All hits in line order.
    pub fn iter(&self) -> impl Iterator<Item = HitMark> {
        self.marks.iter().copied()
    }

    /// The last `most` hits.
    pub fn last(&self, most: usize) -> impl Iterator<Item = HitMark> {
        self.marks[self.marks.len().saturating_sub(most)..].iter().copied()
    }

    /// Number of hits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Counted hits by kind, in the order of [`Kind::ALL`].
    #[must_use]
    pub fn by_kind(&self) -> &[u64; Kind::ALL.len()] {
        &self.by_kind
    }

    /// The oldest time; [`Millis::MAX`] if there are none.
    #[must_use]
    pub fn oldest(&self) -> Millis {
        self.oldest
    }

    /// The most that any hit lies behind the newest one before it.
    #[must_use]
    pub fn disorder(&self) -> Span {
        self.disorder
    }

    /// The newest time; `None` if there are none.
    #[must_use]
    pub fn newest(&self) -> Option<Millis> {
        (!self.is_empty()).then_some(self.newest)
    }

    /// Whether no hit is more than `lateness` older than any before it, or older than `oldest`.
    #[must_use]
    pub fn are_within(&self, lateness: Span, oldest: Millis) -> bool {
        self.disorder <= lateness && self.oldest >= oldest
    }

    /// Whether no hit is more than `most` ahead of all before it and of `before`, the newest time of earlier batches.
    #[must_use]
    pub fn go_on_from(&self, before: Millis, most: Span) -> bool {
        self.leap <= most && self.first <= before + most
    }

    /// Clears them for reuse and keeps the memory.
    pub fn clear(&mut self) {
        let mut marks = std::mem::take(&mut self.marks);
        marks.clear();
        *self = Hits { marks, ..Hits::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_hold_time_kind_and_status() {
        for time in [Millis(-1), Millis(0), Millis(1_800_000_000_123)] {
            for (index, kind) in Kind::ALL.into_iter().enumerate() {
                for status in [0, 200, 404, 999] {
                    let seen =
                        |mark: HitMark| (mark.time(), mark.kind_index(), mark.status(), mark.has_event());
                    assert_eq!(seen(HitMark::new(time, kind, status)), (time, index, status, false));
                    assert_eq!(seen(HitMark::with_event(time, kind, status)), (time, index, status, true));
                }
            }
        }
    }

    #[test]
    fn a_time_beyond_all_stamps_stays_beyond_them() {
        const YEAR_10000: Millis = Millis(253_402_300_800_000);
        let mark = HitMark::with_event(Millis::MAX, Kind::Other, 999);
        assert!(mark.time() > YEAR_10000 && HitMark::new(Millis::MIN, Kind::Other, 0).time() < Millis(0));
        assert_eq!((mark.kind_index(), mark.status(), mark.has_event()), (Kind::Other as usize, 999, true));
    }

    #[test]
    fn r6_what_is_late_to_a_hit_before_it_is_not_within_lateness() {
        let within = |times: &[i64], before| {
            let mut hits = Hits::default();
            for &time in times {
                hits.push(HitMark::new(Millis(time), Kind::Asset, 200));
            }
            hits.are_within(Span(10), Millis(before) - Span(10))
        };
        assert!(within(&[], 100) && within(&[90, 100, 91, 95, 200, 190], 100));
        assert!(!within(&[89], 100), "late to what came before");
        assert!(!within(&[100, 111, 100], 100), "late to one of them");
    }

    #[test]
    fn r6_a_leap_is_seen_from_what_came_before() {
        let goes_on = |times: &[i64]| {
            let mut hits = Hits::default();
            for &time in times {
                hits.push(HitMark::new(Millis(time), Kind::Asset, 200));
            }
            hits.go_on_from(Millis(100), Span(10))
        };
        assert!(goes_on(&[]) && goes_on(&[110, 20, 120]));
        assert!(!goes_on(&[111]) && !goes_on(&[100, 111, 100]));
    }
}
