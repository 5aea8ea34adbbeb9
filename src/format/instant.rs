//! Parses times in named fields: in any common style, or split into date and time of day.

use super::fields::micros;
use super::stamp::{StampReader, month};
use super::when::{self, Civil, digits};
use crate::time::Millis;

/// A time in any common style.
#[inline]
pub(super) fn any(text: &[u8], stamps: &mut StampReader) -> Option<Millis> {
    when::any(text, stamps).or_else(|| http_date(text, stamps))
}

/// A date such as `2026-11-24` and a time such as `14:02:33`, in UTC; `None` if they are something else.
pub(super) fn joined(date: &[u8], clock: &[u8]) -> Option<Millis> {
    const DATE: usize = "2026-11-24".len();
    let mut text = [b' '; 40];
    let length = DATE + 1 + clock.len();
    if date.len() != DATE || length > text.len() || clock.get(2) != Some(&b':') {
        return None;
    }
    text[..DATE].copy_from_slice(date);
    text[DATE + 1..length].copy_from_slice(clock);
    when::iso_utc(&text[..length]).map(|(time, _)| time)
}

/// `Tue, 24 Nov 2026 14:02:33 GMT`: HTTP headers, morgan.
#[inline(never)]
fn http_date(text: &[u8], stamps: &mut StampReader) -> Option<Millis> {
    let text = text.get("Tue, ".len()..)?;
    let (day, rest) = (digits(text, 2)?, text.get(2..)?);
    let [b' ', a, b, c, b' ', rest @ ..] = rest else { return None };
    let two = |at: usize| digits(rest.get(at..)?, 2);
    let civil = Civil {
        year: i32::try_from(digits(rest, 4)?).ok()?,
        month: month(&[*a, *b, *c])?,
        day,
        hour: two(5)?,
        minute: two(8)?,
        second: two(11)?,
        micros: rest.get(13..).and_then(|rest| rest.strip_prefix(b".")).map_or(0, |rest| micros(rest).0),
        east: Some(0),
    };
    civil.instant(stamps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_and_a_time_of_the_clock_are_one_time() {
        let time = |date: &str, clock: &str| joined(date.as_bytes(), clock.as_bytes()).map(Millis::rfc3339);
        assert_eq!(time("2026-11-24", "14:02:33").as_deref(), Some("2026-11-24T14:02:33.000Z"));
        assert_eq!(time("2026-11-24", "14:02:33.250").as_deref(), Some("2026-11-24T14:02:33.250Z"));
        for (date, clock) in
            [("2026-11-24", "1795528953"), ("24/11/2026", "14:02:33"), ("", ""), ("2026-11-24", "")]
        {
            assert_eq!(time(date, clock), None, "{date} {clock}");
        }
    }

    #[test]
    fn dates_of_headers_are_read() {
        let time = |text: &str| any(text.as_bytes(), &mut StampReader::new()).map(Millis::rfc3339);
        assert_eq!(time("Tue, 24 Nov 2026 14:02:33 GMT").as_deref(), Some("2026-11-24T14:02:33.000Z"));
        for wrong in ["Tue, 24 Foo 2026 14:02:33 GMT", "Tue, 24 Nov 2026", "Tue, x", "Tue"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
    }
}
