//! Lines of text output: harmless text, and ANSI emphasis, weight before colour (design.md section 6).

use std::ops::Add;

use crate::text::{Shown, harmless_but_tabs};

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Paint {
    /// Plain text.
    #[default]
    Plain,
    /// With the terminal's 16 ANSI colours.
    Coloured,
}

impl Paint {
    /// Headlines and headings.
    pub(super) fn strong(self, text: &str) -> Inked {
        self.with("1", text)
    }

    /// Labels and definitions.
    pub(super) fn muted(self, text: &str) -> Inked {
        self.with("2", text)
    }

    /// Bars and curves.
    pub(super) fn accent(self, text: &str) -> Inked {
        self.with("36", text)
    }

    /// Errors.
    pub(super) fn bad(self, text: &str) -> Inked {
        self.with("31", text)
    }

    fn with(self, code: &str, text: &str) -> Inked {
        // Formats are copied from there, and tabs may stand in them.
        let text = harmless_but_tabs(text);
        match self {
            Paint::Coloured if !text.is_empty() => Inked(format!("\x1b[{code}m{text}\x1b[0m")),
            _ => Inked::from(text),
        }
    }
}

/// A line, or a part of one. Nothing gets into it but harmless text and the emphasis of [`Paint`].
#[derive(Debug, Clone)]
pub(super) struct Inked(String);

impl Inked {
    /// The line without blanks at its end.
    pub(super) fn trimmed(&self) -> &str {
        self.0.trim_end()
    }
}

impl<'a, T: Into<Shown<'a>>> From<T> for Inked {
    fn from(text: T) -> Inked {
        Inked(text.into().into_owned())
    }
}

impl<T: Into<Inked>> Add<T> for Inked {
    type Output = Inked;

    fn add(mut self, next: T) -> Inked {
        self.0 += &next.into().0;
        self
    }
}
