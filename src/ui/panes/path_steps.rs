//! How steps of paths are written, wherever they stand.

use ratatui::text::{Line, Span};

use crate::query::view::{PathMark, PathRow, PathStep};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;

/// A row's step with what stands out about it, in a given width.
pub(super) fn row(scene: &Scene, row: &PathRow, width: u16) -> Line<'static> {
    match row.mark {
        Some(PathMark::Loop) => before(scene, note(["back to ", "back "], width), &row.step, width),
        Some(PathMark::DeadEnd) => after(scene, &row.step, note([" dead end", " end"], width), width),
        None => step(scene, &row.step, width),
    }
}

/// The short form where the long one would leave too little of the name.
fn note([long, short]: [&'static str; 2], width: u16) -> &'static str {
    if width < 20 { short } else { long }
}

fn before(scene: &Scene, note: &'static str, of: &PathStep, width: u16) -> Line<'static> {
    let mut line = step(scene, of, width.saturating_sub(columns(note)));
    line.spans.insert(0, scene.span(Role::Muted, note));
    line
}

fn after(scene: &Scene, of: &PathStep, note: &str, width: u16) -> Line<'static> {
    let mut line = step(scene, of, width.saturating_sub(columns(note)));
    line.spans.push(scene.span(Role::Warn, note));
    line
}

fn columns(note: &str) -> u16 {
    u16::try_from(text::width(note)).unwrap_or(u16::MAX)
}

/// A step in a given width.
pub(super) fn step(scene: &Scene, step: &PathStep, width: u16) -> Line<'static> {
    match step {
        PathStep::Entered => scene.line(Role::Muted, text::fit("entered here", width.into())),
        PathStep::Left if width < 13 => scene.line(Role::Muted, "left"),
        PathStep::Left => scene.line(Role::Muted, "left the site"),
        PathStep::StillHere => scene.line(Role::Muted, text::fit("still here", width.into())),
        PathStep::Page(page) => scene.page(page, width),
        PathStep::Group(_) => scene.line(Role::Text, plain(step, width)),
        PathStep::Action(_) => scene.line(Role::Good, plain(step, width)),
    }
}

/// The same as text. Groups stand in brackets, as `[[group]]` defines them: by a bare name they would be actions.
pub(super) fn plain(step: &PathStep, width: u16) -> String {
    let width = usize::from(width);
    match step {
        PathStep::Entered => text::fit("entered", width),
        PathStep::Left => text::fit("left", width),
        PathStep::StillHere => text::fit("still here", width),
        PathStep::Page(page) => text::fit_middle(&text::readable_path(page), width),
        PathStep::Group(group) => text::fit(&format!("[{}]", text::harmless(group)), width),
        PathStep::Action(action) => text::fit(&text::harmless(action), width),
    }
}

/// Steps one after the other, each shortened as much as the width demands; where that is not enough, the last ones go.
pub(super) fn way(scene: &Scene, steps: &[(PathStep, Role)], width: u16) -> Line<'static> {
    let between = format!(" {} ", scene.symbols().arrow);
    let shortened = |most: u16| {
        let mut spans: Vec<Span> = Vec::new();
        for (step, role) in steps {
            if !spans.is_empty() {
                spans.push(scene.span(Role::Muted, between.clone()));
            }
            spans.push(scene.span(*role, plain(step, most)));
        }
        Line::from(spans)
    };
    let lines = [64, 40, 28, 20, 14, 9].map(shortened);
    let fits = |line: &&Line| line.width() <= usize::from(width);
    lines.iter().find(fits).or(lines.last()).cloned().unwrap_or_default()
}
