//! The funnels that are defined, each with how many come through it (R13).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::view::FunnelView;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::rounded;
use crate::ui::widgets::table::Column;

use super::compared::{self, Rise};
use super::{Pane, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().funnels();
    let titles = Titles {
        names: vec![Pane::Funnels.name().to_owned()],
        definitions: vec![format!("entered in {}", when::window(scene.window))],
        ..Titles::default()
    };
    let empty = || match scene.settings.definitions.funnels.as_slice() {
        [] => none_defined(),
        _ => super::nothing::looking_up(),
    };
    plain::draw(scene, Pane::Funnels, titles, (&rows, columns(scene)), empty, area, buf);
}

/// What stands in the pane where the config defines no funnel.
fn none_defined() -> EmptyPane {
    EmptyPane::new("No funnels are defined", "Add a [[funnel]] with a name and its steps to dwell.toml.")
}

fn columns<'a>(scene: &'a Scene) -> Vec<Column<'a, &'a &'a FunnelView>> {
    let mut columns = vec![
        Column::text("funnel", (12, 28), |row: &&&FunnelView, width| {
            scene.name(Role::Text, &row.funnel, width)
        }),
        Column::text("", (6, 16), |row: &&&FunnelView, width| {
            let share = rounded(row.conversion().unwrap_or(0.0) * 1000.0);
            bar(scene.theme, scene.ink(Role::Bar), share, 1000, width)
        })
        .rank(3),
        Column::number("convert", 7, |row: &&&FunnelView| scene.share(row.conversion())),
        Column::number("now", 7, |row: &&&FunnelView| scene.share(row.conversion_now())).rank(1),
        Column::number("entered", 7, |row: &&&FunnelView| scene.count(row.entered())),
        Column::number("steps", 5, |row: &&&FunnelView| scene.count(row.steps.len() as u64)).rank(4),
    ];
    columns.extend(compared::points_column(scene, Rise::IsGood, |compared, row: &&&FunnelView| {
        let was = compared.funnel(&row.funnel)?;
        let difference = compared.share((row.converted, row.settled), (was.converted, was.settled))?;
        Some((row.conversion()?, difference))
    }));
    columns
}
