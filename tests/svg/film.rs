//! A screen over time, as a picture that moves by itself: each line is drawn once for whatever it showed, and seen
//! while it showed it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use super::grid::{Grid, Row};
use super::row::{self, Palette};
use super::{opened, page};

/// What stood on the screen from a moment on.
#[derive(Debug, Clone)]
struct Shot {
    /// Since the film's beginning.
    from: Duration,
    /// All of the screen.
    grid: Grid,
}

/// Shots in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Film {
    shots: Vec<Shot>,
    /// How long it is.
    long: Duration,
}

impl Film {
    /// So much time passed, in which the screen was that.
    pub(crate) fn pass(&mut self, time: Duration, grid: Grid) {
        if self.shots.last().is_none_or(|last| last.grid != grid) {
            self.shots.push(Shot { from: self.long, grid });
        }
        self.long += time;
    }

    /// The picture; nothing where there are no shots.
    pub(crate) fn picture(&self) -> Option<String> {
        let first = &self.shots.first()?.grid;
        let mut palette = Palette::new(first.ground);
        let mut rows = String::new();
        for line in 0..first.rows.len() {
            for (row, seen) in self.seen(line) {
                let painted = row::paint(row, &mut palette);
                if !painted.is_empty() {
                    // What does not move a picture shows its beginning.
                    let at_first = if seen.contains(&0) { "" } else { " visibility=\"hidden\"" };
                    let at = opened(u16::try_from(line).unwrap_or(u16::MAX), at_first);
                    let _ = writeln!(rows, "{at}{}{painted}</g>", self.shutter(&seen));
                }
            }
        }
        Some(page(first, &palette, &rows))
    }

    /// What a line showed, and in which shots.
    fn seen(&self, line: usize) -> BTreeMap<&Row, Vec<usize>> {
        let mut seen: BTreeMap<&Row, Vec<usize>> = BTreeMap::new();
        for (number, shot) in self.shots.iter().enumerate() {
            seen.entry(&shot.grid.rows[line]).or_default().push(number);
        }
        seen
    }

    /// What shows a group during those shots only.
    fn shutter(&self, seen: &[usize]) -> String {
        let (mut values, mut times) = (Vec::new(), Vec::new());
        for (number, shot) in self.shots.iter().enumerate() {
            let value = if seen.contains(&number) { "visible" } else { "hidden" };
            if values.last() != Some(&value) {
                values.push(value);
                times.push(format!("{:.4}", shot.from.as_secs_f64() / self.long.as_secs_f64()));
            }
        }
        if values == ["visible"] {
            return String::new();
        }
        format!(
            "<animate attributeName=\"visibility\" calcMode=\"discrete\" repeatCount=\"indefinite\" dur=\"{:.2}s\" \
             values=\"{}\" keyTimes=\"{}\"/>",
            self.long.as_secs_f64(),
            values.join(";"),
            times.join(";"),
        )
    }
}
