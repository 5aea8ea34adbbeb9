//! Traffic volume over the day and the week, in UTC.

use std::f64::consts::TAU;

use chrono::{Datelike, Weekday};

use crate::time::{Millis, Span};

/// Maximum of [`shape`], reached in the evening; a test checks it.
const PEAK: f64 = 0.8545;

/// Traffic relative to the busiest hour of a workday: greater than 0, at most 1.
pub(super) fn busyness(at: Millis) -> f64 {
    busyness_of_workday(at) * workday_share(at.utc().weekday())
}

/// The same where every day is a workday.
pub(super) fn busyness_of_workday(at: Millis) -> f64 {
    shape(hour(at)) / PEAK
}

/// The fractional hour of the day in `[0, 24)`.
pub(super) fn hour(at: Millis) -> f64 {
    at.since(at.floor_to(Span::hours(24))).as_seconds() / 3600.0
}

/// A daily cosine from -1 to 1 that peaks at the hour `peak`.
pub(super) fn swing(hour: f64, peak: f64) -> f64 {
    (TAU * (hour - peak) / 24.0).cos()
}

/// Quiet nights, a broad day, and peaks at lunch and in the evening.
fn shape(hour: f64) -> f64 {
    let day = 0.5 + 0.5 * swing(hour, 16.0);
    0.22 + 0.45 * day + 0.18 * bump(hour, 12.5, 1.2) + 0.28 * bump(hour, 20.0, 2.0)
}

fn bump(hour: f64, centre: f64, width: f64) -> f64 {
    (-((hour - centre) / width).powi(2) / 2.0).exp()
}

fn workday_share(day: Weekday) -> f64 {
    match day {
        Weekday::Sat => 0.7,
        Weekday::Sun => 0.76,
        Weekday::Fri => 0.93,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_hour(hour: f64) -> f64 {
        shape(hour) / PEAK
    }

    #[test]
    fn the_busiest_hour_counts_as_one() {
        let highest = (0..2400).map(|step| at_hour(f64::from(step) / 100.0)).fold(0.0, f64::max);
        assert!((highest - 1.0).abs() < 0.001, "{highest}");
    }

    #[test]
    fn lunch_and_evening_stand_out_and_the_night_is_quiet() {
        assert!(at_hour(12.5) > at_hour(10.0) && at_hour(12.5) > at_hour(15.5));
        assert!(at_hour(19.5) > at_hour(16.0) && at_hour(19.5) > at_hour(23.0));
        assert!(at_hour(3.0) < 0.4);
    }

    #[test]
    fn weekends_are_quieter() {
        let tuesday_noon = Millis(1_795_521_600_000);
        let saturday_noon = tuesday_noon + Span::hours(4 * 24);
        assert_eq!(tuesday_noon.rfc3339(), "2026-11-24T12:00:00.000Z");
        assert!(busyness(saturday_noon) < 0.8 * busyness(tuesday_noon));
    }
}
