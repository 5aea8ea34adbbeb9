//! `dwell report`: read to the end, print, exit.

use std::io::{self, Write};

use crate::alert::board::FiredAlert;
use crate::clock;
use crate::config::Settings;
use crate::engine::open_input::LineSource;
use crate::engine::read_mode::FirstReading;
use crate::engine::{Engine, run_once};
use crate::input::AtEnd;
use crate::query::annotation::Annotations;
use crate::query::question::Question;
use crate::query::view::{InputStatus, View};
use crate::report::{self, About, Backtest, Earlier, OutputFormat, Paint, RowFormat, SessionWriter};
use crate::time::Span;

use super::reading::StartedRun;
use super::{Exit, ModeError, annotations, backtest, compared, inputs};

/// What a report is to contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// The output format.
    pub output: OutputFormat,
    /// What is told of alerts.
    pub backtest: Backtest,
    /// After how long reading stops.
    pub stop_after: Option<Span>,
}

/// Prints a report; problems with inputs go to `notices`.
///
/// # Errors
/// The run cannot start, or the output cannot be written, including a broken pipe.
pub fn run(
    settings: &Settings,
    Wanted { output, backtest, stop_after }: Wanted,
    paint: Paint,
    out: &mut dyn Write,
    notices: &mut dyn Write,
) -> Result<io::Result<Exit>, ModeError> {
    if backtest == Backtest::Alerts && output == OutputFormat::Text {
        return alerts(settings, stop_after, paint, out, notices);
    }
    let fired = match backtest {
        Backtest::Alerts => Some(fired_in_files(settings)?),
        Backtest::Nothing => None,
    };
    let mut question =
        report::question(settings, output).map_err(|refused| ModeError::Usage(refused.to_string()))?;
    // Sessions are streamed as they are sealed, not collected.
    question.sessions = None;
    let at_end = if stop_after.is_some() { AtEnd::Follow } else { AtEnd::Stop };
    // Session rows are streamed and cannot be taken back, so a first pass only measures how far lines are out of order.
    let first = if matches!(output, OutputFormat::Sessions(_)) {
        FirstReading::Measures
    } else {
        FirstReading::Counts
    };
    let open = inputs::open(settings, at_end)?;
    compared::refuse(settings, output, &open)?;
    let run = StartedRun::new(settings, open, stop_after, first)?;
    let (annotations, troubles) = annotations(settings, output);
    let about = About {
        settings,
        generated: clock::wall(),
        paint,
        alerts: fired.as_deref(),
        annotations: &annotations,
        earlier: None,
    };
    let produce = || -> io::Result<Exit> {
        let view = if let OutputFormat::Sessions(format) = output {
            sessions(run, &question, format, settings, out)?
        } else {
            let view = run.read(|engine, pipeline| Ok(run_once::answer(engine, pipeline, &question)))?;
            let earlier = settings
                .compare
                .map(|with| compared::read(settings, with, &question, &view, about.generated))
                .transpose()?;
            let earlier = settings.compare.zip(earlier.as_ref()).map(|(with, view)| Earlier { with, view });
            report::write(output, &view, About { earlier, ..about }, out)?;
            view
        };
        out.flush()?;
        troubles
            .iter()
            .try_for_each(|trouble| writeln!(notices, "dwell: {}", crate::text::harmless(trouble)))?;
        notice(&view, settings, notices)
    };
    Ok(produce())
}

/// What happened, where the output shows it, and what could not be read of it.
fn annotations(settings: &Settings, output: OutputFormat) -> (Annotations, Vec<String>) {
    match output {
        OutputFormat::Text | OutputFormat::Json => annotations::gather(settings),
        OutputFormat::Csv(_) | OutputFormat::Sessions(_) => (Annotations::default(), Vec::new()),
    }
}

/// Prints when alerts would have fired, in one reading.
fn alerts(
    settings: &Settings,
    stop_after: Option<Span>,
    paint: Paint,
    out: &mut dyn Write,
    notices: &mut dyn Write,
) -> Result<io::Result<Exit>, ModeError> {
    refuse_without_alerts(settings)?;
    let at_end = if stop_after.is_some() { AtEnd::Follow } else { AtEnd::Stop };
    let (fired, view) = backtest::run(settings, inputs::open(settings, at_end)?, stop_after)?;
    let about = About {
        settings,
        generated: clock::wall(),
        paint,
        alerts: Some(&fired),
        annotations: &Annotations::default(),
        earlier: None,
    };
    let mut produce = || -> io::Result<Exit> {
        report::write_alerts(&fired, &view, about, out)?;
        out.flush()?;
        notice(&view, settings, notices)
    };
    Ok(produce())
}

/// When alerts would have fired, by a reading of its own.
fn fired_in_files(settings: &Settings) -> Result<Vec<FiredAlert>, ModeError> {
    refuse_without_alerts(settings)?;
    let (inputs, watch) = inputs::open(settings, AtEnd::Stop)?;
    if inputs.iter().any(|input| matches!(input.source, Ok(LineSource::Stream(_)))) {
        let message = "--alerts with --json reads the log twice, which an input that comes once cannot be: name files, \
                       or leave --json out";
        return Err(ModeError::Usage(message.to_owned()));
    }
    Ok(backtest::run(settings, (inputs, watch), None)?.0)
}

fn refuse_without_alerts(settings: &Settings) -> Result<(), ModeError> {
    if settings.additions.alerts.alerts.is_empty() {
        let message = "--alerts: the config defines no [[alert]]; name another with --config FILE";
        return Err(ModeError::Usage(message.to_owned()));
    }
    Ok(())
}

fn sessions(
    run: StartedRun<'_>,
    question: &Question,
    format: RowFormat,
    settings: &Settings,
    out: &mut dyn Write,
) -> io::Result<View> {
    let mut writer = SessionWriter::new(format, settings.privacy, out)?;
    run.read(|engine, pipeline| run_once::run(engine, pipeline, question, Some(&mut |row| writer.row(&row))))
}

/// Prints what could not be read; if anything failed, so did the run.
fn notice(view: &View, settings: &Settings, notices: &mut dyn Write) -> io::Result<Exit> {
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
    Ok(if failed.is_empty() { Exit::Done } else { Exit::Failed })
}

/// Prints a suggestion unwrapped, so that it can be copied.
fn propose(lines: &[String], notices: &mut dyn Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(notices, "{}", crate::text::harmless_but_tabs(line)))
}

/// The notice for lines too far out of order for `--max-memory`.
fn too_late(lines: u64, settings: &Settings) -> String {
    let (lines, mebibytes) = (crate::text::thousands(lines), settings.max_memory >> 20);
    format!(
        "{lines} lines came so far out of order that the sessions they belong to did not fit into --max-memory \
         ({mebibytes} MiB) any more, and were left out; name the files themselves, which are then read in the order of \
         time, or give more memory"
    )
}
