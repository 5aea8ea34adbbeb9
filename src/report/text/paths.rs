//! What visitors did right after the most viewed pages (R13).

use std::io;

use super::name;
use crate::query::view::{NextSteps, View};
use crate::report::text_writer::{TextWriter, left, right};
use crate::report::{next_steps, paths, share};
use crate::text::{harmless, percent, thousands};

const ROWS: usize = 5;
/// The most frequent next steps of a page that fit on its line.
const NEXT: usize = 2;
/// Two blanks, the step, its share.
const NEXT_CELLS: usize = 22;

/// Writes the most viewed pages, each with its most frequent next steps.
pub(super) fn write(view: &View, out: &mut TextWriter) -> io::Result<()> {
    let Some(paths) = paths(view).filter(|paths| !paths.pages.is_empty()) else { return Ok(()) };
    out.heading("Paths", "sessions that viewed a page, and what they did right after the first time")?;
    paths.pages.iter().take(ROWS).try_for_each(|page| {
        let sessions = right(&thousands(page.sessions), 9);
        out.line(format!("  {}{sessions}{}", name(&page.page, 24), next(page)))
    })
}

fn next(page: &NextSteps) -> String {
    let first = next_steps(page).filter(|one| one.step == 1).take(NEXT);
    let text = |one: crate::report::NextStep| {
        let share = share(one.sessions, page.sessions).map_or_else(String::new, percent);
        let name = crate::text::fit(&harmless(one.to), NEXT_CELLS - 10);
        left(&format!("  {name} {share}"), NEXT_CELLS)
    };
    first.map(text).collect::<String>().trim_end().to_owned()
}
