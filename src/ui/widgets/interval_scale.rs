//! Intervals on a common scale, with zero marked: `┆├────●────┤`.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::ui::theme::Symbols;

use super::columns;

/// An estimate with its bounds, as shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    /// The lower bound.
    pub(crate) low: f64,
    /// The estimate.
    pub(crate) at: f64,
    /// The upper bound.
    pub(crate) high: f64,
}

/// The part of the number line that is drawn; it has zero in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    from: f64,
    to: f64,
}

/// Bounds reach far while little is known; what lies beyond is drawn at the edge.
const FARTHEST: (f64, f64) = (-1.0, 2.0);
/// The least that a scale shows to both sides of zero.
const NEAREST: f64 = 0.1;

impl Scale {
    /// A scale on which all of these have room.
    pub(crate) fn around(intervals: impl Iterator<Item = Interval>) -> Scale {
        let nearest = Scale { from: -NEAREST, to: NEAREST };
        intervals.fold(nearest, |scale, one| Scale {
            from: scale.from.min(one.low).max(FARTHEST.0),
            to: scale.to.max(one.high).min(FARTHEST.1),
        })
    }

    /// The cell of a value.
    fn cell(self, value: f64, width: u16) -> usize {
        let share = (value - self.from) / (self.to - self.from);
        let last = f64::from(width.saturating_sub(1));
        usize::try_from(super::rounded(share.clamp(0.0, 1.0) * last)).unwrap_or(usize::MAX)
    }

    /// The marks above it: zero, and round shares to both sides as far as there is room.
    pub(crate) fn axis(self, width: u16) -> String {
        let mut axis = vec![' '; usize::from(width)];
        let step = self.step(width);
        for nth in [0, 1, -1, 2, -2, 3, -3, 4, -4] {
            let value = f64::from(nth) * step;
            if (self.from..=self.to).contains(&value) {
                write_mark(&mut axis, self.cell(value, width), &mark(value));
            }
        }
        axis.into_iter().collect::<String>().trim_end().to_owned()
    }

    /// The least round step between marks that leaves room for them.
    fn step(self, width: u16) -> f64 {
        // `+100 %` and a gap.
        let marks = f64::from(width / 9).max(1.0);
        let steps = [0.05, 0.1, 0.2, 0.5, 1.0];
        steps.into_iter().find(|step| (self.to - self.from) / step <= marks).unwrap_or(1.0)
    }

    /// An interval on the scale in a style, and the mark of zero in another.
    pub(crate) fn draw(
        self,
        interval: Option<Interval>,
        width: u16,
        symbols: &Symbols,
        [style, faint]: [Style; 2],
    ) -> Line<'static> {
        let mut cells = vec![(" ", faint); usize::from(width)];
        let mut put = |at: usize, symbol: &'static str, style: Style| {
            if let Some(cell) = cells.get_mut(at) {
                *cell = (symbol, style);
            }
        };
        let [left, line, right, estimate, zero] = symbols.interval;
        put(self.cell(0.0, width), zero, faint);
        if let Some(one) = interval {
            let (from, to) = (self.cell(one.low, width), self.cell(one.high, width));
            (from..=to).for_each(|at| put(at, line, style));
            put(from, left, style);
            put(to, right, style);
            put(self.cell(one.at, width), estimate, style);
        }
        Line::from(cells.into_iter().map(|(symbol, style)| Span::styled(symbol, style)).collect::<Vec<_>>())
    }
}

/// Writes a mark around a cell, unless it would touch another one.
fn write_mark(axis: &mut [char], at: usize, mark: &str) {
    let wide = usize::from(columns(mark));
    let from = at.saturating_sub(wide / 2).min(axis.len().saturating_sub(wide));
    let around = from.saturating_sub(1)..(from + wide + 1).min(axis.len());
    if axis.get(around).is_none_or(|cells| cells.iter().any(|cell| *cell != ' ')) {
        return;
    }
    for (cell, c) in axis[from..].iter_mut().zip(mark.chars()) {
        *cell = c;
    }
}

fn mark(value: f64) -> String {
    if value == 0.0 { "0".to_owned() } else { format!("{:+.0} %", value * 100.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(interval: Interval) -> [String; 2] {
        let scale = Scale::around([interval].into_iter());
        let line = scale.draw(Some(interval), 41, &Symbols::UNICODE, [Style::new(); 2]);
        [scale.axis(41), line.to_string().trim_end().to_owned()]
    }

    #[test]
    fn r14_an_interval_stands_on_a_scale_that_has_zero() {
        let drawn = drawn(Interval { low: 0.004, at: 0.295, high: 0.67 });
        assert_eq!(
            drawn,
            ["     0        +20 %     +40 %     +60 %", "     ├───────────────●──────────────────┤"]
        );
    }

    #[test]
    fn what_lies_beyond_the_scale_is_drawn_at_its_edge() {
        let [_, line] = drawn(Interval { low: -0.99, at: 3.0, high: 9.0 });
        assert!(line.ends_with('●') || line.ends_with('┤'), "{line}");
    }
}
