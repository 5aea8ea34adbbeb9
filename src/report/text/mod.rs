//! The report to be read by people: what the figures are, then how they come about, then what was read.
//!
//! Every text from the log is made harmless before it is written.

mod charts;
mod headline;
mod intake;
mod tables;

use std::io::{self, Write};

pub(super) use intake::meaning;

use super::About;
use super::sheet::{Sheet, WIDTH, left};
use crate::config::choices::Choice;
use crate::query::view::View;
use crate::text::{fit, harmless};
use crate::time::Millis;

/// Writes the report.
pub(super) fn write(view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(out, about.paint);
    title(view, about, &mut sheet)?;
    if view.intake.hits == 0 && view.totals.sessions == 0 {
        return nothing_read(view, about, &mut sheet);
    }
    headline::write(view, about.settings, &mut sheet)?;
    charts::durations(&view.durations, &mut sheet)?;
    charts::series(view, about.settings.zone, &mut sheet)?;
    tables::write(view, &mut sheet)?;
    intake::write(&view.intake, &mut sheet)
}

fn title(view: &View, about: About, sheet: &mut Sheet) -> io::Result<()> {
    let name = sheet.paint.strong("dwell report");
    sheet.line(&format!("{name}  {}", fit(&inputs(view), WIDTH - 14)))?;
    if view.intake.hits > 0 {
        sheet.line(&span(view, about))?;
    }
    let filter = &about.settings.filter;
    if !filter.is_empty() {
        sheet.line(&fit(&format!("Only sessions that match {}", harmless(&filter.to_string())), WIDTH))?;
    }
    let (made, zone) = (stamp(about.generated, about), about.settings.zone.label(about.generated));
    let made = format!("Generated {made} {zone} · privacy {}", about.settings.privacy.name());
    let made = sheet.paint.muted(&made);
    sheet.line(&made)
}

fn inputs(view: &View) -> String {
    match view.intake.inputs.as_slice() {
        [] => "no input".to_owned(),
        [one] if one.format.is_empty() => harmless(&one.name).into_owned(),
        [one] => format!("{} ({})", harmless(&one.name), harmless(&one.format)),
        many => format!("{} inputs", many.len()),
    }
}

fn span(view: &View, about: About) -> String {
    let (from, to) = (stamp(view.from, about), stamp(view.to, about));
    let [zone_from, zone_to] = [view.from, view.to].map(|at| about.settings.zone.label(at));
    // Clocks may have been set meanwhile.
    let zone_from = if zone_from == zone_to { String::new() } else { format!(" {zone_from}") };
    format!("{from}{zone_from} to {to} {zone_to}")
}

fn stamp(at: Millis, about: About) -> String {
    about.settings.zone.civil(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// What stands in place of figures when no line became a hit: why, and what helps.
fn nothing_read(view: &View, about: About, sheet: &mut Sheet) -> io::Result<()> {
    let intake = &view.intake;
    let why = match (intake.lines, intake.malformed) {
        (0, _) => "No line was read: the input is empty, or all of it lies outside --since and --until.",
        (_, 0) => "No line lies between --since and --until; --since all reads everything.",
        _ => {
            "No line could be read: see the examples below, and `dwell check` for the format that was found."
        }
    };
    sheet.heading("Nothing to report", "")?;
    sheet.paragraph(why)?;
    if about.settings.inputs.is_empty() {
        sheet.paragraph("Name a log to read: dwell report FILE.")?;
    }
    intake::write(intake, sheet)
}

/// A name in a column of so many cells.
fn name(text: &str, cells: usize) -> String {
    left(&harmless(text), cells)
}
