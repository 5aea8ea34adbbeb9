//! Buckets of time for a series, bounded however long the log is.

use serde::{Deserialize, Serialize};

use hashbrown::HashMap;

use crate::time::{Millis, Span};

use super::figure::Figure;
use super::view::Point;

/// The possible lengths of buckets, finest first.
pub(super) const LENGTHS: [Span; 12] = [
    Span::seconds(1),
    Span::seconds(5),
    Span::seconds(10),
    Span::seconds(30),
    Span::minutes(1),
    Span::minutes(5),
    Span::minutes(10),
    Span::minutes(30),
    Span::hours(1),
    Span::hours(3),
    Span::hours(6),
    Span::hours(24),
];

/// Points of a series by the start of their bucket.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Buckets {
    /// The length of a bucket; zero while nothing is counted.
    length: Span,
    points: HashMap<Millis, Point, foldhash::fast::FixedState>,
    /// The bucket in use, not in `points` yet. Sessions come nearly in order, so most fall into it.
    last: Option<(Millis, Point)>,
}

/// Past this many, buckets are made coarser. If the window is everything, its length is unknown beforehand: the
/// series is counted by the minute, and a report over years would keep half a million buckets. The series shown has
/// far fewer, so its buckets are at least as long as the coarser ones, and its figures are the same. Days are not
/// made coarser: a century has few of them.
const MOST: usize = 4096;

impl Buckets {
    /// The point of the bucket of a time; buckets are at least `finest` long.
    #[inline]
    pub(super) fn at(&mut self, time: Millis, finest: Span) -> &mut Point {
        // A division costs more than everything else here, so the last bucket is tested first.
        match self.last {
            Some((start, _)) if time >= start && time.since(start) < self.length => {}
            _ => self.turn_to(time, finest),
        }
        &mut self.last.get_or_insert((time, Point::default())).1
    }

    /// The point of the bucket that contains both times; `None` if they are in different ones.
    pub(super) fn spanning(&mut self, (first, last): (Millis, Millis), finest: Span) -> Option<&mut Point> {
        self.at(first, finest);
        let (start, length) = (self.last?.0, self.length);
        (last.since(start) < length).then(|| self.at(last, finest))
    }

    /// The length of a bucket; zero while nothing is counted.
    pub(super) fn length(&self) -> Span {
        self.length
    }

    /// The start and the point of each bucket, unordered.
    pub(super) fn points(&self) -> impl Iterator<Item = (Millis, Point)> {
        let last = self.last;
        let others = self.points.iter().map(|(&start, &point)| (start, point));
        others.filter(move |(start, _)| last.is_none_or(|(last, _)| last != *start)).chain(last)
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.points.capacity() * (size_of::<(Millis, Point)>() + 1)
    }

    #[cold]
    fn turn_to(&mut self, time: Millis, finest: Span) {
        self.put_last_back();
        self.length = self.length.max(finest);
        if self.points.len() >= MOST
            && let Some(length) = coarser(self.length)
        {
            self.widen_to(length);
        }
        let start = time.floor_to(self.length);
        self.last = Some((start, self.points.get(&start).copied().unwrap_or_default()));
    }

    fn widen_to(&mut self, length: Span) {
        self.put_last_back();
        self.length = length;
        for (start, point) in std::mem::take(&mut self.points) {
            self.points.entry(start.floor_to(length)).or_default().merge(&point);
        }
    }

    fn put_last_back(&mut self) {
        if let Some((start, point)) = self.last.take() {
            self.points.insert(start, point);
        }
    }
}

impl Figure for Buckets {
    fn merge(&mut self, other: &Buckets) {
        if other.length == Span::ZERO {
            // It has counted nothing.
            return;
        }
        if other.length > self.length {
            self.widen_to(other.length);
        }
        for (start, point) in other.points() {
            self.at(start, other.length).merge(&point);
        }
    }

    /// Subtracts counts, whose buckets must not be longer.
    fn take_away(&mut self, others: &Buckets) {
        for (start, point) in others.points() {
            self.at(start, others.length).take_away(&point);
        }
    }
}

/// The next length of buckets; `None` for days.
fn coarser(bucket: Span) -> Option<Span> {
    LENGTHS.into_iter().find(|longer| *longer > bucket)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Span = Span::minutes(1);

    fn counted(times: impl Iterator<Item = Millis>) -> Buckets {
        let mut buckets = Buckets::default();
        times.for_each(|time| buckets.at(time, MINUTE).started += 1);
        buckets
    }

    fn sorted(buckets: &Buckets) -> Vec<(Millis, Point)> {
        let mut points: Vec<_> = buckets.points().collect();
        points.sort_by_key(|(start, _)| *start);
        points
    }

    #[test]
    fn a_long_log_has_coarser_buckets_and_not_more_of_them() {
        let years = counted((0..5 * 365 * 24).map(|hour| Millis(hour * 3_600_000)));
        assert_eq!(years.length(), Span::hours(24));
        let points = sorted(&years);
        assert_eq!(points.len(), 5 * 365);
        assert!(points.iter().all(|(_, point)| point.started == 24));
    }

    #[test]
    fn merging_is_counting_all_in_one_whichever_is_coarser() {
        let minutes = |from: i64, count: i64| (from..from + count).map(|minute| Millis(minute * 60_000));
        let (few, many) = (minutes(77, 10), minutes(0, 10_000));
        let mut one = counted(few.clone());
        one.merge(&counted(many.clone()));
        let mut other = counted(many.clone());
        other.merge(&counted(few.clone()));
        let all = counted(many.chain(few));
        assert_eq!(all.length(), Span::minutes(5));
        assert_eq!(sorted(&one), sorted(&all));
        assert_eq!(sorted(&other), sorted(&all));
    }
}
