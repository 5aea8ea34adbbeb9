//! A row of a screen as shapes and runs of text.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::glyphs::{self, Brush};
use super::grid::{Cell, Rgb};
use super::{CELL_HEIGHT, CELL_WIDTH};

/// The colours of a picture, each a class.
pub(super) struct Palette {
    ground: Rgb,
    colors: Vec<Rgb>,
}

impl Palette {
    pub(super) fn new(ground: Rgb) -> Palette {
        Palette { ground, colors: Vec::new() }
    }

    fn number(&mut self, color: Rgb) -> usize {
        let known = self.colors.iter().position(|known| *known == color);
        known.unwrap_or_else(|| {
            self.colors.push(color);
            self.colors.len() - 1
        })
    }

    /// What each class means: `f` fills, `s` strokes.
    pub(super) fn classes(&self) -> String {
        let class = |(number, color): (usize, &Rgb)| {
            format!(".f{number}{{fill:{color}}}.s{number}{{stroke:{color}}}")
        };
        self.colors.iter().enumerate().map(class).collect()
    }
}

/// The row's elements, drawn from its upper left corner on.
pub(super) fn paint(row: &[Cell], palette: &mut Palette) -> String {
    let mut painted = grounds(row, palette);
    let mut shapes: BTreeMap<(Brush, Rgb), String> = BTreeMap::new();
    let mut texts = String::new();
    for Run { x, cells } in runs(row) {
        let first = &cells[0];
        let count = u16::try_from(cells.len()).unwrap_or(u16::MAX);
        match first.character().and_then(|character| glyphs::shape(character, x, count)) {
            Some((brush, path)) => shapes.entry((brush, first.ink)).or_default().push_str(&path),
            None => texts.push_str(&text(x, cells, palette)),
        }
    }
    for ((brush, color), path) in shapes {
        let number = palette.number(color);
        let class = match brush {
            Brush::Fill => format!("f{number}"),
            Brush::Line => format!("l s{number}"),
            Brush::Dots => format!("d s{number}"),
        };
        let _ = write!(painted, "<path class=\"{class}\" d=\"{path}\"/>");
    }
    painted + &texts
}

/// What lies behind cells that do not have the picture's ground.
fn grounds(row: &[Cell], palette: &mut Palette) -> String {
    let mut painted = String::new();
    let mut x = 0;
    for run in row.chunk_by(|one, next| one.ground == next.ground) {
        let width = CELL_WIDTH * run.iter().map(|cell| cell.columns).sum::<u16>();
        if run[0].ground != palette.ground {
            let number = palette.number(run[0].ground);
            let _ =
                write!(painted, "<path class=\"f{number}\" d=\"M{x} 0h{width}v{CELL_HEIGHT}h-{width}z\"/>");
        }
        x += width;
    }
    painted
}

/// Cells that are drawn as one.
struct Run<'a> {
    x: u16,
    cells: &'a [Cell],
}

fn runs(row: &[Cell]) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut x = 0;
    for cells in row.chunk_by(hang_together) {
        if !cells.iter().all(Cell::is_blank) || cells[0].underlined {
            runs.push(Run { x, cells });
        }
        x += CELL_WIDTH * cells.iter().map(|cell| cell.columns).sum::<u16>();
    }
    runs
}

fn hang_together(one: &Cell, next: &Cell) -> bool {
    let look = |cell: &Cell| (cell.ink, cell.ground, cell.bold, cell.underlined);
    look(one) == look(next)
        && match (sort(one), sort(next)) {
            (Sort::Word, Sort::Word) | (Sort::Blank, Sort::Blank) => true,
            (Sort::Stretching, Sort::Stretching) => one.text == next.text,
            _ => false,
        }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Blank,
    /// Every font has it, one cell wide.
    Word,
    /// Many of it are one shape.
    Stretching,
    /// Stands alone in the middle of its cells.
    Alone,
}

fn sort(cell: &Cell) -> Sort {
    match cell.character() {
        Some(' ') => Sort::Blank,
        Some('!'..='~') => Sort::Word,
        Some(character) if glyphs::stretches(character) => Sort::Stretching,
        Some(character) if character.is_alphanumeric() && cell.columns == 1 => Sort::Word,
        _ => Sort::Alone,
    }
}

fn text(x: u16, cells: &[Cell], palette: &mut Palette) -> String {
    let first = &cells[0];
    let width = CELL_WIDTH * cells.iter().map(|cell| cell.columns).sum::<u16>();
    let mut class = format!("f{}", palette.number(first.ink));
    if first.bold {
        class += " b";
    }
    if first.underlined {
        class += " u";
    }
    let words: String = cells.iter().map(|cell| escaped(&cell.text)).collect();
    match sort(first) {
        Sort::Alone => format!("<text class=\"{class} m\" x=\"{}\" y=\"13\">{words}</text>", x + width / 2),
        _ => format!("<text class=\"{class}\" x=\"{x}\" y=\"13\" textLength=\"{width}\">{words}</text>"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
