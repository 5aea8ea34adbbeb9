//! The start of paths: how many sessions did it, how many left right after it, how long it took to load.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::analysis::ask::PathStart;
use crate::query::view::{PathStep, PathsView};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::{Focus, Titles};
use crate::ui::widgets::put;

use super::{Pane, border, path_steps};

const LABEL_WIDTH: usize = 5;

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let titles = Titles { names: vec![Pane::PathStart.name().to_owned()], ..Titles::default() };
    let inside = border(scene, Pane::PathStart, titles, area, buf);
    let Some(explored) = scene.explored else { return };
    let role = if scene.focus(Pane::PathStart) == Focus::Here { Role::Accent } else { Role::Strong };
    put(buf, inside, 0, &scene.line(role, name(&explored.place.start, inside.width)));
    let Some(paths) = scene.rows().paths() else { return };
    for (row, line) in (1..).zip(facts(scene, paths, &explored.place.start)) {
        put(buf, inside, row, &line);
    }
}

fn name(start: &PathStart, width: u16) -> String {
    match start {
        PathStart::Entry => text::fit("entering", width.into()),
        PathStart::Exit => text::fit("leaving", width.into()),
        PathStart::Event(event) => text::fit(&text::harmless(&event.to_string()), width.into()),
        _ => step(start).map(|step| path_steps::plain(&step, width)).unwrap_or_default(),
    }
}

/// The start as a step of the way; `None` for an event that a filter describes.
pub(super) fn step(start: &PathStart) -> Option<PathStep> {
    Some(match start {
        PathStart::Entry => PathStep::Entered,
        PathStart::Exit => PathStep::Left,
        PathStart::Page(page) => PathStep::Page(page.clone()),
        PathStart::Group(group) => PathStep::Group(group.clone()),
        PathStart::Action(action) => PathStep::Action(action.clone()),
        PathStart::Event(_) => return None,
    })
}

fn facts(scene: &Scene, paths: &PathsView, start: &PathStart) -> Vec<Line<'static>> {
    let fact = |label: &str, value: String| {
        let label = scene.span(Role::Muted, text::align_left(label, LABEL_WIDTH));
        Line::from(vec![label, scene.span(Role::Text, format!(" {value}"))])
    };
    let share = |part: u64| text::percent(part as f64 / paths.sessions as f64);
    let mut lines = vec![Line::from(vec![
        scene.span(Role::Strong, text::thousands(paths.sessions)),
        scene.span(Role::Muted, if paths.sessions == 1 { " session" } else { " sessions" }),
    ])];
    let is_edge = matches!(start, PathStart::Entry | PathStart::Exit);
    if paths.sessions > 0 && !is_edge {
        lines.push(fact("exits", share(paths.exits)));
    }
    if paths.still_here > 0 && !is_edge {
        lines.push(fact("here", text::thousands(paths.still_here)));
    }
    if paths.loads > 0 {
        lines.push(fact("p75", when::load(paths.load_p75)));
    }
    if paths.is_dead_end {
        lines.push(scene.line(Role::Warn, "a dead end"));
    }
    lines
}
