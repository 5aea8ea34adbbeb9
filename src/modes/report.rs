//! `dwell report`: read to the end, print, stop.

use std::io::{self, Write};

use crate::clock;
use crate::config::Settings;
use crate::engine::log_clock::LogClock;
use crate::engine::{Engine, once};
use crate::input::AtEnd;
use crate::query::question::Question;
use crate::query::view::{InputStatus, View};
use crate::report::{self, About, Paint, RowFormat, SessionWriter, Shape};
use crate::time::Span;

use super::{Ended, ModeError, Run, inputs, start};

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
    let (inputs, watch) = inputs::open(settings, at_end)?;
    let clock = LogClock::Newest;
    let (engine, pipeline) = start(settings, Run { inputs, watch, clock, keep: None, stop_after })?;
    let about = About { settings, generated: clock::wall(), paint };
    let produce = || -> io::Result<Ended> {
        let view = if let Shape::Sessions(format) = shape {
            sessions(engine, pipeline, &question, format, settings, out)?
        } else {
            let view = once::answer(engine, pipeline, &question);
            report::write(shape, &view, about, out)?;
            view
        };
        out.flush()?;
        notice(&view, notices)
    };
    Ok(produce())
}

fn sessions(
    engine: Engine,
    pipeline: crate::engine::pipeline::Pipeline,
    question: &Question,
    format: RowFormat,
    settings: &Settings,
    out: &mut dyn Write,
) -> io::Result<View> {
    let mut writer = SessionWriter::new(format, settings.privacy, out)?;
    once::run(engine, pipeline, question, Some(&mut |row| writer.row(&row)))
}

/// Says what could not be read; the run has failed where anything could not.
fn notice(view: &View, notices: &mut dyn Write) -> io::Result<Ended> {
    let failed = Engine::failed(view);
    for trouble in &failed {
        writeln!(notices, "dwell: {}", crate::text::harmless(trouble))?;
    }
    for said in view.intake.inputs.iter().flat_map(InputStatus::notices) {
        writeln!(notices, "dwell: {}", crate::text::harmless(&said))?;
    }
    if failed.is_empty() && view.intake.lines == 0 {
        writeln!(notices, "dwell: there was nothing to read: the input is empty")?;
    }
    Ok(if failed.is_empty() { Ended::Done } else { Ended::Failed })
}
