//! Other sessions of the visitor whose timeline is open.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::view::SessionRow;
use crate::ui::open_session::OpenSession;
use crate::ui::scene::Scene;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::TableWidget;

use super::groups::{look, place};
use super::{Pane, border, rows_in, sessions};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let others: &[SessionRow] =
        scene.opened.and_then(OpenSession::timeline).map_or(&[], |timeline| &timeline.others);
    let list = scene.lists.of(Pane::Others);
    let titles = Titles {
        names: vec![Pane::Others.name().to_owned()],
        definitions: vec!["of the same visitor or user".to_owned()],
        place: place(scene, Pane::Others, &list, others.len() as u64),
        ..Titles::default()
    };
    let inside = border(scene, Pane::Others, titles, area, buf);
    if others.is_empty() {
        return EmptyPane { what: "No others".to_owned(), help: Vec::new() }.draw(scene.theme, inside, buf);
    }
    let columns = sessions::columns(scene, &others.iter().collect::<Vec<_>>());
    let seen = others.iter().enumerate().skip(list.offset()).take(rows_in(area));
    let rows =
        seen.map(|(line, row)| (row, look(scene.focus(Pane::Others), line == list.line(), false))).collect();
    TableWidget { columns, rows }.draw(scene.theme, inside, buf);
}
