//! Where those went who dropped at the step under the cursor (R13).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{FlowStep, SMALL_GROUPS};
use crate::text;
use crate::ui::rows::InsteadRow;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().instead();
    let (titles, columns) = (titles(scene), columns(scene, &rows));
    plain::draw(scene, Pane::FunnelInstead, titles, (&rows, columns), || nobody(scene), area, buf);
}

fn nobody(scene: &Scene) -> EmptyPane {
    match scene.rows().funnel() {
        Some(_) => EmptyPane::new("Nobody dropped here", "The cursor above chooses the step."),
        None => nothing::looking_up(),
    }
}

/// `After step 2, instead of 3 · 188`
fn titles(scene: &Scene) -> Titles {
    let rows = scene.rows();
    let dropped = rows.funnel().and_then(|funnel| funnel.steps.get(rows.step)).map_or(0, |step| step.dropped);
    let (step, next) = (rows.step + 1, rows.step + 2);
    Titles {
        names: vec![format!("After step {step}, instead of {next}"), format!("After step {step}")],
        definitions: vec![text::thousands(dropped)],
        ..Titles::default()
    }
}

fn columns<'a>(scene: &'a Scene, rows: &[InsteadRow]) -> Vec<Column<'a, &'a InsteadRow<'a>>> {
    let sum: u64 = rows.iter().map(|row| row.count).sum();
    let largest = rows.iter().map(|row| row.count).max().unwrap_or(0);
    vec![
        Column::text("went to", (14, 48), |row: &&InsteadRow, width| step(scene, row.step, width))
            .comfort(24),
        Column::text("", (6, 16), move |row: &&InsteadRow, width| {
            bar(scene.theme, scene.ink(Role::Bar), row.count, largest, width)
        })
        .rank(2),
        Column::number("share", 6, move |row: &&InsteadRow| {
            scene.share((sum > 0).then(|| row.count as f64 / sum as f64))
        }),
        Column::number("", 6, |row: &&InsteadRow| scene.count(row.count)).rank(1),
    ]
}

fn step(scene: &Scene, step: Option<&FlowStep>, width: u16) -> Line<'static> {
    match step {
        None => scene.line(Role::Muted, "elsewhere"),
        Some(FlowStep::Left) => scene.line(Role::Muted, "left the site"),
        Some(FlowStep::StillHere) => scene.line(Role::Muted, "still here"),
        Some(FlowStep::Page(page) | FlowStep::Action(page)) if page == SMALL_GROUPS => {
            scene.line(Role::Muted, SMALL_GROUPS)
        }
        Some(FlowStep::Page(page)) => scene.page(page, width),
        Some(FlowStep::Action(action) | FlowStep::Source(action)) => scene.name(Role::Good, action, width),
    }
}
