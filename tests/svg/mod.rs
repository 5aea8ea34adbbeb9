//! What stands on a terminal, as an SVG picture that looks alike in every browser: text in runs of known length,
//! and whatever has to line up (borders, bars, braille) drawn as shapes.
#![allow(dead_code, reason = "each test file uses its own part of this")]

mod film;
mod glyphs;
mod grid;
mod row;

pub(crate) use film::Film;
pub(crate) use grid::Grid;

use std::fmt::Write;

use grid::Rgb;
use row::Palette;

/// A cell's width in pixels: whole eighths are whole pixels.
const CELL_WIDTH: u16 = 8;
/// A cell's height in pixels.
const CELL_HEIGHT: u16 = 17;
/// What lies between the screen and the picture's edge, in pixels.
const PADDING: u16 = 12;

/// A picture of one screen.
pub(crate) fn still(grid: &Grid) -> String {
    let mut palette = Palette::new(grid.ground);
    let mut rows = String::new();
    for (line, row) in (0..).zip(&grid.rows) {
        let painted = row::paint(row, &mut palette);
        if !painted.is_empty() {
            let _ = writeln!(rows, "{}{painted}</g>", opened(line, ""));
        }
    }
    page(grid, &palette, &rows)
}

/// The group that a line of the screen is drawn in, with one more attribute.
fn opened(line: u16, attribute: &str) -> String {
    format!("<g transform=\"translate({PADDING} {})\"{attribute}>", PADDING + line * CELL_HEIGHT)
}

/// The page around the rows: the ground with its rounded corners, and what the classes mean.
fn page(grid: &Grid, palette: &Palette, rows: &str) -> String {
    let (columns, lines) = grid.size();
    let (width, height) = (columns * CELL_WIDTH + 2 * PADDING, lines * CELL_HEIGHT + 2 * PADDING);
    let edge = grid.ground.towards(Rgb(128, 128, 128), 0.35);
    let ground = grid.ground;
    let classes = palette.classes();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"img\" aria-label=\"dwell in a terminal\">\n\
         <style>text{{font:13.3px ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',\
         'Liberation Mono',monospace;white-space:pre}}.b{{font-weight:700}}.u{{text-decoration:underline}}\
         .m{{text-anchor:middle}}.l{{fill:none;stroke-width:1.2}}\
         .d{{fill:none;stroke-width:2.9;stroke-linecap:round}}{classes}</style>\n\
         <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"9\" fill=\"{ground}\" stroke=\"{edge}\"/>\n{rows}</svg>\n",
        width - 1,
        height - 1,
    )
}
