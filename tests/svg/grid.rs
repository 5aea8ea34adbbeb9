//! A screen as cells of known colours.

use std::fmt;

/// A colour as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    /// The colour so far on its way to another one: from 0, itself, to 1, the other one.
    pub(super) fn towards(self, other: Rgb, way: f64) -> Rgb {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
        let mixed = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * way) as u8;
        Rgb(mixed(self.0, other.0), mixed(self.1, other.1), mixed(self.2, other.2))
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The terminal's own colours, where a program sets none.
const INK: Rgb = Rgb(0xd5, 0xda, 0xe4);
const GROUND: Rgb = Rgb(0x14, 0x17, 0x1e);

/// The sixteen colours, as this picture's terminal shows them.
const SIXTEEN: [Rgb; 16] = [
    Rgb(0x1c, 0x20, 0x29),
    Rgb(0xe0, 0x6c, 0x66),
    Rgb(0x6f, 0xbf, 0x73),
    Rgb(0xdb, 0xb3, 0x5b),
    Rgb(0x5b, 0x9b, 0xe8),
    Rgb(0xb5, 0x8a, 0xe0),
    Rgb(0x4f, 0xb8, 0xb6),
    Rgb(0xc9, 0xcf, 0xda),
    Rgb(0x6e, 0x78, 0x8a),
    Rgb(0xf3, 0x93, 0x8a),
    Rgb(0x8f, 0xd8, 0x93),
    Rgb(0xf0, 0xcd, 0x7c),
    Rgb(0x7d, 0xb3, 0xfa),
    Rgb(0xcf, 0xab, 0xf3),
    Rgb(0x74, 0xd3, 0xd1),
    Rgb(0xf5, 0xf7, 0xfb),
];

/// A cell, with its attributes turned into colours.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Cell {
    /// What stands in it; nothing in the second half of a wide character.
    pub(super) text: String,
    pub(super) ink: Rgb,
    pub(super) ground: Rgb,
    pub(super) bold: bool,
    pub(super) underlined: bool,
    /// How many columns it fills.
    pub(super) columns: u16,
}

impl Cell {
    fn of(cell: &vt100::Cell) -> Cell {
        let (mut ink, mut ground) = (shown(cell.fgcolor(), INK), shown(cell.bgcolor(), GROUND));
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut ground);
        }
        if cell.dim() {
            ink = ink.towards(ground, 0.4);
        }
        let text = if cell.has_contents() { cell.contents().to_owned() } else { " ".to_owned() };
        let columns = if cell.is_wide() { 2 } else { 1 };
        Cell { text, ink, ground, bold: cell.bold(), underlined: cell.underline(), columns }
    }

    /// Its character, where it is just one.
    pub(super) fn character(&self) -> Option<char> {
        let mut characters = self.text.chars();
        characters.next().filter(|_| characters.next().is_none())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text == " "
    }
}

fn shown(color: vt100::Color, default: Rgb) -> Rgb {
    match color {
        vt100::Color::Default => default,
        vt100::Color::Rgb(red, green, blue) => Rgb(red, green, blue),
        vt100::Color::Idx(index @ 0..16) => SIXTEEN[usize::from(index)],
        vt100::Color::Idx(index @ 16..232) => {
            let step = |size: u8| [0, 95, 135, 175, 215, 255][usize::from((index - 16) / size % 6)];
            Rgb(step(36), step(6), step(1))
        }
        vt100::Color::Idx(index) => {
            Rgb(8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10)
        }
    }
}

/// A row of cells, from left to right.
pub(super) type Row = Vec<Cell>;

/// All cells of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(super) rows: Vec<Row>,
    /// What everything lies on.
    pub(super) ground: Rgb,
}

impl Grid {
    /// The cells of a terminal's screen.
    pub(crate) fn of(screen: &vt100::Screen) -> Grid {
        let (lines, columns) = screen.size();
        let row = |line: u16| -> Row {
            let cells = (0..columns.get()).filter_map(|column| screen.cell(line, column));
            cells.filter(|cell| !cell.is_wide_continuation()).map(Cell::of).collect()
        };
        let rows: Vec<Row> = (0..lines.get()).map(row).collect();
        let ground = rows.first().and_then(|row| row.first()).map_or(GROUND, |cell| cell.ground);
        Grid { rows, ground }
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        let columns = self.rows.first().map_or(0, |row| row.iter().map(|cell| cell.columns).sum());
        (columns, u16::try_from(self.rows.len()).unwrap_or(u16::MAX))
    }
}
