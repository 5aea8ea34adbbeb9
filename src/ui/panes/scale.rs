//! The scale at the left of a chart: zero at the foot, the peak where it is reached.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::put_right;

/// Draws the scale of a chart whose largest value is `peak` and whose top stands for `top`; gives the area of the chart,
/// which ends above the line of its time axis.
pub(super) fn draw(scene: &Scene, inside: Rect, (peak, top): (u64, u64), buf: &mut Buffer) -> Rect {
    let gutter = u16::try_from(text::width(&text::thousands(peak))).unwrap_or(u16::MAX).max(3) + 1;
    let plot = Rect {
        x: inside.x + gutter,
        width: inside.width.saturating_sub(gutter),
        height: inside.height - 1,
        ..inside
    };
    let labels = Rect { width: gutter - 1, height: plot.height, ..inside };
    if plot.height > 1 {
        put_right(buf, labels, plot.height - 1, &scene.line(Role::Dim, "0"));
    }
    put_right(buf, labels, row_of(peak, top, plot.height), &scene.line(Role::Muted, text::thousands(peak)));
    plot
}

/// The row of a value, from the top.
fn row_of(value: u64, top: u64, height: u16) -> u16 {
    let rows = u64::from(height);
    let reached = (value.saturating_mul(rows)).div_ceil(top.max(1)).clamp(1, rows.max(1));
    u16::try_from(rows.saturating_sub(reached)).unwrap_or(0)
}
