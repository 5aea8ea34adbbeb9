//! `dwell report`: read to the end, print, stop.

use std::io::{self, Write};

use crate::clock;
use crate::config::Settings;
use crate::engine::read_mode::FirstReading;
use crate::engine::{Engine, run_once};
use crate::input::AtEnd;
use crate::query::question::Question;
use crate::query::view::{InputStatus, View};
use crate::report::{self, About, Paint, RowFormat, SessionWriter, Shape};
use crate::time::Span;

use super::reading::Begun;
use super::{Ended, ModeError, inputs};

/// Prints a report. What is wrong with inputs is told on `notices`.
///
/// # Errors
/// A run that cannot begin, or output that cannot be written; a closed pipe is an error of that kind too.
pub fn run(
    settings: &Settings,
    shape: Shape,
    stop_after: Option<Span>,
    paint: Paint,
    out: &mut dyn Write,
    notices: &mut dyn Write,
) -> Result<io::Result<Ended>, ModeError> {
    let mut question =
        report::question(settings, shape).map_err(|refused| ModeError::Usage(refused.to_string()))?;
    // Sessions are handed out as they are sealed, never gathered.
    question.sessions = None;
    let at_end = if stop_after.is_some() { AtEnd::Follow } else { AtEnd::Stop };
    // Rows are written while they are read, and what is written cannot be taken back: they are written by what was
    // measured before.
    let first =
        if matches!(shape, Shape::Sessions(_)) { FirstReading::Measures } else { FirstReading::Counts };
    let begun = Begun::new(settings, inputs::open(settings, at_end)?, stop_after, first)?;
    let about = About { settings, generated: clock::wall(), paint };
    let produce = || -> io::Result<Ended> {
        let view = if let Shape::Sessions(format) = shape {
            sessions(begun, &question, format, settings, out)?
        } else {
            let view = begun.read(|engine, pipeline| Ok(run_once::answer(engine, pipeline, &question)))?;
            report::write(shape, &view, about, out)?;
            view
        };
        out.flush()?;
        notice(&view, settings, notices)
    };
    Ok(produce())
}

fn sessions(
    begun: Begun<'_>,
    question: &Question,
    format: RowFormat,
    settings: &Settings,
    out: &mut dyn Write,
) -> io::Result<View> {
    let mut writer = SessionWriter::new(format, settings.privacy, out)?;
    begun
        .read(|engine, pipeline| run_once::run(engine, pipeline, question, Some(&mut |row| writer.row(&row))))
}

/// Says what could not be read; the run has failed where anything could not.
fn notice(view: &View, settings: &Settings, notices: &mut dyn Write) -> io::Result<Ended> {
    let failed = Engine::failed(view);
    for trouble in &failed {
        writeln!(notices, "dwell: {}", crate::text::harmless(trouble))?;
    }
    view.intake.inputs.iter().try_for_each(|input| propose(&input.proposal, notices))?;
    for said in view.intake.inputs.iter().flat_map(InputStatus::notices) {
        writeln!(notices, "dwell: {}", crate::text::harmless(&said))?;
    }
    for doubt in &view.intake.doubts {
        writeln!(notices, "dwell: {}", crate::text::harmless(&doubt.sentence()))?;
        propose(&doubt.proposal, notices)?;
    }
    if view.intake.late > 0 {
        writeln!(notices, "dwell: {}", too_late(view.intake.late, settings))?;
    }
    if failed.is_empty() && view.intake.lines == 0 {
        writeln!(notices, "dwell: there was nothing to read: the input is empty")?;
    }
    Ok(if failed.is_empty() { Ended::Done } else { Ended::Failed })
}

/// Prints what is proposed so that it can be copied.
fn propose(lines: &[String], notices: &mut dyn Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(notices, "{}", crate::text::harmless_but_tabs(line)))
}

/// What to say where lines out of order took more memory than there was.
fn too_late(lines: u64, settings: &Settings) -> String {
    let (lines, mebibytes) = (crate::text::thousands(lines), settings.max_memory >> 20);
    format!(
        "{lines} lines came so far out of order that the sessions they belong to did not fit into --max-memory \
         ({mebibytes} MiB) any more, and were left out; name the files themselves, which are then read in the order of \
         time, or give more memory"
    )
}
