//! Formats figures (design.md section 6): thousands separators, at most three significant digits in rates, changes with
//! an arrow.

use std::fmt;

const MIB: f64 = 1024.0 * 1024.0;

/// A count with its thousands separated: `1,204`.
#[must_use]
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut separated = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            separated.push(',');
        }
        separated.push(digit);
    }
    separated
}

/// An amount of money: `1,204.50`, `-3.00`.
#[must_use]
pub fn amount(value: f64) -> String {
    let cents = whole(value.abs() * 100.0);
    let sign = if value < 0.0 && cents > 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", thousands(cents / 100), cents % 100)
}

/// A share from 0 to 1 in percent: `42.3 %`, `4.2 %`, `0.42 %`, `100 %`; `–` for NaN.
#[must_use]
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if !percent.is_finite() => "–".to_owned(),
        percent if percent > 0.0 && percent < 0.005 => "<0.01 %".to_owned(),
        percent => format!("{} %", three_digits(percent)),
    }
}

/// At most three significant digits, and at most two decimals. The bounds are where rounding reaches the next power of
/// ten.
fn three_digits(figure: f64) -> String {
    match figure.abs() {
        0.0 => "0".to_owned(),
        size if size < 0.995 => format!("{figure:.2}"),
        size if size < 99.95 => format!("{figure:.1}"),
        size => thousands(whole(size)),
    }
}

fn whole(figure: f64) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
    let whole = figure.round() as u64;
    whole
}

/// A rate per second: `412/s`, `1,204/s`, `0.42/s`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    if !per_second.is_finite() || per_second < 0.0 {
        return "–".to_owned();
    }
    if per_second >= 9.95 {
        return format!("{}/s", thousands(whole(per_second)));
    }
    format!("{}/s", three_digits(per_second))
}

/// An amount of memory in MiB, as in `--max-memory`: `67.0 MiB`, `1,204 MiB`.
#[must_use]
pub fn bytes(count: u64) -> String {
    format!("{} MiB", three_digits(count as f64 / MIB))
}

/// The direction of a change, after rounding for display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trend {
    /// It grew.
    Up,
    /// It is the same.
    Level,
    /// It shrank.
    Down,
}

/// A change of a figure: `▲ 12 %`, `▼ 3.1`, or `± 0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its direction. Whether that is good or bad depends on the figure.
    pub trend: Trend,
    /// Its size without sign: `12 %`, `3.1`.
    pub size: String,
}

/// The change of a count in percent; `None` if it was 0 before.
#[must_use]
pub fn change(now: u64, before: u64) -> Option<Change> {
    if before == 0 {
        return None;
    }
    let change = (now as f64 / before as f64 - 1.0) * 100.0;
    Some(Change::of(change, " %"))
}

/// The change of a share (0 to 1) in percentage points.
#[must_use]
pub fn change_in_points(now: f64, before: f64) -> Change {
    Change::of((now - before) * 100.0, "")
}

impl Change {
    fn of(change: f64, unit: &str) -> Change {
        let size = match change.abs() {
            size if size < 9.95 => format!("{size:.1}"),
            size => thousands(whole(size)),
        };
        if size == "0.0" || change.is_nan() {
            return Change { trend: Trend::Level, size: format!("0{unit}") };
        }
        let trend = if change > 0.0 { Trend::Up } else { Trend::Down };
        Change { trend, size: size + unit }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = match self.trend {
            Trend::Up => '▲',
            Trend::Level => '±',
            Trend::Down => '▼',
        };
        out.pad(&format!("{arrow} {}", self.size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let shown = [0, 12, 999, 1_204, 10_000, 1_234_567].map(thousands);
        assert_eq!(shown, ["0", "12", "999", "1,204", "10,000", "1,234,567"]);
    }

    #[test]
    fn rates_have_three_significant_digits_at_most() {
        let shown = [0.423, 0.042, 0.0042, 1.0, 0.0, 0.999_6, 0.994, 0.009_96, 0.000_01].map(percent);
        let expected = ["42.3 %", "4.2 %", "0.42 %", "100 %", "0 %", "100 %", "99.4 %", "1.0 %", "<0.01 %"];
        assert_eq!(shown, expected);
        assert_eq!(percent(f64::NAN), "–");
    }

    #[test]
    fn speeds_are_per_second() {
        assert_eq!(
            [412.2, 1204.0, 4.24, 0.42, 0.0].map(rate),
            ["412/s", "1,204/s", "4.2/s", "0.42/s", "0/s"]
        );
        assert_eq!(rate(f64::INFINITY), "–");
    }

    #[test]
    fn memory_is_in_mebibytes() {
        assert_eq!(
            [67 << 20, 1204 << 20, 512 << 10, 0].map(bytes),
            ["67.0 MiB", "1,204 MiB", "0.50 MiB", "0 MiB"]
        );
    }

    #[test]
    fn changes_carry_an_arrow() {
        let counts = [(112, 100), (100, 100), (50, 100), (10_001, 10_000), (4_000, 100), (100, 97)];
        let shown = counts.map(|(now, before)| change(now, before).unwrap().to_string());
        assert_eq!(shown, ["▲ 12 %", "± 0 %", "▼ 50 %", "± 0 %", "▲ 3,900 %", "▲ 3.1 %"]);
        assert_eq!(change(5, 0), None);
    }

    #[test]
    fn shares_change_by_points() {
        let shown =
            [(0.423, 0.454), (0.5, 0.3), (0.5, 0.5)].map(|(now, before)| change_in_points(now, before));
        assert_eq!(shown.map(|change| change.to_string()), ["▼ 3.1", "▲ 20", "± 0"]);
    }
}
