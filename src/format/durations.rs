//! Durations in logs: with a unit, or in one that has to be guessed from many values.

use super::fields::{self, Decimal, Unit};
use crate::time::Span;

/// Whether the text may be a duration.
#[inline]
pub(super) fn is_duration(text: &[u8]) -> bool {
    let [first, .., last] = text else { return text.first().is_some_and(u8::is_ascii_digit) };
    first.is_ascii_digit() && (last.is_ascii_digit() || with_units(text).is_some())
}

/// A duration, in its own unit or else in `unit`.
#[inline]
pub(super) fn span(text: &[u8], unit: Unit) -> Option<Span> {
    if text.last()?.is_ascii_digit() { fields::span(text, unit) } else { with_units(text).map(millis) }
}

fn millis(micros: u64) -> Span {
    Span(micros / 1000)
}

/// `120ms`, `0.12s`, `1m2.5s`, `1.2µs`: as Go, Rust and Google Cloud write them. In microseconds.
fn with_units(text: &[u8]) -> Option<u64> {
    let (mut rest, mut micros) = (text, 0_u64);
    while !rest.is_empty() {
        let (number, length) = Decimal::prefix(rest)?;
        rest = rest[length..].trim_ascii_start();
        let (name, nanos) = UNITS.into_iter().find(|(name, _)| rest.starts_with(name.as_bytes()))?;
        rest = rest[name.len()..].trim_ascii_start();
        let whole = number.whole.checked_mul(1_000_000)?.checked_add(u64::from(number.micros))?;
        let these = u128::from(whole) * u128::from(nanos) / 1_000_000_000;
        micros = micros.checked_add(u64::try_from(these).ok()?)?;
    }
    Some(micros)
}

/// Units in nanoseconds; a longer name comes before its prefixes.
const UNITS: [(&str, u64); 17] = [
    ("milliseconds", 1_000_000),
    ("microseconds", 1000),
    ("nanoseconds", 1),
    ("seconds", 1_000_000_000),
    ("msec", 1_000_000),
    ("usec", 1000),
    ("secs", 1_000_000_000),
    ("sec", 1_000_000_000),
    ("min", 60_000_000_000),
    ("ms", 1_000_000),
    ("us", 1000),
    ("µs", 1000),
    ("μs", 1000),
    ("ns", 1),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// No request takes this many seconds: servers time out before.
const MOST_SECONDS: f64 = 400.0;

/// The most likely unit of these numbers, from how long web requests take: the median is between a few milliseconds and
/// a second, and whole seconds are hardly ever logged.
pub(super) fn likely_unit(numbers: &mut [f64], some_have_fractions: bool) -> Option<Unit> {
    numbers.sort_unstable_by(f64::total_cmp);
    let (median, most) = (*numbers.get(numbers.len() / 2)?, *numbers.last()?);
    Some(match median {
        _ if some_have_fractions && median < 1.0 && most < MOST_SECONDS => Unit::Seconds,
        ..2_000.0 => Unit::Millis,
        ..1_000_000.0 => Unit::Micros,
        _ => Unit::Nanos,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_behind_the_number_counts() {
        for (text, millis) in [
            ("120ms", 120),
            ("120 ms", 120),
            ("0.12s", 120),
            ("0.123456789s", 123),
            ("1.2µs", 0),
            ("1500µs", 1),
            ("1500us", 1),
            ("2500000ns", 2),
            ("1m2.5s", 62_500),
            ("1h0m0.5s", 3_600_500),
            ("12.5 milliseconds", 12),
            ("0s", 0),
            ("120", 120_000),
        ] {
            assert_eq!(span(text.as_bytes(), Unit::Seconds), Some(Span(millis)), "{text}");
            assert!(is_duration(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_of_time_is_none() {
        for text in ["", "-", "-1", "ms", "12x", "12ms-", "api", "99999999999999999999h", "1795528953Z"] {
            assert_eq!(span(text.as_bytes(), Unit::Millis), None, "{text}");
        }
        for text in ["", "-", "-1", "ms", "12x", "api"] {
            assert!(!is_duration(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn the_unit_of_many_is_told_by_their_median() {
        for (numbers, wanted) in [
            (vec![0.12, 0.004, 0.24], Unit::Seconds),
            (vec![120.0, 4.5, 240.0], Unit::Millis),
            (vec![120_000.0, 4_000.0, 240_000.0], Unit::Micros),
            (vec![120_000_000.0, 4_000_000.0, 240_000_000.0], Unit::Nanos),
        ] {
            let fraction = numbers.iter().any(|number: &f64| number.fract() > 0.0);
            assert_eq!(likely_unit(&mut numbers.clone(), fraction), Some(wanted), "{numbers:?}");
        }
        assert_eq!(likely_unit(&mut [0.0, 3.0, 12.0], false), Some(Unit::Millis));
        assert_eq!(likely_unit(&mut [], false), None);
    }
}
