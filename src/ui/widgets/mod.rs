//! Pieces that panes are made of: borders with titles, tables, bars, charts.
//!
//! They take data and an area, and draw into that area only. They know roles and glyphs, not views.

pub(crate) mod area_chart;
pub(crate) mod bar;
pub(crate) mod empty_pane;
pub(crate) mod interval_scale;
pub(crate) mod pane_frame;
pub(crate) mod sparkline;
pub(crate) mod stacked_chart;
pub(crate) mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::text;

/// Rounds to a whole number; zero for negative numbers and NaN.
pub(crate) fn rounded(number: f64) -> u64 {
    // `as` saturates, as wanted for numbers that are too large.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is meant")]
    let whole = number.round() as u64;
    whole
}

/// The width of a text in columns.
pub(crate) fn columns(text: &str) -> u16 {
    u16::try_from(crate::text::width(text)).unwrap_or(u16::MAX)
}

/// Writes a line into a row of an area, from 0; ignored if the area has no such row. Whoever made the line, what is
/// written is harmless.
pub(crate) fn put(buf: &mut Buffer, area: Rect, row: u16, line: &Line) {
    if row >= area.height {
        return;
    }
    let (mut x, y) = (area.x, area.y + row);
    for span in line {
        let style = line.style.patch(span.style);
        let room = usize::from(area.right().saturating_sub(x));
        x = if text::is_simple(&span.content) {
            put_simple(buf, (x, y), &span.content, room, style)
        } else {
            buf.set_stringn(x, y, &*text::harmless(&span.content), room, style).0
        };
    }
}

/// Writes a text of single-column characters into at most `room` cells; returns the column after it.
fn put_simple(buf: &mut Buffer, (mut x, y): (u16, u16), text: &str, room: usize, style: Style) -> u16 {
    for one in text.chars().take(room) {
        let Some(cell) = buf.cell_mut((x, y)) else { break };
        cell.set_char(one).set_style(style);
        x += 1;
    }
    x
}

/// Writes a line at the right end of a row of an area.
pub(crate) fn put_right(buf: &mut Buffer, area: Rect, row: u16, line: &Line) {
    let width = u16::try_from(line.width()).unwrap_or(u16::MAX).min(area.width);
    let end = Rect { x: area.right() - width, width, ..area };
    put(buf, end, row, line);
}
