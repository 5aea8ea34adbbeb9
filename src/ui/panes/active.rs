//! How many are here now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::{Count, View};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;

use super::{Pane, border};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let span = when::round(scene.settings.rules.active);
    let titles = Titles {
        names: vec![Pane::Active.name().to_owned()],
        definitions: vec![format!("last {span}"), span],
        ..Titles::default()
    };
    let inside = border(scene, Pane::Active, titles, area, buf);
    let Some(view) = scene.view() else { return };
    for (row, line) in (0..).zip(lines(scene, view)) {
        put(buf, inside, row, &line);
    }
}

/// The numbers in a right-aligned column, the most important first; the rest may not fit.
fn lines(scene: &Scene, view: &View) -> Vec<Line<'static>> {
    let totals = view.totals;
    let window = when::window(scene.window);
    let between = scene.symbols().between;
    let visitors = match totals.visitors {
        Count::Exact(_) => "visitors".to_owned(),
        Count::About(_) => format!("visitors {}", scene.symbols().about),
    };
    let mut first = number(scene, Role::Strong, totals.active);
    first.extend(change(scene, view));
    let rest = [
        (totals.open, format!("open {between} {}", when::round(scene.settings.rules.gap))),
        (totals.sessions, format!("seen {between} {window}")),
        (totals.visitors.value(), visitors),
        (totals.pageviews, "pageviews".to_owned()),
        (totals.actions, "actions".to_owned()),
    ];
    let line = |(count, label): (u64, String)| {
        let mut spans = number(scene, Role::Text, count);
        spans.push(scene.span(Role::Muted, label));
        Line::from(spans)
    };
    [Line::from(first)].into_iter().chain(rest.into_iter().map(line)).collect()
}

fn number(scene: &Scene, role: Role, count: u64) -> Vec<Span<'static>> {
    vec![scene.span(role, text::align_right(&text::thousands(count), 7)), Span::raw("  ")]
}

/// The change since the same span before. More or fewer visitors are neither good nor bad.
fn change(scene: &Scene, view: &View) -> Vec<Span<'static>> {
    match text::change(view.totals.active, view.totals.active_before) {
        Some(change) => vec![scene.span(Role::Text, change_text(scene, &change))],
        None => vec![scene.span(Role::Muted, "active")],
    }
}

/// A change with the theme's own arrows.
pub(super) fn change_text(scene: &Scene, change: &text::Change) -> String {
    let arrow = match change.trend {
        text::Trend::Up => scene.symbols().up,
        text::Trend::Level => scene.symbols().level,
        text::Trend::Down => scene.symbols().down,
    };
    format!("{arrow} {}", change.size)
}
