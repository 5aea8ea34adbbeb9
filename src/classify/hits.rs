//! The hits of a batch: of most of them only time, kind and status go on to the engine.

use super::kind::Kind;
use crate::time::{Millis, Span};

/// Every hit's time, kind and status, in the order of the lines: whether it is late is not known here.
#[derive(Debug, Clone)]
pub struct Hits {
    marks: Vec<HitMark>,
    by_kind: [u64; Kind::ALL.len()],
    oldest: Millis,
    newest: Millis,
    /// How far behind the newest one before it any hit is.
    disorder: Span,
    /// How far ahead of all before it any hit is.
    leap: Span,
    first: Millis,
}

/// A hit's time, kind and status, and whether an [`super::batch::Event`] belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitMark(i64);

impl HitMark {
    /// Where each part begins: the kind has three bits, the status ten, and the time the rest.
    const EVENT: i64 = 1 << 3;
    /// It lies outside of what was asked for: it only makes sessions whole.
    const NOT_COUNTED: i64 = 1 << 4;
    const STATUS: u32 = 5;
    const TIME: u32 = 15;
    /// The farthest time that has room, in the year 10889: no stamp in a log's own way of writing goes beyond 9999.
    const FARTHEST: i64 = i64::MAX >> HitMark::TIME;

    /// The mark of a hit that no event belongs to.
    #[must_use]
    pub fn new(time: Millis, kind: Kind, status: u16) -> HitMark {
        let time = time.0.clamp(-HitMark::FARTHEST, HitMark::FARTHEST);
        HitMark(time << HitMark::TIME | i64::from(status & 0x3ff) << HitMark::STATUS | kind as i64)
    }

    /// The mark of a hit that the next event belongs to.
    #[must_use]
    pub fn with_event(time: Millis, kind: Kind, status: u16) -> HitMark {
        HitMark(HitMark::new(time, kind, status).0 | HitMark::EVENT)
    }

    /// When.
    #[must_use]
    pub fn time(self) -> Millis {
        Millis(self.0 >> HitMark::TIME)
    }

    /// The kind's place in [`Kind::ALL`].
    #[must_use]
    pub fn kind_index(self) -> usize {
        usize::try_from(self.0 & 7).unwrap_or(0)
    }

    /// The same, counted or not.
    #[must_use]
    pub fn counted_if(self, counts: bool) -> HitMark {
        if counts { self } else { HitMark(self.0 | HitMark::NOT_COUNTED) }
    }

    /// Whether it is counted by its kind.
    #[must_use]
    pub fn is_counted(self) -> bool {
        self.0 & HitMark::NOT_COUNTED == 0
    }

    /// The server's answer; 0 where the client left before there was one (R1).
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
    /// Adds the hit of the next line.
    pub fn push(&mut self, hit: HitMark) {
        self.by_kind[hit.kind_index()] += u64::from(hit.is_counted());
        // Many come at the newest instant so far, and say nothing of the order.
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

    /// All of them, in the order of the lines.
    pub fn iter(&self) -> impl Iterator<Item = HitMark> {
        self.marks.iter().copied()
    }

    /// The last few of them.
    pub fn last(&self, most: usize) -> impl Iterator<Item = HitMark> {
        self.marks[self.marks.len().saturating_sub(most)..].iter().copied()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// How many of those that are counted there are of each kind, in the order of [`Kind::ALL`].
    #[must_use]
    pub fn by_kind(&self) -> &[u64; Kind::ALL.len()] {
        &self.by_kind
    }

    /// The oldest one's time; [`Millis::MAX`] where there are none.
    #[must_use]
    pub fn oldest(&self) -> Millis {
        self.oldest
    }

    /// How far behind the newest one before it any hit is.
    #[must_use]
    pub fn disorder(&self) -> Span {
        self.disorder
    }

    /// The newest one's time; `None` where there are none.
    #[must_use]
    pub fn newest(&self) -> Option<Millis> {
        (!self.is_empty()).then_some(self.newest)
    }

    /// Whether every hit is at most `lateness` older than each one before it, and none older than `oldest`.
    #[must_use]
    pub fn are_within(&self, lateness: Span, oldest: Millis) -> bool {
        self.disorder <= lateness && self.oldest >= oldest
    }

    /// Whether no hit is more than `most` ahead of all before it, `before` included, which came before all of them.
    #[must_use]
    pub fn go_on_from(&self, before: Millis, most: Span) -> bool {
        self.leap <= most && self.first <= before + most
    }

    /// Takes all of them out; the memory stays for the next ones.
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
