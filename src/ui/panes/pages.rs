//! What is looked at: views, where sessions begin and end, and how many leave without a second page.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;
use crate::ui::widgets::table::Column;

use super::Pane;
use super::groups::{self, Ranked, bar_column, bounce_column, share_column, time_column};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let columns = vec![
        Column::text("page", (14, 64), |ranked: &Ranked, width| scene.page(&ranked.row.key, width))
            .comfort(28),
        Column::number("views", 7, |ranked: &Ranked| scene.count(ranked.row.count)),
        bar_column(scene).rank(5),
        share_column(scene).rank(4),
        Column::number("entries", 7, |ranked: &Ranked| scene.count(ranked.row.entries)).rank(2),
        Column::number("exits", 7, |ranked: &Ranked| scene.count(ranked.row.exits)).rank(3),
        bounce_column(scene).rank(1),
        Column::number("sessions", 8, |ranked: &Ranked| scene.count(ranked.row.sessions)).rank(6),
        time_column(scene).rank(6),
    ];
    groups::draw(scene, Pane::Pages, columns, area, buf);
}
