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
    /// What fits the time from the first new visitor on: hours for less than two days, weeks from three weeks on.
    Fitting,
}

impl ReturningBy {
    /// Every length, in the order in which a key goes through them.
    pub const ALL: [ReturningBy; 3] = [ReturningBy::Hour, ReturningBy::Day, ReturningBy::Week];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ReturningBy::Hour => "hour",
            ReturningBy::Day => "day",
            ReturningBy::Week => "week",
            ReturningBy::Fitting => "fitting",
        }
    }

    /// The length itself, of a table over so much time.
    pub(in crate::query) fn over(self, time: Span) -> ReturningBy {
        match self {
            ReturningBy::Fitting if time < Span::hours(2 * 24) => ReturningBy::Hour,
            ReturningBy::Fitting if time < Span::hours(3 * 7 * 24) => ReturningBy::Day,
            ReturningBy::Fitting => ReturningBy::Week,
            length => length,
        }
    }

    /// The one after it; after the last, the first.
    #[must_use]
    pub fn next(self) -> ReturningBy {
        let at = ReturningBy::ALL.iter().position(|one| *one == self).unwrap_or(0);
        ReturningBy::ALL[(at + 1) % ReturningBy::ALL.len()]
    }

    fn length(self) -> Span {
        match self {
            ReturningBy::Hour => Span::hours(1),
            ReturningBy::Day | ReturningBy::Fitting => Span::hours(24),
            ReturningBy::Week => Span::hours(24 * 7),
        }
    }

    /// How long after a multiple of its length it begins: 1970 began on a Thursday, weeks begin on Monday.
    fn shift(self) -> i64 {
        match self {
            ReturningBy::Hour | ReturningBy::Day | ReturningBy::Fitting => 0,
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
