//! What came before the open page, and what came after it: two lists with the page between them, left to right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{FlowRow, FlowStep, PageCloseup, SMALL_GROUPS};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{FlowSide, Pane, nothing, plain};

pub(super) fn draw(scene: &Scene, side: FlowSide, area: Rect, buf: &mut Buffer) {
    let pane = match side {
        FlowSide::Before => Pane::Before,
        FlowSide::After => Pane::After,
    };
    let rows = scene.rows().flow(side);
    let empty = || match scene.page_closeup() {
        Some(_) => never_viewed(),
        None => nothing::looking_up(),
    };
    plain::draw(scene, pane, titles(scene, side), (rows, columns(scene, rows)), empty, area, buf);
}

fn never_viewed() -> EmptyPane {
    EmptyPane::new("Never viewed", "No session here has a view of this page.")
}

fn titles(scene: &Scene, side: FlowSide) -> Titles {
    let crumb = scene.symbols().crumb;
    let name = match side {
        FlowSide::Before => format!("{} {crumb}", Pane::Before.name()),
        FlowSide::After => format!("{crumb} {}", Pane::After.name()),
    };
    let sum = scene.page_closeup().and_then(|page| sum(page, side));
    Titles { names: vec![name], definitions: sum.unwrap_or_default(), ..Titles::default() }
}

/// The number of views with which the session began or ended.
fn sum(page: &PageCloseup, side: FlowSide) -> Option<Vec<String>> {
    let (rows, what) = match side {
        FlowSide::Before => (&page.before, "entered"),
        FlowSide::After => (&page.after, "left"),
    };
    let edge = |row: &&FlowRow| matches!(row.step, FlowStep::Source(_) | FlowStep::Left);
    let count: u64 = rows.iter().filter(edge).map(|row| row.count).sum();
    let share = (page.views > 0).then(|| text::percent(count as f64 / page.views as f64))?;
    Some(vec![format!("{share} {what} here"), format!("{share} {what}")])
}

fn columns<'a>(scene: &'a Scene, rows: &[FlowRow]) -> Vec<Column<'a, &'a FlowRow>> {
    let views: u64 = rows.iter().map(|row| row.count).sum();
    let largest = rows.iter().map(|row| row.count).max().unwrap_or(0);
    vec![
        Column::text("step", (10, 64), |row: &&FlowRow, width| step(scene, &row.step, width)).comfort(24),
        Column::text("", (6, 16), move |row: &&FlowRow, width| {
            bar(scene.theme, scene.ink(Role::Bar), row.count, largest, width)
        })
        .rank(2),
        Column::number("share", 6, move |row: &&FlowRow| {
            scene.share((views > 0).then(|| row.count as f64 / views as f64))
        }),
        Column::number("views", 6, |row: &&FlowRow| scene.count(row.count)).rank(3),
    ]
}

fn step(scene: &Scene, step: &FlowStep, width: u16) -> Line<'static> {
    let folded =
        |what: &str| scene.line(Role::Muted, text::fit(&format!("{what} {SMALL_GROUPS}"), width.into()));
    match step {
        FlowStep::Source(source) if source == SMALL_GROUPS => folded("from sources"),
        FlowStep::Page(page) if page == SMALL_GROUPS => folded("pages"),
        FlowStep::Action(action) if action == SMALL_GROUPS => folded("actions"),
        FlowStep::Left => scene.line(Role::Muted, "left the site"),
        FlowStep::StillHere => scene.line(Role::Muted, "still here"),
        FlowStep::Source(source) => scene.name(Role::Accent, &format!("from {source}"), width),
        FlowStep::Page(page) if scene.location.page.as_ref() == Some(page) => {
            scene.line(Role::Muted, "loaded again")
        }
        FlowStep::Page(page) => scene.page(page, width),
        FlowStep::Action(action) => scene.name(Role::Good, action, width),
    }
}
