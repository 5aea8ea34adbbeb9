//! Shared by the panes with a plain list: border, rows with a cursor, or the reason why it is empty.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::{Column, TableWidget};

use super::groups::{look, place};
use super::{Pane, border, rows_in};

/// Draws a list of which the answer has all rows, in their order.
pub(super) fn draw<'a, R>(
    scene: &'a Scene,
    pane: Pane,
    titles: Titles,
    (rows, columns): (&'a [R], Vec<Column<'a, &'a R>>),
    empty: impl FnOnce() -> EmptyPane,
    area: Rect,
    buf: &mut Buffer,
) {
    let list = scene.lists.of(pane);
    let titles = Titles { place: place(scene, pane, &list, rows.len() as u64), ..titles };
    let inside = border(scene, pane, titles, area, buf);
    if rows.is_empty() {
        return empty().draw(scene.theme, inside, buf);
    }
    let seen = rows.iter().enumerate().skip(list.offset()).take(rows_in(area));
    let rows = seen.map(|(line, row)| (row, look(scene.focus(pane), line == list.line(), false))).collect();
    TableWidget { columns, rows }.draw(scene.theme, inside, buf);
}
