//! Who came back: by hours, days or weeks.

use crate::time::{Millis, Span};

/// Of the visitors first seen in an hour, on a day or in a week: who came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturningAsk {
    /// By what they are told apart.
    pub by: ReturningBy,
    /// How many hours, days or weeks at most, the latest ones.
    pub rows: usize,
}

/// What visitors are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReturningBy {
    /// The hour in which they were first seen.
    Hour,
    /// The day, UTC.
    #[default]
    Day,
    /// The week, UTC.
    Week,
}

impl ReturningBy {
    /// Every one, in the order in which a key goes through them.
    pub const ALL: [ReturningBy; 3] = [ReturningBy::Hour, ReturningBy::Day, ReturningBy::Week];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ReturningBy::Hour => "hour",
            ReturningBy::Day => "day",
            ReturningBy::Week => "week",
        }
    }

    fn length(self) -> Span {
        match self {
            ReturningBy::Hour => Span::hours(1),
            ReturningBy::Day => Span::hours(24),
            ReturningBy::Week => Span::hours(24 * 7),
        }
    }

    /// How long after a multiple of its length it begins: 1970 began on a Thursday, weeks begin on Monday.
    fn shift(self) -> i64 {
        match self {
            ReturningBy::Hour | ReturningBy::Day => 0,
            ReturningBy::Week => 4 * 86_400_000,
        }
    }

    /// The number of the one that a time falls into.
    pub(in crate::query) fn bucket(self, time: Millis) -> i32 {
        let bucket = time.0.saturating_sub(self.shift()).div_euclid(self.length().0.cast_signed());
        i32::try_from(bucket).unwrap_or(if bucket < 0 { i32::MIN } else { i32::MAX })
    }

    /// When the one of that number begins.
    pub(in crate::query) fn begins(self, bucket: i32) -> Millis {
        Millis(i64::from(bucket) * self.length().0.cast_signed() + self.shift())
    }
}
