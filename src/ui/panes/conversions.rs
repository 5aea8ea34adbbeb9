//! Conversions by channel for the selected action.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::view::Conversion;
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, channel_colours, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().conversions();
    let titles = Titles {
        names: vec![Pane::Conversions.name().to_owned()],
        definitions: of_action(scene).into_iter().collect(),
        ..Titles::default()
    };
    plain::draw(scene, Pane::Conversions, titles, (rows, columns(scene, rows)), nothing_picked, area, buf);
}

/// The selected action.
fn of_action(scene: &Scene) -> Option<String> {
    scene.action_closeup().map(|action| text::harmless(&action.action).into_owned())
}

/// The message if no action is selected.
pub(super) fn nothing_picked() -> EmptyPane {
    EmptyPane { what: "No action".to_owned(), help: Vec::new() }
}

fn columns<'a>(scene: &'a Scene, rows: &[Conversion]) -> Vec<Column<'a, &'a Conversion>> {
    // Rates in thousandths of a percent: bars count in whole numbers.
    let height = |row: &Conversion| crate::ui::widgets::rounded(row.rate().unwrap_or(0.0) * 100_000.0);
    let largest = rows.iter().map(height).max().unwrap_or(0);
    vec![
        Column::text("channel", (14, 18), |row: &&Conversion, width| {
            scene.name(Role::Text, &row.channel, width).style(channel_colours::colour(scene, &row.channel))
        }),
        Column::text("", (6, 16), move |row: &&Conversion, width| {
            bar(scene.theme, channel_colours::colour(scene, &row.channel), height(row), largest, width)
        })
        .rank(2),
        Column::number("rate", 6, |row: &&Conversion| scene.share(row.rate())),
        Column::number("converted", 9, |row: &&Conversion| scene.count(row.converted)).rank(1),
        Column::number("sessions", 8, |row: &&Conversion| scene.count(row.sessions)).rank(3),
    ]
}
