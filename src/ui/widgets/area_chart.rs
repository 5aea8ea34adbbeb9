//! An area chart in braille, with the window before as a dotted line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::ui::theme::{Plot, Role, Theme};

/// What the chart shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AreaChart<'a> {
    /// The value of each bucket; the last one is unfinished.
    pub(crate) values: &'a [u64],
    /// The same, one window earlier; empty if unknown.
    pub(crate) before: &'a [u64],
    /// The value at the top.
    pub(crate) top: u64,
}

/// The least round number not below the peak, so that small changes of the peak do not change the scale.
pub(crate) fn round_top(peak: u64) -> u64 {
    const STEPS: [u64; 9] = [10, 12, 15, 20, 30, 40, 50, 60, 80];
    let mut unit: u64 = 1;
    loop {
        if let Some(step) =
            STEPS.iter().find(|step| step.saturating_mul(unit) / 10 * 10 >= peak.saturating_mul(10))
        {
            return (step * unit / 10).max(4);
        }
        match unit.checked_mul(10) {
            Some(next) if next < u64::MAX / 800 => unit = next,
            _ => return peak,
        }
    }
}

/// The bucket of a column of dots, out of `columns`.
fn bucket_at(column: usize, columns: usize, buckets: usize) -> usize {
    column * buckets / columns.max(1)
}

/// The column of cells where a bucket begins.
pub(crate) fn column_of(bucket: usize, buckets: usize, width: u16) -> u16 {
    let dots = usize::from(width) * 2;
    let first_dot = (bucket * dots).div_ceil(buckets.max(1));
    u16::try_from(first_dot / 2).unwrap_or(u16::MAX)
}

impl AreaChart<'_> {
    /// Draws the chart.
    pub(crate) fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        if self.values.is_empty() || self.top == 0 {
            return;
        }
        for column in 0..area.width {
            match theme.symbols().plot {
                Plot::Braille => self.draw_dots(theme, area, column, buf),
                Plot::Columns => self.draw_column(theme, area, column, buf),
            }
        }
    }

    /// A column of cells without braille: in eighths, and without the window before.
    fn draw_column(&self, theme: &Theme, area: Rect, column: u16, buf: &mut Buffer) {
        let bucket = bucket_at(usize::from(column), usize::from(area.width), self.values.len());
        let value = self.values.get(bucket).copied().unwrap_or(0);
        let height = scaled(value, self.top, usize::from(area.height) * 8);
        for row in 0..area.height {
            let eighths = height.saturating_sub(usize::from(area.height - 1 - row) * 8).min(8);
            if let Some(cell) = buf.cell_mut((area.x + column, area.y + row))
                && eighths > 0
            {
                cell.set_symbol(theme.symbols().columns[eighths])
                    .set_style(self.style(theme, area, column, 1));
            }
        }
    }

    fn draw_dots(&self, theme: &Theme, area: Rect, column: u16, buf: &mut Buffer) {
        let dots = [0, 1].map(|dot| self.column_of_dots(area, usize::from(column) * 2 + dot));
        for row in 0..area.height {
            let above_ground = usize::from(area.height - 1 - row) * 4;
            let (fill, line) =
                (bits(&dots, |dots| dots.fill(above_ground)), bits(&dots, |dots| dots.line(above_ground)));
            // The line is cut out of the area where they cross.
            let bits = fill ^ line;
            if let Some(cell) = buf.cell_mut((area.x + column, area.y + row))
                && bits != 0
            {
                cell.set_char(braille(bits)).set_style(self.style(theme, area, column, fill));
            }
        }
    }

    fn style(&self, theme: &Theme, area: Rect, column: u16, fill: u8) -> Style {
        let buckets = self.values.len();
        let bucket = bucket_at(usize::from(column) * 2, usize::from(area.width) * 2, buckets);
        match fill {
            0 => theme.style(Role::Dim),
            _ if bucket + 1 == buckets => theme.style(Role::Muted),
            _ => theme.style(Role::Bar),
        }
    }

    fn column_of_dots(&self, area: Rect, at: usize) -> ColumnOfDots {
        // Dotted: drawn in every other column.
        let has_line = !self.before.is_empty() && at.is_multiple_of(4);
        ColumnOfDots {
            area: self.height_of(area, self.values, at),
            line: if has_line { self.height_of(area, self.before, at) } else { 0 },
        }
    }

    fn height_of(&self, area: Rect, values: &[u64], at: usize) -> usize {
        let dots = usize::from(area.height) * 4;
        let bucket = bucket_at(at, usize::from(area.width) * 2, values.len());
        let value = values.get(bucket).copied().unwrap_or(0);
        scaled(value, self.top, dots)
    }
}

/// The heights of a column in dots; 0 for none.
#[derive(Debug, Clone, Copy)]
struct ColumnOfDots {
    area: usize,
    line: usize,
}

impl ColumnOfDots {
    /// Which of a cell's four dots belong to the area, from the bottom.
    fn fill(self, above_ground: usize) -> [bool; 4] {
        std::array::from_fn(|dot| above_ground + dot < self.area)
    }

    /// The same for the line.
    fn line(self, above_ground: usize) -> [bool; 4] {
        std::array::from_fn(|dot| above_ground + dot + 1 == self.line)
    }
}

/// The bits of a cell of two columns of dots.
fn bits(dots: &[ColumnOfDots; 2], shown: impl Fn(ColumnOfDots) -> [bool; 4]) -> u8 {
    column_bits(0, shown(dots[0])) | column_bits(1, shown(dots[1]))
}

/// Values other than zero are at least one dot high.
fn scaled(value: u64, top: u64, dots: usize) -> usize {
    if value == 0 {
        return 0;
    }
    let whole = dots as u128;
    let part = (u128::from(value) * whole + u128::from(top) / 2) / u128::from(top.max(1));
    usize::try_from(part.clamp(1, whole)).unwrap_or(dots)
}

/// The bits of a braille pattern for one column of dots, given from the lowest up.
fn column_bits(column: usize, dots: [bool; 4]) -> u8 {
    const BITS: [[u8; 4]; 2] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];
    let bits = BITS[column].iter().zip(dots);
    bits.filter(|(_, set)| *set).fold(0, |sum, (bit, _)| sum | bit)
}

fn braille(bits: u8) -> char {
    char::from_u32(0x2800 + u32::from(bits)).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[u64], before: &[u64], width: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, 2);
        let mut buf = Buffer::empty(area);
        AreaChart { values, before, top: 8 }.draw(&crate::ui::tests::theme(), area, &mut buf);
        let row = |y| (0..width).map(|x| buf[(x, y)].symbol().to_owned()).collect();
        (0..2).map(row).collect()
    }

    #[test]
    fn the_area_is_filled_from_the_ground() {
        assert_eq!(drawn(&[8, 8, 4, 4, 1, 0], &[], 3), ["⣿  ", "⣿⣿⡀"]);
    }

    #[test]
    fn the_window_before_is_dotted_and_cut_out_of_the_area() {
        assert_eq!(drawn(&[8, 8, 0, 0], &[2, 2, 6, 6], 2), ["⣿ ", "⣻ "]);
        assert_eq!(drawn(&[0, 0, 0, 0], &[2, 2, 6, 6], 4), ["  ⠄ ", "⠄   "].map(str::to_owned));
    }

    #[test]
    fn scales_stick_to_round_numbers() {
        let tops = [0, 3, 9, 11, 48, 51, 101, 812].map(round_top);
        assert_eq!(tops, [4, 4, 10, 12, 50, 60, 120, 1000]);
    }
}
