//! The experiments that are defined, each with how far it is (R14).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{ExperimentView, Verdict};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().experiments();
    let titles = Titles { names: vec![Pane::Experiments.name().to_owned()], ..Titles::default() };
    let empty = || match scene.settings.definitions.experiments.as_slice() {
        [] => none_defined(),
        _ => super::nothing::looking_up(),
    };
    plain::draw(scene, Pane::Experiments, titles, (&rows, columns(scene)), empty, area, buf);
}

/// What stands in the pane where the config defines no experiment.
fn none_defined() -> EmptyPane {
    let how = "Add an [[experiment]] with variant, control and goal to dwell.toml.";
    EmptyPane::new("No experiments are defined", how)
}

fn columns<'a>(scene: &'a Scene) -> Vec<Column<'a, &'a &'a ExperimentView>> {
    vec![
        Column::text("experiment", (12, 24), |row: &&&ExperimentView, width| {
            scene.name(Role::Text, &row.name, width)
        }),
        Column::text("says", (13, 48), |row: &&&ExperimentView, width| verdict(scene, row, width))
            .comfort(24),
        Column::number("units", 7, |row: &&&ExperimentView| {
            scene.count(row.variants.iter().map(|variant| variant.units).sum())
        })
        .rank(1),
        Column::text("goal", (8, 16), |row: &&&ExperimentView, width| {
            scene.name(Role::Muted, &row.goal, width)
        })
        .rank(4),
    ]
}

/// The verdict as far as there is room for it; how far it is in a word where there is none.
fn verdict(scene: &Scene, experiment: &ExperimentView, width: u16) -> Line<'static> {
    let whole = experiment.verdict.to_string();
    scene.name(tone(&experiment.verdict), &whole, width)
}

/// The role that a verdict is said in.
pub(super) fn tone(verdict: &Verdict) -> Role {
    match verdict {
        Verdict::Differs { to_be_called: None, better: true, .. } => Role::Good,
        Verdict::Mismatch { .. } | Verdict::Differs { to_be_called: None, better: false, .. } => Role::Bad,
        Verdict::Differs { .. } => Role::Strong,
        _ => Role::Muted,
    }
}
