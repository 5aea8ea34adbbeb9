//! Durations of sessions: a histogram as bars, readable without colour (R8).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::Durations;
use crate::text;
use crate::ui::glossary;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::{columns, put};

use super::{Pane, border, compared, nothing};

/// The rows of [`crate::query::view::HISTOGRAM_BOUNDS`], by their bounds.
const ROWS: [(&str, &str); 7] =
    [("0", "10s"), ("10", "30s"), ("30", "60s"), ("1", "3m"), ("3", "10m"), ("10", "30m"), ("30m", "")];

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let durations = scene.view().map(|view| &view.durations);
    let inside = border(scene, Pane::Durations, titles(scene, durations), area, buf);
    let Some(durations) = durations else { return };
    if durations.measured == 0 {
        return nothing::no_durations(scene, durations).draw(scene.theme, inside, buf);
    }
    let lines = ROWS
        .iter()
        .zip(durations.histogram)
        .map(|(row, count)| histogram_line(scene, *row, count, durations, inside.width));
    let about = [Line::default(), unmeasured(scene, durations), longest(scene, durations)];
    for (row, line) in (0..).zip(lines.chain(about)) {
        put(buf, inside, row, &line);
    }
}

fn titles(scene: &Scene, durations: Option<&Durations>) -> Titles {
    let percentiles = durations
        .filter(|durations| durations.measured > 0)
        .map(|durations| format!("p50 {}  p90 {}", when::length(durations.p50), when::length(durations.p90)));
    let was = scene.comparison.map(|compared| compared.earlier().durations.p50);
    let change = durations.zip(was).and_then(|(durations, was)| text::change(durations.p50.0, was.0));
    let change = change.map(|change| format!("p50 {}", compared::arrowed(scene, &change)));
    Titles {
        names: vec![Pane::Durations.name().to_owned()],
        definitions: percentiles.into_iter().collect(),
        right: change.unwrap_or_default(),
        place: format!("closed {}", glossary::in_window(scene.window)),
        ..Titles::default()
    }
}

fn histogram_line(
    scene: &Scene,
    (from, to): (&str, &str),
    count: u64,
    durations: &Durations,
    width: u16,
) -> Line<'static> {
    let bounds =
        if to.is_empty() { format!("{from}+") } else { format!("{from}{}{to}", scene.symbols().range) };
    let label = text::align_right(&bounds, 6);
    let share = text::align_right(&text::percent(count as f64 / durations.measured as f64), 6);
    let number = text::align_right(&text::thousands(count), 6);
    let bar_width = width.saturating_sub(columns(&label) + columns(&share) + columns(&number) + 4);
    let largest = durations.histogram.into_iter().max().unwrap_or(0);
    let mut spans = vec![scene.span(Role::Muted, label), Span::raw(" ")];
    spans.extend(bar(scene.theme, scene.ink(Role::Bar), count, largest, bar_width.min(40)));
    spans.push(scene.span(Role::Text, format!(" {share}")));
    spans.push(scene.span(Role::Dim, format!("  {number}")));
    Line::from(spans)
}

fn unmeasured(scene: &Scene, durations: &Durations) -> Line<'static> {
    let count = text::thousands(durations.unmeasured);
    scene.line(Role::Dim, format!("{count} with one event: not measured"))
}

fn longest(scene: &Scene, durations: &Durations) -> Line<'static> {
    let (p99, max) = (when::length(durations.p99), when::length(durations.max));
    scene.line(Role::Dim, format!("p99 {p99}  longest {max}"))
}
