//! The headline numbers in two lines, for terminals too small for their panes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::put;

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let Some(view) = scene.view() else { return };
    let totals = view.totals;
    let here = Line::from(vec![
        scene.span(Role::Strong, format!(" {}", text::thousands(totals.active))),
        scene.span(Role::Muted, format!(" active in {}  ", when::round(scene.settings.rules.active))),
        scene.span(Role::Text, text::thousands(totals.open)),
        scene.span(Role::Muted, " open"),
    ]);
    put(buf, area, 0, &here);
    let mut bounce = vec![Span::raw(" ")];
    bounce.extend(
        scene
            .share(view.bounce.settled.share())
            .spans
            .into_iter()
            .map(|span| span.patch_style(scene.ink(Role::Strong))),
    );
    bounce.push(
        scene.span(
            Role::Muted,
            format!(" bounced {} {}", scene.symbols().between, when::window(scene.window)),
        ),
    );
    bounce.push(Span::raw("  "));
    bounce.extend(super::bounce::change(scene));
    put(buf, area, 1, &Line::from(bounce));
}
