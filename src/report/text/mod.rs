//! The text report: headline figures, then charts and tables, then the input.
//!
//! Text from the log is sanitized before it is written.

mod charts;
mod compared;
mod experiments;
mod findings;
mod funnels;
mod goals;
mod headline;
mod intake;
mod paths;
mod tables;
mod traffic;
mod visits;

use std::io::{self, Write};

pub(super) use intake::meaning;

use super::About;
use super::text_writer::{TextWriter, WIDTH, left};
use crate::config::choices::Keyword;
use crate::query::view::View;
use crate::text::{fit, harmless};
use crate::time::Millis;

/// Writes the report.
pub(super) fn write(view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    let mut out = TextWriter::new(out, about.paint);
    title(view, about, &mut out)?;
    if view.intake.hits == 0 && view.totals.sessions == 0 {
        return nothing_read(view, about, &mut out);
    }
    headline::write(view, about.settings, &mut out)?;
    compared::write(view, about, &mut out)?;
    findings::write(view, about, &mut out)?;
    charts::durations(&view.durations, &mut out)?;
    charts::series(view, about.settings.zone, &mut out)?;
    super::annotations::write(view, about, &mut out)?;
    tables::write(view, &mut out)?;
    visits::write_slowness(view, &mut out)?;
    goals::write(view, &mut out)?;
    funnels::write(view, &mut out)?;
    paths::write(view, &mut out)?;
    visits::write_whole_paths(view, &mut out)?;
    visits::write_returning(view, &mut out)?;
    experiments::write(view, &mut out)?;
    traffic::write(view, &mut out)?;
    intake::write(&view.intake, &mut out)
}

fn title(view: &View, about: About, out: &mut TextWriter) -> io::Result<()> {
    let name = out.paint.strong("dwell report");
    out.line(name + "  " + fit(&inputs(view), WIDTH - 14))?;
    if view.intake.hits > 0 {
        out.line(span(view, about))?;
    }
    let filter = &about.settings.filter;
    if !filter.is_empty() {
        out.line(fit(&format!("Only sessions that match {}", harmless(&filter.to_string())), WIDTH))?;
    }
    let (made, zone) = (stamp(about.generated, about), about.settings.zone.label(about.generated));
    let made = format!("Generated {made} {zone} · privacy {}", about.settings.privacy.name());
    let made = out.paint.muted(&made);
    out.line(made)
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
    // The UTC offset may differ at both ends (daylight saving time).
    let zone_from = if zone_from == zone_to { String::new() } else { format!(" {zone_from}") };
    format!("{from}{zone_from} to {to} {zone_to}")
}

fn stamp(at: Millis, about: About) -> String {
    about.settings.zone.civil(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// Shown instead of figures if there are no hits: the reason and what to do.
fn nothing_read(view: &View, about: About, out: &mut TextWriter) -> io::Result<()> {
    let intake = &view.intake;
    let why = match (intake.lines, intake.malformed) {
        (0, _) => "No lines were read: the input is empty, or all of it is outside --since and --until.",
        (_, 0) => "No lines are between --since and --until; --since all reads everything.",
        _ => {
            "No line could be read: see the examples below, and `dwell check` for the format that was found."
        }
    };
    out.heading("Nothing to report", "")?;
    out.paragraph(why)?;
    if about.settings.inputs.is_empty() {
        out.paragraph("Name a log to read: dwell report FILE.")?;
    }
    intake::write(intake, out)
}

/// A name from the log, sanitized and fitted to a column.
fn name(text: &str, cells: usize) -> String {
    left(&harmless(text), cells)
}
