//! Parses the time stamp of common and combined logs: `24/Nov/2026:14:02:33 +0100`.
//!
//! Consecutive lines share most of it, so the last stamp and the start of its minute and day are cached.

use chrono::NaiveDate;

use super::zone::{LocalClock, LogZone};
use crate::time::Millis;

/// The length of a stamp in bytes.
pub(super) const STAMP: usize = 26;
/// `24/Nov/2026:`
const DAY: usize = 12;
/// `24/Nov/2026:14:02:`
const MINUTE: usize = 18;
const ZONE: usize = 20;

/// A stamp parser with its cache.
#[derive(Debug, Clone)]
pub(super) struct StampReader {
    /// The last stamp and its instant: on a busy site many lines have the same.
    last: [u8; STAMP],
    time: Millis,
    minute: [u8; MINUTE],
    zone: [u8; STAMP - ZONE],
    /// The start of that minute in that zone.
    minute_start: i64,
    /// Midnight of that day in that zone.
    midnight: i64,
    /// The zone for stamps without one.
    local: LocalClock,
}

impl StampReader {
    pub(super) fn new() -> StampReader {
        StampReader {
            last: *b"01/Jan/1970:00:00:00 +0000",
            time: Millis(0),
            minute: [0; MINUTE],
            zone: [0; STAMP - ZONE],
            minute_start: 0,
            midnight: 0,
            local: LocalClock::default(),
        }
    }

    /// Sets the zone for stamps without one.
    pub(super) fn set_zone(&mut self, zone: LogZone) {
        self.local = LocalClock::new(zone);
    }

    /// The instant when the clocks of the log's zone show `civil`, which is given as if it were UTC.
    pub(super) fn local(&mut self, civil: Millis) -> Millis {
        self.local.instant(civil)
    }

    /// What is known of the zone of stamps without one.
    pub(super) fn local_clock(&self) -> &LocalClock {
        &self.local
    }

    /// The instant of the first 26 bytes of `text`.
    #[inline]
    pub(super) fn read(&mut self, text: &[u8]) -> Option<Millis> {
        let stamp: &[u8; STAMP] = text.first_chunk()?;
        if *stamp == self.last { Some(self.time) } else { self.read_another(stamp) }
    }

    /// Not inlined: on a cache hit, callers get by without a call.
    #[inline(never)]
    fn read_another(&mut self, stamp: &[u8; STAMP]) -> Option<Millis> {
        let (minute, zone) = (stamp.first_chunk::<MINUTE>()?, stamp.last_chunk::<{ STAMP - ZONE }>()?);
        if *minute != self.minute || *zone != self.zone {
            self.begin_minute(minute, *zone)?;
        }
        let second = two_digits(stamp[MINUTE], stamp[MINUTE + 1]).filter(|&second| second < 60)?;
        self.time = Millis(self.minute_start + second * 1000);
        self.last = *stamp;
        Some(self.time)
    }

    fn begin_minute(&mut self, minute: &[u8; MINUTE], zone: [u8; STAMP - ZONE]) -> Option<()> {
        let day = minute.first_chunk::<DAY>()?;
        let same_day = self.minute.first_chunk() == Some(day) && self.zone == zone;
        let midnight = if same_day { self.midnight } else { midnight(day, zone)? };
        let minute_start = midnight + since_midnight(minute)?;
        (self.minute, self.zone) = (*minute, zone);
        (self.minute_start, self.midnight) = (minute_start, midnight);
        Some(())
    }
}

/// Milliseconds since midnight of `24/Nov/2026:14:02:`.
fn since_midnight(minute: &[u8; MINUTE]) -> Option<i64> {
    let [.., ten_hours, hours, b':', ten_minutes, minutes, b':'] = *minute else { return None };
    let (hours, minutes) = (two_digits(ten_hours, hours)?, two_digits(ten_minutes, minutes)?);
    (hours < 24 && minutes < 60).then_some((hours * 60 + minutes) * 60_000)
}

fn two_digits(tens: u8, ones: u8) -> Option<i64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then_some(i64::from(tens) * 10 + i64::from(ones))
}

/// Midnight of `24/Nov/2026:` in the zone ` +0100`.
fn midnight(day: &[u8; DAY], zone: [u8; STAMP - ZONE]) -> Option<i64> {
    if day[2] != b'/' || day[6] != b'/' || day[11] != b':' || zone[0] != b' ' {
        return None;
    }
    let year = two_digits(day[7], day[8])? * 100 + two_digits(day[9], day[10])?;
    let month = month(&day[3..6])?;
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(year).ok()?,
        month,
        u32::try_from(two_digits(day[0], day[1])?).ok()?,
    )?;
    let utc = date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis();
    Some(utc - offset(zone)?)
}

/// The number of a month by its English name's first three letters.
pub(super) fn month(name: &[u8]) -> Option<u32> {
    const NAMES: [&[u8]; 12] =
        [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
    let at = NAMES.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    u32::try_from(at + 1).ok()
}

/// Milliseconds east of UTC of ` +0100`.
fn offset(zone: [u8; STAMP - ZONE]) -> Option<i64> {
    let (hours, minutes) = (two_digits(zone[2], zone[3])?, two_digits(zone[4], zone[5])?);
    let east = (hours * 60 + minutes) * 60_000;
    match zone[1] {
        b'+' if minutes < 60 => Some(east),
        b'-' if minutes < 60 => Some(-east),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        StampReader::new().read(text.as_bytes()).map(Millis::rfc3339)
    }

    #[test]
    fn stamps_become_utc() {
        assert_eq!(read("22/Jan/2019:03:56:14 +0330").as_deref(), Some("2019-01-22T00:26:14.000Z"));
        assert_eq!(read("29/Feb/2024:23:59:59 -1100").as_deref(), Some("2024-03-01T10:59:59.000Z"));
        assert_eq!(read("01/Jan/1970:00:00:00 +0000").as_deref(), Some("1970-01-01T00:00:00.000Z"));
    }

    #[test]
    fn the_remembered_day_does_not_stick() {
        let mut reader = StampReader::new();
        let mut read = |text: &str| reader.read(text.as_bytes()).map(Millis::rfc3339);
        assert_eq!(read("31/Dec/2025:23:59:59 +0000").as_deref(), Some("2025-12-31T23:59:59.000Z"));
        assert_eq!(read("01/Jan/2026:00:00:00 +0000").as_deref(), Some("2026-01-01T00:00:00.000Z"));
        assert_eq!(read("01/Jan/2026:01:00:00 +0100").as_deref(), Some("2026-01-01T00:00:00.000Z"));
        assert_eq!(read("99/Jan/2026:01:00:00 +0100"), None);
        assert_eq!(read("01/Jan/2026:01:00:00 +0100").as_deref(), Some("2026-01-01T00:00:00.000Z"));
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        for wrong in [
            "29/Feb/2023:00:00:00 +0000",
            "00/Jan/2023:00:00:00 +0000",
            "01/Foo/2023:00:00:00 +0000",
            "01/Jan/2023:24:00:00 +0000",
            "01/Jan/2023:00:60:00 +0000",
            "01/Jan/2023:00:00:60 +0000",
            "01/Jan/2023:00:00:00 00000",
            "01-Jan-2023:00:00:00 +0000",
            "1/Jan/2023:00:00:00 +0000",
            "",
            "x",
            "01/Jan/2023:00:00:00 +00",
            "01/Jan/2023 00:00:00 +0000",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
