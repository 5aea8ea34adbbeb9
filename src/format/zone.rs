//! The zone of stamps that name none (design.md R6), and which of two hours a stamp means where clocks are set back.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};

use crate::time::{Millis, Span};

/// The time zone of stamps that name none. Cheap to clone.
#[derive(Clone)]
pub struct Zone(Arc<Offsets>);

/// What a zone's clocks are off from UTC where they show a time; two of it where they show it twice.
type Offsets = dyn Fn(&NaiveDateTime) -> MappedLocalTime<FixedOffset> + Send + Sync;

impl Zone {
    /// A zone as chrono knows it.
    #[must_use]
    pub fn of<Z: TimeZone + Send + Sync + 'static>(zone: Z) -> Zone {
        Zone(Arc::new(move |civil| zone.offset_from_local_datetime(civil).map(|offset| offset.fix())))
    }

    /// Where clocks show `civil`, which is written as if it were UTC.
    fn shown_at(&self, civil: Millis) -> Shown {
        let civil = civil.utc().naive_utc();
        let east = |offset: FixedOffset| i64::from(offset.local_minus_utc()) * 1000;
        match (self.0)(&civil) {
            MappedLocalTime::Single(offset) => Shown::Once(east(offset)),
            MappedLocalTime::Ambiguous(one, other) => {
                let (one, other) = (east(one), east(other));
                // Of two instants the earlier one is further east.
                Shown::Twice { first: one.max(other), second: one.min(other) }
            }
            // Clocks skip it: they are taken not to have been set forward yet.
            MappedLocalTime::None => Shown::Once(east(self.before(civil))),
        }
    }

    fn before(&self, civil: NaiveDateTime) -> FixedOffset {
        // No clock is set forward by more than this at once.
        let earlier = civil - TimeDelta::hours(3);
        (self.0)(&earlier).earliest().unwrap_or_else(|| Utc.fix())
    }
}

impl Default for Zone {
    fn default() -> Zone {
        Zone::of(Utc)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let epoch = DateTime::<Utc>::UNIX_EPOCH.naive_utc();
        write!(out, "Zone({:?} in 1970)", (self.0)(&epoch))
    }
}

/// How often the clocks of a zone show a time, with how many milliseconds they are ahead of UTC then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Once(i64),
    /// Clocks are set back meanwhile.
    Twice {
        first: i64,
        second: i64,
    },
}

/// Makes instants of stamps without a zone, as they come in a log.
#[derive(Debug, Clone, Default)]
pub(super) struct LocalClock {
    zone: Zone,
    /// The last time that was looked up, to the minute, and what was found: most lines are of the same.
    minute: Option<(Millis, Shown)>,
    /// The newest time of the last hour that was shown twice.
    repeated: Option<Repeated>,
    /// Whether any stamp came without a zone.
    is_used: bool,
}

/// How far a log has come in an hour that clocks show twice.
#[derive(Debug, Clone, Copy)]
struct Repeated {
    newest: Millis,
    has_stepped_back: bool,
}

/// A log that goes back by more than this has had its clock set back; lines may be late by so much (R6).
const STEP: Span = Span::minutes(5);
/// Times further apart are not of the same hour that clocks show twice.
const SAME_CHANGE: Span = Span::hours(3);

impl LocalClock {
    pub(super) fn new(zone: Zone) -> LocalClock {
        LocalClock { zone, ..LocalClock::default() }
    }

    /// The instant at which clocks show `civil`, which is written as if it were UTC.
    pub(super) fn instant(&mut self, civil: Millis) -> Millis {
        self.is_used = true;
        let east = match self.shown_at(civil) {
            Shown::Once(east) => east,
            Shown::Twice { first, second } => {
                if self.is_second(civil) {
                    second
                } else {
                    first
                }
            }
        };
        Millis(civil.0 - east)
    }

    fn shown_at(&mut self, civil: Millis) -> Shown {
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

    /// The first of both, until the log has stepped back.
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

    /// Whether clocks may be set back between two stamps, of which the last one was read by `later`.
    pub(super) fn may_be_set_back(&self, later: &LocalClock) -> bool {
        let (Some((_, one)), Some((_, other))) = (self.minute, later.minute) else { return false };
        one != other || matches!(one, Shown::Twice { .. })
    }

    /// Whether any stamp came without a zone.
    pub(super) fn is_used(&self) -> bool {
        self.is_used
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    const HOUR: i32 = 3600;

    /// Two hours ahead of UTC until 01:00 UTC on 25 October 2026, then one; one hour ahead until 29 March, 01:00 UTC.
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

    /// The times of a log that is kept in Berlin, and the instants that they are read as.
    fn read(times: &[&str]) -> Vec<String> {
        let mut clock = LocalClock::new(Zone::of(Berlin));
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
