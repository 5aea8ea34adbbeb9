//! The list of sessions: visitor, source, page, duration, age.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::config::Privacy;
use crate::query::view::{Newness, SessionRow, SessionState, View};
use crate::text;
use crate::time::Span as Time;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::{Column, RowStyle, TableWidget};

use super::groups::{dash, goals, place, sorted_by, visible};
use super::{Pane, border, channel_colours, nothing};

/// How long a session is marked as new: longer than the interval of re-sorting, or the mark might never show.
const NEW_FOR: Time = Time::seconds(30);

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let list = scene.lists.of(Pane::Sessions);
    let inside = border(scene, Pane::Sessions, titles(scene), area, buf);
    let Some(shown) = scene.shown else {
        return nothing::why(scene, Pane::Sessions).draw(scene.theme, inside, buf);
    };
    if shown.sessions().is_empty() {
        return nothing::draw_no_sessions(scene, inside, buf);
    }
    let rows = visible(scene, Pane::Sessions, shown.sessions(), &list, area);
    let rows = rows.into_iter().map(|(row, look)| (&**row, faded_when_closed(scene, row, look))).collect();
    let all: Vec<_> = shown.sessions().iter().map(|held| &*held.row).collect();
    TableWidget { columns: columns(scene, &all), rows }.draw(scene.theme, inside, buf);
}

/// A closed session is about to leave a list of active ones; in a list of all it is an ordinary row.
fn faded_when_closed(scene: &Scene, row: &SessionRow, look: RowStyle) -> RowStyle {
    let among_active = scene.lists_active();
    if look == RowStyle::Plain && among_active && row.state != SessionState::Active {
        RowStyle::Faded
    } else {
        look
    }
}

fn titles(scene: &Scene) -> Titles {
    let total = scene.view().and_then(|view| view.sessions.as_ref()).map_or(0, |list| list.total);
    Titles {
        names: vec![Pane::Sessions.name().to_owned()],
        definitions: scene.view().map(|view| definitions(scene, view)).unwrap_or_default(),
        right: sorted_by(scene, scene.sorts.of(Pane::Sessions)),
        place: place(scene, Pane::Sessions, &scene.lists.of(Pane::Sessions), total),
        ..Titles::default()
    }
}

fn definitions(scene: &Scene, view: &View) -> Vec<String> {
    if scene.lists_active() {
        let span = when::round(scene.settings.rules.active);
        let active = text::thousands(view.totals.active);
        vec![format!("{active} active in the last {span}"), format!("{active} active")]
    } else {
        vec![format!("{} seen in {}", text::thousands(view.totals.sessions), when::window(scene.window))]
    }
}

type SessionColumn<'a> = Column<'a, &'a SessionRow>;

/// The columns of a list of sessions, also of a visitor's other ones. Columns that would be empty are left out.
pub(super) fn columns<'a>(scene: &'a Scene, rows: &[&SessionRow]) -> Vec<SessionColumn<'a>> {
    let fact = |title: &str, widths: (u16, u16), rank: u8, fact: fn(&SessionRow) -> &str| {
        let known = rows.iter().any(|row| !fact(row).is_empty());
        known.then(|| fact_column(scene, title, widths, fact).rank(rank))
    };
    // An operator who asks for whole addresses wants to see them on narrow screens, too.
    let (address_widths, address_rank) = match scene.settings.privacy {
        Privacy::Off => ((15, 39), 2),
        Privacy::Standard | Privacy::Strict => ((18, 22), 9),
    };
    let columns = [
        Some(visitor_column(scene)),
        Some(Column::number("start", 5, |row: &&SessionRow| start(scene, row)).rank(6)),
        Some(Column::number("age", 5, |row: &&SessionRow| age(scene, row)).rank(1)),
        Some(Column::number("pages", 5, |row: &&SessionRow| scene.count(row.pageviews.into())).rank(1)),
        Some(Column::number("actions", 7, |row: &&SessionRow| scene.count(row.actions.into())).rank(5)),
        Some(source_column(scene).rank(2)),
        Some(page_column(scene, "on page", (13, 48), |row| row.exit.as_deref()).comfort(28)),
        Some(page_column(scene, "entered on", (20, 40), |row| row.entry.as_deref()).rank(7)),
        goals_column(scene, rows),
        fact("country", (7, 7), 3, |row| &row.country),
        fact("device", (8, 8), 4, |row| &row.device),
        Some(visit_column(scene).rank(5)),
        fact("browser", (10, 14), 6, |row| &row.browser),
        fact("system", (8, 12), 8, |row| &row.system),
        fact("address", address_widths, address_rank, |row| &row.address),
        fact("campaign", (12, 20), 10, |row| &row.campaign),
        fact("site", (14, 24), 11, |row| &row.site),
        Some(Column::number("last", 5, |row: &&SessionRow| last(scene, row)).rank(1)),
    ];
    columns.into_iter().flatten().collect()
}

/// The alias, never cut: it identifies a visitor in conversation.
fn visitor_column<'a>(scene: &'a Scene) -> SessionColumn<'a> {
    Column::text("  visitor", (14, 18), |row: &&SessionRow, width| visitor(scene, row, width)).comfort(16)
}

/// The goals that a session has reached, where any did.
fn goals_column<'a>(scene: &'a Scene, rows: &[&SessionRow]) -> Option<SessionColumn<'a>> {
    let any = rows.iter().any(|row| !row.goals.is_empty());
    let column =
        || Column::text("goals", (5, 18), |row: &&SessionRow, width| goals(scene, &row.goals, width));
    any.then(|| column().comfort(10).rank(2))
}

/// Whether the visitor is new or returning.
fn visit_column<'a>(scene: &'a Scene) -> SessionColumn<'a> {
    Column::text("visit", (9, 9), |row: &&SessionRow, _| match row.newness {
        Some(Newness::New) => scene.line(Role::Text, "first"),
        Some(Newness::Returning) => scene.line(Role::Muted, "returning"),
        None => scene.line(Role::Muted, ""),
    })
}

fn source_column<'a>(scene: &'a Scene) -> SessionColumn<'a> {
    Column::text("source", (13, 20), |row: &&SessionRow, width| source(scene, row, width)).comfort(14)
}

fn page_column<'a>(
    scene: &'a Scene,
    title: &str,
    widths: (u16, u16),
    page: fn(&SessionRow) -> Option<&str>,
) -> SessionColumn<'a> {
    Column::text(title, widths, move |row: &&SessionRow, width| {
        page(row).map_or_else(|| dash(scene), |page| scene.page(page, width))
    })
}

fn fact_column<'a>(
    scene: &'a Scene,
    title: &str,
    widths: (u16, u16),
    fact: fn(&SessionRow) -> &str,
) -> SessionColumn<'a> {
    Column::text(title, widths, move |row: &&SessionRow, width| match fact(row) {
        "" => dash(scene),
        fact => scene.name(Role::Muted, fact, width),
    })
}

/// The alias, with a mark before it if the session is new.
fn visitor(scene: &Scene, row: &SessionRow, width: u16) -> Line<'static> {
    let new = scene.now().since(row.start) < NEW_FOR && row.state == SessionState::Active;
    let mark = if new { scene.symbols().dot } else { " " };
    let role = if row.bot.is_some() { Role::Dim } else { Role::Text };
    let mut line = scene.name(role, &row.alias, width.saturating_sub(2));
    line.spans.insert(0, Span::raw(" "));
    line.spans.insert(0, scene.span(Role::Good, mark));
    line
}

fn start(scene: &Scene, row: &SessionRow) -> Line<'static> {
    scene.line(Role::Muted, when::clock(row.start, scene.settings.zone))
}

/// The time since the session began; its duration once it is closed.
fn age(scene: &Scene, row: &SessionRow) -> Line<'static> {
    if row.state != SessionState::Closed {
        return scene.line(Role::Text, when::age(scene.now(), row.start));
    }
    match row.duration() {
        Some(duration) => scene.line(Role::Text, duration.to_string()),
        None => dash(scene),
    }
}

fn last(scene: &Scene, row: &SessionRow) -> Line<'static> {
    scene.line(Role::Muted, when::age(scene.now(), row.end))
}

/// The source in its channel's colour.
fn source(scene: &Scene, row: &SessionRow, width: u16) -> Line<'static> {
    scene.name(Role::Text, &row.source, width).style(channel_colours::colour(scene, &row.channel))
}
