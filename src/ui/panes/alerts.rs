//! The alerts of the config: their states, values and conditions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::alert::board::{AlertRow, Held};
use crate::alert::state::State;
use crate::alert::watcher::ShownAlerts;
use crate::text;
use crate::time::Millis;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::{put, put_right};

use super::{Pane, border};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let firing = firing(scene.alerts).count();
    let titles = Titles {
        names: vec![Pane::Alerts.name().to_owned()],
        right: if firing > 0 { format!("{firing} firing") } else { String::new() },
        ..Titles::default()
    };
    let inside = border(scene, Pane::Alerts, titles, area, buf);
    for (row, line) in (0..inside.height).zip(lines(scene, inside.width)) {
        put(buf, inside, row, &line.text);
        put_right(buf, inside, row, &line.value);
    }
}

/// A line, and what stands at its right.
struct AlertLine {
    text: Line<'static>,
    value: Line<'static>,
}

fn lines(scene: &Scene, width: u16) -> Vec<AlertLine> {
    let shown = scene.alerts;
    let plain = |line| AlertLine { text: line, value: Line::default() };
    if shown.rows.is_empty() {
        let none = "None defined. Add [[alert]] to dwell.toml, such as when = \"errors.5xx > 5 %\".";
        return vec![plain(scene.line(Role::Muted, text::fit(none, usize::from(width))))];
    }
    let mut lines: Vec<_> = shown.rows.iter().flat_map(|row| of_alert(scene, row, width)).collect();
    let untold = [
        (shown.untold.delayed, "notices delayed by at-most"),
        (shown.untold.dropped, "notices dropped by at-most"),
        (shown.dropped, "commands dropped, too many waited"),
    ];
    let counted = untold.into_iter().filter(|(count, _)| *count > 0);
    let said = counted.map(|(count, what)| format!("{} {what}", text::thousands(count)));
    let trouble = Some(text::harmless(&shown.trouble).into_owned()).filter(|trouble| !trouble.is_empty());
    let warned = |said: String| plain(scene.line(Role::Warn, text::fit(&said, usize::from(width))));
    lines.extend(said.chain(trouble).map(warned));
    lines
}

/// Its name and state, and below, where it is not at rest, its condition.
fn of_alert(scene: &Scene, row: &AlertRow, width: u16) -> Vec<AlertLine> {
    let role = role(row);
    let state = state(scene, row);
    let room = usize::from(width).saturating_sub(text::width(&row.value) + 1);
    let name = text::fit(&text::harmless(&row.name), room / 2);
    let rest = text::fit(&state, room.saturating_sub(text::width(&name) + 2));
    let spans = vec![scene.span(role, name), Span::raw("  "), scene.span(Role::Muted, rest)];
    let value = scene.line(if role == Role::Text { Role::Muted } else { role }, row.value.clone());
    let mut lines = vec![AlertLine { text: Line::from(spans), value }];
    if !matches!(row.state, State::Inactive) {
        let condition = format!("  {}, over {}", row.condition, row.over);
        let condition = text::fit(&text::harmless(&condition), usize::from(width));
        lines.push(AlertLine { text: scene.line(Role::Muted, condition), value: Line::default() });
    }
    lines
}

fn role(row: &AlertRow) -> Role {
    match row.state {
        State::Firing { .. } | State::Recovering { .. } if row.held.is_none() => Role::Bad,
        State::Firing { .. } | State::Recovering { .. } | State::Pending { .. } => Role::Warn,
        State::Inactive | State::Resolved { .. } => Role::Text,
    }
}

fn state(scene: &Scene, row: &AlertRow) -> String {
    let clock = |at: Millis| when::clock(at, scene.settings.zone);
    let state = match row.state {
        State::Inactive => "ok".to_owned(),
        State::Pending { since } => format!("pending since {}", clock(since)),
        State::Firing { fired, .. } => format!("firing since {}", clock(fired)),
        State::Recovering { fired, .. } => format!("recovering, fired {}", clock(fired)),
        State::Resolved { resolved, .. } => format!("ok since {}", clock(resolved)),
    };
    let is_at_rest = matches!(row.state, State::Inactive | State::Resolved { .. });
    match row.held.as_ref().filter(|held| !is_at_rest || matches!(held, Held::Silenced(_))) {
        Some(Held::By(other)) => format!("{state} (held by {})", text::harmless(other)),
        Some(Held::Silenced(until)) => format!("{state} (silenced until {})", clock(*until)),
        None => state,
    }
}

/// The alerts that fire and are not held, in the order of the file.
pub(crate) fn firing(shown: &ShownAlerts) -> impl Iterator<Item = &AlertRow> {
    shown.rows.iter().filter(|row| row.state.firing().is_some() && row.held.is_none())
}

/// What the banner says of the first of them.
pub(super) fn sentence(scene: &Scene, row: &AlertRow) -> String {
    let since = row.state.firing().map(|fired| when::clock(fired, scene.settings.zone)).unwrap_or_default();
    let value = if row.value.is_empty() { String::new() } else { format!(": {}", row.value) };
    let alert = scene.symbols().alert;
    let text =
        format!("{alert} {} fires since {since}{value} ({}, over {})", row.name, row.condition, row.over);
    text::harmless(&text).into_owned()
}
