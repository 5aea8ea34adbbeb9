//! A column of the paths explorer: what sessions did so many steps before or after the start.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::analysis::ask::{PathSide, PathStart};
use crate::query::view::PathColumn;
use crate::text;
use crate::ui::action::Action;
use crate::ui::explorer::{self, Explored};
use crate::ui::path_rows::ColumnRow;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::{Column, TableWidget};
use crate::ui::widgets::{columns as width_of, put};

use super::groups::{look, place};
use super::{ABOVE_ROWS, Pane, border, nothing, path_steps, rows_in};

pub(super) fn draw(scene: &Scene, side: PathSide, nth: usize, area: Rect, buf: &mut Buffer) {
    let pane = Pane::PathColumn(side, nth);
    let rows = scene.rows().path_rows(side, nth);
    let list = scene.lists.of(pane);
    let titles = Titles { place: place(scene, pane, &list, rows.len() as u64), ..titles(scene, side, nth) };
    let inside = border(scene, pane, titles, area, buf);
    let Some(column) = scene.rows().path_column(side, nth).filter(|column| column.sessions > 0) else {
        return why_empty(scene, side, nth).draw(scene.theme, inside, buf);
    };
    let seen = rows.iter().enumerate().skip(list.offset()).take(rows_in(area));
    let dressed = seen.map(|(line, row)| (*row, look(scene.focus(pane), line == list.line(), false)));
    let table = TableWidget { columns: columns(scene, column), rows: dressed.collect() };
    table.draw(scene.theme, inside, buf);
    let chosen = rows.iter().position(|row| is_chosen(scene, side, nth, row));
    let line = chosen.and_then(|line| line.checked_sub(list.offset())).filter(|line| *line < rows_in(area));
    if let Some(line) = line.and_then(|line| u16::try_from(line).ok()) {
        // In the padding, so that the names stay in line.
        let edge = Rect { x: inside.x.saturating_sub(1), width: 1, ..area }.intersection(area);
        put(buf, edge, ABOVE_ROWS + line, &scene.line(Role::Accent, scene.symbols().chosen));
    }
}

fn is_chosen(scene: &Scene, side: PathSide, nth: usize, row: &ColumnRow) -> bool {
    let chosen = scene.explored.and_then(|explored| explorer::chosen(explored.place, side).get(nth));
    matches!((row, chosen), (ColumnRow::Step(row), Some(chosen)) if row.step == *chosen)
}

fn titles(scene: &Scene, side: PathSide, nth: usize) -> Titles {
    let (name, crumb) = (Pane::PathColumn(side, nth).name(), scene.symbols().crumb);
    let name = match side {
        PathSide::Before => format!("{name} {crumb}"),
        PathSide::After => format!("{crumb} {name}"),
    };
    Titles { names: vec![name], definitions: definitions(scene, side, nth), ..Titles::default() }
}

/// Whose steps they are: of those who took the step before, or of all.
fn definitions(scene: &Scene, side: PathSide, nth: usize) -> Vec<String> {
    let Some(column) = scene.rows().path_column(side, nth) else { return Vec::new() };
    let sessions = text::thousands(column.sessions);
    let way = scene.explored.map_or(&[][..], |explored| explorer::chosen(explored.place, side));
    match nth.checked_sub(1).and_then(|before| way.get(before)) {
        Some(step) => {
            let of = |width| format!("of {} {sessions}", path_steps::plain(step, width));
            vec![of(40), of(24), of(12), format!("of {sessions}")]
        }
        None if nth > 0 => vec![format!("of all {sessions}"), "of all".to_owned()],
        None => Vec::new(),
    }
}

fn why_empty(scene: &Scene, side: PathSide, nth: usize) -> EmptyPane {
    if scene.view().is_none_or(|view| view.totals.sessions == 0) {
        return nothing::why(scene, Pane::PathColumn(side, nth));
    }
    if !scene.explored.is_some_and(|explored| explored.knows(side, nth)) {
        return nothing::looking_up();
    }
    if scene.rows().paths().is_none_or(|paths| paths.sessions == 0) {
        return no_start(scene, Pane::PathColumn(side, nth));
    }
    let what = match side {
        PathSide::Before => "Nothing came before",
        PathSide::After => "Nothing came after",
    };
    EmptyPane { what: what.to_owned(), help: Vec::new() }
}

/// Nobody did what the paths begin with.
fn no_start(scene: &Scene, pane: Pane) -> EmptyPane {
    let what = match scene.explored.map(|Explored { place, .. }| &place.start) {
        Some(PathStart::Page(_) | PathStart::Group(_)) => "Never viewed",
        Some(PathStart::Exit) => "Nobody has left yet",
        _ => "Nobody did it",
    };
    let help = format!("{} makes the window longer.", scene.key(Action::WindowLonger));
    let help = if pane == scene.location.focus { vec![help] } else { Vec::new() };
    EmptyPane { what: what.to_owned(), help }
}

fn columns<'a>(scene: &'a Scene, column: &'a PathColumn) -> Vec<Column<'a, ColumnRow<'a>>> {
    let largest = column.rows.iter().map(|row| row.sessions).max().unwrap_or(0);
    let widest = width_of(&text::thousands(largest.max(column.other.sessions))).max(5);
    vec![
        Column::text("step", (12, 64), |row: &ColumnRow, width| step(scene, row, width)).comfort(22),
        Column::text("", (6, 16), move |row: &ColumnRow, width| match row {
            ColumnRow::Step(row) => bar(scene.theme, scene.ink(Role::Bar), row.sessions, largest, width),
            ColumnRow::Other(_) => Line::default(),
        })
        .rank(4),
        Column::number("share", 6, |row: &ColumnRow| scene.share(Some(column.share(row.sessions())))),
        Column::number("count", widest, |row: &ColumnRow| scene.count(row.sessions())).rank(1),
    ]
}

fn step(scene: &Scene, row: &ColumnRow, width: u16) -> Line<'static> {
    match row {
        ColumnRow::Step(row) => path_steps::row(scene, row, width),
        ColumnRow::Other(other) => {
            let text = format!("other {}", text::thousands(other.rows));
            scene.line(Role::Muted, text::fit(&text, width.into()))
        }
    }
}
