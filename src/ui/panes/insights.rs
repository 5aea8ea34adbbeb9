//! The top findings and the data quality, for the overview. The insights screen has more of both.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::Finding;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;

use super::{Pane, border, findings, quality};

/// The most findings shown here.
const MOST: usize = 3;

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let more = scene.key(crate::ui::action::Action::ShowInsights);
    let titles = Titles {
        names: vec![Pane::Insights.name().to_owned()],
        right: format!("{more}: more"),
        ..Titles::default()
    };
    let inside = border(scene, Pane::Insights, titles, area, buf);
    let Some(view) = scene.view() else { return };
    let found = scene.rows().findings().iter().take(MOST);
    let mut lines: Vec<_> = found.map(|finding| line(scene, finding, inside.width)).collect();
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    lines.extend(quality::lines(scene, view, inside.width));
    for (row, line) in (0..).zip(lines) {
        put(buf, inside, row, &line);
    }
}

fn line(scene: &Scene, finding: &Finding, width: u16) -> Line<'static> {
    let mut line = findings::mark(scene, finding);
    let marked = line.width() + 1;
    let room = usize::from(width).saturating_sub(marked);
    line.spans.push(Span::raw(" "));
    line.spans.push(scene.span(Role::Text, findings::sentence(scene, finding, room)));
    line
}
