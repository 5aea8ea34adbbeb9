//! Who the open session is: visitor, time, where it came from, with what.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::{Newness, SessionRow, SessionState, Timeline};
use crate::text;
use crate::ui::open_session::OpenSession;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;

use super::{Pane, border};

const LABEL_WIDTH: usize = 9;
const WIDE: u16 = 90;

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let timeline = scene.opened.and_then(OpenSession::timeline);
    let inside = border(scene, Pane::Facts, titles(timeline), area, buf);
    let Some(timeline) = timeline else { return };
    let facts = facts(scene, timeline);
    // Side by side if the pane is wide and low.
    let columns: u16 = if inside.width >= WIDE || usize::from(inside.height) < facts.len() { 2 } else { 1 };
    let rows = facts.len().div_ceil(usize::from(columns));
    for (index, (label, value)) in facts.iter().enumerate() {
        let column = u16::try_from(index / rows).unwrap_or(0);
        let width = inside.width / columns;
        let place = Rect { x: inside.x + column * width, width: width.saturating_sub(columns - 1), ..inside };
        let row = u16::try_from(index % rows).unwrap_or(u16::MAX);
        put(buf, place, row, &fact(scene, label, value, place.width));
    }
}

fn titles(timeline: Option<&Timeline>) -> Titles {
    let alias = timeline.map(|timeline| text::harmless(&timeline.row.alias).into_owned());
    Titles {
        names: vec![Pane::Facts.name().to_owned()],
        definitions: alias.into_iter().collect(),
        ..Titles::default()
    }
}

fn fact(scene: &Scene, label: &str, value: &str, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(LABEL_WIDTH + 2);
    Line::from(vec![
        scene.span(Role::Muted, text::align_left(label, LABEL_WIDTH)),
        Span::raw("  "),
        scene.span(Role::Text, text::fit(value, room)),
    ])
}

/// The known facts, the most important first.
fn facts(scene: &Scene, timeline: &Timeline) -> Vec<(&'static str, String)> {
    let row = &timeline.row;
    let known = |text: &str| text::harmless(text).into_owned();
    let from = [known(&row.source), known(&row.channel)].join(&format!(" {} ", scene.symbols().between));
    let with = [&row.browser, &row.system, &row.device].map(|fact| known(fact));
    let with: Vec<_> = with.into_iter().filter(|fact| !fact.is_empty()).collect();
    let facts = vec![
        ("began", began(scene, row)),
        ("lasted", lasted(scene, row)),
        ("state", state(scene, row)),
        ("from", from),
        ("referrer", text::readable_path(&timeline.referrer).into_owned()),
        ("campaign", known(&row.campaign)),
        ("with", with.join(&format!(" {} ", scene.symbols().between))),
        ("address", [known(&row.address), known(&row.country)].join(" ").trim().to_owned()),
        ("visit", visit(row).to_owned()),
        ("site", known(&row.site)),
        ("bot", row.bot.as_deref().map(known).unwrap_or_default()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn visit(row: &SessionRow) -> &'static str {
    match row.newness {
        Some(Newness::New) => "first",
        Some(Newness::Returning) => "returning",
        None => "",
    }
}

fn began(scene: &Scene, row: &SessionRow) -> String {
    let zone = scene.settings.zone;
    let cut = if row.cut { " or earlier" } else { "" };
    format!("{} {}{cut}", when::day(row.start, zone), when::clock_with_seconds(row.start, zone))
}

fn lasted(scene: &Scene, row: &SessionRow) -> String {
    row.duration().map_or_else(|| format!("{} (one event)", scene.symbols().none), when::length)
}

fn state(scene: &Scene, row: &SessionRow) -> String {
    let state = match row.state {
        SessionState::Active => "active",
        SessionState::Open => "open",
        SessionState::Closed => "closed",
    };
    // The length of a bounce says nothing (R7), and the bounce itself is listed above.
    match (row.bounced, row.state) {
        (true, SessionState::Closed) => format!("{state}, a bounce"),
        (true, SessionState::Active | SessionState::Open) => format!("{state}, a bounce so far"),
        (false, _) => format!("{state}, last event {}", ago(scene, row)),
    }
}

fn ago(scene: &Scene, row: &SessionRow) -> String {
    format!("{} ago", when::age(scene.now(), row.end)).replace("now ago", "now")
}
