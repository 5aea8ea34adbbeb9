//! Colours by role, and the glyphs that stand for bars, arrows and borders.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

/// What a piece of the screen is for; a theme says how that looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The ground that everything lies on.
    Screen,
    /// Plain text.
    Text,
    /// Headline numbers.
    Strong,
    /// Labels.
    Muted,
    /// What is secondary.
    Dim,
    /// Borders of panes.
    Border,
    /// Focus.
    Accent,
    /// A change for the better.
    Good,
    /// Something to look at.
    Warn,
    /// A change for the worse, or an error.
    Bad,
    /// Bars.
    Bar,
    /// What bars grow on.
    BarTrack,
    /// The row under the cursor.
    Selection,
    /// A term of the filter.
    Chip,
    /// Titles of panes.
    Title,
}

/// How each role looks.
#[derive(Debug, Clone)]
pub struct Theme {
    symbols: &'static Symbols,
}

/// The default theme.
#[must_use]
pub fn standard() -> Theme {
    Theme { symbols: &Symbols::UNICODE }
}

impl Theme {
    /// How a role looks.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        let style = Style::new();
        match role {
            Role::Screen | Role::Text => style,
            Role::Strong | Role::Title => style.add_modifier(Modifier::BOLD),
            Role::Muted | Role::Dim | Role::Border | Role::BarTrack => style.fg(Color::DarkGray),
            Role::Accent | Role::Bar => style.fg(Color::Cyan),
            Role::Good => style.fg(Color::Green),
            Role::Warn => style.fg(Color::Yellow),
            Role::Bad => style.fg(Color::Red),
            Role::Selection => style.add_modifier(Modifier::REVERSED),
            Role::Chip => style.fg(Color::Cyan).add_modifier(Modifier::UNDERLINED),
        }
    }

    /// The colour of one of several things told apart, such as channels; any index will do.
    #[must_use]
    pub fn series(&self, index: usize) -> Style {
        let colours = [Color::Blue, Color::Green, Color::Yellow, Color::Magenta, Color::Cyan, Color::Red];
        Style::new().fg(colours[index % colours.len()])
    }

    /// The glyphs.
    #[must_use]
    pub fn symbols(&self) -> &'static Symbols {
        self.symbols
    }
}

/// How areas over time are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plot {
    /// Two by four dots to a cell.
    Braille,
    /// A column of [`Symbols::columns`] to a cell.
    Columns,
}

/// A set of glyphs, each one cell wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbols {
    /// Borders of panes.
    pub border: border::Set<'static>,
    /// It grew.
    pub up: &'static str,
    /// It is the same.
    pub level: &'static str,
    /// It shrank.
    pub down: &'static str,
    /// Live; a session that has just begun.
    pub dot: &'static str,
    /// A finding that wants attention.
    pub alert: &'static str,
    /// Between the crumbs of the header.
    pub crumb: &'static str,
    /// Between a title and its window, and between figures.
    pub between: &'static str,
    /// Before an estimate.
    pub about: &'static str,
    /// The Enter key.
    pub enter: &'static str,
    /// The arrow keys that move up and down.
    pub arrows: [&'static str; 2],
    /// Where text was cut.
    pub ellipsis: &'static str,
    /// Between the bounds of a range.
    pub range: &'static str,
    /// No figure.
    pub none: &'static str,
    /// Bars that grow to the right: 0 to 8 eighths of a cell.
    pub bars: [&'static str; 9],
    /// Bars that grow upwards: 0 to 8 eighths of a cell.
    pub columns: [&'static str; 9],
    /// How areas over time are drawn.
    pub plot: Plot,
}

impl Symbols {
    /// For terminals that show UTF-8.
    pub const UNICODE: Symbols = Symbols {
        border: border::ROUNDED,
        up: "▲",
        level: "±",
        down: "▼",
        dot: "●",
        alert: "!",
        crumb: "›",
        between: "·",
        about: "≈",
        enter: "⏎",
        arrows: ["↑", "↓"],
        ellipsis: "…",
        range: "–",
        none: "–",
        bars: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
        columns: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        plot: Plot::Braille,
    };
}
