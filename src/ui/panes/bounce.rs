//! The two bounce rates: settled, and now (R7).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::comparison::Difference;
use crate::query::view::View;
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;

use super::compared::{self, Rise};
use super::prompt::wrapped;
use super::{Pane, border};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let window = when::window(scene.window);
    let titles = Titles {
        names: vec![Pane::Bounce.name().to_owned()],
        definitions: vec![format!("settled, {window}"), window],
        ..Titles::default()
    };
    let inside = border(scene, Pane::Bounce, titles, area, buf);
    let Some(view) = scene.view() else { return };
    for (row, line) in (0..).zip(lines(scene, view, inside.width)) {
        put(buf, inside, row, &line);
    }
}

fn lines(scene: &Scene, view: &View, width: u16) -> Vec<Line<'static>> {
    let window = when::window(scene.window);
    let rule = wrapped(view.bounce_rule.definition(&scene.settings.definitions), usize::from(width));
    let (settled, now) = (view.bounce.settled, view.bounce.now);
    let of = |count: u64, what: &str| {
        scene.line(Role::Dim, format!("{}  {what}", text::align_right(&text::thousands(count), WIDTH)))
    };
    let bounced = crate::ui::widgets::rounded(settled.bounced);
    let mut settled_line = rate(scene, Role::Strong, "", settled.share());
    settled_line.push(scene.span(Role::Muted, "settled "));
    settled_line.extend(change(scene));
    let about = if now.share().is_some() { scene.symbols().about } else { "" };
    let mut now_line = rate(scene, Role::Text, about, now.share());
    now_line.push(scene.span(Role::Muted, "now"));
    let mut lines = vec![Line::from(settled_line), Line::from(now_line)];
    lines.extend(rule.into_iter().map(|part| scene.line(Role::Dim, part)));
    lines.extend([
        of(bounced, "bounced"),
        of(settled.of, &format!("closed in {window}")),
        of(now.of, &format!("started in {window}")),
    ]);
    lines
}

const WIDTH: usize = 8;

/// `≈ 39.1 %`, right-aligned.
fn rate(scene: &Scene, role: Role, sign: &str, share: Option<f64>) -> Vec<Span<'static>> {
    let figure = match share {
        Some(share) => text::percent(share),
        None => scene.symbols().none.to_owned(),
    };
    let sign_width = text::width(sign);
    let figure = text::align_right(&figure, WIDTH - sign_width);
    vec![scene.span(Role::Muted, sign.to_owned()), scene.span(role, figure), Span::raw("  ")]
}

/// The change in points against the window before, or what it is compared with: a rising bounce rate is bad.
pub(super) fn change(scene: &Scene) -> Option<Span<'static>> {
    let bounce = scene.view()?.bounce;
    let difference = match scene.comparison {
        Some(compared) => compared.bounce()?,
        None => Difference { before: bounce.settled_before.share()?, is_sure: bounce.differ() },
    };
    Some(compared::points_beside(scene, bounce.settled.share()?, difference, Rise::IsBad))
}
