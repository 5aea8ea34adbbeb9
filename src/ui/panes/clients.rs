//! Who sends hits, whether or not they make a session: networks, or addresses under `--privacy off`.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::config::Privacy;
use crate::query::view::{ClientRow, TrafficView};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::table::Column;

use super::{Pane, hit_lists, nothing, plain};

/// A peak is of so many seconds.
const PEAK_SECONDS: f64 = 10.0;
/// With fewer hits nothing is said of what only fails.
const ENOUGH: u64 = 20;

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let traffic = scene.shown.and_then(Shown::traffic);
    let rows = scene.rows().clients();
    let left_out = traffic.map(|traffic| &traffic.left_out.clients);
    let titles = hit_lists::titles(scene, Pane::Clients, when::window(scene.window), left_out);
    let least = hit_lists::at_least(traffic.map(|traffic| traffic.folded.clients));
    plain::draw(
        scene,
        Pane::Clients,
        titles,
        (&rows, columns(scene, least)),
        || none(scene, traffic),
        area,
        buf,
    );
}

fn none(scene: &Scene, traffic: Option<&TrafficView>) -> EmptyPane {
    if traffic.is_none_or(|traffic| traffic.totals.hits == 0) {
        return nothing::why(scene, Pane::Clients);
    }
    if scene.settings.privacy == Privacy::Strict {
        return EmptyPane::new("No clients", "--privacy strict shows nobody by network.");
    }
    EmptyPane::new("No clients", "No hit in the window has an address that may be shown.")
}

/// `least` marks lower bounds.
fn columns<'a>(scene: &'a Scene, least: &'static str) -> Vec<Column<'a, &'a &'a ClientRow>> {
    let title = if scene.settings.privacy == Privacy::Off { "address" } else { "network" };
    vec![
        Column::text(title, (16, 24), |row: &&&ClientRow, width| scene.name(Role::Text, &row.network, width)),
        Column::number("hits", 8, move |row: &&&ClientRow| {
            scene.line(Role::Text, format!("{least}{}", text::thousands(row.hits)))
        }),
        Column::number("fail", 7, |row: &&&ClientRow| failures(scene, row)),
        Column::number("pages", 7, |row: &&&ClientRow| scene.count(row.pageviews)).rank(2),
        Column::number("bytes", 9, |row: &&&ClientRow| scene.line(Role::Muted, text::bytes(row.bytes)))
            .rank(3),
        Column::number("peak/s", 7, |row: &&&ClientRow| peak(scene, row)).rank(4),
        Column::text("what it is", (12, 26), |row: &&&ClientRow, width| what_it_is(scene, row, width))
            .rank(1),
    ]
}

fn failures(scene: &Scene, row: &ClientRow) -> Line<'static> {
    let role = if row.failures == 0 { Role::Dim } else { Role::Text };
    scene.line(role, text::thousands(row.failures))
}

fn peak(scene: &Scene, row: &ClientRow) -> Line<'static> {
    match row.peak {
        Some(peak) => scene.line(Role::Muted, format!("{:.1}", peak as f64 / PEAK_SECONDS)),
        None => scene.line(Role::Dim, "–"),
    }
}

/// A bot by its name; who is only refused; else the browser.
fn what_it_is(scene: &Scene, row: &ClientRow, width: u16) -> Line<'static> {
    let only_fails = row.hits >= ENOUGH && row.failures * 10 >= row.hits * 9;
    if only_fails {
        return scene.line(Role::Warn, text::fit("only fails", usize::from(width)));
    }
    let role = if row.bot { Role::Text } else { Role::Muted };
    let name = if row.bot && row.agent.starts_with('(') { "bots" } else { &row.agent };
    scene.name(role, name, width)
}
