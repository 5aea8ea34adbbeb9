//! The line above the columns of paths: the way that is chosen, and how many sessions went it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::analysis::ask::{PathStart, PathsAsk};
use crate::query::view::PathStep;
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::{put, put_right};

use super::{path_start, path_steps};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let Some(explored) = scene.explored else { return };
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let note = note(scene, explored.place);
    let room = inside.width.saturating_sub(u16::try_from(note.width()).unwrap_or(u16::MAX).saturating_add(2));
    put(buf, Rect { width: room, ..inside }, 0, &path_steps::way(scene, &steps(explored.place), room));
    put_right(buf, inside, 0, &note);
}

/// The whole way from the left to the right; the start stands out.
fn steps(place: &PathsAsk) -> Vec<(PathStep, Role)> {
    let before = place.before.iter().rev().map(|step| (step.clone(), Role::Text));
    let start = path_start::step(&place.start).map(|step| (step, Role::Strong));
    let after = place.after.iter().map(|step| (step.clone(), Role::Text));
    before.chain(start).chain(after).collect()
}

/// How many went the way; where none is chosen, which occurrence of the start is meant.
fn note(scene: &Scene, place: &PathsAsk) -> Line<'static> {
    if place.before.is_empty() && place.after.is_empty() {
        let note = match place.start {
            PathStart::Entry => "from where each session began",
            PathStart::Exit => "up to where each session ended",
            PathStart::Page(_) | PathStart::Group(_) => "from the first view in each session",
            PathStart::Action(_) | PathStart::Event(_) => "from the first time in each session",
        };
        return scene.line(Role::Muted, note);
    }
    let known = scene.explored.is_some_and(|explored| explored.knows_way());
    let Some(paths) = scene.rows().paths().filter(|paths| known && paths.sessions > 0) else {
        return Line::default();
    };
    let share = text::percent(paths.followed as f64 / paths.sessions as f64);
    let of = format!("{} of {}", text::thousands(paths.followed), text::thousands(paths.sessions));
    Line::from(vec![
        scene.span(Role::Muted, "this way "),
        scene.span(Role::Strong, share),
        scene.span(Role::Muted, format!(" {} {of}", scene.symbols().between)),
    ])
}
