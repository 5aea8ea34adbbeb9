//! Layout of text output: 80 columns, headings, figures with their definitions beside them.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::ink::{Inked, Paint};
use crate::text::fit;

/// The width of text output in cells: the narrowest terminal in common use.
pub(super) const WIDTH: usize = 80;
const LABEL: usize = 18;
const VALUE: usize = 9;
const NOTE: usize = WIDTH - LABEL - VALUE - 2;

/// Writes text output line by line.
pub(super) struct TextWriter<'a> {
    out: &'a mut dyn Write,
    pub(super) paint: Paint,
}

impl<'a> TextWriter<'a> {
    /// Wraps a writer.
    pub(super) fn new(out: &'a mut dyn Write, paint: Paint) -> TextWriter<'a> {
        TextWriter { out, paint }
    }

    /// Writes a line without trailing spaces.
    pub(super) fn line(&mut self, text: impl Into<Inked>) -> io::Result<()> {
        writeln!(self.out, "{}", text.into().trimmed())
    }

    /// Writes an empty line and a heading with a note beside it.
    pub(super) fn heading(&mut self, title: &str, note: &str) -> io::Result<()> {
        let (title, note) = (self.paint.strong(title), self.paint.muted(note));
        self.line("")?;
        self.line(title + "  " + note)
    }

    /// Writes a figure: name, value, and its definition, wrapped in the third column.
    pub(super) fn figure(&mut self, label: &str, value: &str, note: &str) -> io::Result<()> {
        let mut notes = wrapped(note, NOTE).into_iter();
        let value = self.paint.strong(&right(value, VALUE));
        let first = self.paint.muted(&notes.next().unwrap_or_default());
        self.line(Inked::from(left(label, LABEL)) + value + "  " + first)?;
        notes.try_for_each(|note| {
            let note = self.paint.muted(&note);
            self.line(Inked::from(" ".repeat(LABEL + VALUE + 2)) + note)
        })
    }

    /// Writes an indented, wrapped paragraph.
    pub(super) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        wrapped(text, WIDTH - 2).iter().try_for_each(|line| self.line(format!("  {line}")))
    }
}

/// Pads on the right, or truncates, to `cells`.
pub(super) fn left(text: &str, cells: usize) -> String {
    let text = fit(text, cells);
    let space = cells.saturating_sub(text.width());
    format!("{text}{:space$}", "")
}

/// Pads on the left to `cells`.
pub(super) fn right(text: &str, cells: usize) -> String {
    let space = cells.saturating_sub(text.width());
    format!("{:space$}{text}", "")
}

/// Word wrap to `cells`.
pub(super) fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= cells => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fit(word, cells)),
        }
    }
    lines
}
