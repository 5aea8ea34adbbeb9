//! What sessions are meant to lead to: the goals that the config defines (R13).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::GoalRow;
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::compared::{self, Rise};
use super::{Pane, groups, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().goals();
    let titles = Titles {
        names: vec![Pane::Goals.name().to_owned()],
        definitions: vec![format!("seen in {}", when::window(scene.window))],
        ..Titles::default()
    };
    plain::draw(scene, Pane::Goals, titles, (rows, columns(scene, rows)), none_defined, area, buf);
}

/// What stands in the pane where the config defines no goal.
fn none_defined() -> EmptyPane {
    let how = "Add one to dwell.toml: [[goal]] with name = \"signup\" and event = \"page:/welcome\".";
    EmptyPane { what: "No goals are defined".to_owned(), help: vec![how.to_owned()] }
}

fn columns<'a>(scene: &'a Scene, rows: &[GoalRow]) -> Vec<Column<'a, &'a GoalRow>> {
    let seen = scene.shown.and_then(|shown| shown.goals()).map_or(0, |goals| goals.seen);
    let largest = rows.iter().map(|goal| goal.sessions).max().unwrap_or(0);
    let mut columns = vec![
        Column::text("goal", (12, 28), |goal: &&GoalRow, width| scene.name(Role::Text, &goal.goal, width)),
        Column::text("", (6, 16), move |goal: &&GoalRow, width| {
            bar(scene.theme, scene.ink(Role::Bar), goal.sessions, largest, width)
        })
        .rank(3),
        Column::number("rate", 6, move |goal: &&GoalRow| {
            scene.share((seen > 0).then(|| goal.sessions as f64 / seen as f64))
        }),
        Column::number("sessions", 8, |goal: &&GoalRow| scene.count(goal.sessions)),
        Column::number("times", 6, |goal: &&GoalRow| scene.count(goal.events)).rank(2),
    ];
    columns.extend(compared::points_column(scene, Rise::IsGood, move |compared, goal: &&GoalRow| {
        let (before, was) = compared.goal(&goal.goal)?;
        let difference = compared.share((goal.sessions, seen), (was.sessions, before.seen))?;
        Some((goal.sessions as f64 / seen as f64, difference))
    }));
    if rows.iter().any(|goal| goal.value.is_some()) {
        columns.push(Column::number("value", 14, |goal: &&GoalRow| value(scene, goal)).rank(1));
    }
    columns
}

fn value(scene: &Scene, goal: &GoalRow) -> Line<'static> {
    let Some(value) = goal.value else { return groups::dash(scene) };
    let currency = goal.currency.as_deref().map(text::harmless).unwrap_or_default();
    scene.line(Role::Text, format!("{} {currency}", text::amount(value)).trim_end())
}
