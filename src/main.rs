//! The `dwell` command: picks a mode and sets the exit code.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Stderr, Stdout, Write};
use std::process::ExitCode;
use std::sync::Arc;

use dwell::cli::{self, Mode};
use dwell::clock;
use dwell::config::{self, ColorChoice, CommandLine, RunKind, Settings};
use dwell::ending::Cleanup;
use dwell::modes::{self, Exit, ModeError};
use dwell::report::Paint;
use dwell::text::HarmlessLines;

fn main() -> ExitCode {
    let _cleanup = Cleanup;
    if let Err(wrong) = config::zone::refuse_odd_tz(std::env::var_os("TZ").as_deref()) {
        let _ = writeln!(notices(), "dwell: {wrong}");
        return code(Exit::WrongUsage);
    }
    let mode = match cli::parse(std::env::args_os()) {
        Ok(mode) => mode,
        Err(error) => error.exit(),
    };
    match run(mode) {
        Ok(ended) => code(ended),
        // The reader, such as `head`, has closed the pipe: not an error.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where it cannot be written, nobody reads it.
            let _ = writeln!(notices(), "dwell: {error}");
            code(exit_for(&error))
        }
    }
}

fn run(mode: Mode) -> anyhow::Result<Exit> {
    match mode {
        Mode::Live(command_line) => {
            let (settings, _log) = settings(RunKind::Live, command_line)?;
            Ok(modes::live::run(&settings)?)
        }
        Mode::Report { command_line, output, backtest, stop_after } => {
            let (settings, _log) = settings(RunKind::Report, command_line)?;
            let (out, notices) = (&mut BufWriter::new(io::stdout().lock()), &mut notices());
            let paint = paint(settings.color);
            let what = modes::report::Wanted { output, backtest, stop_after };
            Ok(modes::report::run(&settings, what, paint, out, notices)??)
        }
        Mode::Watch(command_line) => {
            let (settings, _log) = settings(RunKind::Live, command_line.clone())?;
            let read = move || config::settings(RunKind::Live, command_line.clone(), clock::wall());
            Ok(modes::watch::run(&settings, Arc::new(read))?)
        }
        Mode::AlertTest { name, config } => {
            Ok(modes::alert::test(&name, config.as_deref(), &mut answers())??)
        }
        Mode::AlertSilence { name, span, config } => {
            Ok(modes::alert::silence(&name, span, config.as_deref(), &mut answers())??)
        }
        Mode::Annotate { text, kind, at, config } => {
            Ok(modes::annotate::run(&text, kind, at, config.as_deref(), &mut answers())??)
        }
        Mode::Check(command_line) => {
            let (settings, _log) = settings(RunKind::Report, command_line)?;
            let (out, notices) = (&mut BufWriter::new(io::stdout().lock()), &mut notices());
            Ok(modes::check::run(&settings, paint(settings.color), out, notices)??)
        }
        Mode::DemoConfig => written(modes::demo::print_config),
        Mode::Demo { print: Some(lines), traffic, .. } => {
            modes::demo::print_lines(lines, traffic, &mut BufWriter::new(io::stdout().lock()))?;
            Ok(Exit::Done)
        }
        Mode::Demo { command_line, print: None, traffic } => {
            let (settings, _log) = settings(RunKind::Live, command_line)?;
            Ok(modes::demo::run(&settings, traffic)?)
        }
        Mode::Completions(shell) => written(|out| cli::completions(shell, out)),
        Mode::Man => written(cli::man),
    }
}

/// Standard error: what is said there quotes names, paths and settings as they were given.
fn notices() -> HarmlessLines<Stderr> {
    HarmlessLines::new(io::stderr())
}

/// Standard output of the modes that answer in a sentence.
fn answers() -> HarmlessLines<Stdout> {
    HarmlessLines::new(io::stdout())
}

/// The settings of a run, and the guard that flushes its log.
fn settings(
    kind: RunKind,
    command_line: CommandLine,
) -> anyhow::Result<(Settings, Option<modes::log::Guard>)> {
    let settings = config::settings(kind, command_line, clock::wall())?;
    if kind == RunKind::Report {
        for notice in &settings.notices {
            let _ = writeln!(notices(), "dwell: {notice}");
        }
    }
    let log = modes::log::start(&settings)?;
    Ok((settings, log))
}

fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    write(&mut out)?;
    out.flush()?;
    Ok(Exit::Done)
}

fn paint(color: ColorChoice) -> Paint {
    let colourless = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match color {
        ColorChoice::Always => Paint::Coloured,
        ColorChoice::Auto if io::stdout().is_terminal() && !colourless => Paint::Coloured,
        ColorChoice::Auto | ColorChoice::Never => Paint::Plain,
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn exit_for(error: &anyhow::Error) -> Exit {
    if error.is::<config::ConfigError>() {
        return Exit::WrongUsage;
    }
    error.downcast_ref::<ModeError>().map_or(Exit::Failed, ModeError::exit)
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(match exit {
        Exit::Done => 0,
        Exit::Failed => 1,
        Exit::WrongUsage => 2,
    })
}
