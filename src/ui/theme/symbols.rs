//! The glyphs: Unicode, or ASCII for terminals without it.

use ratatui::symbols::border;

use crate::ui::terminal::Charset;

/// How area charts are drawn.
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
    /// Between the steps of a way.
    pub arrow: &'static str,
    /// Before a row that is chosen.
    pub chosen: &'static str,
    /// Between a title and its window, and between figures.
    pub between: &'static str,
    /// Before an estimate.
    pub about: &'static str,
    /// Exits from a page.
    pub exit: &'static str,
    /// The Enter key; not a glyph of one cell like the others.
    pub enter: &'static str,
    /// The arrow keys that move up and down.
    pub arrows: [&'static str; 2],
    /// The arrow keys that move to the sides; not of one cell each either.
    pub sides: [&'static str; 2],
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
    /// An interval: its left end, line, right end, estimate, and the mark of zero.
    pub interval: [&'static str; 5],
    /// Shares in a table, from none to the largest.
    pub shades: [&'static str; 5],
    /// The line at an annotation on an axis of time.
    pub marker: &'static str,
    /// A goal that was reached.
    pub goal: &'static str,
    /// How area charts are drawn.
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
        arrow: "→",
        chosen: "▌",
        between: "·",
        about: "≈",
        exit: "↘",
        enter: "⏎",
        arrows: ["↑", "↓"],
        sides: ["←", "→"],
        ellipsis: "…",
        range: "–",
        none: "–",
        bars: [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
        columns: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        interval: ["├", "─", "┤", "●", "┆"],
        shades: [" ", "░", "▒", "▓", "█"],
        marker: "╎",
        goal: "◆",
        plot: Plot::Braille,
    };

    /// For those that do not show it.
    pub const ASCII: Symbols = Symbols {
        border: border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        },
        up: "^",
        level: "=",
        down: "v",
        dot: "*",
        alert: "!",
        crumb: ">",
        arrow: ">",
        chosen: "#",
        between: "-",
        about: "~",
        exit: "x",
        enter: "Enter",
        arrows: ["^", "v"],
        sides: ["Left", "Right"],
        ellipsis: "~",
        range: "-",
        none: "-",
        bars: [" ", " ", " ", "-", "-", "-", "=", "=", "#"],
        columns: [" ", " ", ".", ".", ":", ":", "|", "|", "#"],
        interval: ["|", "-", "|", "*", ":"],
        shades: [" ", ".", ":", "+", "#"],
        marker: "|",
        goal: "+",
        plot: Plot::Columns,
    };

    /// The glyphs for a terminal with this charset.
    #[must_use]
    pub fn of(charset: Charset) -> &'static Symbols {
        match charset {
            Charset::Unicode => &Symbols::UNICODE,
            Charset::Ascii => &Symbols::ASCII,
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn glyphs(symbols: &Symbols) -> Vec<&'static str> {
        let single = [
            symbols.up,
            symbols.level,
            symbols.down,
            symbols.dot,
            symbols.alert,
            symbols.crumb,
            symbols.arrow,
            symbols.chosen,
            symbols.between,
            symbols.about,
            symbols.exit,
            symbols.ellipsis,
            symbols.range,
            symbols.none,
            symbols.goal,
            symbols.border.top_left,
            symbols.border.horizontal_top,
            symbols.border.vertical_left,
        ];
        [&single[..], &symbols.arrows, &symbols.shades, &symbols.bars, &symbols.columns].concat()
    }

    #[test]
    fn every_glyph_fills_one_cell() {
        for glyph in [glyphs(&Symbols::UNICODE), glyphs(&Symbols::ASCII)].concat() {
            assert_eq!(glyph.width(), 1, "{glyph}");
        }
        assert!(glyphs(&Symbols::ASCII).concat().is_ascii());
    }
}
