//! Shared by the panes with a table: titles, columns, and rows with a cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{SMALL_GROUPS, Table as Ranking, TableRow, UNKNOWN_COUNTRY};
use crate::text;
use crate::ui::lists::List;
use crate::ui::scene::Scene;
use crate::ui::shown::RowOnScreen;
use crate::ui::sorting::ListOrder;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::pane_frame::{Focus, Titles};
use crate::ui::widgets::table::{Column, RowStyle, TableWidget};

use super::{Content, Pane, border, compared, nothing, rows_in};

/// A row with the sums for its bars and shares.
#[derive(Clone, Copy)]
pub(super) struct Ranked<'a> {
    /// The row.
    pub(super) row: &'a TableRow,
    largest: u64,
    sum: u64,
}

impl Ranked<'_> {
    fn share(&self) -> Option<f64> {
        (self.sum > 0).then(|| self.row.count as f64 / self.sum as f64)
    }
}

/// Draws a table: border, column titles, visible rows.
pub(super) fn draw<'a>(
    scene: &'a Scene,
    pane: Pane,
    columns: Vec<Column<'a, Ranked<'a>>>,
    area: Rect,
    buf: &mut Buffer,
) {
    let Content::Table(grouping) = pane.content() else { return };
    let found = scene.shown.and_then(|shown| shown.table(grouping));
    let list = scene.lists.of(pane);
    let inside = border(scene, pane, titles(scene, pane, found.map(|(table, _)| table), &list), area, buf);
    let Some((table, rows)) = found else { return };
    if rows.iter().all(|held| held.row.key == UNKNOWN_COUNTRY) {
        return nothing::why(scene, pane).draw(scene.theme, inside, buf);
    }
    let ranked = |row| Ranked { row, largest: table.largest, sum: table.sum };
    let rows = visible(scene, pane, rows, &list, area);
    let rows = rows.into_iter().map(|(row, look)| (ranked(row), look)).collect();
    let columns = compared::with_changes(scene, grouping, columns, |ranked: &Ranked| ranked.row);
    TableWidget { columns, rows }.draw(scene.theme, inside, buf);
}

/// The visible rows of a list, with their style.
pub(super) fn visible<'a, R>(
    scene: &Scene,
    pane: Pane,
    rows: &'a [RowOnScreen<R>],
    list: &List,
    area: Rect,
) -> Vec<(&'a R, RowStyle)> {
    let seen = rows.iter().enumerate().skip(list.offset()).take(rows_in(area));
    seen.map(|(line, held)| (&held.row, look(scene.focus(pane), line == list.line(), held.gone))).collect()
}

/// The style of a row. The cursor is visible only in the focused pane.
pub(super) fn look(focus: Focus, under_cursor: bool, gone: bool) -> RowStyle {
    match (focus, under_cursor, gone) {
        (Focus::Here, true, _) => RowStyle::Selected,
        (_, _, true) => RowStyle::Faded,
        _ => RowStyle::Plain,
    }
}

fn titles(scene: &Scene, pane: Pane, table: Option<&Ranking>, list: &List) -> Titles {
    let total = table.map_or(0, |table| table.total_rows);
    let window = when::window(scene.window);
    Titles {
        names: vec![pane.name().to_owned()],
        definitions: vec![format!("seen in {window}"), window],
        right: sorted_by(scene, scene.sorts.of(pane)),
        place: place(scene, pane, list, total),
        ..Titles::default()
    }
}

/// `by count ▼`
pub(super) fn sorted_by(scene: &Scene, sort: Option<ListOrder>) -> String {
    use crate::query::question::Order;
    let Some(sort) = sort else { return String::new() };
    let arrow = match sort.order {
        Order::Descending => scene.symbols().down,
        Order::Ascending => scene.symbols().up,
    };
    format!("by {} {arrow}", sort.way.name())
}

/// The position in a long list, such as `12 / 340`, or the number of rows.
pub(super) fn place(scene: &Scene, pane: Pane, list: &List, total: u64) -> String {
    match (total, scene.focus(pane)) {
        (0, _) => String::new(),
        (_, Focus::Here) => {
            // A new row may be under the cursor before the total includes it.
            let line = list.line() as u64 + 1;
            format!("{} / {}", text::thousands(line), text::thousands(total.max(line)))
        }
        _ => text::thousands(total),
    }
}

/// The group's name.
pub(super) fn name_column<'a>(scene: &'a Scene, title: &str, widths: (u16, u16)) -> Column<'a, Ranked<'a>> {
    Column::text(title, widths, |ranked: &Ranked, width| match ranked.row.key.as_str() {
        "" => scene.line(Role::Dim, text::fit("unknown", usize::from(width))),
        SMALL_GROUPS => scene.line(Role::Dim, text::fit(SMALL_GROUPS, usize::from(width))),
        key => scene.name(Role::Text, key, width),
    })
}

/// The group's column followed by the usual figures.
pub(super) fn measured<'a>(scene: &'a Scene, group: Column<'a, Ranked<'a>>) -> Vec<Column<'a, Ranked<'a>>> {
    vec![
        group,
        sessions_column(scene),
        bar_column(scene).rank(3),
        share_column(scene).rank(2),
        bounce_column(scene).rank(1),
        pageviews_column(scene).rank(4),
        time_column(scene).rank(4),
    ]
}

/// Sessions seen in the window.
pub(super) fn sessions_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::number("sessions", 8, |ranked: &Ranked| scene.count(ranked.row.sessions))
}

/// The share of all rows' count.
pub(super) fn share_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::number("share", 6, |ranked: &Ranked| scene.share(ranked.share()))
}

/// The count as a bar against the largest row.
pub(super) fn bar_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::text("", (6, 16), |ranked: &Ranked, width| {
        let style = match super::channel_colours::name_of(ranked.row) {
            Some(channel) => super::channel_colours::colour(scene, channel),
            None => scene.ink(Role::Bar),
        };
        bar(scene.theme, style, ranked.row.count, ranked.largest, width)
    })
}

/// The settled bounce rate.
pub(super) fn bounce_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::number("bounce", 6, |ranked: &Ranked| scene.share(ranked.row.bounce().share()))
}

/// Pageviews in the group's sessions.
pub(super) fn pageviews_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::number("pageviews", 9, |ranked: &Ranked| scene.count(ranked.row.pageviews))
}

/// The median time.
pub(super) fn time_column<'a>(scene: &'a Scene) -> Column<'a, Ranked<'a>> {
    Column::number("p50 time", 8, |ranked: &Ranked| match ranked.row.p50 {
        Some(span) => scene.line(Role::Text, when::length(span)),
        None => dash(scene),
    })
}

/// Goals that were reached (R13): their names behind a mark, or a mark for each where names do not fit.
pub(super) fn goals(scene: &Scene, goals: &[String], width: u16) -> Line<'static> {
    let mark = scene.symbols().goal;
    let names = text::harmless(&goals.join(", ")).into_owned();
    match goals {
        [] => Line::default(),
        _ if text::width(&names) + 2 <= usize::from(width) => {
            scene.line(Role::Good, format!("{mark} {names}"))
        }
        [_] => scene.line(Role::Good, text::fit(&format!("{mark} {names}"), usize::from(width))),
        _ => scene.line(Role::Good, mark.repeat(goals.len().min(usize::from(width)))),
    }
}

/// The sign for an unknown figure.
pub(super) fn dash(scene: &Scene) -> Line<'static> {
    scene.line(Role::Dim, scene.symbols().none)
}
