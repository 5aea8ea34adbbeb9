//! Who the bots are (R3): by the name in the user agent, or else by the reason.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::BotRow;
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, footer, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().bots();
    let share = footer::bots(scene).map(|share| format!("{} of sessions", text::percent(share)));
    let titles = Titles {
        names: vec![Pane::Bots.name().to_owned()],
        definitions: share.into_iter().collect(),
        right: "left out of all figures".to_owned(),
        ..Titles::default()
    };
    plain::draw(scene, Pane::Bots, titles, (rows, columns(scene, rows)), || none(scene), area, buf);
}

fn none(scene: &Scene) -> EmptyPane {
    if scene.view().is_none_or(|view| view.totals.sessions == 0) {
        return nothing::why(scene, Pane::Bots);
    }
    EmptyPane::new("No bots", "None of the sessions seen is flagged.")
}

fn columns<'a>(scene: &'a Scene, rows: &[BotRow]) -> Vec<Column<'a, &'a BotRow>> {
    let all: u64 = rows.iter().map(|row| row.sessions).sum();
    let largest = rows.iter().map(|row| row.sessions).max().unwrap_or(0);
    vec![
        Column::text("bot", (16, 32), |row: &&BotRow, width| name(scene, row, width)),
        Column::text("reason", (10, 10), |row: &&BotRow, width| scene.name(Role::Muted, &row.reason, width))
            .rank(2),
        Column::text("", (6, 16), move |row: &&BotRow, width| {
            bar(scene.theme, scene.ink(Role::Bar), row.sessions, largest, width)
        })
        .rank(3),
        Column::number("share", 6, move |row: &&BotRow| {
            scene.share((all > 0).then(|| row.sessions as f64 / all as f64))
        })
        .rank(1),
        Column::number("sessions", 8, |row: &&BotRow| scene.count(row.sessions)),
    ]
}

fn name(scene: &Scene, row: &BotRow, width: u16) -> Line<'static> {
    if !row.name.is_empty() {
        return scene.name(Role::Text, &row.name, width);
    }
    let words = match row.reason.as_str() {
        "no agent" => "without a user agent",
        "robots.txt" => "fetched robots.txt",
        "spam" => "brings referrer spam",
        _ => "too fast for a person",
    };
    scene.line(Role::Muted, text::fit(words, usize::from(width)))
}
