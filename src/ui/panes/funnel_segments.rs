//! Who comes through the open funnel, by channel, source, landing page, … (R13).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::query::analysis::ask::Breakdown;
use crate::query::view::{FunnelSegment, FunnelView};
use crate::text;
use crate::ui::action::Action;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::rounded;
use crate::ui::widgets::table::Column;

use super::{Pane, channel_colours, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().funnel_segments();
    let by = scene.breakdown.name();
    let titles = Titles {
        names: vec![format!("Of those who entered, by {by}"), format!("By {by}")],
        right: format!("{} by what", scene.key(Action::Breakdown)),
        ..Titles::default()
    };
    let empty = || match scene.rows().funnel() {
        Some(_) => {
            EmptyPane::new("Nobody is settled yet", "Those under way count once they are through or gone.")
        }
        None => nothing::looking_up(),
    };
    plain::draw(scene, Pane::FunnelSegments, titles, (rows, columns(scene, rows)), empty, area, buf);
}

fn columns<'a>(scene: &'a Scene, rows: &[FunnelSegment]) -> Vec<Column<'a, &'a FunnelSegment>> {
    // Rates in thousandths of a percent: bars count in whole numbers.
    let height = |row: &FunnelSegment| rounded(row.conversion().unwrap_or(0.0) * 100_000.0);
    let largest = rows.iter().map(height).max().unwrap_or(0);
    vec![
        Column::text(scene.breakdown.name(), (14, 32), |row: &&FunnelSegment, width| match scene.breakdown {
            Breakdown::Landing => scene.page(&row.name, width),
            _ => scene.name(Role::Text, &row.name, width).style(colour(scene, row)),
        }),
        Column::number("convert", 7, |row: &&FunnelSegment| scene.share(row.conversion())),
        Column::text("", (6, 16), move |row: &&FunnelSegment, width| {
            let style =
                if scene.breakdown == Breakdown::Channel { colour(scene, row) } else { scene.ink(Role::Bar) };
            bar(scene.theme, style, height(row), largest, width)
        })
        .rank(2),
        Column::number("of entered", 13, |row: &&FunnelSegment| counts(scene, row)).rank(1),
        Column::number("", 6, |row: &&FunnelSegment| difference(scene, row)),
    ]
}

fn counts(scene: &Scene, row: &FunnelSegment) -> Line<'static> {
    let (converted, entered) = (text::thousands(row.converted), text::thousands(row.entered));
    scene.line(Role::Muted, format!("{converted} of {entered}"))
}

/// `▲ sure` where it converts better than all others by more than chance, `▼ sure` where worse.
fn difference(scene: &Scene, row: &FunnelSegment) -> Line<'static> {
    let whole = scene.rows().funnel().and_then(FunnelView::conversion);
    match (row.conversion(), whole) {
        (Some(here), Some(all)) if row.is_sure && here > all => {
            scene.line(Role::Good, format!("{} sure", scene.symbols().up))
        }
        (Some(_), Some(_)) if row.is_sure => scene.line(Role::Bad, format!("{} sure", scene.symbols().down)),
        _ => scene.line(Role::Dim, ""),
    }
}

fn colour(scene: &Scene, row: &FunnelSegment) -> Style {
    match scene.breakdown {
        Breakdown::Channel => channel_colours::colour(scene, &row.name),
        _ => scene.ink(Role::Text),
    }
}
