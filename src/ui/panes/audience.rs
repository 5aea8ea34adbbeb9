//! Who they are: countries, browsers, systems, devices, and the sites they ask for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;

use super::Pane;
use super::groups::{
    self, bar_column, bounce_column, name_column, pageviews_column, sessions_column, share_column,
    time_column,
};

pub(super) fn draw(scene: &Scene, pane: Pane, area: Rect, buf: &mut Buffer) {
    let columns = vec![
        name_column(scene, title(pane), (12, 32)),
        sessions_column(scene),
        bar_column(scene).rank(3),
        share_column(scene).rank(2),
        bounce_column(scene).rank(1),
        pageviews_column(scene).rank(4),
        time_column(scene).rank(5),
    ];
    groups::draw(scene, pane, columns, area, buf);
}

fn title(pane: Pane) -> &'static str {
    match pane {
        Pane::Countries => "country",
        Pane::Browsers => "browser",
        Pane::Systems => "system",
        Pane::Devices => "device",
        Pane::Newness => "visitor",
        _ => "site",
    }
}
