//! Traffic over time.

use std::collections::BTreeMap;

use crate::query::buckets::LENGTHS;
use crate::time::{Millis, Span};
use crate::traffic::{Class, Count, FINE, LoadTimes};

/// Points by the start of their bucket.
#[derive(Debug, Clone)]
pub(super) struct Points {
    pub(super) length: Span,
    pub(super) points: BTreeMap<Millis, PointCounts>,
}

/// The hits of a bucket.
#[derive(Debug, Clone, Default)]
pub(super) struct PointCounts {
    pub(super) count: Count,
    /// By the first digit of the status, from 1xx to 5xx.
    pub(super) by_class: [u64; 5],
    /// Hits whose client left.
    pub(super) failures: u64,
    pub(super) loads: LoadTimes,
}

/// Past this many, buckets are made coarser; the series shown has fewer.
const MOST: usize = 4096;

impl Points {
    pub(super) fn of_at_least(length: Span) -> Points {
        Points { length: length.max(FINE), points: BTreeMap::new() }
    }

    pub(super) fn at(&mut self, time: Millis) -> &mut PointCounts {
        if self.points.len() >= MOST
            && let Some(length) = LENGTHS.into_iter().find(|length| *length > self.length)
        {
            self.widen_to(length);
        }
        self.points.entry(time.floor_to(self.length)).or_default()
    }

    pub(super) fn merge(&mut self, other: &Points) {
        self.widen_to(self.length.max(other.length));
        for (&start, counts) in &other.points {
            self.points.entry(start.floor_to(self.length)).or_default().merge(counts);
        }
    }

    pub(super) fn widen_to(&mut self, length: Span) {
        if length <= self.length {
            return;
        }
        self.length = length;
        for (start, counts) in std::mem::take(&mut self.points) {
            self.points.entry(start.floor_to(length)).or_default().merge(&counts);
        }
    }
}

impl PointCounts {
    pub(super) fn add(&mut self, class: Class, count: Count) {
        self.count.add(count);
        if let Some(hits) =
            usize::from(class.status / 100).checked_sub(1).and_then(|at| self.by_class.get_mut(at))
        {
            *hits += count.hits;
        }
        if class.is_failure() {
            self.failures += count.hits;
        }
    }

    fn merge(&mut self, other: &PointCounts) {
        self.count.add(other.count);
        self.failures += other.failures;
        self.by_class.iter_mut().zip(other.by_class).for_each(|(mine, theirs)| *mine += theirs);
        self.loads.merge(&other.loads);
    }
}
