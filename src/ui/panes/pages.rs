//! Pages: views, entries, exits, and how many leave without a second page.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::question::Grouping;
use crate::query::view::TableRow;
use crate::ui::scene::Scene;
use crate::ui::shown::RowOnScreen;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::table::Column;

use super::Pane;
use super::groups::{self, Ranked, bar_column, bounce_column, dash, share_column, time_column};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let mut columns = vec![
        Column::text("page", (14, 64), |ranked: &Ranked, width| scene.page(&ranked.row.key, width))
            .comfort(28),
        Column::number("views", 7, |ranked: &Ranked| scene.count(ranked.row.count)),
        bar_column(scene).rank(5),
        share_column(scene).rank(4),
        Column::number("entries", 7, |ranked: &Ranked| scene.count(ranked.row.entries)).rank(2),
        Column::number("exits", 7, |ranked: &Ranked| scene.count(ranked.row.exits)).rank(3),
        bounce_column(scene).rank(1),
        Column::number("sessions", 8, |ranked: &Ranked| scene.count(ranked.row.sessions)).rank(6),
        time_column(scene).rank(6),
    ];
    // Few logs have load times.
    let knows_loads =
        |(_, rows): (_, &[RowOnScreen<TableRow>])| rows.iter().any(|held| held.row.load.is_some());
    if scene.shown.and_then(|shown| shown.table(Grouping::Page)).is_some_and(knows_loads) {
        columns.push(load_column(scene).rank(6));
    }
    groups::draw(scene, Pane::Pages, columns, area, buf);
}

/// The average load time.
fn load_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::number("avg load", 8, |ranked: &Ranked| match ranked.row.load {
        Some(load) => scene.line(Role::Text, when::load(load)),
        None => dash(scene),
    })
}
