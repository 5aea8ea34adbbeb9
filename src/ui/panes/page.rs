//! The open page: views, entries and exits, bounces, time on page, load times.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::PageCloseup;
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;

use super::{Pane, border, nothing};

const LABEL_WIDTH: usize = 9;
const VALUE_WIDTH: usize = 6;

/// A label, its figure, and a note.
struct PageFact {
    label: &'static str,
    value: String,
    role: Role,
    note: String,
}

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let page = scene.page_closeup();
    let inside = border(scene, Pane::Page, titles(scene), area, buf);
    let Some(page) = page else { return nothing::looking_up().draw(scene.theme, inside, buf) };
    for (row, fact) in (0..).zip(facts(scene, page)) {
        put(buf, inside, row, &line(scene, &fact, inside.width));
    }
}

fn titles(scene: &Scene) -> Titles {
    let page = scene.location.page.as_deref().map(|page| text::readable_path(page).into_owned());
    Titles {
        names: vec![Pane::Page.name().to_owned()],
        definitions: page.into_iter().collect(),
        ..Titles::default()
    }
}

fn line(scene: &Scene, fact: &PageFact, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(LABEL_WIDTH + VALUE_WIDTH + 2);
    Line::from(vec![
        scene.span(Role::Muted, text::align_left(fact.label, LABEL_WIDTH)),
        scene.span(fact.role, text::align_right(&fact.value, VALUE_WIDTH)),
        Span::raw("  "),
        scene.span(Role::Dim, text::fit(&fact.note, room)),
    ])
}

fn facts(scene: &Scene, page: &PageCloseup) -> Vec<PageFact> {
    let count = |label, count: u64, note: String| PageFact {
        label,
        value: text::thousands(count),
        role: Role::Text,
        note,
    };
    let of_sessions = |part: u64| share(part, page.sessions);
    vec![
        PageFact { role: Role::Strong, ..count("views", page.views, String::new()) },
        count("sessions", page.sessions, String::new()),
        count("entries", page.entries, of_sessions(page.entries)),
        count("exits", page.exits, of_sessions(page.exits)),
        bounce(scene, page),
        took(
            scene,
            "looked at",
            [page.stays.p50, page.stays.p90].map(when::length).into(),
            page.stays.measured,
        ),
        took(scene, "load", [page.loads.p50, page.loads.p90].map(when::load).into(), page.loads.measured),
        PageFact {
            role: if page.errors > 0 { Role::Bad } else { Role::Text },
            ..count("errors", page.errors, String::new())
        },
    ]
}

/// `22 %`; empty if there is nothing to share.
fn share(part: u64, of: u64) -> String {
    if of == 0 { String::new() } else { text::percent(part as f64 / of as f64) }
}

fn bounce(scene: &Scene, page: &PageCloseup) -> PageFact {
    let value = page.bounce().share().map_or_else(|| scene.symbols().none.to_owned(), text::percent);
    let note = match page.settled {
        0 => "none yet".to_owned(),
        settled => format!("of {}", text::thousands(settled)),
    };
    PageFact { label: "bounced", value, role: Role::Strong, note }
}

/// The median with the 90th percentile beside it; the sign for none if nothing was measured.
fn took(scene: &Scene, label: &'static str, (p50, p90): (String, String), measured: u64) -> PageFact {
    if measured == 0 {
        let value = scene.symbols().none.to_owned();
        return PageFact { label, value, role: Role::Dim, note: "unknown".to_owned() };
    }
    PageFact { label, value: p50, role: Role::Text, note: format!("p90 {p90}") }
}
