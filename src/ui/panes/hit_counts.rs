//! Hits by status, by kind and by method.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::pane::{Content, TrafficList};
use crate::ui::rows::{HitCount, hit_counts};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, compared, nothing, plain};

pub(super) fn draw(scene: &Scene, pane: Pane, area: Rect, buf: &mut Buffer) {
    let Content::Traffic(list) = pane.content() else { return };
    let rows = scene.rows().hit_counts(list);
    let titles = Titles { names: vec![pane.name().to_owned()], ..Titles::default() };
    let columns = columns(scene, list, &rows);
    plain::draw(scene, pane, titles, (&rows, columns), || nothing::why(scene, pane), area, buf);
}

fn columns<'a>(scene: &'a Scene, list: TrafficList, rows: &[HitCount]) -> Vec<Column<'a, &'a HitCount>> {
    let all: u64 = rows.iter().map(|row| row.hits).sum();
    let (title, least) = match list {
        TrafficList::Statuses => ("status", 6),
        TrafficList::Kinds => ("kind", 8),
        _ => ("method", 7),
    };
    let mut columns = vec![
        Column::text(title, (least, 12), move |row: &&HitCount, width| {
            scene.name(role(list, &row.name), &row.name, width)
        }),
        Column::number("hits", 7, |row: &&HitCount| scene.count(row.hits)),
        Column::number("share", 6, move |row: &&HitCount| {
            scene.share((all > 0).then(|| row.hits as f64 / all as f64))
        })
        .rank(2),
    ];
    if let Some(traffic) = scene.comparison.and_then(|compared| compared.earlier().traffic.as_ref()) {
        let before = hit_counts(&traffic.totals, list);
        columns.push(compared::change_column(move |row: &&HitCount| {
            let was = before.iter().find(|was| was.name == row.name).map_or(0, |was| was.hits);
            compared::plain_change(scene, row.hits, was).into()
        }));
    }
    columns
}

/// Statuses of failures stand out.
fn role(list: TrafficList, name: &str) -> Role {
    match (list, name.as_bytes().first()) {
        (TrafficList::Statuses, Some(b'5')) => Role::Bad,
        (TrafficList::Statuses, Some(b'4')) => Role::Warn,
        _ => Role::Text,
    }
}
