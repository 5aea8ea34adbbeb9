//! Characters that have to meet their neighbours, drawn: no two fonts agree where their lines and dots end.

use std::fmt::Write;

use super::{CELL_HEIGHT, CELL_WIDTH};

/// How a shape is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Brush {
    /// Filled.
    Fill,
    /// As a thin line.
    Line,
    /// As round dots.
    Dots,
}

/// The shape of a character whose cells begin at `x` and are so many side by side; `None` for what fonts can do.
pub(super) fn shape(character: char, x: u16, count: u16) -> Option<(Brush, String)> {
    let width = CELL_WIDTH * count;
    Some(match character {
        '─' | '│' | '╭' | '╮' | '╰' | '╯' | '├' | '┤' | '┬' | '┴' | '┼' => {
            (Brush::Line, lines(character, x, width))
        }
        '█'..='▏' => (Brush::Fill, bar(x, eighths_across(character), width)),
        '▁'..='▇' => (Brush::Fill, column(x, u32::from(character) - u32::from('▁') + 1)),
        '\u{2801}'..='\u{28ff}' => (Brush::Dots, braille(character, x)),
        '●' => (Brush::Fill, disc(x)),
        '▲' => (Brush::Fill, format!("M{} 13h7l-3.5-7z", f64::from(x) + 0.5)),
        '▼' => (Brush::Fill, format!("M{} 6h7l-3.5 7z", f64::from(x) + 0.5)),
        _ => return None,
    })
}

/// Whether many of the character side by side are one shape.
pub(super) fn stretches(character: char) -> bool {
    matches!(character, '─' | '█')
}

/// Halfway down a cell.
const MIDDLE: f64 = CELL_HEIGHT as f64 / 2.0;

fn lines(character: char, x: u16, width: u16) -> String {
    let (center, right) = (x + CELL_WIDTH / 2, x + CELL_WIDTH);
    let across = || format!("M{x} {MIDDLE}h{width}");
    // A little longer than the cell: a seam would show where the picture is scaled.
    let down = || format!("M{center} 0v{CELL_HEIGHT}.4");
    match character {
        '─' => across(),
        '│' => down(),
        '╭' => format!("M{center} {CELL_HEIGHT}V13Q{center} {MIDDLE} {right} {MIDDLE}"),
        '╮' => format!("M{x} {MIDDLE}Q{center} {MIDDLE} {center} 13V{CELL_HEIGHT}"),
        '╰' => format!("M{center} 0V4Q{center} {MIDDLE} {right} {MIDDLE}"),
        '╯' => format!("M{x} {MIDDLE}Q{center} {MIDDLE} {center} 4V0"),
        '├' => format!("{}M{center} {MIDDLE}H{right}", down()),
        '┤' => format!("{}M{x} {MIDDLE}H{center}", down()),
        '┬' => format!("{}M{center} {MIDDLE}V{CELL_HEIGHT}", across()),
        '┴' => format!("{}M{center} 0V{MIDDLE}", across()),
        _ => across() + &down(),
    }
}

/// How many eighths of its cell a bar fills that grows to the right.
fn eighths_across(character: char) -> u32 {
    8 - (u32::from(character) - u32::from('█')).min(7)
}

/// A bar that fills so many eighths of the last of its cells, and leaves a little room to the rows beside it.
fn bar(x: u16, eighths: u32, width: u16) -> String {
    let last = f64::from(CELL_WIDTH) * f64::from(eighths) / 8.0;
    let long = f64::from(width - CELL_WIDTH) + last;
    format!("M{x} 2h{long}v13h-{long}z")
}

fn column(x: u16, eighths: u32) -> String {
    let high = f64::from(CELL_HEIGHT) * f64::from(eighths) / 8.0;
    format!("M{x} {CELL_HEIGHT}v-{high}h{CELL_WIDTH}v{high}z")
}

fn disc(x: u16) -> String {
    format!("M{} {MIDDLE}a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", x + 1)
}

/// The dots of Unicode's braille patterns, by their bits: columns of three, and below them a row of two.
const DOTS: [(u16, u16); 8] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];

fn braille(character: char, x: u16) -> String {
    let bits = u32::from(character) - 0x2800;
    let mut path = String::new();
    for (column, row) in DOTS.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, dot)| dot)
    {
        let (across, down) = (f64::from(*column), f64::from(*row));
        let (wide, high) = (f64::from(CELL_WIDTH) / 2.0, f64::from(CELL_HEIGHT) / 4.0);
        let (x, y) = (f64::from(x) + (across + 0.5) * wide, (down + 0.5) * high);
        let _ = write!(path, "M{x} {y:.1}h0");
    }
    path
}

#[test]
fn bars_grow_by_eighths() {
    assert_eq!("▏▎▍▌▋▊▉█".chars().map(eighths_across).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn dots_stand_where_unicode_has_them() {
    assert_eq!(braille('⠁', 0), "M2 2.1h0");
    assert_eq!(braille('⢀', 8), "M14 14.9h0");
}
