//! On which pages the selected action happens.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::view::PageShare;
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, conversions, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().action_pages();
    let action = scene.action_closeup().map(|action| text::harmless(&action.action).into_owned());
    let titles = Titles {
        names: vec![Pane::ActionPages.name().to_owned()],
        definitions: action.into_iter().collect(),
        ..Titles::default()
    };
    let list = (rows, columns(scene, rows));
    plain::draw(scene, Pane::ActionPages, titles, list, conversions::nothing_picked, area, buf);
}

fn columns<'a>(scene: &'a Scene, rows: &[PageShare]) -> Vec<Column<'a, &'a PageShare>> {
    let times: u64 = rows.iter().map(|row| row.count).sum();
    let largest = rows.iter().map(|row| row.count).max().unwrap_or(0);
    vec![
        Column::text("page", (14, 48), |row: &&PageShare, width| scene.page(&row.page, width)).comfort(24),
        Column::text("", (6, 16), move |row: &&PageShare, width| {
            bar(scene.theme, scene.ink(Role::Bar), row.count, largest, width)
        })
        .rank(2),
        Column::number("share", 6, move |row: &&PageShare| {
            scene.share((times > 0).then(|| row.count as f64 / times as f64))
        })
        .rank(3),
        Column::number("times", 6, |row: &&PageShare| scene.count(row.count)),
        Column::number("views", 7, |row: &&PageShare| scene.count(row.views)).rank(1),
        Column::number("per view", 8, |row: &&PageShare| scene.share(row.per_view())).rank(1),
    ]
}
