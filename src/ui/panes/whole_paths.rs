//! The most frequent whole paths: three pages one right after the other (R13).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::view::{WholePathRow, WholePathsView};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, nothing, path_steps, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let view = scene.shown.and_then(Shown::whole_paths);
    let rows = scene.rows().whole_paths();
    let columns = columns(scene, view, rows);
    let empty = || why_empty(scene, view);
    plain::draw(scene, Pane::WholePaths, titles(scene, view), (rows, columns), empty, area, buf);
}

fn titles(scene: &Scene, view: Option<&WholePathsView>) -> Titles {
    let between = scene.symbols().between;
    let window = when::window(scene.window);
    let right = match view {
        Some(view) if view.beyond > 0 => "lower bounds: more paths than are counted".to_owned(),
        Some(view) if view.other.rows > 0 => format!("{} more paths", text::thousands(view.other.rows)),
        _ => String::new(),
    };
    Titles {
        names: vec![Pane::WholePaths.name().to_owned()],
        definitions: vec![
            format!("three pages in a row {between} seen in {window}"),
            "three pages in a row".to_owned(),
        ],
        right,
        ..Titles::default()
    }
}

fn why_empty(scene: &Scene, view: Option<&WholePathsView>) -> EmptyPane {
    match view {
        None => nothing::looking_up(),
        Some(_) if scene.view().is_none_or(|view| view.totals.sessions == 0) => {
            nothing::why(scene, Pane::WholePaths)
        }
        Some(_) => EmptyPane::new("No whole paths", "No session seen has views of three pages in a row."),
    }
}

fn columns<'a>(
    scene: &'a Scene,
    view: Option<&WholePathsView>,
    rows: &[WholePathRow],
) -> Vec<Column<'a, &'a WholePathRow>> {
    let sessions = view.map_or(0, |view| view.sessions);
    let largest = rows.iter().map(|row| row.sessions).max().unwrap_or(0);
    vec![
        Column::text("path", (30, 160), |row: &&WholePathRow, width| {
            let steps = row.steps.clone().map(|step| (step, Role::Text));
            path_steps::way(scene, &steps, width)
        })
        .comfort(48),
        Column::text("", (6, 16), move |row: &&WholePathRow, width| {
            bar(scene.theme, scene.ink(Role::Bar), row.sessions, largest, width)
        })
        .rank(2),
        Column::number("share", 6, move |row: &&WholePathRow| {
            scene.share((sessions > 0).then(|| row.sessions as f64 / sessions as f64))
        }),
        Column::number("sessions", 8, |row: &&WholePathRow| scene.count(row.sessions)).rank(1),
    ]
}
