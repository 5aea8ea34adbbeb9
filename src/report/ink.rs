//! ANSI emphasis for text output: weight before colour (design.md section 6).

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
    pub(super) fn strong(self, text: &str) -> String {
        self.with("1", text)
    }

    /// Labels and definitions.
    pub(super) fn muted(self, text: &str) -> String {
        self.with("2", text)
    }

    /// Bars and curves.
    pub(super) fn accent(self, text: &str) -> String {
        self.with("36", text)
    }

    /// Errors.
    pub(super) fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        match self {
            Paint::Coloured if !text.is_empty() => format!("\x1b[{code}m{text}\x1b[0m"),
            _ => text.to_owned(),
        }
    }
}
