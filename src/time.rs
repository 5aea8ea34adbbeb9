//! Instants and durations for all folders (design.md R1: milliseconds, UTC).
//!
//! Nothing here reads a clock: see [`crate::clock`] for the one place that does.

use serde::{Deserialize, Serialize};

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use chrono::{DateTime, Utc};

/// An instant: milliseconds since 1970-01-01T00:00:00 UTC; negative before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Millis(pub i64);

/// A duration in milliseconds; never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span(pub u64);

impl Millis {
    /// Before every instant a log can name.
    pub const MIN: Millis = Millis(i64::MIN / 4);
    /// After every instant a log can name.
    pub const MAX: Millis = Millis(i64::MAX / 4);

    /// The time from `earlier` to `self`; zero where `earlier` is the later one.
    #[must_use]
    pub fn since(self, earlier: Millis) -> Span {
        Span(if self.0 > earlier.0 { self.0.abs_diff(earlier.0) } else { 0 })
    }

    /// The latest multiple of `step` that is not after `self`.
    #[must_use]
    pub fn floor_to(self, step: Span) -> Millis {
        let step = i64::try_from(step.0.max(1)).unwrap_or(i64::MAX);
        Millis(self.0.div_euclid(step) * step)
    }

    /// RFC 3339 in UTC with milliseconds, as every export writes times: `2026-11-24T09:00:00.000Z`.
    ///
    /// ```
    /// use dwell::time::{Millis, Span};
    ///
    /// let nine = Millis(1_795_510_800_000);
    /// assert_eq!(nine.rfc3339(), "2026-11-24T09:00:00.000Z");
    /// assert_eq!((nine + Span::minutes(30)).since(nine), Span::minutes(30));
    /// ```
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.utc().format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    /// The instant as chrono knows it, for calendars and time zones; the epoch where chrono has no such year.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

impl Span {
    /// The empty duration.
    pub const ZERO: Span = Span(0);

    /// A duration in seconds.
    #[must_use]
    pub const fn seconds(count: u64) -> Span {
        Span(count * 1000)
    }

    /// A duration in minutes.
    #[must_use]
    pub const fn minutes(count: u64) -> Span {
        Span::seconds(count * 60)
    }

    /// A duration in hours.
    #[must_use]
    pub const fn hours(count: u64) -> Span {
        Span::minutes(count * 60)
    }

    /// The duration in seconds, with fraction.
    #[must_use]
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    fn signed(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// Parses a duration as in flags and filters: `90s`, `30m`, `24h`, `7d`, `250ms`, `1h30m`.
    ///
    /// ```
    /// use dwell::time::Span;
    ///
    /// assert_eq!(Span::parse("1h30m")?, Span::minutes(90));
    /// assert_eq!(Span::parse("250ms")?, Span(250));
    /// assert_eq!(Span::parse("2w")?, Span::parse("14d")?);
    /// assert!(Span::parse("30").is_err(), "a number needs a unit");
    /// # Ok::<_, dwell::time::SpanError>(())
    /// ```
    ///
    /// # Errors
    /// A text that is empty, has a number without a unit, or an unknown unit.
    pub fn parse(text: &str) -> Result<Span, SpanError> {
        let wrong = || SpanError(text.to_owned());
        let mut rest = text.trim();
        let mut total: u64 = 0;
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let (number, tail) = rest.split_at(digits);
            let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
            let (unit, next) = tail.split_at(end);
            let count: u64 = number.parse().map_err(|_| wrong())?;
            let one = unit_millis(unit.trim()).ok_or_else(wrong)?;
            total = count.checked_mul(one).and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
            rest = next.trim_start();
        }
        Ok(Span(total))
    }
}

fn unit_millis(unit: &str) -> Option<u64> {
    match unit {
        "ms" => Some(1),
        "s" | "sec" => Some(1000),
        "m" | "min" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        "w" => Some(604_800_000),
        _ => None,
    }
}

/// An invalid duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time; write it like 90s, 30m, 24h or 7d")]
pub struct SpanError(String);

impl fmt::Display for Span {
    /// Coarse, as the screen shows ages (design.md section 6): `12s`, `3m`, `1h04`, `2d03`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        let text = match seconds {
            0..60 => format!("{seconds}s"),
            60..3600 => format!("{}m", seconds / 60),
            3600..86_400 => format!("{}h{:02}", seconds / 3600, seconds / 60 % 60),
            _ => format!("{}d{:02}", seconds / 86_400, seconds / 3600 % 24),
        };
        out.pad(&text)
    }
}

impl Add<Span> for Millis {
    type Output = Millis;
    fn add(self, span: Span) -> Millis {
        Millis(self.0.saturating_add(span.signed()))
    }
}

impl AddAssign<Span> for Millis {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub<Span> for Millis {
    type Output = Millis;
    fn sub(self, span: Span) -> Millis {
        Millis(self.0.saturating_sub(span.signed()))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_flags_write_them() {
        assert_eq!(Span::parse("30m"), Ok(Span::minutes(30)));
        assert_eq!(Span::parse("1h30m"), Ok(Span::minutes(90)));
        assert_eq!(Span::parse("250ms"), Ok(Span(250)));
        for wrong in ["", "30", "m", "30x", "-5m", "99999999999999999999h"] {
            assert!(Span::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn spans_show_coarsely() {
        let shown = [12_000, 185_000, 3_840_000, 97_200_000].map(|ms| Span(ms).to_string());
        assert_eq!(shown, ["12s", "3m", "1h04", "1d03"]);
    }

    #[test]
    fn flooring_goes_down_before_the_epoch_too() {
        assert_eq!(Millis(-1).floor_to(Span::minutes(1)), Millis(-60_000));
        assert_eq!(Millis(60_001).floor_to(Span::minutes(1)), Millis(60_000));
    }
}
