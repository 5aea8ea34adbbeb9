//! A table whose columns depend on the width: wide screens get more columns, not wider ones.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::ui::theme::{Role, Theme};

use super::{put, put_right};

const GAP: u16 = 2;

/// Columns from this rank on are shown only if the others have their comfortable width.
pub(crate) const EXTRA: u8 = 4;

/// Renders a cell of a row in a given width.
type Write<'a, R> = Box<dyn Fn(&R, u16) -> Line<'static> + 'a>;

/// One column.
pub(crate) struct Column<'a, R> {
    /// The title in a given width.
    head: Box<dyn Fn(u16) -> String + 'a>,
    least: u16,
    most: u16,
    comfort: u16,
    align: Align,
    rank: u8,
    write: Write<'a, R>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

impl<'a, R> Column<'a, R> {
    /// A column of text with a least and a greatest width.
    pub(crate) fn text(
        title: &str,
        (least, most): (u16, u16),
        write: impl Fn(&R, u16) -> Line<'static> + 'a,
    ) -> Column<'a, R> {
        let (title, write) = (title.to_owned(), Box::new(write));
        Column {
            head: Box::new(move |_| title.clone()),
            least,
            most,
            comfort: least,
            align: Align::Left,
            rank: 0,
            write,
        }
    }

    /// A column of numbers, right-aligned in a fixed width.
    pub(crate) fn number(title: &str, width: u16, write: impl Fn(&R) -> Line<'static> + 'a) -> Column<'a, R> {
        let write = move |row: &R, _: u16| write(row);
        let title = title.to_owned();
        Column {
            head: Box::new(move |_| title.clone()),
            least: width,
            most: width,
            comfort: width,
            align: Align::Right,
            rank: 0,
            write: Box::new(write),
        }
    }

    /// Whether it is a column of numbers.
    pub(crate) fn is_of_numbers(&self) -> bool {
        self.align == Align::Right
    }

    /// Sets the rank: if there is no room, columns of high rank go first.
    pub(crate) fn rank(self, rank: u8) -> Column<'a, R> {
        Column { rank, ..self }
    }

    /// Sets a title that depends on the width.
    pub(crate) fn headed(self, head: impl Fn(u16) -> String + 'a) -> Column<'a, R> {
        Column { head: Box::new(head), ..self }
    }

    /// Sets the width that the column should have before an [`EXTRA`] one is shown.
    pub(crate) fn comfort(self, width: u16) -> Column<'a, R> {
        Column { comfort: width, ..self }
    }
}

/// The style of a whole row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowStyle {
    /// As its cells say.
    Plain,
    /// Faded: about to disappear.
    Faded,
    /// Under the cursor.
    Selected,
}

/// A table, ready to be drawn.
pub(crate) struct TableWidget<'a, R> {
    /// Its columns, from left to right.
    pub(crate) columns: Vec<Column<'a, R>>,
    /// The visible rows with their styles.
    pub(crate) rows: Vec<(R, RowStyle)>,
}

impl<R> TableWidget<'_, R> {
    /// Draws the column titles and the rows.
    pub(crate) fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let places = places(&self.columns, area);
        for (index, place) in &places {
            let column = &self.columns[*index];
            let title = Line::from(Span::styled((column.head)(place.width), theme.style(Role::Muted)));
            put_aligned(buf, *place, 0, column.align, &title);
        }
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        for (line, (row, look)) in (0..below.height).zip(&self.rows) {
            for (index, place) in &places {
                let place = Rect { y: below.y, height: below.height, ..*place };
                let column = &self.columns[*index];
                put_aligned(buf, place, line, column.align, &(column.write)(row, place.width));
            }
            dress(theme, *look, Rect { y: below.y + line, height: 1, ..below }, buf);
        }
    }
}

fn put_aligned(buf: &mut Buffer, place: Rect, line: u16, align: Align, text: &Line) {
    match align {
        Align::Left => put(buf, place, line, text),
        Align::Right => put_right(buf, place, line, text),
    }
}

fn dress(theme: &Theme, look: RowStyle, row: Rect, buf: &mut Buffer) {
    let role = match look {
        RowStyle::Plain => return,
        RowStyle::Faded => Role::Dim,
        RowStyle::Selected => Role::Selection,
    };
    // One style for the whole row: colours of single cells would make it a patchwork.
    let ground = Style::reset().patch(theme.style(Role::Screen)).patch(theme.style(Role::Text));
    buf.set_style(row, ground.patch(theme.style(role)));
}

/// The columns that fit, in order, with their areas.
fn places<R>(columns: &[Column<R>], area: Rect) -> Vec<(usize, Rect)> {
    let mut x = area.x;
    widths(columns, area.width)
        .into_iter()
        .map(|(index, width)| {
            let place = Rect { x, width, ..area };
            x = x.saturating_add(width + GAP);
            (index, place.intersection(area))
        })
        .collect()
}

fn widths<R>(columns: &[Column<R>], room: u16) -> Vec<(usize, u16)> {
    let mut kept = fitting(columns, room);
    let used: u16 = kept.iter().map(|(_, width)| width + GAP).sum();
    grow(columns, &mut kept, (room + GAP).saturating_sub(used));
    kept.sort_unstable();
    kept
}

/// The columns that fit at their least width, by rank. A higher rank never displaces a lower one, so the choice
/// depends on the width alone.
fn fitting<R>(columns: &[Column<R>], room: u16) -> Vec<(usize, u16)> {
    let mut by_rank: Vec<_> = columns.iter().enumerate().collect();
    by_rank.sort_by_key(|(_, column)| column.rank);
    let (mut least, mut comfortable) = (0, 0);
    let mut fits = |column: &Column<R>| {
        least += column.least + GAP;
        comfortable += column.comfort + GAP;
        (if column.rank < EXTRA { least } else { comfortable }) <= room + GAP
    };
    let first = by_rank.first().map(|(index, column)| (*index, column.least.min(room)));
    let kept: Vec<_> = by_rank
        .iter()
        .take_while(|(_, column)| fits(column))
        .map(|(index, column)| (*index, column.least))
        .collect();
    if kept.is_empty() { first.into_iter().collect() } else { kept }
}

/// Distributes the remaining width: first up to the comfortable width, lower ranks first, then evenly.
fn grow<R>(columns: &[Column<R>], kept: &mut [(usize, u16)], mut left: u16) {
    for (index, width) in kept.iter_mut() {
        let more = columns[*index].comfort.saturating_sub(*width).min(left);
        *width += more;
        left -= more;
    }
    while left > 0 {
        let before = left;
        for (index, width) in kept.iter_mut() {
            if left > 0 && *width < columns[*index].most {
                *width += 1;
                left -= 1;
            }
        }
        if left == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column<'static, u8>> {
        vec![
            Column::text("name", (4, 10), |_, _| Line::default()).comfort(6),
            Column::number("count", 5, |_| Line::default()).rank(1),
            Column::text("more", (6, 8), |_, _| Line::default()).rank(EXTRA),
        ]
    }

    #[test]
    fn columns_come_by_rank_and_grow_to_their_limit() {
        assert_eq!(widths(&columns(), 3), [(0, 3)], "the most important one is always there");
        assert_eq!(widths(&columns(), 11), [(0, 4), (1, 5)]);
        assert_eq!(widths(&columns(), 14), [(0, 7), (1, 5)]);
        assert_eq!(
            widths(&columns(), 20),
            [(0, 10), (1, 5)],
            "no extra column while others are not comfortable"
        );
        assert_eq!(widths(&columns(), 21), [(0, 6), (1, 5), (2, 6)]);
        assert_eq!(widths(&columns(), 90), [(0, 10), (1, 5), (2, 8)]);
    }
}
