//! Parses a timestamp at the start of a text, in any style used by servers and frameworks.

use super::fields::{Decimal, micros};
use super::stamp::{STAMP, StampReader, month};
use super::when::{self, Civil, digits};
use crate::time::Millis;

/// Timestamp styles that have their own variable in format strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StampStyle {
    /// `24/Nov/2026:14:02:33 +0000`
    Common,
    /// `2026-11-24T14:02:33+00:00`, with or without `T`, fraction and zone.
    Iso,
    /// A Unix time in any unit.
    Epoch,
    /// Any other.
    Other,
}

/// A parsed timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) time: Millis,
    /// Its length in bytes.
    pub(super) length: usize,
    pub(super) style: StampStyle,
}

/// Parses the timestamp at the start of the text, if any.
pub(super) fn leading(text: &[u8], common: &mut StampReader) -> Option<Stamp> {
    let stamp = |style| move |(time, length)| Stamp { time, length, style };
    let first = *text.first()?;
    if first.is_ascii_alphabetic() {
        return weekday_first(text, common).map(stamp(StampStyle::Other));
    }
    if !first.is_ascii_digit() {
        return None;
    }
    if let Some(time) = common.read(text) {
        return Some(Stamp { time, length: STAMP, style: StampStyle::Common });
    }
    iso(text, common)
        .map(stamp(StampStyle::Iso))
        .or_else(|| day_first(text, common).map(stamp(StampStyle::Other)))
        .or_else(|| date_dash_clock(text, common).map(stamp(StampStyle::Other)))
        .or_else(|| six_digits(text, common).map(stamp(StampStyle::Other)))
        .or_else(|| epoch(text).map(stamp(StampStyle::Epoch)))
}

/// ISO 8601, also with a space before the zone: `2026-11-24 14:02:33 +0000`.
fn iso(text: &[u8], common: &mut StampReader) -> Option<(Millis, usize)> {
    let (civil, length) = when::iso_civil(text)?;
    with_zone(civil, text, length, common)
}

/// ` +0000`, ` -05:00`, ` UTC` or ` GMT`: the offset in minutes, and its length.
fn zone_after_blank(text: &[u8]) -> Option<(i32, usize)> {
    let zone = text.strip_prefix(b" ")?;
    if zone.starts_with(b"UTC") || zone.starts_with(b"GMT") {
        return Some((0, 4));
    }
    let (east, length) = when::zone(zone).filter(|_| matches!(zone.first(), Some(b'+' | b'-')))?;
    Some((east, length + 1))
}

/// `24/Nov/2026:14:02:33.250` or `24/Nov/2026 14:02:33`, with or without a zone; also with dashes for slashes.
fn day_first(text: &[u8], common: &mut StampReader) -> Option<(Millis, usize)> {
    const SHAPE: &[u8; 21] = b"99/aaa/9999:99:99:99 ";
    let clock = text.get(..SHAPE.len() - 1)?;
    let separator = clock[2];
    let fits =
        matches!(separator, b'/' | b'-') && clock[6] == separator && matches!(clock[11], b':' | b' ' | b'T');
    if !fits {
        return None;
    }
    let civil = Civil {
        year: i32::try_from(digits(&clock[7..], 4)?).ok()?,
        month: month(&clock[3..6])?,
        day: digits(clock, 2)?,
        ..of_clock(&clock[12..])?
    };
    if clock[11] == b':' && text.get(clock.len()) == Some(&b':') {
        return after_colon(civil, text, clock.len(), common);
    }
    finished(civil, text, clock.len(), common)
}

/// Milliseconds after a colon, from Java's pattern `HH:mm:ss:SSS`: `24/Nov/2026:14:02:33:250 +0000`.
fn after_colon(civil: Civil, text: &[u8], at: usize, common: &mut StampReader) -> Option<(Millis, usize)> {
    let millis = digits(text.get(at + 1..)?, 3)?;
    with_zone(Civil { micros: millis * 1000, ..civil }, text, at + 4, common)
}

/// `2026/11/24 - 14:02:33` (gin).
fn date_dash_clock(text: &[u8], common: &mut StampReader) -> Option<(Millis, usize)> {
    const SHAPE: usize = "2026/11/24 - 14:02:33".len();
    let stamp = text.get(..SHAPE)?;
    let fits = stamp[4] == b'/' && stamp[7] == b'/' && &stamp[10..13] == b" - ";
    if !fits {
        return None;
    }
    let civil = Civil {
        year: i32::try_from(digits(stamp, 4)?).ok()?,
        month: digits(&stamp[5..], 2)?,
        day: digits(&stamp[8..], 2)?,
        ..of_clock(&stamp[13..])?
    };
    finished(civil, text, SHAPE, common)
}

/// `261124 14:02:33` (Tornado).
fn six_digits(text: &[u8], common: &mut StampReader) -> Option<(Millis, usize)> {
    const SHAPE: usize = "261124 14:02:33".len();
    let stamp = text.get(..SHAPE).filter(|stamp| stamp[6] == b' ')?;
    let civil = Civil {
        year: 2000 + i32::try_from(digits(stamp, 2)?).ok()?,
        month: digits(&stamp[2..], 2)?,
        day: digits(&stamp[4..], 2)?,
        ..of_clock(&stamp[7..])?
    };
    finished(civil, text, SHAPE, common)
}

/// `Tue Nov 24 14:02:33 2026` (ctime, Apache's error log) or `Tue, 24 Nov 2026 14:02:33 GMT` (RFC 1123).
fn weekday_first(text: &[u8], common: &mut StampReader) -> Option<(Millis, usize)> {
    let weekday = text.get(..3)?;
    if !DAYS.iter().any(|day| day.eq_ignore_ascii_case(weekday)) {
        return None;
    }
    match text.get(3)? {
        b',' => rfc1123(text, common),
        b' ' => ctime(text, common),
        _ => None,
    }
}

const DAYS: [&[u8]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];

fn ctime(text: &[u8], common: &mut StampReader) -> Option<(Millis, usize)> {
    let (month, day) = (month(text.get(4..7)?)?, text.get(8..10)?);
    let day = if day[0] == b' ' { digits(&day[1..], 1)? } else { digits(day, 2)? };
    let clock = of_clock(text.get(11..)?)?;
    let mut at = 11 + CLOCK;
    let mut fraction = 0;
    if text.get(at) == Some(&b'.') {
        let (micros, length) = micros(&text[at + 1..]);
        (fraction, at) = (micros, at + 1 + length);
    }
    let year = text.get(at..)?.strip_prefix(b" ")?;
    let civil = Civil { year: i32::try_from(digits(year, 4)?).ok()?, month, day, micros: fraction, ..clock };
    Some((civil.instant(common)?, at + 5))
}

fn rfc1123(text: &[u8], common: &mut StampReader) -> Option<(Millis, usize)> {
    let date = text.get(5..)?;
    let civil = Civil {
        day: digits(date, 2)?,
        month: month(date.get(3..6)?)?,
        year: i32::try_from(digits(date.get(7..)?, 4)?).ok()?,
        ..of_clock(date.get(12..)?)?
    };
    finished(civil, text, 5 + 12 + CLOCK, common)
}

const CLOCK: usize = "14:02:33".len();

/// `14:02:33` at the start of the text.
fn of_clock(text: &[u8]) -> Option<Civil> {
    let clock = text.get(..CLOCK)?;
    if clock[2] != b':' || clock[5] != b':' {
        return None;
    }
    let two = |at: usize| digits(&clock[at..], 2);
    Some(Civil { hour: two(0)?, minute: two(3)?, second: two(6)?, ..Civil::NEVER })
}

/// Parses an optional fraction and zone after the seconds.
fn finished(civil: Civil, text: &[u8], length: usize, common: &mut StampReader) -> Option<(Millis, usize)> {
    let has_fraction =
        matches!(text.get(length..length + 2), Some([b'.' | b',', digit]) if digit.is_ascii_digit());
    if !has_fraction {
        return with_zone(civil, text, length, common);
    }
    let (micros, digits) = micros(&text[length + 1..]);
    with_zone(Civil { micros, ..civil }, text, length + 1 + digits, common)
}

/// Parses an optional zone, also after a space.
fn with_zone(civil: Civil, text: &[u8], length: usize, common: &mut StampReader) -> Option<(Millis, usize)> {
    let zone = if civil.east.is_none() { zone_after_blank(&text[length..]) } else { None };
    let east = civil.east.or(zone.map(|(east, _)| east));
    Some((Civil { east, ..civil }.instant(common)?, length + zone.map_or(0, |(_, more)| more)))
}

/// A Unix time with optional fraction; the unit follows from the number of digits: 10 for seconds, 13 for milliseconds,
/// 16 for microseconds, 19 for nanoseconds. All start with a 1 until 2033.
fn epoch(text: &[u8]) -> Option<(Millis, usize)> {
    let whole = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !matches!(whole, 10 | 13 | 16 | 19) || text[0] != b'1' {
        return None;
    }
    let (_, length) = Decimal::prefix(text)?;
    Some((when::number(&text[..length])?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_however_servers_write_them() {
        for (text, wanted, style) in [
            ("24/Nov/2026:14:02:33 +0100] x", "13:02:33.000", StampStyle::Common),
            ("2026-11-24T14:02:33.250+01:00 x", "13:02:33.250", StampStyle::Iso),
            ("2026-11-24T14:02:33.250Z x", "14:02:33.250", StampStyle::Iso),
            ("2026-11-24 14:02:33,250 x", "14:02:33.250", StampStyle::Iso),
            ("2026-11-24 14:02:33 +0100 x", "13:02:33.000", StampStyle::Iso),
            ("2026/11/24 14:02:33 x", "14:02:33.000", StampStyle::Iso),
            ("24/Nov/2026 14:02:33] x", "14:02:33.000", StampStyle::Other),
            ("24/Nov/2026:14:02:33.250] x", "14:02:33.250", StampStyle::Other),
            ("24/Nov/2026:14:02:33.250 +0100] x", "13:02:33.250", StampStyle::Other),
            ("24-Nov-2026 14:02:33 x", "14:02:33.000", StampStyle::Other),
            ("24/Nov/2026:14:02:33:250 +0100] x", "13:02:33.250", StampStyle::Other),
            ("261124 14:02:33 web:1] x", "14:02:33.000", StampStyle::Other),
            ("2026/11/24 - 14:02:33 | x", "14:02:33.000", StampStyle::Other),
            ("Tue Nov 24 14:02:33 2026] x", "14:02:33.000", StampStyle::Other),
            ("Tue Nov 24 14:02:33.250000 2026] x", "14:02:33.250", StampStyle::Other),
            ("Tue, 24 Nov 2026 14:02:33 GMT x", "14:02:33.000", StampStyle::Other),
            ("1795528953 x", "14:02:33.000", StampStyle::Epoch),
            ("1795528953.250 x", "14:02:33.250", StampStyle::Epoch),
            ("1795528953250 x", "14:02:33.250", StampStyle::Epoch),
        ] {
            let found = leading(text.as_bytes(), &mut StampReader::new()).expect(text);
            assert_eq!(found.time.rfc3339(), format!("2026-11-24T{wanted}Z"), "{text}");
            assert_eq!(found.style, style, "{text}");
            assert!(text[found.length..].starts_with([']', ' ']), "{text}");
        }
        for wrong in
            ["", "-", "192.0.2.7", "2026-11-24", "1234", "12345678901", "Tue", "Tuesday at 9", "24/Nov/2026"]
        {
            assert_eq!(leading(wrong.as_bytes(), &mut StampReader::new()), None, "{wrong}");
        }
    }
}
