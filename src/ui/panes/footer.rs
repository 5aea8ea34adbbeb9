//! The last line: the keys that work here, and how well dwell keeps up.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text;
use crate::time::Span as Time;
use crate::ui::hints::{self, Hint};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::{put, put_right};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    if let Some(notice) = scene.notice {
        let line = scene.line(Role::Accent, format!(" {}", text::harmless(notice)));
        return put(buf, area, 0, &line);
    }
    // A terminal too narrow for both shows the keys, and only figures that are bad news. Paths have more keys than others.
    let least = if scene.explored.is_some() { 120 } else { 72 };
    let right = if area.width >= least { figures(scene) } else { bad_news(scene) };
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width);
    let left = Rect { width: area.width - right_width, ..area };
    put(buf, left, 0, &hint_line(scene, &hints::of(scene), left.width));
    put_right(buf, area, 0, &right);
}

/// As many whole hints as fit; always with the last one, which leads to all others.
pub(super) fn hint_line(scene: &Scene, hints: &[Hint], width: u16) -> Line<'static> {
    let Some((last, others)) = hints.split_last() else { return Line::default() };
    let mut left = usize::from(width).saturating_sub(hint_width(last));
    let fits = |hint: &&Hint| {
        let width = hint_width(hint);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    };
    let shown: Vec<_> = others.iter().take_while(fits).chain([last]).collect();
    Line::from(shown.into_iter().flat_map(|hint| hint_spans(scene, hint)).collect::<Vec<_>>())
}

fn hint_width(hint: &Hint) -> usize {
    text::width(&hint.keys) + text::width(hint.label) + 3
}

fn hint_spans(scene: &Scene, hint: &Hint) -> [Span<'static>; 2] {
    let key = scene.span(Role::Accent, format!(" {}", hint.keys));
    [key, scene.span(Role::Muted, format!(" {} ", hint.label))]
}

fn figures(scene: &Scene) -> Line<'static> {
    let Some(view) = scene.view() else { return Line::default() };
    let mut spans = vec![Span::raw("   ")];
    let mut add = |role: Role, text: String| {
        if spans.len() > 1 {
            spans.push(scene.span(Role::Dim, format!(" {} ", scene.symbols().between)));
        }
        spans.push(scene.span(role, text));
    };
    if let Some(doubt) = view.intake.doubts.first() {
        add(Role::Warn, format!("in doubt: {}", doubt.kind.name()));
    }
    if let Some(rate) = scene.throughput.lines_per_second() {
        add(Role::Muted, text::rate(rate));
    }
    if let Some(lag) = lag(scene) {
        add(Role::Muted, format!("lag {lag}"));
    }
    let dropped = view.intake.overflow;
    add(trouble(dropped), format!("dropped {}", text::thousands(dropped)));
    if let Some(share) = bots(scene) {
        add(Role::Muted, format!("bots {}", text::percent(share)));
    }
    spans.push(Span::raw(" "));
    Line::from(spans)
}

fn bad_news(scene: &Scene) -> Line<'static> {
    match scene.view().map_or(0, |view| view.intake.overflow) {
        0 => Line::default(),
        dropped => scene.line(Role::Warn, format!(" dropped {} ", text::thousands(dropped))),
    }
}

fn trouble(count: u64) -> Role {
    if count == 0 { Role::Muted } else { Role::Warn }
}

/// How far the log's clock is behind this machine's; `None` for a log of another day.
fn lag(scene: &Scene) -> Option<String> {
    let lag = scene.shown?.lag();
    (lag < Time::hours(12)).then(|| if lag < when::AGE_STEP { "0".to_owned() } else { lag.to_string() })
}

/// The share of sessions left out as bots.
pub(super) fn bots(scene: &Scene) -> Option<f64> {
    let totals = scene.view()?.totals;
    let bots = totals.bots.total();
    let all = totals.sessions + bots;
    (all > 0).then(|| bots as f64 / all as f64)
}
