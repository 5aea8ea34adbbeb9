//! How many are here now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::{Count, Totals, View};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::{put, put_right};

use super::compared::{self, Rise};
use super::{Pane, border};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let span = when::round(scene.settings.rules.active);
    let titles = Titles {
        names: vec![Pane::Active.name().to_owned()],
        definitions: vec![format!("last {span}"), span],
        ..Titles::default()
    };
    let inside = border(scene, Pane::Active, titles, area, buf);
    let Some(view) = scene.view() else { return };
    for (row, (line, change)) in (0..).zip(lines(scene, view)) {
        put(buf, inside, row, &line);
        if line.width() + change.width() < usize::from(inside.width) {
            put_right(buf, inside, row, &change);
        }
    }
}

/// The numbers in a right-aligned column, the most important first; the rest may not fit.
/// The figures, and how they differ from what they are compared with.
fn lines(scene: &Scene, view: &View) -> Vec<(Line<'static>, Line<'static>)> {
    let totals = view.totals;
    let window = when::window(scene.window);
    let between = scene.symbols().between;
    let visitors = match totals.visitors {
        Count::Exact(_) => "visitors".to_owned(),
        Count::About(_) => format!("visitors {}", scene.symbols().about),
    };
    let mut first = number(scene, Role::Strong, totals.active);
    first.extend(change(scene, view));
    // Beside a comparison there is no room for the spans.
    let over = |label: &str, span: &str| match scene.comparison {
        Some(_) => label.to_owned(),
        None => format!("{label} {between} {span}"),
    };
    let rest = [
        (totals.open, over("open", &when::round(scene.settings.rules.gap)), OPEN),
        (totals.sessions, over("seen", &window), SEEN),
        (totals.visitors.value(), visitors, VISITORS),
        (totals.pageviews, "pageviews".to_owned(), PAGEVIEWS),
        (totals.actions, "actions".to_owned(), ACTIONS),
    ];
    let line = |(count, label, of): (u64, String, Counted)| {
        let mut spans = number(scene, Role::Text, count);
        spans.push(scene.span(Role::Muted, label));
        (Line::from(spans), Line::from_iter(difference(scene, count, of)))
    };
    let active = (Line::from(first), Line::from_iter(difference(scene, totals.active, ACTIVE)));
    std::iter::once(active).chain(rest.into_iter().map(line)).collect()
}

/// A count of an answer, and whether it is one of people.
struct Counted {
    of: fn(&Totals) -> u64,
    people: bool,
}

const ACTIVE: Counted = Counted { of: |totals| totals.active, people: true };
const OPEN: Counted = Counted { of: |totals| totals.open, people: true };
const SEEN: Counted = Counted { of: |totals| totals.sessions, people: true };
const VISITORS: Counted = Counted { of: |totals| totals.visitors.value(), people: true };
const PAGEVIEWS: Counted = Counted { of: |totals| totals.pageviews, people: false };
const ACTIONS: Counted = Counted { of: |totals| totals.actions, people: false };

fn difference(scene: &Scene, now: u64, Counted { of, people }: Counted) -> Option<Span<'static>> {
    let compared = scene.comparison?;
    let before = of(&compared.earlier().totals);
    Some(if people {
        compared::change(scene, now, compared.people_of(now, before), Rise::IsGood)
    } else {
        compared::plain_change(scene, now, before)
    })
}

fn number(scene: &Scene, role: Role, count: u64) -> Vec<Span<'static>> {
    vec![scene.span(role, text::align_right(&text::thousands(count), 7)), Span::raw("  ")]
}

/// The change since the same span before. More or fewer visitors are neither good nor bad.
fn change(scene: &Scene, view: &View) -> Vec<Span<'static>> {
    // Beside the comparison of all figures it would be a second one.
    let change = text::change(view.totals.active, view.totals.active_before);
    match change.filter(|_| scene.comparison.is_none()) {
        Some(change) => vec![scene.span(Role::Text, compared::arrowed(scene, &change))],
        None => vec![scene.span(Role::Muted, "active")],
    }
}
