//! What many lines together tell about the meaning of fields, and a single one does not.

use super::super::durations::likely_unit;
use super::line_fields::{LineFields, Tuning};

/// Determines how the fields of these lines are meant.
pub(in super::super) fn tuning<'a>(lines: impl Iterator<Item = LineFields<'a>>) -> Tuning {
    let (mut numbers, mut some_have_fractions) = (Vec::new(), false);
    let (mut all, mut hosts, mut addresses) = (0_usize, 0_usize, 0_usize);
    for found in lines {
        all += 1;
        if let Some(text) = found.load_without_unit() {
            some_have_fractions |= text.contains(&b'.');
            numbers.extend(std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok()));
        }
        hosts += usize::from(found.has_host());
        addresses += usize::from(found.address_in_host());
    }
    let untold = Tuning::default();
    Tuning {
        is_told: all > 0,
        unit: likely_unit(&mut numbers, some_have_fractions).unwrap_or(untold.unit),
        host_is_address: addresses * 2 > hosts,
        ..untold
    }
}
