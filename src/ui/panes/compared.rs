//! How figures differ from an earlier time: shared by all panes (R17). A difference has a colour only where it is sure.

use ratatui::text::{Line, Span};

use crate::query::comparison::{Comparison, Difference, RowBefore};
use crate::query::question::{Grouping, Window};
use crate::query::view::TableRow;
use crate::text::{self, Change, Trend};
use crate::time::{Millis, Span as TimeSpan};
use crate::ui::comparing::{ComparedTo, Comparing};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::table::{Column, EXTRA};

/// What a rise means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rise {
    IsGood,
    IsBad,
}

/// Cells of `▲ 999 %`.
const CHANGE: u16 = 7;
/// From here on a multiple says more than a percentage.
const TEN_TIMES: u64 = 10;
/// Cells of `▲ 12 pts`.
const POINTS: u16 = 8;
/// A text in the header is not to push the input out of it.
const LONGEST: usize = 24;

/// `▲ 12 %`, or `new`.
pub(super) fn change(scene: &Scene, now: u64, difference: Difference, rise: Rise) -> Span<'static> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let before = difference.before as u64;
    match text::change(now, before) {
        Some(change) if now / TEN_TIMES >= before => {
            let size = format!("×{}", text::thousands(now / before));
            told(scene, &Change { size, ..change }, difference.is_sure, rise)
        }
        Some(change) => told(scene, &change, difference.is_sure, rise),
        None if now > 0 => {
            let role = if difference.is_sure { in_colour(true, rise) } else { Role::Muted };
            scene.span(role, "new")
        }
        None => scene.span(Role::Dim, scene.symbols().none),
    }
}

/// `▲ 12 %` of what is no number of people, so that it is never sure.
pub(super) fn plain_change(scene: &Scene, now: u64, before: u64) -> Span<'static> {
    change(scene, now, Difference { before: before as f64, is_sure: false }, Rise::IsGood)
}

/// `▲ 3.1 pts`
fn points(scene: &Scene, now: f64, difference: Difference, rise: Rise) -> Span<'static> {
    let change = text::change_in_points(now, difference.before);
    let change = Change { size: format!("{} pts", change.size), ..change };
    told(scene, &change, difference.is_sure, rise)
}

/// `▲ 3.1`, in points, where it stands beside the share.
pub(super) fn points_beside(scene: &Scene, now: f64, difference: Difference, rise: Rise) -> Span<'static> {
    told(scene, &text::change_in_points(now, difference.before), difference.is_sure, rise)
}

fn told(scene: &Scene, change: &Change, is_sure: bool, rise: Rise) -> Span<'static> {
    let role = match change.trend {
        Trend::Up if is_sure => in_colour(true, rise),
        Trend::Down if is_sure => in_colour(false, rise),
        _ => Role::Muted,
    };
    scene.span(role, arrowed(scene, change))
}

fn in_colour(up: bool, rise: Rise) -> Role {
    if up == (rise == Rise::IsGood) { Role::Good } else { Role::Bad }
}

/// A change with its arrow.
pub(super) fn arrowed(scene: &Scene, change: &Change) -> String {
    let arrow = match change.trend {
        Trend::Up => scene.symbols().up,
        Trend::Level => scene.symbols().level,
        Trend::Down => scene.symbols().down,
    };
    format!("{arrow} {}", change.size)
}

/// How the rows of a table differ: their counts, and beside the other columns where there is room, their bounce rates.
pub(super) fn with_changes<'a, R: 'a>(
    scene: &'a Scene,
    grouping: Grouping,
    mut columns: Vec<Column<'a, R>>,
    row: fn(&R) -> &TableRow,
) -> Vec<Column<'a, R>> {
    let Some(compared) = scene.comparison else { return columns };
    let first = columns.iter().position(Column::is_of_numbers).unwrap_or(0);
    let after = columns[first..].iter().position(|column| !column.is_of_numbers());
    let at = after.map_or(columns.len(), |numbers| first + numbers);
    let of_row = move |shown: &R| of_row(scene, &compared, grouping, row(shown)).into();
    columns.insert(at, change_column(of_row));
    let bounce = move |shown: &R| bounce_of_row(scene, &compared, grouping, row(shown));
    if grouping != Grouping::Action {
        columns.push(Column::number("bounced", POINTS + 2, bounce).rank(EXTRA));
    }
    columns
}

/// A column of changes.
pub(super) fn change_column<'a, R>(write: impl Fn(&R) -> Line<'static> + 'a) -> Column<'a, R> {
    Column::number("change", CHANGE, write).rank(1)
}

/// Whether it is sure is told by the sessions, also of pages, where views are counted.
fn of_row(scene: &Scene, compared: &Comparison, grouping: Grouping, row: &TableRow) -> Span<'static> {
    let (count, sessions) = match compared.row(grouping, &row.key) {
        RowBefore::Was(before) => (before.count, before.sessions),
        RowBefore::None => (0, 0),
        RowBefore::Unknown => return scene.span(Role::Dim, scene.symbols().none),
    };
    let difference = compared.people_of(row.sessions, sessions);
    change(scene, row.count, Difference { before: count as f64, ..difference }, Rise::IsGood)
}

fn bounce_of_row(scene: &Scene, compared: &Comparison, grouping: Grouping, row: &TableRow) -> Line<'static> {
    let difference = match compared.row(grouping, &row.key) {
        RowBefore::Was(before) => compared.rate(row.bounce(), before.bounce()),
        RowBefore::None | RowBefore::Unknown => None,
    };
    match (row.bounce().share(), difference) {
        (Some(now), Some(difference)) => points(scene, now, difference, Rise::IsBad).into(),
        _ => scene.line(Role::Dim, scene.symbols().none),
    }
}

/// The column of changes in shares that are told by a function.
pub(super) fn points_column<'a, R>(
    scene: &'a Scene,
    rise: Rise,
    of: impl Fn(&Comparison, &R) -> Option<(f64, Difference)> + 'a,
) -> Option<Column<'a, R>> {
    let compared = scene.comparison?;
    Some(
        Column::number("change", POINTS + 2, move |row: &R| match of(&compared, row) {
            Some((now, difference)) => points(scene, now, difference, rise).into(),
            None => scene.line(Role::Dim, scene.symbols().none),
        })
        .rank(1),
    )
}

/// `vs yesterday 13:05–14:05`; in a warning's colour where that time is not known.
pub(super) fn crumb(scene: &Scene) -> Option<(Role, String)> {
    let comparing = scene.comparing?;
    let name = match &comparing.to {
        ComparedTo::Earlier(with) => format!("vs {}", with.in_words()),
        ComparedTo::Happened(what) => {
            format!("since {} vs before", text::fit(&text::harmless(&what.text), LONGEST))
        }
    };
    let Some(length) = length(scene, comparing) else {
        return Some((Role::Warn, format!("{name}: window too long")));
    };
    let now = scene.view().map(|view| view.now);
    Some(match (comparing.earlier(), scene.comparison, now) {
        (None, ..) | (_, _, None) => (Role::Muted, format!("{name} {}", scene.symbols().ellipsis)),
        (Some(_), None, _) => (Role::Warn, format!("{name}: not kept")),
        (Some(_), Some(compared), _) if matches!(comparing.to, ComparedTo::Earlier(_)) => {
            (Role::Chip, format!("{name} {}", period(scene, compared.period(), length)))
        }
        _ => (Role::Chip, name),
    })
}

/// The length of the window; `None` where nothing can be compared with it.
fn length(scene: &Scene, comparing: &Comparing) -> Option<TimeSpan> {
    match scene.window {
        Window::Last(length) => comparing.behind(scene.window).map(|_| length),
        Window::All => None,
    }
}

/// `13:05–14:05`; with days where the window is of a day or more.
fn period(scene: &Scene, (from, to): (Millis, Millis), length: TimeSpan) -> String {
    let zone = scene.settings.zone;
    let at = if length < TimeSpan::hours(24) { when::clock } else { when::day_and_clock };
    format!("{}{}{}", at(from, zone), scene.symbols().range, at(to, zone))
}
