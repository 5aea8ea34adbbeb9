//! What slowness does: bounce rate and goal rate of sessions by how long their first page took, side by side.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{SLOWNESS_BOUNDS, SlownessRow, SlownessView};
use crate::text;
use crate::ui::glossary::in_window;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::rounded;
use crate::ui::widgets::table::{Column, RowStyle, TableWidget};

use super::{Pane, border, loads, nothing};

/// The rows of [`SLOWNESS_BOUNDS`], by their bounds.
const ROWS: [(&str, &str); SLOWNESS_BOUNDS.len()] =
    [("0", "250ms"), ("250", "500ms"), ("0.5", "1s"), ("1", "2.5s"), ("2.5", "5s"), ("5s", "")];

/// A row with its bounds.
type Bounded = ((&'static str, &'static str), SlownessRow);

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let slowness = scene.shown.and_then(Shown::slowness);
    let inside = border(scene, Pane::Slowness, titles(scene, slowness), area, buf);
    let measured: u64 = slowness.map_or(0, |view| view.rows.iter().map(|row| row.sessions).sum());
    match slowness {
        Some(view) if measured > 0 => {
            let rows = ROWS.into_iter().zip(view.rows).map(|row| (row, RowStyle::Plain)).collect();
            TableWidget { columns: columns(scene, view), rows }.draw(scene.theme, inside, buf);
        }
        _ => why_empty(scene, slowness).draw(scene.theme, inside, buf),
    }
}

fn titles(scene: &Scene, slowness: Option<&SlownessView>) -> Titles {
    let unmeasured = slowness.map_or(0, |view| view.unmeasured);
    let window = when::window(scene.window);
    Titles {
        names: vec![Pane::Slowness.name().to_owned()],
        definitions: vec![
            format!("load time of the first page, of sessions closed in {window}"),
            "load time of the first page".to_owned(),
            "first page".to_owned(),
        ],
        place: match unmeasured {
            0 => String::new(),
            count => format!("{} without a load time", text::thousands(count)),
        },
        ..Titles::default()
    }
}

fn why_empty(scene: &Scene, slowness: Option<&SlownessView>) -> EmptyPane {
    match slowness {
        None if scene.shown.is_some() => nothing::looking_up(),
        _ if scene.view().is_none_or(|view| view.totals.sessions == 0) => nothing::why(scene, Pane::Slowness),
        Some(view) if view.unmeasured > 0 => loads::not_in_the_log(),
        _ => EmptyPane::new(
            "No session has closed yet",
            format!(
                "None closed {}: one closes {} after its last event.",
                in_window(scene.window),
                when::round(scene.settings.rules.gap)
            ),
        ),
    }
}

fn columns<'a>(scene: &'a Scene, view: &SlownessView) -> Vec<Column<'a, Bounded>> {
    let mut columns = vec![
        Column::text("load time", (9, 9), |(bounds, _): &Bounded, _| {
            scene.line(Role::Muted, text::align_right(&label(scene, *bounds), 9))
        }),
        Column::number("sessions", 8, |(_, row): &Bounded| scene.count(row.sessions)).rank(1),
        Column::number("bounce", 6, |(_, row): &Bounded| scene.share(row.bounce_rate())),
        Column::text("", (6, 30), |(_, row): &Bounded, width| rate_bar(scene, row.bounce_rate(), width))
            .rank(2),
    ];
    if view.has_goals {
        columns.push(Column::number("a goal", 6, |(_, row): &Bounded| scene.share(row.goal_rate())));
        let goals = |(_, row): &Bounded, width| rate_bar(scene, row.goal_rate(), width);
        columns.push(Column::text("", (6, 30), goals).rank(2));
    }
    columns
}

fn label(scene: &Scene, (from, to): (&str, &str)) -> String {
    if to.is_empty() { format!("{from}+") } else { format!("{from}{}{to}", scene.symbols().range) }
}

/// All bars end where all sessions would be: the two rates can be compared.
fn rate_bar(scene: &Scene, rate: Option<f64>, width: u16) -> Line<'static> {
    bar(scene.theme, scene.ink(Role::Bar), rounded(rate.unwrap_or(0.0) * 1000.0), 1000, width)
}
