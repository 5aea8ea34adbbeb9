//! Series over time: buckets are five minutes long, at least.

use super::{COUNTS, MARK, floor_all, floor_bytes, mark};
use crate::query::view::{Point, Series, TrafficPoint, TrafficSeries};
use crate::time::{Millis, Span};

impl Series {
    /// Buckets are as long as a mark, at least.
    pub(super) fn coarsen(&mut self) {
        let Series { bucket, from, points, before } = self;
        if *bucket < MARK && *bucket > Span::ZERO {
            let length = *bucket;
            let start = mark(*from);
            let place = |index: usize| {
                let at = *from + Span(length.0.saturating_mul(index as u64));
                usize::try_from(at.since(start).0 / MARK.0).unwrap_or(usize::MAX)
            };
            *points = gathered(points, place, |whole: &mut Point, part| {
                whole.started += part.started;
                whole.closed += part.closed;
                whole.bounced += part.bounced;
            });
            *before = gathered(before, place, |whole: &mut u64, part| *whole += part);
            (*bucket, *from) = (MARK, start);
        }
        for Point { started, closed, bounced } in points {
            floor_all([started, closed, bounced]);
        }
        floor_all(before);
    }
}

impl Series {
    /// A series over everything begins with the first session: here with the first bucket that has enough of them.
    pub(super) fn begin_with_enough(&mut self, now: Millis) {
        let is_none = |point: &Point| *point == Point::default();
        let none = self.points.iter().take_while(|point| is_none(point)).count();
        self.points.drain(..none);
        self.from += Span(self.bucket.0.saturating_mul(none as u64));
        if self.points.is_empty() {
            *self = Series { bucket: MARK, from: now, ..Series::default() };
        }
    }
}

/// Puts points together that have the same place.
fn gathered<T: Default>(points: &[T], place: impl Fn(usize) -> usize, add: impl Fn(&mut T, &T)) -> Vec<T> {
    let mut whole: Vec<T> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        let place = place(index);
        if whole.len() <= place {
            whole.resize_with(place + 1, T::default);
        }
        add(&mut whole[place], point);
    }
    whole
}

impl TrafficSeries {
    pub(super) fn coarsen(&mut self) {
        let TrafficSeries { bucket, points } = self;
        let start = points.first().map_or(Millis::MIN, |point| mark(point.from));
        if *bucket < MARK {
            let froms: Vec<Millis> = points.iter().map(|point| point.from).collect();
            let place = |index: usize| usize::try_from(froms[index].since(start).0 / MARK.0).unwrap_or(0);
            *points = gathered(points, place, |whole: &mut TrafficPoint, part| {
                whole.hits += part.hits;
                whole.failures += part.failures;
                whole.bytes += part.bytes;
                whole.by_class.iter_mut().zip(part.by_class).for_each(|(whole, part)| *whole += part);
                // The slowest tenth of a longer bucket is not known from those of shorter ones.
                whole.load_p95 = None;
            });
            let starts = (0_u64..).map(|index| start + Span(MARK.0 * index));
            points.iter_mut().zip(starts).for_each(|(point, start)| point.from = start);
            *bucket = MARK;
        }
        for TrafficPoint { from: _, hits, by_class, failures, bytes, load_p95 } in points {
            if *hits < COUNTS {
                *load_p95 = None;
            }
            floor_bytes(bytes);
            floor_all([hits, failures]);
            floor_all(by_class);
        }
    }
}
