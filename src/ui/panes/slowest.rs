//! What takes long to answer, and what is large, by path.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{PathHits, TrafficView};
use crate::text;
use crate::time::Span;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::sorting::TrafficSort;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, hit_lists, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let traffic = scene.shown.and_then(Shown::traffic);
    let rows = scene.rows().slowest();
    let name = match scene.sorts.traffic(Pane::Slowest).0 {
        TrafficSort::Load => Pane::Slowest.name(),
        TrafficSort::Bytes => "Bandwidth",
        _ => "Requests",
    };
    let left_out = traffic.map(|traffic| &traffic.left_out.paths);
    let titles = hit_lists::titles(scene, Pane::Slowest, "assets left out".to_owned(), left_out);
    let titles = Titles { names: vec![name.to_owned()], ..titles };
    plain::draw(scene, Pane::Slowest, titles, (&rows, columns(scene)), || none(scene, traffic), area, buf);
}

fn none(scene: &Scene, traffic: Option<&TrafficView>) -> EmptyPane {
    if traffic.is_none_or(|traffic| traffic.totals.hits == 0) {
        return nothing::why(scene, Pane::Slowest);
    }
    EmptyPane::new("No paths", "Under --privacy strict, or with assets alone, no path is shown.")
}

fn columns<'a>(scene: &'a Scene) -> Vec<Column<'a, &'a &'a PathHits>> {
    vec![
        Column::text("path", (16, 48), |row: &&&PathHits, width| scene.page(&row.path, width)).comfort(24),
        Column::number("hits", 7, |row: &&&PathHits| scene.count(row.hits)),
        Column::number("p50", 7, |row: &&&PathHits| load(scene, row.load_p50, Role::Muted)).rank(2),
        Column::number("p95", 7, |row: &&&PathHits| load(scene, row.load_p95, Role::Text)),
        Column::number("bytes", 9, |row: &&&PathHits| scene.line(Role::Muted, text::bytes(row.bytes)))
            .rank(1),
    ]
}

fn load(scene: &Scene, load: Option<Span>, role: Role) -> Line<'static> {
    match load {
        Some(load) => scene.line(role, when::load(load)),
        None => scene.line(Role::Dim, "–"),
    }
}
