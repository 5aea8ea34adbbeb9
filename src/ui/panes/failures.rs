//! What fails: the request with its status, how often and for how many people, since when, and what led there.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::comparison::Comparison;
use crate::query::view::{Count, FailureRow, SMALL_GROUPS, TrafficView};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::sparkline::sparkline;
use crate::ui::widgets::table::Column;

use super::compared::{self, Rise};
use super::{Pane, hit_lists, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let traffic = scene.shown.and_then(Shown::traffic);
    let rows = scene.rows().failures();
    let left_out = traffic.map(|traffic| &traffic.left_out.failures);
    let titles = hit_lists::titles(scene, Pane::Failures, when::window(scene.window), left_out);
    let least = hit_lists::at_least(traffic.map(|traffic| traffic.folded.failures));
    plain::draw(
        scene,
        Pane::Failures,
        titles,
        (&rows, columns(scene, least)),
        || none(scene, traffic),
        area,
        buf,
    );
}

fn none(scene: &Scene, traffic: Option<&TrafficView>) -> EmptyPane {
    if traffic.is_none_or(|traffic| traffic.totals.hits == 0) {
        return nothing::why(scene, Pane::Failures);
    }
    EmptyPane::new("Nothing fails", "No hit was answered 4xx or 5xx.")
}

/// `least` marks lower bounds.
fn columns<'a>(scene: &'a Scene, least: &'static str) -> Vec<Column<'a, &'a &'a FailureRow>> {
    let mut columns = vec![
        Column::text("status", (6, 6), |row: &&&FailureRow, _| status(scene, row)),
        Column::text("request", (18, 60), |row: &&&FailureRow, width| request(scene, row, width)).comfort(30),
        Column::text("kind", (8, 8), |row: &&&FailureRow, _| scene.line(Role::Muted, row.kind)).rank(4),
        Column::number("hits", 7, move |row: &&&FailureRow| {
            scene.line(Role::Text, format!("{least}{}", text::thousands(row.hits)))
        }),
        Column::number("people", 7, |row: &&&FailureRow| people(scene, row.clients)),
        Column::number("since", 6, |row: &&&FailureRow| {
            scene.line(Role::Muted, when::clock(row.first, scene.settings.zone))
        })
        .rank(1),
        Column::text("over time", (10, 10), |row: &&&FailureRow, _| {
            scene.line(Role::Warn, sparkline(scene.theme, &row.over))
        })
        .rank(3),
        Column::text("linked from", (14, 40), |row: &&&FailureRow, width| linked_from(scene, row, width))
            .rank(2),
    ];
    if let Some(compared) = scene.comparison {
        let change = move |row: &&&FailureRow| change(scene, &compared, row).into();
        columns.insert(5, compared::change_column(change));
    }
    columns
}

/// More people than before that met it.
fn change(scene: &Scene, compared: &Comparison, row: &FailureRow) -> Span<'static> {
    let Some(was) = compared.people_of_failure(row) else {
        return scene.span(Role::Dim, scene.symbols().none);
    };
    let difference = compared.people_of(row.clients.value(), was);
    compared::change(scene, row.clients.value(), difference, Rise::IsBad)
}

fn status(scene: &Scene, row: &FailureRow) -> Line<'static> {
    let role = if row.status >= 500 { Role::Bad } else { Role::Warn };
    let status = if row.status == 0 { String::new() } else { row.status.to_string() };
    scene.line(role, status)
}

/// `POST /checkout`; of what was merely read, the path alone.
fn request(scene: &Scene, row: &FailureRow, width: u16) -> Line<'static> {
    if row.path == SMALL_GROUPS {
        return scene.name(Role::Muted, &row.path, width);
    }
    let path = text::readable_path(&row.path);
    let method = if row.method == "GET" { String::new() } else { format!("{} ", row.method) };
    scene.line(Role::Text, text::fit_middle(&format!("{method}{path}"), usize::from(width)))
}

fn people(scene: &Scene, count: Count) -> Line<'static> {
    let about = if matches!(count, Count::About(_)) { "≈" } else { "" };
    scene.line(Role::Text, format!("{about}{}", text::thousands(count.value())))
}

/// `/cart 15, newsletter 2`
fn linked_from(scene: &Scene, row: &FailureRow, width: u16) -> Line<'static> {
    let links: Vec<_> = row
        .linked_from
        .iter()
        .map(|(page, hits)| format!("{} {}", text::readable_path(page), text::thousands(*hits)))
        .collect();
    let links = if links.is_empty() { "–".to_owned() } else { links.join(", ") };
    scene.line(Role::Muted, text::fit(&links, usize::from(width)))
}
