//! The zone of timestamps without an offset (design.md R6), and disambiguation of the hour that repeats when daylight
//! saving time ends.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};

use crate::time::{Millis, Span};

/// The time zone of timestamps without an offset. Cheap to clone.
#[derive(Clone)]
pub struct LogZone(Arc<Offsets>);

/// Maps a local time to its UTC offset; two of them for an ambiguous time.
type Offsets = dyn Fn(&NaiveDateTime) -> MappedLocalTime<FixedOffset> + Send + Sync;

impl LogZone {
    /// Wraps a chrono zone.
    #[must_use]
    pub fn of<Z: TimeZone + Send + Sync + 'static>(zone: Z) -> LogZone {
        LogZone(Arc::new(move |civil| zone.offset_from_local_datetime(civil).map(|offset| offset.fix())))
    }

    /// The offsets at the local time `civil`, given as if it were UTC.
    fn shown_at(&self, civil: Millis) -> LocalOffset {
        let civil = civil.utc().naive_utc();
        let east = |offset: FixedOffset| i64::from(offset.local_minus_utc()) * 1000;
        match (self.0)(&civil) {
            MappedLocalTime::Single(offset) => LocalOffset::Once(east(offset)),
            MappedLocalTime::Ambiguous(one, other) => {
                let (one, other) = (east(one), east(other));
                // The earlier of the two instants has the larger offset.
                LocalOffset::Twice { first: one.max(other), second: one.min(other) }
            }
            // Skipped when clocks go forward: use the offset before the change.
            MappedLocalTime::None => LocalOffset::Once(east(self.before(civil))),
        }
    }

    fn before(&self, civil: NaiveDateTime) -> FixedOffset {
        // Longer than any daylight saving change.
        let earlier = civil - TimeDelta::hours(3);
        (self.0)(&earlier).earliest().unwrap_or_else(|| Utc.fix())
    }
}

impl Default for LogZone {
    fn default() -> LogZone {
        LogZone::of(Utc)
    }
}

impl fmt::Debug for LogZone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let epoch = DateTime::<Utc>::UNIX_EPOCH.naive_utc();
        write!(out, "LogZone({:?} in 1970)", (self.0)(&epoch))
    }
}

/// The UTC offsets of a local time, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LocalOffset {
    Once(i64),
    /// Ambiguous: clocks are set back in between.
    Twice {
        first: i64,
        second: i64,
    },
}

/// Converts the local timestamps of a log to instants, in the order of its lines.
#[derive(Debug, Clone, Default)]
pub(super) struct LocalClock {
    zone: LogZone,
    /// One-entry cache of the zone lookup, by minute: consecutive lines mostly share it.
    minute: Option<(Millis, LocalOffset)>,
    /// Progress through the latest repeated hour.
    repeated: Option<Repeated>,
    /// Whether any timestamp had no offset.
    is_used: bool,
}

/// Progress through a repeated hour.
#[derive(Debug, Clone, Copy)]
struct Repeated {
    newest: Millis,
    has_stepped_back: bool,
}

/// A jump back by more than this means that the clock was set back; smaller ones are late lines (R6, default
/// `--lateness`).
const STEP: Span = Span::minutes(5);
/// Times further apart than this belong to different clock changes.
const SAME_CHANGE: Span = Span::hours(3);

impl LocalClock {
    pub(super) fn new(zone: LogZone) -> LocalClock {
        LocalClock { zone, ..LocalClock::default() }
    }

    /// The instant of the local time `civil`, given as if it were UTC.
    pub(super) fn instant(&mut self, civil: Millis) -> Millis {
        self.is_used = true;
        let east = match self.shown_at(civil) {
            LocalOffset::Once(east) => east,
            LocalOffset::Twice { first, second } => {
                if self.is_second(civil) {
                    second
                } else {
                    first
                }
            }
        };
        Millis(civil.0 - east)
    }

    fn shown_at(&mut self, civil: Millis) -> LocalOffset {
        let minute = civil.floor_to(Span::minutes(1));
        match self.minute {
            Some((known, shown)) if known == minute => shown,
            _ => {
                let shown = self.zone.shown_at(minute);
                self.minute = Some((minute, shown));
                shown
            }
        }
    }

    /// Whether an ambiguous time is the second one: the log has jumped back before.
    fn is_second(&mut self, civil: Millis) -> bool {
        let begun = Repeated { newest: civil, has_stepped_back: false };
        let near = |repeated: &Repeated| {
            civil.since(repeated.newest).max(repeated.newest.since(civil)) <= SAME_CHANGE
        };
        let before = self.repeated.filter(near).unwrap_or(begun);
        let has_stepped_back = before.has_stepped_back || civil + STEP < before.newest;
        self.repeated = Some(Repeated { newest: before.newest.max(civil), has_stepped_back });
        has_stepped_back
    }

    /// Whether clocks may have been set back between the last timestamp of `self` and that of `later`.
    pub(super) fn may_be_set_back(&self, later: &LocalClock) -> bool {
        let (Some((_, one)), Some((_, other))) = (self.minute, later.minute) else { return false };
        one != other || matches!(one, LocalOffset::Twice { .. })
    }

    /// Whether any timestamp had no offset.
    pub(super) fn is_used(&self) -> bool {
        self.is_used
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    const HOUR: i32 = 3600;

    /// UTC+2 until 25 October 2026, 01:00 UTC, then UTC+1; UTC+1 also until 29 March, 01:00 UTC.
    #[derive(Clone)]
    struct Berlin;

    impl TimeZone for Berlin {
        type Offset = FixedOffset;
        fn from_offset(_: &FixedOffset) -> Berlin {
            Berlin
        }
        fn offset_from_local_date(&self, _: &NaiveDate) -> MappedLocalTime<FixedOffset> {
            MappedLocalTime::None
        }
        fn offset_from_local_datetime(&self, civil: &NaiveDateTime) -> MappedLocalTime<FixedOffset> {
            let both: Vec<_> = [2, 1]
                .into_iter()
                .map(|hours| FixedOffset::east_opt(hours * HOUR).expect("an offset"))
                .filter(|offset| self.offset_from_utc_datetime(&(*civil - *offset)) == *offset)
                .collect();
            match both[..] {
                [] => MappedLocalTime::None,
                [one] => MappedLocalTime::Single(one),
                [one, other, ..] => MappedLocalTime::Ambiguous(one, other),
            }
        }
        fn offset_from_utc_date(&self, _: &NaiveDate) -> FixedOffset {
            FixedOffset::east_opt(0).expect("an offset")
        }
        fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> FixedOffset {
            let summer = at("2026-03-29 01:00:00")..at("2026-10-25 01:00:00");
            let hours = if summer.contains(&Millis(utc.and_utc().timestamp_millis())) { 2 } else { 1 };
            FixedOffset::east_opt(hours * HOUR).expect("an offset")
        }
    }

    fn at(civil: &str) -> Millis {
        let civil = NaiveDateTime::parse_from_str(civil, "%Y-%m-%d %H:%M:%S").expect("a time");
        Millis(civil.and_utc().timestamp_millis())
    }

    /// Reads the local times of a log in Berlin.
    fn read(times: &[&str]) -> Vec<String> {
        let mut clock = LocalClock::new(LogZone::of(Berlin));
        times.iter().map(|time| clock.instant(at(time)).utc().format("%H:%M:%S").to_string()).collect()
    }

    #[test]
    fn r6_a_time_that_comes_twice_is_the_earlier_one_until_the_log_steps_back() {
        let times = [
            "2026-10-25 01:59:00",
            "2026-10-25 02:10:00",
            "2026-10-25 02:59:50",
            "2026-10-25 02:59:48", // a little late
            "2026-10-25 02:00:10",
            "2026-10-25 02:59:50",
            "2026-10-25 03:00:05",
            "2026-10-25 02:59:59", // a little late
        ];
        let instants =
            ["23:59:00", "00:10:00", "00:59:50", "00:59:48", "01:00:10", "01:59:50", "02:00:05", "01:59:59"];
        assert_eq!(read(&times), instants);
    }

    #[test]
    fn r6_a_time_that_clocks_skip_is_read_as_if_they_did_not() {
        assert_eq!(
            read(&["2026-03-29 01:59:00", "2026-03-29 02:10:00", "2026-03-29 03:10:00"]),
            ["00:59:00", "01:10:00", "01:10:00"]
        );
    }
}
