//! What sessions do besides viewing pages: forms sent, documents fetched, events tracked, and what `[[rule]]` names.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::ui::scene::Scene;
use crate::ui::widgets::table::Column;

use super::Pane;
use super::groups::{self, Ranked, bar_column, name_column, sessions_column};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let sessions = scene.view().map_or(0, |view| view.totals.sessions);
    let columns = vec![
        name_column(scene, "action", (14, 40)),
        Column::number("times", 7, |ranked: &Ranked| scene.count(ranked.row.count)).rank(1),
        sessions_column(scene),
        bar_column(scene).rank(3),
        Column::number("rate", 6, move |ranked: &Ranked| {
            scene.share((sessions > 0).then(|| ranked.row.sessions as f64 / sessions as f64))
        }),
    ];
    groups::draw(scene, Pane::Actions, columns, area, buf);
}
