//! The `dwell` command: picks a mode and sets the exit code.

use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use dwell::cli::{self, Mode};
use dwell::clock;
use dwell::config::{self, ColorChoice, Purpose, Request, Settings};
use dwell::modes::{self, Ended, ModeError};
use dwell::report::Paint;

fn main() -> ExitCode {
    let mode = match cli::parse(std::env::args_os()) {
        Ok(mode) => mode,
        Err(error) => error.exit(),
    };
    match run(mode) {
        Ok(ended) => code(ended),
        // Whoever reads our output has seen enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dwell: {error}");
            code(ended_by(&error))
        }
    }
}

fn run(mode: Mode) -> anyhow::Result<Ended> {
    match mode {
        Mode::Live(request) => {
            let (settings, _log) = settings(Purpose::Live, request)?;
            Ok(modes::live::run(&settings)?)
        }
        Mode::Report { request, shape, stop_after } => {
            let (settings, _log) = settings(Purpose::Report, request)?;
            let (out, notices) = (&mut BufWriter::new(io::stdout().lock()), &mut io::stderr());
            Ok(modes::report::run(&settings, shape, stop_after, paint(settings.color), out, notices)??)
        }
        Mode::Check(request) => {
            let (settings, _log) = settings(Purpose::Report, request)?;
            let (out, notices) = (&mut BufWriter::new(io::stdout().lock()), &mut io::stderr());
            Ok(modes::check::run(&settings, paint(settings.color), out, notices)??)
        }
        Mode::Demo { print: Some(lines), seed, .. } => {
            modes::demo::print_lines(lines, seed, &mut BufWriter::new(io::stdout().lock()))?;
            Ok(Ended::Done)
        }
        Mode::Demo { request, print: None, seed } => {
            let (settings, _log) = settings(Purpose::Live, request)?;
            Ok(modes::demo::run(&settings, seed)?)
        }
        Mode::Completions(shell) => written(|out| cli::completions(shell, out)),
        Mode::Man => written(cli::man),
    }
}

/// The settings of a run, and what keeps its log being written.
fn settings(purpose: Purpose, request: Request) -> anyhow::Result<(Settings, Option<modes::log::Guard>)> {
    let settings = config::settings(purpose, request, clock::wall())?;
    let log = modes::log::start(&settings)?;
    Ok((settings, log))
}

fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<Ended> {
    let mut out = io::stdout().lock();
    write(&mut out)?;
    out.flush()?;
    Ok(Ended::Done)
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

fn ended_by(error: &anyhow::Error) -> Ended {
    if error.is::<config::ConfigError>() {
        return Ended::WrongUsage;
    }
    error.downcast_ref::<ModeError>().map_or(Ended::Failed, ModeError::ended)
}

fn code(ended: Ended) -> ExitCode {
    ExitCode::from(match ended {
        Ended::Done => 0,
        Ended::Failed => 1,
        Ended::WrongUsage => 2,
    })
}
