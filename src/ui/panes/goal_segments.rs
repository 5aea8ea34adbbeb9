//! Who reaches the goal that the cursor stands on, by channel, source, landing page, …

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::query::analysis::ask::Breakdown;
use crate::query::view::GoalSegment;
use crate::text;
use crate::ui::action::Action;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::rounded;
use crate::ui::widgets::table::Column;

use super::{Pane, channel_colours, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().goal_segments();
    let detail = scene.shown.and_then(|shown| shown.goals()).and_then(|goals| goals.detail.as_ref());
    let goal = detail.map(|detail| text::harmless(&detail.goal).into_owned());
    let titles = Titles {
        names: vec![format!("By {}", scene.breakdown.name())],
        definitions: goal.into_iter().collect(),
        right: format!("{} by what", scene.key(Action::Breakdown)),
        ..Titles::default()
    };
    plain::draw(scene, Pane::GoalSegments, titles, (rows, columns(scene, rows)), nothing_picked, area, buf);
}

fn nothing_picked() -> EmptyPane {
    EmptyPane { what: "No goal".to_owned(), help: Vec::new() }
}

fn columns<'a>(scene: &'a Scene, rows: &[GoalSegment]) -> Vec<Column<'a, &'a GoalSegment>> {
    // Rates in thousandths of a percent: bars count in whole numbers.
    let height = |row: &GoalSegment| rounded(rate(row).unwrap_or(0.0) * 100_000.0);
    let largest = rows.iter().map(height).max().unwrap_or(0);
    vec![
        Column::text(scene.breakdown.name(), (14, 32), |row: &&GoalSegment, width| match scene.breakdown {
            Breakdown::Landing => scene.page(&row.name, width),
            _ => scene.name(Role::Text, &row.name, width).style(colour(scene, row)),
        }),
        Column::text("", (6, 16), move |row: &&GoalSegment, width| {
            let style =
                if scene.breakdown == Breakdown::Channel { colour(scene, row) } else { scene.ink(Role::Bar) };
            bar(scene.theme, style, height(row), largest, width)
        })
        .rank(2),
        Column::number("rate", 6, |row: &&GoalSegment| scene.share(rate(row))),
        Column::number("reached", 8, |row: &&GoalSegment| scene.count(row.reached)).rank(1),
        Column::number("sessions", 8, |row: &&GoalSegment| scene.count(row.sessions)).rank(3),
    ]
}

fn colour(scene: &Scene, row: &GoalSegment) -> Style {
    match scene.breakdown {
        Breakdown::Channel => channel_colours::colour(scene, &row.name),
        _ => scene.ink(Role::Text),
    }
}

fn rate(row: &GoalSegment) -> Option<f64> {
    (row.sessions > 0).then(|| row.reached as f64 / row.sessions as f64)
}
