//! By which campaigns sessions come (`utm_campaign`).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;

use super::Pane;
use super::groups::{self, name_column};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let columns = groups::measured(scene, name_column(scene, "campaign", (12, 32)).comfort(18));
    groups::draw(scene, Pane::Campaigns, columns, area, buf);
}
