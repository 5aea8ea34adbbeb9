//! The variants of the open experiment: their rates, and how sure the difference is (R14).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::definitions::Unit;
use crate::query::view::{ExperimentView, VariantRow, p_value};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::interval_scale::{Interval, Scale};
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().variants();
    let experiment = scene.rows().experiment();
    let empty = || if experiment.is_some() { nobody() } else { nothing::looking_up() };
    let titles = titles(scene, experiment);
    plain::draw(scene, Pane::Variants, titles, (rows, columns(scene, rows)), empty, area, buf);
}

fn nobody() -> EmptyPane {
    EmptyPane::new("Nobody has seen a variant", "`dwell check --config FILE LOG` says what was looked for.")
}

fn titles(scene: &Scene, experiment: Option<&ExperimentView>) -> Titles {
    let Some(experiment) = experiment else {
        return Titles { names: vec![Pane::Variants.name().to_owned()], ..Titles::default() };
    };
    let name = text::harmless(&experiment.name).into_owned();
    let goal = text::harmless(&experiment.goal);
    let units = match experiment.unit {
        Unit::Session => "sessions",
        Unit::Visitor => "visitors",
    };
    let between = scene.symbols().between;
    Titles {
        names: vec![format!("Experiment {name}"), name],
        definitions: vec![format!("{units} {between} goal {goal} after exposure"), format!("goal {goal}")],
        right: experiment
            .since
            .map_or_else(String::new, |since| format!("since {}", when::length(experiment.now.since(since)))),
        ..Titles::default()
    }
}

fn columns<'a>(scene: &'a Scene, rows: &[VariantRow]) -> Vec<Column<'a, &'a VariantRow>> {
    let intervals = rows.iter().filter_map(interval);
    let scale = Scale::around(intervals);
    let sure = scene.rows().experiment().map_or(0.95, |experiment| 1.0 - experiment.alpha);
    let always_valid = format!("always-valid {:.0} %", sure * 100.0);
    vec![
        Column::text("variant", (10, 20), |row: &&VariantRow, width| name(scene, row, width)),
        Column::number("units", 7, |row: &&VariantRow| scene.count(row.units)),
        Column::number("reached", 7, |row: &&VariantRow| scene.count(row.converted)).rank(2),
        Column::number("rate", 7, |row: &&VariantRow| scene.share(row.rate())),
        Column::number("uplift", 8, |row: &&VariantRow| uplift(scene, row)),
        Column::number(&always_valid, 19, |row: &&VariantRow| bounds(scene, row)).rank(3),
        Column::text("", (20, 56), move |row: &&VariantRow, width| drawn(scene, scale, row, width))
            .headed(move |width| scale.axis(width))
            .rank(1),
        Column::number("p", 8, |row: &&VariantRow| {
            scene.line(Role::Muted, row.comparison.map(|one| p_value(one.p)).unwrap_or_default())
        })
        .rank(4),
    ]
}

fn name(scene: &Scene, row: &VariantRow, width: u16) -> Line<'static> {
    scene.name(if row.control { Role::Muted } else { Role::Text }, &row.variant, width)
}

fn interval(row: &VariantRow) -> Option<Interval> {
    let one = row.comparison?;
    Some(Interval { low: one.low, at: one.uplift, high: one.high })
}

fn uplift(scene: &Scene, row: &VariantRow) -> Line<'static> {
    match row.comparison {
        Some(one) => {
            let role = match (row.called, one.uplift > 0.0) {
                (Some(_), true) => Role::Good,
                (Some(_), false) => Role::Bad,
                _ => Role::Text,
            };
            scene.line(role, signed(one.uplift))
        }
        None => scene.line(Role::Dim, ""),
    }
}

fn bounds(scene: &Scene, row: &VariantRow) -> Line<'static> {
    match row.comparison {
        Some(one) => scene.line(
            Role::Muted,
            format!("{} {} {}", signed(one.low), scene.symbols().ellipsis, signed(one.high)),
        ),
        None if row.control => scene.line(Role::Dim, ""),
        None => scene.line(Role::Dim, "collecting"),
    }
}

fn drawn(scene: &Scene, scale: Scale, row: &VariantRow, width: u16) -> Line<'static> {
    let role = if row.called.is_some() { Role::Accent } else { Role::Muted };
    scale.draw(interval(row), width, scene.symbols(), [scene.ink(role), scene.ink(Role::Dim)])
}

/// `+29.5 %`
fn signed(share: f64) -> String {
    // Bounds reach far while little is known: whole per cent are enough there.
    let decimals = usize::from(share.abs() < 1.0);
    format!("{:+.decimals$} %", share * 100.0)
}
