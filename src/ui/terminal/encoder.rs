//! Encodes cells in as few bytes as possible.
//!
//! Why not crossterm: over SSH every byte counts, so this writes one sequence per change of style, the short forms of
//! the sixteen colours (which terminals with eight understand), and relative moves if they are shorter. And crossterm
//! drops bold and reverse under `NO_COLOR`.

use std::io::Write;

use ratatui::buffer::Cell;
use ratatui::layout::Position;
use unicode_width::UnicodeWidthStr;

use crate::text::harmless;

use super::pen::Pen;
use super::{Charset, ascii};

/// Writes cells to a frame, and tracks the terminal's pen and cursor.
#[derive(Debug, Clone)]
pub(super) struct Encoder {
    charset: Charset,
    pen: Pen,
    /// The cursor's position; `None` if uncertain.
    at: Option<Position>,
}

/// A cell and its position.
type Placed<'a> = (u16, u16, &'a Cell);

/// Frames with more cells than this are full redraws, whose rows are contiguous.
const MOST_SCATTERED: usize = 1_000;

/// Sorts cells by pen, otherwise stable.
fn grouped_by_pen(mut cells: Vec<Placed>) -> Vec<Placed> {
    let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    let mut pens = Vec::new();
    for (_, _, cell) in &cells {
        if !pens.contains(&look(cell)) {
            pens.push(look(cell));
        }
    }
    cells.sort_by_key(|(_, _, cell)| pens.iter().position(|pen| *pen == look(cell)));
    cells
}

impl Encoder {
    pub(super) fn new(charset: Charset) -> Encoder {
        Encoder { charset, pen: Pen::default(), at: None }
    }

    /// Adds the cells to the frame in the order that takes fewer bytes: row by row, or pen by pen, which is shorter
    /// if a few scattered figures changed.
    pub(super) fn cells<'a>(
        &mut self,
        cells: impl Iterator<Item = (u16, u16, &'a Cell)>,
        frame: &mut Vec<u8>,
    ) {
        let cells: Vec<Placed> = cells.collect();
        if cells.len() > MOST_SCATTERED {
            return self.in_order(&cells, frame);
        }
        let mut by_pen = self.clone();
        let (mut rows, mut pens) = (Vec::new(), Vec::new());
        self.in_order(&cells, &mut rows);
        by_pen.in_order(&grouped_by_pen(cells), &mut pens);
        if pens.len() < rows.len() {
            *self = by_pen;
            rows = pens;
        }
        frame.append(&mut rows);
    }

    fn in_order(&mut self, cells: &[Placed], frame: &mut Vec<u8>) {
        for &(x, y, cell) in cells {
            self.move_to(Position { x, y }, frame);
            self.change_pen(self.pen.for_cell(cell), frame);
            self.put(cell.symbol(), frame);
        }
    }

    /// Clears the screen, in its own colours.
    pub(super) fn clear(&mut self, frame: &mut Vec<u8>) {
        self.change_pen(Pen::default(), frame);
        frame.extend_from_slice(b"\x1b[2J");
        self.at = None;
    }

    /// Ends a frame: resets the pen and forgets the cursor's position.
    pub(super) fn rest(&mut self, frame: &mut Vec<u8>) {
        self.change_pen(Pen::default(), frame);
        self.at = None;
    }

    /// Moves the cursor.
    pub(super) fn move_to(&mut self, to: Position, frame: &mut Vec<u8>) {
        let forward = self.at.filter(|at| at.y == to.y && at.x <= to.x).map(|at| to.x - at.x);
        match (forward, to) {
            (Some(0), _) => {}
            (Some(1), _) => frame.extend_from_slice(b"\x1b[C"),
            (Some(columns @ 2..=99), _) => push(frame, format_args!("\x1b[{columns}C")),
            (_, Position { x: 0, y: 0 }) => frame.extend_from_slice(b"\x1b[H"),
            (_, Position { x: 0, y }) => push(frame, format_args!("\x1b[{}H", u32::from(y) + 1)),
            (_, Position { x, y }) => {
                push(frame, format_args!("\x1b[{};{}H", u32::from(y) + 1, u32::from(x) + 1));
            }
        }
        self.at = Some(to);
    }

    fn put(&mut self, symbol: &str, frame: &mut Vec<u8>) {
        let columns = symbol.width();
        let symbol = if symbol.is_empty() { " " } else { symbol };
        match self.charset {
            Charset::Ascii if !is_plain(symbol) => push_filled(frame, ascii::resembling(symbol), columns),
            // Text from logs was made harmless before; this is a safeguard.
            Charset::Unicode if !is_shown_as_it_is(symbol) => push_filled(frame, '\u{fffd}', columns),
            _ => frame.extend_from_slice(symbol.as_bytes()),
        }
        // Terminals disagree on the width of other symbols, on the cursor after the last column, and on `�`, which is the
        // sign of a fault to some.
        let sure = columns <= 1 && symbol.chars().count() == 1 && symbol != "\u{fffd}";
        self.at = self.at.filter(|_| sure).map(|at| Position { x: at.x.saturating_add(1), ..at });
    }

    fn change_pen(&mut self, wanted: Pen, frame: &mut Vec<u8>) {
        if wanted == self.pen {
            return;
        }
        frame.extend_from_slice(self.pen.sequence_to(wanted).as_bytes());
        self.pen = wanted;
    }
}

fn is_plain(symbol: &str) -> bool {
    matches!(symbol.as_bytes(), [b' '..=b'~'])
}

fn is_shown_as_it_is(symbol: &str) -> bool {
    is_plain(symbol) || harmless(symbol).is_as_written()
}

/// A character, and blanks for the rest of its cells.
fn push_filled(frame: &mut Vec<u8>, character: char, columns: usize) {
    let blanks = columns.saturating_sub(1);
    push(frame, format_args!("{character}{:blanks$}", ""));
}

fn push(frame: &mut Vec<u8>, text: std::fmt::Arguments) {
    // Writing to a vector does not fail.
    let _ = frame.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    use super::super::pen::{SEEN_ON_BLANKS, number};
    use super::*;

    const AREA: Rect = Rect { x: 0, y: 0, width: 12, height: 4 };

    fn encoded(cells: &[(u16, u16, Cell)], charset: Charset) -> String {
        let mut frame = Vec::new();
        let mut encoder = Encoder::new(charset);
        encoder.cells(cells.iter().map(|(x, y, cell)| (*x, *y, cell)), &mut frame);
        encoder.rest(&mut frame);
        String::from_utf8(frame).unwrap()
    }

    fn cell(symbol: &str, style: Style) -> Cell {
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_style(style);
        cell
    }

    fn plain(x: u16, y: u16, symbol: &str) -> (u16, u16, Cell) {
        (x, y, cell(symbol, Style::new()))
    }

    #[test]
    fn moves_are_as_short_as_they_can_be() {
        let cells =
            [plain(0, 0, "a"), plain(1, 0, "b"), plain(3, 0, "c"), plain(7, 0, "d"), plain(0, 2, "e")];
        assert_eq!(encoded(&cells, Charset::Unicode), "\x1b[Hab\x1b[Cc\x1b[3Cd\x1b[3He");
    }

    #[test]
    fn scattered_figures_are_drawn_pen_by_pen() {
        let red = |x, symbol| (x, 0, cell(symbol, Style::new().fg(Color::Rgb(255, 0, 0))));
        let cells = [red(0, "a"), plain(3, 0, "b"), red(6, "c"), plain(9, 0, "d")];
        let expected = "\x1b[H\x1b[38;2;255;0;0ma\x1b[5Cc\x1b[1;4H\x1b[mb\x1b[5Cd";
        assert_eq!(encoded(&cells, Charset::Unicode), expected);
    }

    #[test]
    fn after_a_wide_character_the_place_is_said_again() {
        let cells = [plain(4, 1, "日"), plain(6, 1, "a")];
        assert_eq!(encoded(&cells, Charset::Unicode), "\x1b[2;5H日\x1b[2;7Ha");
    }

    #[test]
    fn colours_take_the_form_that_the_least_terminal_knows() {
        let of = |style| encoded(&[(0, 0, cell("x", style))], Charset::Unicode);
        assert_eq!(of(Style::new().fg(Color::Red)), "\x1b[H\x1b[31mx\x1b[m");
        assert_eq!(of(Style::new().fg(Color::LightBlue).bg(Color::White)), "\x1b[H\x1b[94;107mx\x1b[m");
        assert_eq!(of(Style::new().fg(Color::Indexed(208))), "\x1b[H\x1b[38;5;208mx\x1b[m");
        assert_eq!(of(Style::new().bg(Color::Rgb(1, 2, 3))), "\x1b[H\x1b[48;2;1;2;3mx\x1b[m");
    }

    #[test]
    fn blanks_take_no_colour_of_their_own() {
        let red = cell("a", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD));
        let cells = [(0, 0, red.clone()), plain(1, 0, " "), (2, 0, red)];
        assert_eq!(encoded(&cells, Charset::Unicode), "\x1b[H\x1b[1;31ma a\x1b[m");
        let line = cell(" ", Style::new().add_modifier(Modifier::UNDERLINED));
        assert_eq!(encoded(&[(0, 0, line)], Charset::Unicode), "\x1b[H\x1b[4m \x1b[m");
    }

    #[test]
    fn what_ends_alone_ends_alone_where_that_is_shorter() {
        let style = Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Rgb(4, 5, 6));
        let bold = cell("a", style.add_modifier(Modifier::BOLD));
        let cells = [(0, 0, bold), (1, 0, cell("b", style))];
        let expected = "\x1b[H\x1b[1;38;2;1;2;3;48;2;4;5;6ma\x1b[22mb\x1b[m";
        assert_eq!(encoded(&cells, Charset::Unicode), expected);
    }

    #[test]
    fn what_ends_bold_starts_anew() {
        let bold = cell("a", Style::new().fg(Color::Red).add_modifier(Modifier::BOLD | Modifier::REVERSED));
        let red = cell("b", Style::new().fg(Color::Red));
        let cells = [(0, 0, bold), (1, 0, red)];
        assert_eq!(encoded(&cells, Charset::Unicode), "\x1b[H\x1b[1;7;31ma\x1b[0;31mb\x1b[m");
    }

    #[test]
    fn what_was_not_made_harmless_does_not_get_through() {
        let cells =
            [plain(0, 0, "\u{202e}"), plain(1, 0, "a\u{200b}"), plain(2, 0, "\u{9b}"), plain(3, 0, "")];
        let shown = encoded(&cells, Charset::Unicode);
        assert!(
            shown.chars().all(|character| "\x1b[H;0123456789C\u{fffd} ".contains(character)),
            "{shown:?}"
        );
    }

    #[test]
    fn an_ascii_terminal_gets_ascii() {
        let cells = [plain(0, 0, "╭"), plain(1, 0, "é"), plain(2, 0, "日"), plain(4, 0, "a")];
        assert_eq!(encoded(&cells, Charset::Ascii), "\x1b[H+??\x1b[1;5Ha".replace("??", "?? "));
    }

    fn any_style() -> impl Strategy<Value = Style> {
        let color = || {
            prop_oneof![
                Just(Color::Reset),
                Just(Color::Red),
                Just(Color::LightCyan),
                (16..=255_u8).prop_map(Color::Indexed),
                any::<(u8, u8, u8)>().prop_map(|(red, green, blue)| Color::Rgb(red, green, blue)),
            ]
        };
        let weight = prop::sample::select(vec![Modifier::empty(), Modifier::BOLD, Modifier::DIM]);
        let line = prop::sample::select(vec![Modifier::empty(), Modifier::UNDERLINED, Modifier::REVERSED]);
        let modifier = (weight, line);
        (color(), color(), modifier)
            .prop_map(|(fg, bg, (one, other))| Style::reset().fg(fg).bg(bg).add_modifier(one | other))
    }

    fn any_buffer() -> impl Strategy<Value = Buffer> {
        let text = prop::sample::select(vec!["a", "long text", "日本", "é", "e\u{301}", "│", "▌▌", " "]);
        prop::collection::vec((0..AREA.width, 0..AREA.height, text, any_style()), 0..12).prop_map(|pieces| {
            let mut buffer = Buffer::empty(AREA);
            for (x, y, text, style) in pieces {
                // Terminals do not agree on what is left of a wide character whose half is overwritten in colour.
                let (x, y, style) = match text {
                    "日本" => (0, 0, Style::reset()),
                    _ => (x, y.max(1), style),
                };
                buffer.set_stringn(x, y, text, usize::from(AREA.width - x), style);
            }
            buffer
        })
    }

    fn nonzero(size: u16) -> NonZeroU16 {
        NonZeroU16::new(size).unwrap()
    }

    fn terminal_color(color: Color) -> vt100::Color {
        match color {
            Color::Reset => vt100::Color::Default,
            Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
            other => vt100::Color::Idx(number(other)),
        }
    }

    fn assert_shows(terminal: &vt100::Parser, buffer: &Buffer) {
        for (x, y) in AREA.positions().map(|position| (position.x, position.y)) {
            let (cell, seen) = (&buffer[(x, y)], terminal.screen().cell(y, x).unwrap());
            if seen.is_wide_continuation() {
                continue;
            }
            let has = |modifier| cell.modifier.contains(modifier);
            let is_blank = cell.symbol() == " " && !cell.modifier.intersects(SEEN_ON_BLANKS);
            let contents = if seen.has_contents() { seen.contents() } else { " " };
            assert_eq!(contents, cell.symbol(), "at {x}, {y}");
            assert_eq!(seen.bgcolor(), terminal_color(cell.bg), "at {x}, {y}");
            assert_eq!(
                (seen.underline(), seen.inverse()),
                (has(Modifier::UNDERLINED), has(Modifier::REVERSED))
            );
            if is_blank {
                continue;
            }
            assert_eq!(seen.fgcolor(), terminal_color(cell.fg), "at {x}, {y}");
            assert_eq!((seen.bold(), seen.dim()), (has(Modifier::BOLD), has(Modifier::DIM)), "at {x}, {y}");
        }
    }

    proptest! {
        #[test]
        fn a_terminal_shows_what_was_drawn(buffers in prop::collection::vec(any_buffer(), 1..4)) {
            let mut terminal = vt100::Parser::new(nonzero(AREA.height), nonzero(AREA.width), 0);
            let mut encoder = Encoder::new(Charset::Unicode);
            let mut shown = Buffer::empty(AREA);
            for buffer in buffers {
                let mut frame = Vec::new();
                encoder.cells(shown.diff(&buffer).into_iter(), &mut frame);
                encoder.rest(&mut frame);
                terminal.process(&frame);
                assert_shows(&terminal, &buffer);
                shown = buffer;
            }
        }
    }
}
