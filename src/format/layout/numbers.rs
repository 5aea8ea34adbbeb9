//! Which numbers of a line are load times, and in which unit: no line says it, but their size and what others say do.

use super::super::fields::Decimal;
use super::columns::LayoutColumn;

/// How a load time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoadUnit {
    Seconds,
    Millis,
    Micros,
    /// Each value names its unit: `120ms`, `1.5s`.
    Named,
}

/// The unit of the load times that a column holds, if it holds load times. `next` is the column behind it, which may be
/// the unit's name.
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
    // A ratio or a version is the same again and again. So is nginx's time where it answers at once: 0.000.
    let is_at_once = column.share(is_of_milliseconds) >= NEARLY_ALL;
    if !is_at_once && column.distinct() < FEWEST_TIMES.min(column.values.len()) {
        return None;
    }
    let has_fraction = column.share(|text| text.contains(&b'.')) >= NEARLY_ALL;
    if has_fraction {
        // Servers write seconds with thousandths or finer; milliseconds with a fraction are larger.
        return Some(if median(column) >= 10.0 { LoadUnit::Millis } else { LoadUnit::Seconds });
    }
    whole_numbers(column)
}

/// `0.000` to `0.099`: seconds to the millisecond.
fn is_of_milliseconds(text: &[u8]) -> bool {
    matches!(text, [b'0', b'.', b'0', hundredth, thousandth] if [hundredth, thousandth].iter().all(|digit| digit.is_ascii_digit()))
}

/// Load times differ from request to request: a column has so many of them at least, unless the sample is smaller.
const FEWEST_TIMES: usize = 3;

/// Whole numbers are load times where they differ as those do, and go up and down: counters only go up, and sizes of
/// requests differ little.
fn whole_numbers(column: &LayoutColumn) -> Option<LoadUnit> {
    let values: Vec<f64> = column.there().filter_map(number).collect();
    let (least, most) =
        values.iter().fold((f64::MAX, 0.0_f64), |(least, most), &value| (least.min(value), most.max(value)));
    let goes_down = values.windows(2).any(|pair| pair[1] < pair[0]);
    if values.len() < 3 || !goes_down || most < 4.0 * least.max(1.0) {
        return None;
    }
    // A page takes 1 ms to a few seconds: thousands are microseconds. No server answers within some microseconds: a few
    // are milliseconds, unless some take ten seconds. Between them either is possible.
    match () {
        () if median(column) >= 3000.0 || most > 100_000.0 => Some(LoadUnit::Micros),
        () if least < FEW_MICROS => Some(LoadUnit::Millis),
        () if most > 10_000.0 => Some(LoadUnit::Micros),
        () => None,
    }
}

/// Apache takes some hundred microseconds to serve a file of a few bytes, and some dozen to refuse one.
const FEW_MICROS: f64 = 20.0;

/// The middle of a column's numbers; 0 where it has none.
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

/// `1m2.5s`, as Go writes what takes long.
fn is_go_duration(text: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_digit() || b".hm".contains(byte);
    text.first().is_some_and(u8::is_ascii_digit)
        && text.ends_with(b"s")
        && text[..text.len() - 1].iter().all(is_part)
}

/// The unit that a word names which stands behind every number.
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

/// Whether a column is the name of the unit of the one before it.
pub(super) fn is_unit(column: &LayoutColumn) -> bool {
    unit_named_by(column).is_some()
}
