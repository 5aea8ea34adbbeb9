//! On which pages sessions begin, and how many of them end there at once.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;
use crate::ui::widgets::table::Column;

use super::Pane;
use super::groups::{
    self, Ranked, bar_column, bounce_column, pageviews_column, sessions_column, share_column, time_column,
};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let columns = vec![
        Column::text("landing page", (14, 48), |ranked: &Ranked, width| scene.page(&ranked.row.key, width))
            .comfort(24),
        sessions_column(scene),
        bar_column(scene).rank(3),
        share_column(scene).rank(2),
        bounce_column(scene).rank(1),
        pageviews_column(scene).rank(4),
        time_column(scene).rank(4),
    ];
    groups::draw(scene, Pane::Landings, columns, area, buf);
}
