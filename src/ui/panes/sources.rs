//! Where sessions come from (R9).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::text;
use crate::ui::scene::Scene;
use crate::ui::widgets::table::Column;

use super::groups::{
    self, Ranked, bar_column, bounce_column, name_column, pageviews_column, sessions_column, share_column,
    time_column,
};
use super::{Pane, channel_colours};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    // A narrow pane shortens names rather than drop the count of sessions.
    let is_narrow = area.width < 28 || scene.comparison.is_some();
    let shortest_name = if is_narrow { 12 } else { 14 };
    let columns = vec![
        name_column(scene, "source", (shortest_name, 32)),
        channel_column(scene).rank(4),
        sessions_column(scene),
        bar_column(scene).rank(3),
        share_column(scene).rank(2),
        bounce_column(scene).rank(1),
        pageviews_column(scene).rank(5),
        time_column(scene).rank(5),
    ];
    groups::draw(scene, Pane::Sources, columns, area, buf);
}

/// The most frequent channel of its sessions, in the channel's colour.
fn channel_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::text("channel", (14, 18), |ranked: &Ranked, width| {
        let channel = &ranked.row.channel;
        Line::styled(
            text::fit(&text::harmless(channel), usize::from(width)),
            channel_colours::colour(scene, channel),
        )
    })
}
