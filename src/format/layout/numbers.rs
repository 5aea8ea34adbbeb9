//! Decides which numbers are load times, and in which unit, from their distribution and the columns beside them: a
//! single line rarely tells.

use super::super::fields::Decimal;
use super::columns::LayoutColumn;

/// The unit of a load time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoadUnit {
    Seconds,
    Millis,
    Micros,
    /// Each value has a unit suffix: `120ms`, `1.5s`.
    Named,
}

/// The unit of the load times in a column; `None` if it holds none. The `next` column may hold the unit.
pub(super) fn load_unit(column: &LayoutColumn, next: Option<&LayoutColumn>) -> Option<LoadUnit> {
    const NEARLY_ALL: f64 = 0.95;
    if column.share(names_its_unit) >= NEARLY_ALL {
        return Some(LoadUnit::Named);
    }
    if column.share(is_number) < NEARLY_ALL {
        return None;
    }
    if let Some(unit) = next.and_then(unit_named_by) {
        return Some(unit);
    }
    // A ratio or a version repeats the same few values, but so does nginx's time if all answers are instant: 0.000.
    let is_at_once = column.share(is_of_milliseconds) >= NEARLY_ALL;
    if !is_at_once && column.distinct() < FEWEST_TIMES.min(column.values.len()) {
        return None;
    }
    let has_fraction = column.share(|text| text.contains(&b'.')) >= NEARLY_ALL;
    if has_fraction {
        // Fractions mean seconds, unless the values are too large for a typical page.
        return Some(if median(column) >= 10.0 { LoadUnit::Millis } else { LoadUnit::Seconds });
    }
    whole_numbers(column)
}

/// `0.000` to `0.099`: seconds with millisecond resolution.
fn is_of_milliseconds(text: &[u8]) -> bool {
    matches!(text, [b'0', b'.', b'0', hundredth, thousandth] if [hundredth, thousandth].iter().all(|digit| digit.is_ascii_digit()))
}

/// Minimum number of distinct values, unless the sample is smaller: load times vary between requests.
const FEWEST_TIMES: usize = 3;

/// Whole numbers are load times if they vary widely, unlike request sizes, and also decrease, unlike counters.
fn whole_numbers(column: &LayoutColumn) -> Option<LoadUnit> {
    let values: Vec<f64> = column.there().filter_map(number).collect();
    let (least, most) =
        values.iter().fold((f64::MAX, 0.0_f64), |(least, most), &value| (least.min(value), most.max(value)));
    let goes_down = values.windows(2).any(|pair| pair[1] < pair[0]);
    if values.len() < 3 || !goes_down || most < 4.0 * least.max(1.0) {
        return None;
    }
    // Pages take 1 ms to a few seconds, so thousands are microseconds. No server answers within a few microseconds, so
    // small values are milliseconds, unless some exceed ten seconds. In between it is ambiguous.
    match () {
        () if median(column) >= 3000.0 || most > 100_000.0 => Some(LoadUnit::Micros),
        () if least < FEW_MICROS => Some(LoadUnit::Millis),
        () if most > 10_000.0 => Some(LoadUnit::Micros),
        () => None,
    }
}

/// Below this, microseconds are implausible: Apache takes some hundred to serve a tiny file, and dozens to refuse one.
const FEW_MICROS: f64 = 20.0;

/// The median of a column's numbers; 0 if it has none.
pub(super) fn median(column: &LayoutColumn) -> f64 {
    let mut values: Vec<f64> = column.there().filter_map(number).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn number(text: &[u8]) -> Option<f64> {
    let Decimal { whole, micros } = Decimal::parse(text)?;
    Some(whole as f64 + f64::from(micros) / 1e6)
}

pub(super) fn is_number(text: &[u8]) -> bool {
    Decimal::parse(text).is_some()
}

pub(super) fn is_whole_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// `120ms`, `1.5s`, `850µs`.
fn names_its_unit(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    digits > 0 && matches!(&text[digits..], b"s" | b"ms" | b"us" | b"ns" | b"\xc2\xb5s" | b"\xce\xbcs")
        || is_go_duration(text)
}

/// A long duration as formatted by Go: `1m2.5s`.
fn is_go_duration(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b".hm".contains(byte);
    text.first().is_some_and(u8::is_ascii_digit)
        && text.ends_with(b"s")
        && text[..text.len() - 1].iter().all(is_part)
}

/// The unit if a column holds nothing but the name of one.
fn unit_named_by(column: &LayoutColumn) -> Option<LoadUnit> {
    let all = |names: &[&[u8]]| column.filled() > 0.9 && column.share(|text| names.contains(&text)) > 0.95;
    if all(&[b"ms", b"msec", b"msecs", b"milliseconds"]) {
        Some(LoadUnit::Millis)
    } else if all(&[b"s", b"sec", b"secs", b"seconds"]) {
        Some(LoadUnit::Seconds)
    } else if all(&[b"us", b"usec", b"usecs", b"micros", b"microseconds", b"\xc2\xb5s"]) {
        Some(LoadUnit::Micros)
    } else {
        None
    }
}

/// Whether a column is the unit of the number before it.
pub(super) fn is_unit(column: &LayoutColumn) -> bool {
    unit_named_by(column).is_some()
}
