//! Every view at the sizes that people have, of a busy log, an empty one and one that is still loading: what stands
//! where, and in which style, with all colours and with none.

use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use super::fixture;
use super::rig::{Rig, settings};
use crate::query::view::View;
use crate::ui::theme::{self, Depth};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

/// Each view, and the keys that lead there.
const VIEWS: [(&str, &str); 14] = [
    ("overview", ""),
    ("sessions", "2"),
    ("sources", "3"),
    ("pages", "4"),
    ("audience", "5"),
    ("goals", "6"),
    ("insights", "7"),
    ("traffic", "8"),
    ("funnel", "6<Tab><Enter>j"),
    ("experiment", "6<Tab><Tab><Enter>"),
    ("page", "4j<Enter>"),
    ("paths", "4jjp"),
    ("paths-chosen", "4jjpjll"),
    ("timeline", "jjjj<Enter>"),
];

fn states() -> [(&'static str, View); 3] {
    [("busy", fixture::busy()), ("empty", fixture::empty()), ("loading", fixture::loading())]
}

#[test]
fn every_view_at_every_size_in_every_state() {
    for (name, keys) in VIEWS {
        // Where there are no rows, a page or a session cannot be opened.
        let states = states().into_iter().filter(|(state, _)| *state == "busy" || !keys.contains("Enter"));
        let mut sheet = Sheet::default();
        for (state, view) in states {
            for size in SIZES {
                sheet.add(state, size, keys, &view);
            }
        }
        insta::assert_snapshot!(format!("view-{name}"), sheet.finish());
    }
}

#[test]
fn no_view_says_by_colour_alone() {
    for (name, keys) in VIEWS {
        let text = |depth| text_of(&screen(depth, (120, 36), keys, &fixture::busy())).join("\n");
        assert_eq!(text(Depth::None), text(Depth::TrueColor), "{name}");
    }
}

fn screen(depth: Depth, (width, height): (u16, u16), keys: &str, view: &View) -> Buffer {
    let theme = theme::load(theme::DEFAULT, None, depth).expect("the default theme");
    let rig = Rig::themed(settings(), theme, width, height).answering(view.clone());
    let mut rig = rig.answering_timelines(fixture::timeline());
    rig.draw();
    rig.press(keys);
    rig.draw().clone()
}

fn text_of(buffer: &Buffer) -> Vec<String> {
    let area = *buffer.area();
    let row = |y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..area.height).map(row).collect()
}

/// Screens of one view, and the styles that occur in them.
#[derive(Default)]
struct Sheet {
    text: String,
    styles: Vec<Style>,
}

impl Sheet {
    fn add(&mut self, state: &str, size: (u16, u16), keys: &str, view: &View) {
        let coloured = screen(Depth::TrueColor, size, keys, view);
        let colourless = screen(Depth::None, size, keys, view);
        let (width, height) = size;
        self.line(&format!("=== {state}, {width}x{height}"));
        for line in text_of(&coloured) {
            self.line(&line);
        }
        self.line("--- styles in colour");
        self.runs(&coloured);
        self.line("--- styles in none");
        self.runs(&colourless);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The styles of each line, each with how many cells it goes on for; equal lines are told once.
    fn runs(&mut self, buffer: &Buffer) {
        let area = *buffer.area();
        let mut before: Option<(String, u16)> = None;
        for y in 0..=area.height {
            let runs = (y < area.height).then(|| self.runs_of_line(buffer, y));
            match (&mut before, runs) {
                (Some((same, times)), Some(runs)) if *same == runs => *times += 1,
                (before, runs) => {
                    let told = std::mem::replace(before, runs.map(|runs| (runs, 1)));
                    if let Some((runs, times)) = told {
                        self.line(&format!("{times:2}x {runs}"));
                    }
                }
            }
        }
    }

    fn runs_of_line(&mut self, buffer: &Buffer, y: u16) -> String {
        let mut runs: Vec<(usize, u16)> = Vec::new();
        for x in 0..buffer.area().width {
            let style = self.number(buffer[(x, y)].style());
            match runs.last_mut() {
                Some((last, cells)) if *last == style => *cells += 1,
                _ => runs.push((style, 1)),
            }
        }
        runs.iter().map(|(style, cells)| format!("{}{cells}", letter(*style))).collect::<Vec<_>>().join(" ")
    }

    fn number(&mut self, style: Style) -> usize {
        self.styles.iter().position(|one| *one == style).unwrap_or_else(|| {
            self.styles.push(style);
            self.styles.len() - 1
        })
    }

    fn finish(mut self) -> String {
        self.line("=== styles");
        for (number, style) in self.styles.iter().enumerate() {
            let (fg, bg) = (style.fg.unwrap_or_default(), style.bg.unwrap_or_default());
            let ground = if bg == ratatui::style::Color::Reset { String::new() } else { format!(" on {bg}") };
            let _ = writeln!(self.text, "{}  {fg}{ground} {:?}", letter(number), style.add_modifier);
        }
        self.text
    }
}

fn letter(number: usize) -> char {
    ('a'..='z').chain('A'..='Z').nth(number).unwrap_or('?')
}
