//! Histogram of durations and chart of sessions over time.

use std::io;

use crate::config::Zone;
use crate::query::view::{Durations, HISTOGRAM_BOUNDS, Series, View};
use crate::report::buckets;
use crate::report::ink::Inked;
use crate::report::text_writer::{TextWriter, WIDTH, right};
use crate::text::{percent, thousands};
use crate::time::{Millis, Span};

const BAR: usize = 44;
/// Height of the chart in lines.
const ROWS: usize = 4;
const RANGES: [&str; HISTOGRAM_BOUNDS.len()] =
    ["0–10 s", "10–30 s", "30–60 s", "1–3 min", "3–10 min", "10–30 min", "longer"];

/// The histogram of durations (R8).
pub(super) fn durations(durations: &Durations, out: &mut TextWriter) -> io::Result<()> {
    if durations.measured == 0 {
        return Ok(());
    }
    out.heading("Duration", "closed sessions of two or more events")?;
    let largest = durations.histogram.iter().copied().max().unwrap_or(0);
    RANGES.iter().zip(durations.histogram).try_for_each(|(range, count)| {
        let bar = out.paint.accent(&bar(count, largest));
        let share = percent(count as f64 / durations.measured as f64);
        let figures = right(&thousands(count), 12) + &right(&share, 10);
        out.line(Inked::from(right(range, 11) + "  ") + bar + figures)
    })
}

/// A bar with a resolution of an eighth of a cell, padded with spaces. Any count above zero is visible.
fn bar(value: u64, largest: u64) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = scaled(value, largest, BAR * 8);
    let text = format!("{}{}", "█".repeat(eighths / 8), PARTS[eighths % 8]);
    format!("{text:<BAR$}")
}

/// Scales `value` so that `largest` becomes `steps`; at least 1 if `value` is above zero.
fn scaled(value: u64, largest: u64, steps: usize) -> usize {
    let exact = u128::from(value) * steps as u128 / u128::from(largest.max(1));
    let steps = usize::try_from(exact).unwrap_or(steps).min(steps);
    if value > 0 { steps.max(1) } else { 0 }
}

/// Bucket lengths for the chart, round numbers that people expect on an axis.
const STEPS: [Span; 15] = [
    Span::seconds(1),
    Span::seconds(10),
    Span::seconds(30),
    Span::minutes(1),
    Span::minutes(5),
    Span::minutes(10),
    Span::minutes(15),
    Span::minutes(30),
    Span::hours(1),
    Span::hours(2),
    Span::hours(6),
    Span::hours(12),
    Span::hours(24),
    Span::hours(24 * 7),
    Span::hours(24 * 28),
];

/// Chart of sessions started over time.
pub(super) fn series(view: &View, zone: Zone, out: &mut TextWriter) -> io::Result<()> {
    let Some(curve) = view.series.as_ref().and_then(Curve::of) else { return Ok(()) };
    let largest = curve.counts.iter().copied().max().unwrap_or(0);
    let title = format!("Sessions started per {}", in_words(curve.step));
    out.heading(&title, &format!("at most {}", thousands(largest)))?;
    for level in (0..ROWS).rev() {
        let blocks: String = curve.counts.iter().map(|count| curve.blocks(*count, largest, level)).collect();
        let blocks = out.paint.accent(&blocks);
        out.line(Inked::from("  ") + blocks)?;
    }
    let axis = out.paint.muted(&curve.axis(zone));
    out.line(Inked::from("  ") + axis)
}

fn in_words(step: Span) -> String {
    match step.0 / 1000 {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min", seconds / 60),
        seconds @ 3600..86_400 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// A series rebinned so that it fits into one line.
struct Curve {
    step: Span,
    from: Millis,
    counts: Vec<u64>,
}

impl Curve {
    const CELLS: usize = WIDTH - 4;

    /// The finest resolution that fits into a line; `None` for fewer than two points.
    fn of(series: &Series) -> Option<Curve> {
        if series.points.len() < 2 || series.bucket == Span::ZERO {
            return None;
        }
        let whole = |step: &Span| step.0.is_multiple_of(series.bucket.0);
        STEPS.into_iter().filter(whole).map(|step| Curve::in_steps(series, step)).find(Curve::fits)
    }

    fn in_steps(series: &Series, step: Span) -> Curve {
        let from = series.from.floor_to(step);
        let mut counts = Vec::new();
        for (start, _, point) in buckets(series) {
            let place = usize::try_from(start.since(from).0 / step.0).unwrap_or(usize::MAX);
            if place >= counts.len() {
                counts.resize(place.min(series.points.len()) + 1, 0);
            }
            if let Some(count) = counts.get_mut(place) {
                *count += point.started;
            }
        }
        Curve { step, from, counts }
    }

    fn fits(&self) -> bool {
        self.counts.len() <= Curve::CELLS
    }

    /// The part of a column that lies in one row of the chart; row 0 is the lowest.
    fn blocks(&self, count: u64, largest: u64, row: usize) -> String {
        const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
        let height = scaled(count, largest, ROWS * 8);
        BLOCKS[height.saturating_sub(row * 8).min(8)].repeat(self.column())
    }

    /// Column width, so that a short series fills the line too.
    fn column(&self) -> usize {
        (Curve::CELLS / self.counts.len().max(1)).max(1)
    }

    fn axis(&self, zone: Zone) -> String {
        let last = self.from + Span(self.step.0.saturating_mul(self.counts.len().saturating_sub(1) as u64));
        let [from, last] = [self.from, last].map(|at| zone.civil(at).format("%Y-%m-%d %H:%M").to_string());
        let room = (self.counts.len() * self.column()).saturating_sub(from.len());
        if room > last.len() { format!("{from}{}", right(&last, room)) } else { format!("{from} to {last}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::view::Point;

    fn series(bucket: Span, counts: usize) -> Series {
        let points = vec![Point { started: 1, ..Point::default() }; counts];
        Series { bucket, from: Millis(0), points, before: Vec::new() }
    }

    #[test]
    fn bars_grow_in_eighths_and_show_whatever_is_there() {
        assert_eq!(bar(8, 8).trim_end(), "█".repeat(BAR));
        assert_eq!(bar(1, 1_000_000).trim_end(), "▏");
        assert_eq!(bar(0, 8).trim_end(), "");
        assert_eq!(bar(3, 16).trim_end(), "████████▎");
        assert!([0, 3, 8].iter().all(|value| bar(*value, 8).chars().count() == BAR));
    }

    #[test]
    fn a_long_series_is_gathered_into_one_line_and_loses_nothing() {
        for (bucket, counts) in [(Span::minutes(15), 336), (Span::hours(24), 366), (Span::seconds(1), 61)] {
            let curve = Curve::of(&series(bucket, counts)).expect("a curve");
            assert!(curve.fits(), "{} cells", curve.counts.len());
            assert_eq!(curve.counts.iter().sum::<u64>(), counts as u64);
        }
    }

    #[test]
    fn one_bucket_is_no_curve() {
        assert!(Curve::of(&series(Span::minutes(1), 1)).is_none());
    }
}
