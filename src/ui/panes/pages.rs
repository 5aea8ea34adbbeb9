//! Pages: views, entries, exits, and how many leave without a second page.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::question::{Grouping, TableSort};
use crate::query::view::{PageLoads, TableRow};
use crate::text;
use crate::time::Span;
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
        |(_, rows): (_, &[RowOnScreen<TableRow>])| rows.iter().any(|held| held.row.loads.is_some());
    if scene.shown.and_then(|shown| shown.table(Grouping::Page)).is_some_and(knows_loads) {
        columns.extend(load_columns(scene));
    }
    groups::draw(scene, Pane::Pages, columns, area, buf);
}

/// How load times are spread. The one that a list is sorted by stands also where there is little room.
fn load_columns<'a>(scene: &'a Scene) -> Vec<Column<'a, Ranked<'a>>> {
    let time = |title, of: fn(&PageLoads) -> Span| {
        Column::number(title, 8, move |ranked: &Ranked| match &ranked.row.loads {
            Some(loads) => scene.line(Role::Text, when::load(of(loads))),
            None => dash(scene),
        })
    };
    let is_sorted = scene.sorts.table(Pane::Pages).0 == TableSort::Load;
    vec![
        time("load p50", |loads| loads.p50).rank(7),
        time("load p75", |loads| loads.p75).rank(if is_sorted { 1 } else { 6 }),
        time("load p95", |loads| loads.p95).rank(7),
        Column::number("over 2.5s", 9, |ranked: &Ranked| slow_share(scene, ranked.row.loads)).rank(8),
    ]
}

/// The share of views that took too long; dim where none did.
fn slow_share(scene: &Scene, loads: Option<PageLoads>) -> Line<'static> {
    match loads {
        None => dash(scene),
        Some(loads) if loads.slow == 0 => scene.line(Role::Dim, text::percent(0.0)),
        Some(loads) => scene.line(Role::Text, text::percent(loads.slow_share())),
    }
}
