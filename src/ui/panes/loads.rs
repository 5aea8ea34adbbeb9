//! Load times of the open page: a histogram as bars, or how to log them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::{LOAD_BOUNDS, Loads};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::{columns, put};

use super::{Pane, border};

/// The rows of [`LOAD_BOUNDS`], by their bounds.
const ROWS: [(&str, &str); LOAD_BOUNDS.len()] = [
    ("0", "50ms"),
    ("50", "100ms"),
    ("100", "250ms"),
    ("250", "500ms"),
    ("0.5", "1s"),
    ("1", "2.5s"),
    ("2.5s", ""),
];

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let loads = scene.page_closeup().map(|page| page.loads);
    let inside = border(scene, Pane::Loads, titles(loads), area, buf);
    let Some(loads) = loads else { return };
    if loads.measured == 0 {
        return not_in_the_log().draw(scene.theme, inside, buf);
    }
    for (row, (bounds, count)) in (0..).zip(ROWS.into_iter().zip(loads.histogram)) {
        put(buf, inside, row, &line(scene, bounds, count, &loads, inside.width));
    }
}

fn titles(loads: Option<Loads>) -> Titles {
    let measured = loads.filter(|loads| loads.measured > 0);
    let percentiles =
        measured.map(|loads| format!("p50 {}  p90 {}", when::load(loads.p50), when::load(loads.p90)));
    let views = measured.map(|loads| format!("{} views", text::thousands(loads.measured)));
    Titles {
        names: vec![Pane::Loads.name().to_owned()],
        definitions: percentiles.into_iter().collect(),
        place: views.unwrap_or_default(),
        ..Titles::default()
    }
}

pub(super) fn not_in_the_log() -> EmptyPane {
    EmptyPane {
        what: "No load times".to_owned(),
        help: vec![
            "The log does not say how long the server took.".to_owned(),
            "nginx: $request_time in log_format".to_owned(),
            "Apache: %D in LogFormat".to_owned(),
            "JSON: request_time or duration".to_owned(),
        ],
    }
}

fn line(scene: &Scene, (from, to): (&str, &str), count: u64, loads: &Loads, width: u16) -> Line<'static> {
    let bounds =
        if to.is_empty() { format!("{from}+") } else { format!("{from}{}{to}", scene.symbols().range) };
    let label = text::align_right(&bounds, 9);
    let share = text::align_right(&text::percent(count as f64 / loads.measured as f64), 6);
    let number = text::align_right(&text::thousands(count), 6);
    let bar_width = width.saturating_sub(columns(&label) + columns(&share) + columns(&number) + 4);
    let largest = loads.histogram.into_iter().max().unwrap_or(0);
    let mut spans = vec![scene.span(Role::Muted, label), Span::raw(" ")];
    spans.extend(bar(scene.theme, scene.ink(Role::Bar), count, largest, bar_width.min(40)));
    spans.push(scene.span(Role::Text, format!(" {share}")));
    spans.push(scene.span(Role::Dim, format!("  {number}")));
    Line::from(spans)
}
