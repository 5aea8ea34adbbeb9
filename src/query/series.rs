//! Series: sessions over time, bucket by bucket.

use crate::time::{Millis, Span};

use super::buckets::LENGTHS;
use super::figure::Figure;
use super::moment::Frame;
use super::partial::Partial;
use super::question::{SeriesAsk, Window};
use super::view::{Point, Series};

/// The finest bucket if the window's length is not known beforehand.
const FINEST_OF_ALL: Span = Span::minutes(1);

/// The least length of the buckets in which sessions are counted while folding.
pub(super) fn counting_bucket(ask: SeriesAsk, window: Window) -> Span {
    match window {
        Window::All => FINEST_OF_ALL,
        Window::Last(length) => finest(length, ask.buckets, LENGTHS[0]),
    }
}

/// The shortest bucket, at least `least` long, with which `most` buckets cover `length`.
pub(super) fn finest(length: Span, most: usize, least: Span) -> Span {
    let fits = |bucket: &Span| *bucket >= least && length.0.div_ceil(bucket.0) <= most.max(1) as u64;
    LENGTHS.into_iter().find(fits).unwrap_or_else(|| days(length, most).max(least))
}

/// The fewest whole days with which `most` buckets cover `length`.
fn days(length: Span, most: usize) -> Span {
    let day = LENGTHS[LENGTHS.len() - 1].0;
    Span(day.saturating_mul(length.0.div_ceil(day).div_ceil(most.max(1) as u64)))
}

/// Points by the start of their bucket; a bucket may occur more than once.
type Counts = [(Millis, Point)];

/// The series of a frame.
pub(super) fn series(ask: SeriesAsk, counting: Span, frame: &Frame, whole: &Partial) -> Series {
    let counts: Vec<_> = whole.figures.started_in.points().chain(whole.figures.closed_in.points()).collect();
    let counted = counting.max(whole.figures.started_in.length()).max(whole.figures.closed_in.length());
    let first = whole.members.first.unwrap_or(frame.to).min(frame.to).floor_to(counting);
    series_of(ask, counted, &Frame { from: frame.begins(first), ..*frame }, &counts)
}

fn series_of(ask: SeriesAsk, counting: Span, frame: &Frame, counts: &Counts) -> Series {
    let from = frame.from;
    let bucket = finest(frame.to.since(from), ask.buckets, counting);
    let points = points(bucket, from, frame.to, counts);
    let length = frame.to.since(frame.from);
    let before = if frame.before == Millis::MIN {
        Vec::new()
    } else {
        let earlier = points_at(bucket, from - length, points.len(), counts);
        earlier.iter().map(|point| point.started).collect()
    };
    Series { bucket, from: from.floor_to(bucket), points, before }
}

fn points(bucket: Span, from: Millis, to: Millis, counts: &Counts) -> Vec<Point> {
    let buckets = to.floor_to(bucket).since(from.floor_to(bucket)).0 / bucket.0 + 1;
    points_at(bucket, from, usize::try_from(buckets).unwrap_or(usize::MAX), counts)
}

/// `count` points from the bucket of `from` on.
fn points_at(bucket: Span, from: Millis, count: usize, counts: &Counts) -> Vec<Point> {
    let first = from.floor_to(bucket);
    let mut points = vec![Point::default(); count];
    for (time, counted) in counts {
        let Ok(place) = usize::try_from(time.since(first).0 / bucket.0) else { continue };
        if *time >= first
            && let Some(point) = points.get_mut(place)
        {
            point.merge(counted);
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_the_finest_that_fit() {
        assert_eq!(finest(Span::minutes(30), 60, Span::seconds(1)), Span::seconds(30));
        assert_eq!(finest(Span::hours(24), 60, Span::seconds(1)), Span::minutes(30));
        assert_eq!(finest(Span::hours(24 * 60), 60, Span::seconds(1)), Span::hours(24));
        assert_eq!(finest(Span::hours(24 * 61), 60, Span::seconds(1)), Span::hours(48));
        assert_eq!(finest(Span::hours(24 * 7), 60, Span::hours(24 * 7)), Span::hours(24 * 7));
    }

    #[test]
    fn a_window_has_its_own_points_and_those_of_the_window_before() {
        let minute = |index: i64, started| (Millis(index * 60_000), Point { started, closed: 0, bounced: 0 });
        let counts = [minute(0, 1), minute(9, 2), minute(10, 3), minute(19, 4)];
        let frame =
            Frame { before: Millis(0), from: Millis(600_000), lately: Millis(0), to: Millis(1_199_000) };
        let series = series_of(SeriesAsk { buckets: 10 }, Span::minutes(1), &frame, &counts);
        let started: Vec<_> = series.points.iter().map(|point| point.started).collect();
        assert_eq!(started, [3, 0, 0, 0, 0, 0, 0, 0, 0, 4]);
        assert_eq!(series.before, [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    }

    #[test]
    fn a_series_of_everything_begins_with_its_first_session_and_coarsens() {
        let mut whole = Partial::default();
        whole.members.first = Some(Millis(0));
        for minute in 0..600 {
            whole.figures.started_in.at(Millis(minute * 60_000), Span::minutes(1)).started += 1;
        }
        let to = Millis(599 * 60_000);
        let frame = Frame { before: Millis::MIN, from: Millis::MIN, lately: Millis::MIN, to };
        let series = series(SeriesAsk { buckets: 20 }, Span::minutes(1), &frame, &whole);
        assert_eq!((series.bucket, series.points.len()), (Span::minutes(30), 20));
        assert_eq!(series.points.iter().map(|point| point.started).sum::<u64>(), 600);
    }
}
