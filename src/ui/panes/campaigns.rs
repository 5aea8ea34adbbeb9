//! By which campaigns sessions come (`utm_campaign`).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;

use super::Pane;
use super::groups::{
    self, bar_column, bounce_column, name_column, pageviews_column, sessions_column, share_column,
    time_column,
};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let columns = vec![
        name_column(scene, "campaign", (12, 32)).comfort(18),
        sessions_column(scene),
        bar_column(scene).rank(3),
        share_column(scene).rank(2),
        bounce_column(scene).rank(1),
        pageviews_column(scene).rank(4),
        time_column(scene).rank(4),
    ];
    groups::draw(scene, Pane::Campaigns, columns, area, buf);
}
