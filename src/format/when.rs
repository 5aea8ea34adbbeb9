//! Parses times in styles other than the common log's: ISO 8601, RFC 3339 and Unix times.
//!
//! A timestamp without an offset is in the log's zone (`--tz`). In format strings `$time` accepts any style:
//! ```
//! let mut format = dwell::format::Format::pattern("$remote_addr [$time] \"$request\" $status")?;
//! for stamp in ["24/Nov/2026:15:02:33 +0100", "2026-11-24T14:02:33Z", "1795528953", "1795528953000"] {
//!     let line = format!("192.0.2.7 [{stamp}] \"GET / HTTP/1.1\" 200");
//!     let hit = format.read(line.as_bytes()).expect("a hit");
//!     assert_eq!(hit.time.rfc3339(), "2026-11-24T14:02:33.000Z");
//! }
//! # Ok::<_, dwell::format::PatternError>(())
//! ```

use chrono::NaiveDate;

use super::fields::{Decimal, micros};
use super::stamp::{StampReader, month};
use crate::bytes;
use crate::time::Millis;

/// Calendar fields parsed so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i32,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) micros: u32,
    /// UTC offset in minutes, if given.
    pub(super) east: Option<i32>,
}

impl Civil {
    /// Midnight of no particular day.
    pub(super) const NEVER: Civil =
        Civil { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, micros: 0, east: None };

    /// The instant; without an offset it is in the zone of `stamps`. `None` if the date or time does not exist.
    pub(super) fn instant(self, stamps: &mut StampReader) -> Option<Millis> {
        let civil = self.on_the_clock()?;
        Some(match self.east {
            Some(east) => Millis(civil.0 - i64::from(east) * 60_000),
            None => stamps.local(civil),
        })
    }

    /// The local time as if it were UTC.
    fn on_the_clock(self) -> Option<Millis> {
        let date = NaiveDate::from_ymd_opt(self.year, self.month, self.day)?;
        // 60 is a leap second.
        let on_the_clock = self.hour < 24 && self.minute < 60 && self.second <= 60;
        let days = i64::from(date.to_epoch_days());
        let minutes = (days * 24 + i64::from(self.hour)) * 60 + i64::from(self.minute);
        let millis = (minutes * 60 + i64::from(self.second)) * 1000 + i64::from(self.micros / 1000);
        on_the_clock.then_some(Millis(millis))
    }
}

/// Parses exactly `count` digits.
pub(super) fn digits(text: &[u8], count: usize) -> Option<u32> {
    text.get(..count)?
        .iter()
        .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u32::from(byte - b'0')))
}

/// Parses `2026-11-24T14:02:33.250+01:00` at the start of the text; also returns its length. Accepts a space for `T` and
/// slashes for hyphens. Fraction and zone are optional; the default zone is that of `stamps`.
pub(super) fn iso(text: &[u8], stamps: &mut StampReader) -> Option<(Millis, usize)> {
    let (civil, length) = iso_civil(text)?;
    Some((civil.instant(stamps)?, length))
}

/// Like [`iso`], but in UTC if there is no zone, whatever the log's zone is.
pub(super) fn iso_utc(text: &[u8]) -> Option<(Millis, usize)> {
    let (civil, length) = iso_civil(text)?;
    let time = civil.on_the_clock()?;
    Some((Millis(time.0 - i64::from(civil.east.unwrap_or(0)) * 60_000), length))
}

pub(super) fn iso_civil(text: &[u8]) -> Option<(Civil, usize)> {
    const CLOCK: usize = "2026-11-24T14:02:33".len();
    let head = text.get(..CLOCK)?;
    let separated = matches!(head[4], b'-' | b'/')
        && head[7] == head[4]
        && matches!(head[10], b'T' | b't' | b' ')
        && head[13] == b':'
        && head[16] == b':';
    if !separated {
        return None;
    }
    let two = |at: usize| digits(&head[at..], 2);
    let mut civil = Civil {
        year: i32::try_from(digits(head, 4)?).ok()?,
        month: two(5)?,
        day: two(8)?,
        hour: two(11)?,
        minute: two(14)?,
        second: two(17)?,
        ..Civil::NEVER
    };
    let mut length = CLOCK;
    if let Some(b'.' | b',') = text.get(length) {
        let (fraction, digits) = micros(&text[length + 1..]);
        civil.micros = fraction;
        length += 1 + digits;
    }
    if let Some((east, zone)) = zone(&text[length..]) {
        civil.east = Some(east);
        length += zone;
    }
    Some((civil, length))
}

/// Parses `Z`, `+01:00` or `+0100`: the offset in minutes, and its length.
pub(super) fn zone(text: &[u8]) -> Option<(i32, usize)> {
    let sign = match text.first()? {
        b'Z' | b'z' => return Some((0, 1)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(&text[1..], 2)?;
    let colon = usize::from(text.get(3) == Some(&b':'));
    let minutes = digits(text.get(3 + colon..)?, 2).filter(|&minutes| minutes < 60)?;
    Some((sign * i32::try_from(hours * 60 + minutes).ok()?, 5 + colon))
}

/// Parses a time as found in JSON: ISO 8601, the common log's style, or a number.
pub(super) fn any(text: &[u8], stamps: &mut StampReader) -> Option<Millis> {
    if let Some(time) = seconds(text) {
        return Some(time);
    }
    if let Some((time, _)) = iso(text, stamps) {
        return Some(time);
    }
    let stamp = text.strip_prefix(b"[").unwrap_or(text);
    stamps.read(stamp).or_else(|| common_local(stamp, stamps).map(|(time, _)| time)).or_else(|| number(text))
}

/// Parses `24/Nov/2026:14:02:33.250` or `24/Nov/2026 14:02:33`, the common log's style without a zone; also returns its
/// length.
pub(super) fn common_local(text: &[u8], stamps: &mut StampReader) -> Option<(Millis, usize)> {
    const DAY: usize = "24/Nov/2026".len();
    const CLOCK: usize = "24/Nov/2026:14:02:33".len();
    let head = text.get(..CLOCK)?;
    let separated = head[2] == b'/' && head[6] == b'/' && matches!(head[DAY], b':' | b' ' | b'T');
    if !separated || head[14] != b':' || head[17] != b':' {
        return None;
    }
    let two = |at: usize| digits(&head[at..], 2);
    let mut civil = Civil {
        year: i32::try_from(digits(&head[7..], 4)?).ok()?,
        month: month(&head[3..6])?,
        day: two(0)?,
        hour: two(12)?,
        minute: two(15)?,
        second: two(18)?,
        ..Civil::NEVER
    };
    let mut length = CLOCK;
    if let Some(b'.' | b',') = text.get(length) {
        let (fraction, digits) = micros(&text[length + 1..]);
        civil.micros = fraction;
        length += 1 + digits;
    }
    Some((civil.instant(stamps)?, length))
}

/// Fast path for Caddy and nginx: seconds with ten digits (until 2286) and at least three decimals. Same result as
/// [`number`].
fn seconds(text: &[u8]) -> Option<Millis> {
    let Some([whole @ .., tens, ones, b'.', a, b, c]) = text.first_chunk::<14>() else { return None };
    let (whole, last) = (u64::from_le_bytes(*whole), [*tens, *ones, *a, *b, *c]);
    let is_number = bytes::digits(whole) == 8 && last.iter().chain(&text[14..]).all(u8::is_ascii_digit);
    let millis =
        last.iter().fold(bytes::number(whole, 8), |number, digit| number * 10 + u64::from(digit & 0xf));
    is_number.then_some(Millis(i64::try_from(millis).ok()?))
}

/// A Unix time in seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude.
pub(super) fn number(text: &[u8]) -> Option<Millis> {
    const MOST_SECONDS: u64 = 100_000_000_000;
    const MOST_MILLIS: u64 = MOST_SECONDS * 1000;
    const MOST_MICROS: u64 = MOST_MILLIS * 1000;
    let Decimal { whole, micros } = Decimal::parse(text)?;
    let millis = match whole {
        0..MOST_SECONDS => whole * 1000 + u64::from(micros / 1000),
        MOST_SECONDS..MOST_MILLIS => whole,
        MOST_MILLIS..MOST_MICROS => whole / 1000,
        _ => whole / 1_000_000,
    };
    Some(Millis(i64::try_from(millis).ok()?))
}

/// An item of a `strftime` format, as in Apache's `%{%Y-%m-%d %H:%M:%S}t`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Literal(u8),
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Zone,
    /// `%s`: Unix time in seconds.
    Epoch,
    /// A skipped item: weekday, zone name, day of the year.
    Word,
}

/// Parses a `strftime` format.
pub(super) fn items(format: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = format;
    while let [byte, after @ ..] = rest {
        rest = after;
        match (byte, after) {
            (b'%', [directive, after @ ..]) => {
                rest = after;
                items_of(*directive, &mut items);
            }
            _ => items.push(Item::Literal(*byte)),
        }
    }
    items
}

fn items_of(directive: u8, items: &mut Vec<Item>) {
    use Item::{Day, Epoch, Hour, Literal, Minute, Month, MonthName, Second, ShortYear, Word, Year, Zone};
    items.extend_from_slice(match directive {
        b'Y' => &[Year],
        b'y' => &[ShortYear],
        b'm' => &[Month],
        b'b' | b'B' | b'h' => &[MonthName],
        b'd' | b'e' => &[Day],
        b'H' | b'k' => &[Hour],
        b'M' => &[Minute],
        b'S' => &[Second],
        b'z' => &[Zone],
        b's' => &[Epoch],
        b'T' => &[Hour, Literal(b':'), Minute, Literal(b':'), Second],
        b'R' => &[Hour, Literal(b':'), Minute],
        b'F' => &[Year, Literal(b'-'), Month, Literal(b'-'), Day],
        b'D' => &[Month, Literal(b'/'), Day, Literal(b'/'), ShortYear],
        b'%' => &[Literal(b'%')],
        b'n' => &[Literal(b'\n')],
        b't' => &[Literal(b'\t')],
        _ => &[Word],
    });
}

/// Parses the items at the start of the text into `civil`; `%s` gives the instant itself. Also returns the length.
pub(super) fn read_items(items: &[Item], text: &[u8], civil: &mut Civil) -> Option<(Option<Millis>, usize)> {
    let (mut at, mut epoch) = (0, None);
    for item in items {
        let rest = text.get(at..)?;
        let two = || padded(rest);
        at += match item {
            Item::Literal(byte) => (rest.first() == Some(byte)).then_some(1)?,
            Item::Year => set_year(civil, digits(rest, 4)?, 4)?,
            Item::ShortYear => set_year(civil, 2000 + digits(rest, 2)?, 2)?,
            Item::Month => set(&mut civil.month, two()?),
            Item::Day => set(&mut civil.day, two()?),
            Item::Hour => set(&mut civil.hour, two()?),
            Item::Minute => set(&mut civil.minute, two()?),
            Item::Second => set(&mut civil.second, two()?),
            Item::MonthName => {
                civil.month = month(rest.get(..3)?)?;
                rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count()
            }
            Item::Zone => {
                let (east, length) = zone(rest)?;
                civil.east = Some(east);
                length
            }
            Item::Epoch => {
                let (number, length) = Decimal::prefix(rest)?;
                epoch = Some(Millis(i64::try_from(number.whole.checked_mul(1000)?).ok()?));
                length
            }
            Item::Word => rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count(),
        };
    }
    Some((epoch, at))
}

/// Two digits, the first possibly a space.
fn padded(text: &[u8]) -> Option<u32> {
    match text.strip_prefix(b" ") {
        Some(rest) => digits(rest, 1),
        None => digits(text, 2),
    }
}

fn set(field: &mut u32, value: u32) -> usize {
    *field = value;
    2
}

fn set_year(civil: &mut Civil, year: u32, length: usize) -> Option<usize> {
    civil.year = i32::try_from(year).ok()?;
    Some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::LogZone;
    use super::*;

    fn any_time(text: &str) -> Option<String> {
        super::any(text.as_bytes(), &mut StampReader::new()).map(Millis::rfc3339)
    }

    #[test]
    fn times_are_read_as_libraries_write_them() {
        for (text, wanted) in [
            ("2026-11-24T14:02:33+00:00", "2026-11-24T14:02:33.000Z"),
            ("2026-11-24T14:02:33.250999+01:00", "2026-11-24T13:02:33.250Z"),
            ("2026-11-24 14:02:33", "2026-11-24T14:02:33.000Z"),
            ("2026/11/24 14:02:33.5", "2026-11-24T14:02:33.500Z"),
            ("2026-11-24T14:02:33-0330", "2026-11-24T17:32:33.000Z"),
            ("24/Nov/2026:14:02:33 +0100", "2026-11-24T13:02:33.000Z"),
            ("24/Nov/2026:14:02:33.250", "2026-11-24T14:02:33.250Z"),
            ("24/Nov/2026 14:02:33", "2026-11-24T14:02:33.000Z"),
            ("1795528953", "2026-11-24T14:02:33.000Z"),
            ("1795528953.250", "2026-11-24T14:02:33.250Z"),
            ("1795528953250", "2026-11-24T14:02:33.250Z"),
            ("1795528953250000", "2026-11-24T14:02:33.250Z"),
            ("1795528953250000000", "2026-11-24T14:02:33.250Z"),
        ] {
            assert_eq!(any_time(text).as_deref(), Some(wanted), "{text}");
        }
        for wrong in ["", "-", "yesterday", "2026-13-24T14:02:33Z", "2026-11-24T24:02:33Z", "2026-11-24"] {
            assert_eq!(any_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn r6_what_names_no_zone_is_of_the_logs_own() {
        let mut stamps = StampReader::new();
        stamps.set_zone(LogZone::of(chrono::FixedOffset::east_opt(2 * 3600).expect("an offset")));
        for (text, wanted) in [
            ("2026-11-24 14:02:33", "2026-11-24T12:02:33.000Z"),
            ("2026-11-24T14:02:33.5", "2026-11-24T12:02:33.500Z"),
            ("24/Nov/2026:14:02:33.250", "2026-11-24T12:02:33.250Z"),
            ("2026-11-24T14:02:33Z", "2026-11-24T14:02:33.000Z"),
            ("24/Nov/2026:14:02:33 +0000", "2026-11-24T14:02:33.000Z"),
            ("1795528953", "2026-11-24T14:02:33.000Z"),
        ] {
            let read = super::any(text.as_bytes(), &mut stamps).map(Millis::rfc3339);
            assert_eq!(read.as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(
            iso_utc(b"2026-11-24 14:02:33").map(|(time, _)| time.rfc3339()).as_deref(),
            Some("2026-11-24T14:02:33.000Z")
        );
    }

    proptest! {
        #[test]
        fn seconds_are_read_like_any_other_number(text in "[0-9]{9,11}[.][0-9]{0,12}[0-9e.-]?") {
            if let Some(time) = seconds(text.as_bytes()) {
                prop_assert_eq!(number(text.as_bytes()), Some(time));
            }
        }

        #[test]
        fn a_number_is_its_digits(whole in 0..u64::MAX / 1000, micros in 0..1_000_000_u32) {
            let decimal = Decimal::parse(format!("{whole}.{micros:06}").as_bytes());
            prop_assert_eq!(decimal, Some(Decimal { whole, micros }));
        }
    }

    #[test]
    fn strftime_formats_are_read_item_by_item() {
        for (format, text) in [
            ("%Y-%m-%d %H:%M:%S %z", "2026-11-24 15:02:33 +0100"),
            ("%F %T", "2026-11-24 14:02:33"),
            ("%a, %e %b %Y %T", "Tue, 24 Nov 2026 14:02:33"),
        ] {
            let mut civil = Civil::NEVER;
            let read = read_items(&items(format.as_bytes()), text.as_bytes(), &mut civil);
            assert_eq!(read, Some((None, text.len())), "{format}");
            assert_eq!(
                civil.instant(&mut StampReader::new()).map(Millis::rfc3339).as_deref(),
                Some("2026-11-24T14:02:33.000Z")
            );
        }
    }
}
