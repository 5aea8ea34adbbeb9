//! Times as people write them, and their resolution to instants.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::from_text::FromText;
use super::zone::Zone;
use crate::time::{Millis, Span};

/// Where reading starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// At the beginning.
    All,
    /// This long before now.
    Ago(Span),
    /// At an instant.
    At(Millis),
}

/// `--since` as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SinceText {
    /// `all`
    All,
    /// A duration before now.
    Ago(Span),
    /// A time.
    Time(TimeText),
}

/// A time as written; its instant depends on the time zone and the current date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeText {
    /// RFC 3339, which includes its offset.
    Instant(Millis),
    /// A date with or without a time of day.
    Civil(NaiveDateTime),
    /// A time of day: its latest occurrence in the past.
    OfDay(NaiveTime),
}

/// A local time that does not exist: in the hour skipped when daylight saving time begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} does not exist here: the clocks skip it; write a time before or after, or add --tz UTC")]
pub struct SkippedTime(NaiveDateTime);

impl FromText for SinceText {
    fn from_text(text: &str) -> Result<SinceText, String> {
        if text == "all" {
            return Ok(SinceText::All);
        }
        if let Ok(span) = Span::parse(text) {
            return Ok(SinceText::Ago(span));
        }
        time_from(text).map(SinceText::Time).ok_or_else(|| {
            format!("`{text}` is not a time; write all, a length of time such as 24h, or {TIMES}")
        })
    }
}

impl FromText for TimeText {
    fn from_text(text: &str) -> Result<TimeText, String> {
        time_from(text).ok_or_else(|| format!("`{text}` is not a time; write {TIMES}"))
    }
}

const TIMES: &str = "14:00, 2026-11-24, \"2026-11-24 14:00\" or 2026-11-24T14:00:00Z";

fn time_from(text: &str) -> Option<TimeText> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(TimeText::Instant(Millis(instant.timestamp_millis())));
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(TimeText::Civil(date.and_time(NaiveTime::MIN)));
    }
    of_day(text).map(TimeText::OfDay).or_else(|| civil(text).map(TimeText::Civil))
}

fn of_day(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

fn civil(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
}

impl SinceText {
    /// Resolves to an instant, given the zone and the current time.
    ///
    /// # Errors
    /// A local time that the zone skips.
    pub fn resolve(self, zone: Zone, now: Millis) -> Result<Since, SkippedTime> {
        Ok(match self {
            SinceText::All => Since::All,
            SinceText::Ago(span) => Since::Ago(span),
            SinceText::Time(time) => Since::At(time.resolve(zone, now)?),
        })
    }
}

impl TimeText {
    /// Resolves to an instant, given the zone and the current time.
    ///
    /// # Errors
    /// A local time that the zone skips.
    pub fn resolve(self, zone: Zone, now: Millis) -> Result<Millis, SkippedTime> {
        let civil = match self {
            TimeText::Instant(at) => return Ok(at),
            TimeText::Civil(civil) => civil,
            TimeText::OfDay(time) => latest(time, zone.civil(now)),
        };
        zone.instant(civil).ok_or(SkippedTime(civil))
    }
}

fn latest(time: NaiveTime, now: NaiveDateTime) -> NaiveDateTime {
    let today = now.date().and_time(time);
    let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
    if today <= now { today } else { yesterday }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_795_510_800_000); // 2026-11-24T09:00:00Z

    fn since(text: &str) -> String {
        match SinceText::from_text(text).map(|since| since.resolve(Zone::Utc, NOW)) {
            Ok(Ok(Since::All)) => "all".to_owned(),
            Ok(Ok(Since::Ago(span))) => format!("{span} ago"),
            Ok(Ok(Since::At(at))) => at.rfc3339(),
            Ok(Err(skipped)) => skipped.to_string(),
            Err(message) => message,
        }
    }

    #[test]
    fn since_reads_spans_and_times() {
        for (text, meant) in [
            ("all", "all"),
            ("24h", "1d00 ago"),
            ("2026-11-24", "2026-11-24T00:00:00.000Z"),
            ("2026-11-24 14:00", "2026-11-24T14:00:00.000Z"),
            ("2026-11-24T14:00:30", "2026-11-24T14:00:30.000Z"),
            ("2026-11-24T14:00:00+01:00", "2026-11-24T13:00:00.000Z"),
            ("2026-11-24T14:00:00.250Z", "2026-11-24T14:00:00.250Z"),
        ] {
            assert_eq!(since(text), meant, "{text}");
        }
    }

    #[test]
    fn a_time_of_day_is_the_latest_one_that_has_passed() {
        assert_eq!(since("08:59"), "2026-11-24T08:59:00.000Z");
        assert_eq!(since("14:00"), "2026-11-23T14:00:00.000Z");
    }

    #[test]
    fn what_is_not_a_time_is_told_how_to_write_one() {
        for wrong in ["", "yesterday", "24", "2026-13-01", "25:00", "2026-11-24 14"] {
            let message = since(wrong);
            assert!(message.contains("is not a time; write all"), "{wrong}: {message}");
        }
    }
}
