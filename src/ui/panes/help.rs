//! Help: every key and the meaning of every figure, with incremental search.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::text;
use crate::ui::help::{Help, HelpLine};
use crate::ui::hints;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::{self, Focus, Titles};
use crate::ui::widgets::put;

use super::footer::hint_line;
use super::prompt::wrapped;

const NAME_WIDTH: usize = 18;
const WIDEST: u16 = 100;

/// Draws the help over the screen; returns the cursor position.
pub(crate) fn draw(scene: &Scene, help: &Help, buf: &mut Buffer) -> Position {
    let area = area(scene);
    // Clears the rest: parts of panes beside the help would distract.
    Clear.render(scene.layout.body(), buf);
    buf.set_style(scene.layout.body(), scene.ink(Role::Screen).patch(scene.ink(Role::Text)));
    let lines = laid_out(scene, help, inside_width(area));
    let height = usize::from(area.height.saturating_sub(4));
    let scrolled = help.scrolled(lines.len(), height);
    let titles = Titles {
        names: vec!["Help".to_owned()],
        place: place(scrolled, height, lines.len()),
        ..Titles::default()
    };
    let inside = pane_frame::draw(scene.theme, &titles, Focus::Here, area, buf);
    let cursor = draw_search(scene, help, inside, buf);
    let list = Rect { y: inside.y + 2, height: inside.height.saturating_sub(2), ..inside };
    if lines.is_empty() {
        EmptyPane::new("Nothing found", "Backspace takes a character away.").draw(scene.theme, list, buf);
    }
    for (row, line) in (0..list.height).zip(lines.iter().skip(scrolled)) {
        put(buf, list, row, line);
    }
    draw_hints(scene, buf);
    cursor
}

/// How far help can be scrolled, and the lines per page.
pub(crate) fn scroll_room(scene: &Scene, help: &Help) -> (usize, usize) {
    let area = area(scene);
    let height = usize::from(area.height.saturating_sub(4));
    let lines = laid_out(scene, help, inside_width(area)).len();
    (lines.saturating_sub(height), height)
}

fn area(scene: &Scene) -> Rect {
    let body = scene.layout.body();
    let width = body.width.min(WIDEST);
    Rect { x: body.x + (body.width - width) / 2, width, ..body }
}

fn inside_width(area: Rect) -> usize {
    usize::from(area.width.saturating_sub(4))
}

fn place(scrolled: usize, height: usize, lines: usize) -> String {
    if lines <= height { String::new() } else { format!("{} / {lines}", (scrolled + height).min(lines)) }
}

fn draw_search(scene: &Scene, help: &Help, inside: Rect, buf: &mut Buffer) -> Position {
    let search = text::harmless(help.search()).into_owned();
    let shown = if search.is_empty() {
        scene.span(Role::Dim, "type to search keys and figures")
    } else {
        scene.span(Role::Text, search.clone())
    };
    put(buf, inside, 0, &Line::from(vec![scene.span(Role::Accent, "> "), shown]));
    let column = u16::try_from(text::width(&search)).unwrap_or(u16::MAX).saturating_add(2);
    Position { x: inside.x.saturating_add(column).min(inside.right().saturating_sub(1)), y: inside.y }
}

/// The lines of help, wrapped to a width.
fn laid_out(scene: &Scene, help: &Help, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for line in help.lines(scene) {
        match line {
            HelpLine::Heading(name) => {
                if !lines.is_empty() {
                    lines.push(Line::default());
                }
                lines.push(scene.line(Role::Title, name));
            }
            HelpLine::Entry(name, meaning) => lines.extend(entry(scene, &name, &meaning, width)),
        }
    }
    lines
}

fn entry(scene: &Scene, name: &str, meaning: &str, width: usize) -> Vec<Line<'static>> {
    let name_width = NAME_WIDTH.min(width / 2);
    let meaning = wrapped(meaning, width.saturating_sub(name_width + 2).max(1));
    let names = [name].into_iter().chain(std::iter::repeat(""));
    let line = |(name, part): (&str, String)| {
        Line::from(vec![
            scene.span(Role::Accent, text::align_left(name, name_width)),
            Span::raw("  "),
            scene.span(Role::Text, part),
        ])
    };
    names.zip(meaning).map(line).collect()
}

fn draw_hints(scene: &Scene, buf: &mut Buffer) {
    let area = scene.layout.footer;
    Clear.render(area, buf);
    buf.set_style(area, scene.ink(Role::Screen).patch(scene.ink(Role::Text)));
    put(buf, area, 0, &hint_line(scene, &hints::of_help(scene), area.width));
}
