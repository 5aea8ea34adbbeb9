//! A column chart whose columns are stacked: what is worst lies at the foot, where it can be seen however little it is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::theme::{Plot, Role, Theme};

/// One layer of all columns, from the foot up.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    /// The value of each bucket.
    pub(crate) values: Vec<u64>,
    /// The colour.
    pub(crate) role: Role,
    /// What cells are filled with, so that layers can be told apart without colour; `None` for dots, which can end within a
    /// cell.
    pub(crate) fill: Option<&'static str>,
}

/// What the chart shows.
#[derive(Debug, Clone)]
pub(crate) struct StackedChart<'a> {
    /// The layers, from the foot up; the last one is on top.
    pub(crate) layers: &'a [Layer],
    /// The value at the top.
    pub(crate) top: u64,
}

impl StackedChart<'_> {
    /// Draws the chart.
    pub(crate) fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let buckets = self.layers.first().map_or(0, |layer| layer.values.len());
        if buckets == 0 || self.top == 0 {
            return;
        }
        for column in 0..area.width {
            let bucket = usize::from(column) * buckets / usize::from(area.width.max(1));
            self.draw_column(theme, Rect { x: area.x + column, width: 1, ..area }, bucket, buf);
        }
    }

    fn draw_column(&self, theme: &Theme, area: Rect, bucket: usize, buf: &mut Buffer) {
        let eighths = usize::from(area.height) * 8;
        let scaled = |value: u64| {
            let part = u128::from(value) * eighths as u128 / u128::from(self.top.max(1));
            usize::try_from(part).unwrap_or(eighths).min(eighths)
        };
        let (mut sum, mut ground) = (0, 0);
        for (nth, layer) in self.layers.iter().enumerate() {
            let value = layer.values.get(bucket).copied().unwrap_or(0);
            sum += value;
            if value == 0 {
                continue;
            }
            let reached = match layer.fill {
                // At the foot, what is there at all is seen, in ASCII from two eighths on; further up it is rounded to cells.
                Some(_) if nth == 0 => scaled(sum).max(2),
                Some(_) => (scaled(sum) + 4) / 8 * 8,
                None => scaled(sum).max(ground + 1),
            };
            let reached = reached.clamp(ground, eighths);
            draw_layer(theme, area, (ground, reached), layer, buf);
            // A cell has one colour.
            ground = if layer.fill.is_some() { reached.div_ceil(8) * 8 } else { reached };
        }
    }
}

/// Fills the cells between two heights in eighths; the lower one is a whole cell.
fn draw_layer(theme: &Theme, area: Rect, (from, to): (usize, usize), layer: &Layer, buf: &mut Buffer) {
    for cell_at in from / 8..to.div_ceil(8) {
        let Ok(up) = u16::try_from(cell_at) else { return };
        let Some(y) = area.bottom().checked_sub(up + 1) else { return };
        let part = (to - cell_at * 8).min(8);
        let symbol = match layer.fill {
            Some(fill) if part == 8 => fill,
            Some(_) => theme.symbols().columns[part],
            None => dots(theme, part),
        };
        if let Some(cell) = buf.cell_mut((area.x, y)) {
            cell.set_symbol(symbol).set_style(theme.style(layer.role));
        }
    }
}

/// A cell that is filled to so many eighths, in dots where the terminal has them.
pub(crate) fn dots(theme: &Theme, eighths: usize) -> &'static str {
    const DOTS: [&str; 5] = [" ", "⣀", "⣤", "⣶", "⣿"];
    match theme.symbols().plot {
        Plot::Braille => DOTS[eighths.div_ceil(2).min(4)],
        Plot::Columns => theme.symbols().columns[eighths.min(8)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(layers: &[(&[u64], Option<&'static str>)], top: u64) -> Vec<String> {
        let layer = |(values, fill): &(&[u64], Option<&'static str>)| Layer {
            values: values.to_vec(),
            role: Role::Bar,
            fill: *fill,
        };
        let layers: Vec<_> = layers.iter().map(layer).collect();
        let area = Rect::new(0, 0, 3, 3);
        let mut buf = Buffer::empty(area);
        StackedChart { layers: &layers, top }.draw(&crate::ui::tests::theme(), area, &mut buf);
        let row = |y| (0..3).map(|x| buf[(x, y)].symbol().to_owned()).collect();
        (0..3).map(row).collect()
    }

    #[test]
    fn what_is_worst_lies_at_the_foot_and_is_seen_however_little_it_is() {
        let few: (&[u64], _) = (&[0, 1, 0], Some("#"));
        let many: (&[u64], _) = (&[24, 23, 12], None);
        assert_eq!(drawn(&[few, many], 24), ["⣿⣿ ", "⣿⣿⣤", "⣿▂⣿"]);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(drawn(&[(&[0, 0, 0], None)], 4), ["   ", "   ", "   "]);
    }
}
