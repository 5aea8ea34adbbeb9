//! By which channels sessions come (R10).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;

use super::Pane;
use super::groups::{self, name_column};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let columns = groups::measured(scene, name_column(scene, "channel", (14, 18)));
    groups::draw(scene, Pane::Channels, columns, area, buf);
}
