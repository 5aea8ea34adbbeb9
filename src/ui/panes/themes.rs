//! The theme picker: at the side, so that the screen shows what each theme looks like.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::text;
use crate::ui::hints;
use crate::ui::picker::{Picker, ThemeChoice};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::pane_frame::{self, Focus, Titles};
use crate::ui::widgets::put;

use super::footer::hint_line;
use super::prompt::wrapped;

const WIDTH: u16 = 50;
const NAME_WIDTH: usize = 14;

/// Draws the picker at the right of the screen.
pub(crate) fn draw(scene: &Scene, picker: &Picker, buf: &mut Buffer) {
    let notes = notes(scene, picker);
    let area = area(scene, picker.choices().len() + notes.len());
    Clear.render(area, buf);
    let ground = scene.ink(Role::Screen).patch(scene.ink(Role::Text));
    buf.set_style(area, ground);
    let place = format!("{} / {}", picker.at() + 1, picker.choices().len());
    let titles = Titles { names: vec!["Theme".to_owned()], place, ..Titles::default() };
    let inside = pane_frame::draw(scene.theme, &titles, Focus::Here, area, buf);
    let room = usize::from(inside.height).saturating_sub(notes.len()).max(1);
    let first = (picker.at() + 1).saturating_sub(room);
    let lines = picker.choices().iter().skip(first).take(room);
    for (row, (choice, index)) in (0..).zip(lines.zip(first..)) {
        put(buf, inside, row, &line(scene, choice, inside.width));
        if index == picker.at() {
            buf.set_style(
                Rect { y: inside.y + row, height: 1, ..inside }.intersection(inside),
                scene.ink(Role::Selection),
            );
        }
    }
    let below = u16::try_from(room.min(picker.choices().len())).unwrap_or(u16::MAX);
    for (row, note) in (below..).zip(notes) {
        put(buf, inside, row, &note);
    }
    draw_hints(scene, buf);
}

fn area(scene: &Scene, lines: usize) -> Rect {
    let body = scene.layout.body();
    let width = WIDTH.min(body.width);
    let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(body.height);
    Rect { x: body.right() - width, y: body.y, width, height }
}

fn line(scene: &Scene, choice: &ThemeChoice, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(NAME_WIDTH + 2);
    let name = text::fit(&text::harmless(&choice.name), NAME_WIDTH);
    Line::from(vec![
        scene.span(Role::Text, text::align_left(&name, NAME_WIDTH)),
        Span::raw("  "),
        scene.span(Role::Muted, text::fit(&text::harmless(&choice.about), room)),
    ])
}

/// The text below the list: the theme's error, or why no theme makes a difference.
fn notes(scene: &Scene, picker: &Picker) -> Vec<Line<'static>> {
    let width = usize::from(WIDTH.min(scene.layout.body().width).saturating_sub(4));
    let (role, note) = match picker.mistake() {
        Some(mistake) => (Role::Bad, text::harmless(mistake).into_owned()),
        None if scene.theme.is_colourless() => {
            (Role::Muted, "No colour is shown here, so that all themes look alike.".to_owned())
        }
        None => return Vec::new(),
    };
    wrapped(&note, width).into_iter().map(|part| scene.line(role, part)).collect()
}

fn draw_hints(scene: &Scene, buf: &mut Buffer) {
    let area = scene.layout.footer;
    Clear.render(area, buf);
    buf.set_style(area, scene.ink(Role::Screen).patch(scene.ink(Role::Text)));
    put(buf, area, 0, &hint_line(scene, &hints::of_picker(scene), area.width));
}
