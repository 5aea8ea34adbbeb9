//! The message on terminals that are too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::layout::SMALLEST;
use crate::ui::theme::{Role, Theme};
use crate::ui::widgets::empty_pane::EmptyPane;

pub(crate) fn draw(theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (width, height) = SMALLEST;
    buf.set_style(area, theme.style(Role::Text));
    let what = format!("{}x{} is too small", area.width, area.height);
    EmptyPane::new(what, format!("dwell needs {width}x{height}.")).draw(theme, area, buf);
}
