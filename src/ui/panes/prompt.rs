//! The filter prompt: the text, errors under the wrong word, and completions.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

use crate::query::filter::{Flag, NumberField, TextField};
use crate::text;
use crate::ui::action::Action;
use crate::ui::hints;
use crate::ui::prompt::{Prompt, PromptError};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::pane_frame::{self, Focus, Titles};
use crate::ui::widgets::{columns, put};

use super::footer::hint_line;

const HEIGHT: u16 = 6;

/// Draws the prompt at the bottom of the screen; returns the cursor position.
pub(crate) fn draw(scene: &Scene, prompt: &Prompt, buf: &mut Buffer) -> Position {
    let body = scene.layout.body();
    let height = height(prompt, body.width).min(body.height);
    let area = Rect { y: body.bottom() - height, height, ..body };
    Clear.render(area, buf);
    buf.set_style(area, scene.ink(Role::Screen).patch(scene.ink(Role::Text)));
    let titles =
        Titles { names: vec!["Filter".to_owned()], right: matches(scene, prompt), ..Titles::default() };
    let inside = pane_frame::draw(scene.theme, &titles, Focus::Here, area, buf);
    let scrolled = prompt.cursor().saturating_sub(usize::from(inside.width.saturating_sub(1)));
    put(buf, inside, 0, &scene.line(Role::Text, columns_from(&prompt.text(), scrolled)));
    match prompt.mistake() {
        Some(mistake) => draw_mistake(scene, &mistake, scrolled, inside, buf),
        None => draw_help(scene, prompt, inside, buf),
    }
    draw_hints(scene, buf);
    let column = u16::try_from(prompt.cursor() - scrolled).unwrap_or(0);
    Position { x: (inside.x + column).min(inside.right().saturating_sub(1)), y: inside.y }
}

/// High enough for the whole error message.
fn height(prompt: &Prompt, width: u16) -> u16 {
    let lines = prompt
        .mistake()
        .map_or(0, |mistake| wrapped(&mistake.message, usize::from(width.saturating_sub(4))).len());
    u16::try_from(lines + 4).unwrap_or(u16::MAX).max(HEIGHT)
}

fn matches(scene: &Scene, prompt: &Prompt) -> String {
    match (prompt.filter(), scene.view()) {
        (Some(_), Some(view)) => {
            format!(
                "{} sessions {}",
                text::thousands(view.totals.sessions),
                crate::ui::glossary::in_window(scene.window)
            )
        }
        _ => String::new(),
    }
}

/// The text from a column on.
fn columns_from(text: &str, column: usize) -> String {
    let mut passed = 0;
    let mut rest = text.chars().skip_while(|c| {
        let before = passed;
        passed += text::width(c.encode_utf8(&mut [0; 4]));
        before < column
    });
    rest.by_ref().collect()
}

fn draw_mistake(scene: &Scene, mistake: &PromptError, scrolled: usize, inside: Rect, buf: &mut Buffer) {
    let from = mistake.from.saturating_sub(scrolled);
    let room = usize::from(inside.width).saturating_sub(from);
    let marks = "^".repeat(mistake.width.min(room));
    put(buf, inside, 1, &Line::from(vec![Span::raw(" ".repeat(from)), scene.span(Role::Bad, marks)]));
    let message = text::harmless(&mistake.message).into_owned();
    for (row, line) in (2..).zip(wrapped(&message, usize::from(inside.width))) {
        put(buf, inside, row, &scene.line(Role::Bad, line));
    }
}

/// The completions of the word; without any, or before a word is begun, the fields of the filter language.
fn draw_help(scene: &Scene, prompt: &Prompt, inside: Rect, buf: &mut Buffer) {
    let (candidates, shown) = prompt.suggestions();
    if candidates.is_empty() || (shown.is_none() && prompt.is_between_words()) {
        return draw_fields(scene, inside, buf);
    }
    let label = format!("{}  ", scene.key(Action::Complete));
    let indent = columns(&label).min(inside.width);
    put(buf, inside, 1, &scene.line(Role::Accent, label));
    let place = Rect { x: inside.x + indent, width: inside.width - indent, ..inside };
    let page = shown.unwrap_or(0) / PER_PAGE * PER_PAGE;
    let words = candidates.iter().enumerate().skip(page).take(PER_PAGE).map(|(index, candidate)| {
        let role = if shown == Some(index) { Role::Selection } else { Role::Muted };
        scene.span(role, text::fit(&text::harmless(candidate), usize::from(place.width)))
    });
    for (row, line) in (1..).zip(flowing(words, usize::from(place.width))) {
        put(buf, place, row, &line);
    }
}

/// Completions shown at once; Tab moves on to more.
const PER_PAGE: usize = 12;

/// Words side by side, wrapped to a width.
fn flowing(words: impl Iterator<Item = Span<'static>>, width: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.width() + 2 + word.width() <= width => {
                line.spans.extend([Span::raw("  "), word]);
            }
            _ => lines.push(Line::from(word)),
        }
    }
    lines
}

fn draw_fields(scene: &Scene, inside: Rect, buf: &mut Buffer) {
    let texts: Vec<_> = TextField::ALL.iter().map(|field| format!("{}:", field.name())).collect();
    let numbers = NumberField::ALL.iter().map(|field| format!("{}>", field.name()));
    let flags = Flag::ALL.iter().map(|flag| flag.name().to_owned());
    let rest: Vec<_> =
        numbers.chain(flags).chain(["bot:any", "assets:none", "way:"].map(str::to_owned)).collect();
    let lines =
        [texts.join(" "), rest.join(" "), "- excludes, * stands for any text, a,b is a or b".to_owned()];
    for (row, line) in (1..).zip(lines) {
        put(buf, inside, row, &scene.line(Role::Dim, text::fit(&line, usize::from(inside.width))));
    }
}

fn draw_hints(scene: &Scene, buf: &mut Buffer) {
    let area = scene.layout.footer;
    Clear.render(area, buf);
    buf.set_style(area, scene.ink(Role::Screen).patch(scene.ink(Role::Text)));
    put(buf, area, 0, &hint_line(scene, &hints::of_prompt(scene), area.width));
}

/// A sentence wrapped to a width.
pub(super) fn wrapped(sentence: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split(' ') {
        match lines.last_mut() {
            Some(line) if text::width(line) + 1 + text::width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(text::fit(word, width)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_break_between_words() {
        assert_eq!(wrapped("no field is called x", 9), ["no field", "is called", "x"]);
        assert_eq!(wrapped("extraordinary", 6), ["extra…"]);
    }
}
