//! Entry pages, and how often they bounce.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;
use crate::ui::widgets::table::Column;

use super::Pane;
use super::groups::{self, Ranked};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let page = |ranked: &Ranked, width| scene.page(&ranked.row.key, width);
    let columns = groups::measured(scene, Column::text("landing page", (14, 48), page).comfort(24));
    groups::draw(scene, Pane::Landings, columns, area, buf);
}
