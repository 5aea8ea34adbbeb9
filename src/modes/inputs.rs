//! Resolves and opens the inputs of a run: those named on the command line, or the usual logs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::classify::batch::InputId;
use crate::config::{FormatChoice, History, Settings};
use crate::ending::remove_files_on_signals;
use crate::engine::open_input::{LineSource, OpenInput};
use crate::format::Format;
use crate::input::archive::is_packed;
use crate::input::command::{CommandInput, shown_command};
use crate::input::file::LogFile;
use crate::input::newcomers::{Newcomers, matching_files};
use crate::input::pipe::{Pipe, is_pipe};
use crate::input::rotated::{is_sibling, series_pattern, successors_in_series};
use crate::input::socket::{Limits, ListenAddress, Socket};
use crate::input::watch::Watch;
use crate::input::{AtEnd, Source, Trouble, history};
use crate::text::nearest;

use super::json_fields::mapping;
use super::log_zone::log_zone;
use super::usual::{Usual, usual};
use super::{ModeError, error_logs, server_config};

/// An input as resolved from the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum InputSpec {
    File(PathBuf),
    /// Files that appear while dwell runs and match a glob; existing matches are inputs of their own.
    Newcomers(PathBuf, Vec<PathBuf>),
    /// The following days of a log with a date in its name.
    NextDays(PathBuf),
    Stdin,
    Socket(ListenAddress),
    Command(String),
}

/// Inputs to open, and notices about them.
#[derive(Default)]
struct InputPlan {
    specs: Vec<InputSpec>,
    remarks: Vec<String>,
}

/// Opens the inputs. One that cannot be opened carries its error and does not stop the others.
pub(super) fn open(settings: &Settings, at_end: AtEnd) -> Result<(Vec<OpenInput>, Watch), ModeError> {
    let InputPlan { specs, remarks } = specs(settings, at_end)?;
    let zone = log_zone(settings.log_zone);
    let format = given_format(settings)?.map(|format| format.in_zone(&zone));
    let watch = match at_end {
        AtEnd::Follow | AtEnd::Persist => {
            Watch::folders_of(&specs.iter().filter_map(InputSpec::path).collect::<Vec<_>>())
        }
        AtEnd::Stop => Watch::nothing(),
    };
    if at_end == AtEnd::Follow && specs.iter().any(|spec| matches!(spec, InputSpec::Socket(_))) {
        // A report takes no signals otherwise.
        remove_files_on_signals().map_err(ModeError::system("waiting for signals"))?;
    }
    let opener = Opener { specs: &specs, settings, at_end, watch: &watch };
    let open_one = |(at, spec): (usize, &InputSpec)| {
        let expected = match (&format, spec.path()) {
            (None, Some(path)) => server_config::expected_format(&path, &settings.visitor),
            _ => server_config::Expected::default(),
        };
        OpenInput {
            id: InputId(u16::try_from(at).unwrap_or(u16::MAX)),
            name: spec.name(),
            source: opener.open(spec),
            format: format.clone().map(|format| spec.as_it_arrives(format)),
            expected: expected.format,
            zone: zone.clone(),
            remarks: expected.remark.into_iter().chain(spec.exposure(settings)).collect(),
        }
    };
    let mut inputs: Vec<_> = specs.iter().enumerate().map(open_one).collect();
    if let Some(first) = inputs.first_mut() {
        first.remarks.splice(..0, remarks);
    }
    Ok((inputs, watch))
}

impl InputSpec {
    /// As named by the operator.
    fn name(&self) -> String {
        match self {
            InputSpec::File(path) | InputSpec::Newcomers(path, _) => path.display().to_string(),
            InputSpec::NextDays(log) => next_days_of(log).display().to_string(),
            InputSpec::Stdin => "-".to_owned(),
            InputSpec::Socket(address) => address.to_string(),
            InputSpec::Command(command) => shown_command(command),
        }
    }

    /// Adapts the operator's format to the transport: lines on sockets usually have a syslog header.
    fn as_it_arrives(&self, format: Format) -> Format {
        if matches!(self, InputSpec::Socket(_)) { format.in_syslog() } else { format }
    }

    /// What to know of a socket that others may reach.
    fn exposure(&self, settings: &Settings) -> Option<String> {
        let InputSpec::Socket(address) = self else { return None };
        address.exposure(&settings.allowed)
    }

    /// The path to watch for changes.
    fn path(&self) -> Option<PathBuf> {
        match self {
            InputSpec::File(path) | InputSpec::Newcomers(path, _) | InputSpec::NextDays(path) => {
                Some(path.clone())
            }
            InputSpec::Stdin | InputSpec::Socket(_) | InputSpec::Command(_) => None,
        }
    }
}

struct Opener<'a> {
    specs: &'a [InputSpec],
    settings: &'a Settings,
    at_end: AtEnd,
    watch: &'a Watch,
}

impl Opener<'_> {
    fn open(&self, spec: &InputSpec) -> Result<LineSource, Trouble> {
        let waker = || self.watch.waker();
        match spec {
            InputSpec::File(path) if is_pipe(path) => Pipe::named(path, waker()).map(stream),
            InputSpec::File(path) => self.file(path),
            InputSpec::Newcomers(pattern, first) => Ok(stream(Newcomers::new(pattern, first.clone()))),
            InputSpec::NextDays(log) => Ok(stream(Newcomers::after(log, &next_days_of(log)))),
            InputSpec::Stdin => Pipe::stdin(waker()).map(stream),
            InputSpec::Socket(address) => Socket::listen(address, self.limits(), waker()).map(stream),
            InputSpec::Command(command) => CommandInput::start(command, self.at_end, waker()).map(stream),
        }
    }

    fn limits(&self) -> Limits {
        let Settings { allowed, socket_mode, .. } = self.settings;
        Limits { allowed: allowed.clone(), mode: *socket_mode, ..Limits::default() }
    }

    fn file(&self, path: &Path) -> Result<LineSource, Trouble> {
        if is_packed(path) {
            return history::LogHistory::of_archive(path).map(stored);
        }
        // An explicit format overrides this check.
        if self.settings.format == FormatChoice::Auto
            && let Some(refusal) = error_logs::refusal(path)
        {
            return Err(refusal);
        }
        match self.settings.history {
            // A rotated sibling named beside its log does not grow, and its name will be reused by the next rotation,
            // so do not follow it.
            _ if self.is_sibling_of_another(path) => {
                LogFile::open(path, AtEnd::Stop).map(Box::new).map(LineSource::File)
            }
            History::Read => history::LogHistory::open(path, self.at_end).map(stored),
            History::LeftOut => LogFile::open(path, self.at_end).map(Box::new).map(LineSource::File),
        }
    }

    fn is_sibling_of_another(&self, path: &Path) -> bool {
        self.specs.iter().any(|spec| matches!(spec, InputSpec::File(log) if is_sibling(log, path)))
    }
}

fn stream(source: impl Source + 'static) -> LineSource {
    LineSource::Stream(Box::new(source))
}

fn stored(source: impl Source + 'static) -> LineSource {
    LineSource::Stored(Box::new(source))
}

fn specs(settings: &Settings, at_end: AtEnd) -> Result<InputPlan, ModeError> {
    let mut all = InputPlan::default();
    if settings.inputs.is_empty() {
        let Usual { logs, remarks } = usual()?;
        all = InputPlan { specs: logs.into_iter().map(InputSpec::File).collect(), remarks };
    }
    for input in &settings.inputs {
        let InputPlan { specs, remarks } = specs_of(input, at_end)?;
        all.specs.extend(specs);
        all.remarks.extend(remarks);
    }
    if at_end != AtEnd::Stop {
        follow_series(&mut all.specs);
    }
    if settings.history == History::Read {
        drop_rotated_siblings(&mut all.specs);
    }
    Ok(all)
}

/// Logs with a date in their name (Tomcat, Jetty, IIS) continue in the next day's file: following the latest one also
/// follows its successors. An earlier one is read alone, and a glob finds new files itself.
fn follow_series(specs: &mut Vec<InputSpec>) {
    let has_pattern = specs.iter().any(|spec| matches!(spec, InputSpec::Newcomers(..)));
    let latest = |spec: &InputSpec| match spec {
        InputSpec::File(path) if !has_pattern && is_latest_of_series(path) => {
            Some(InputSpec::NextDays(path.clone()))
        }
        _ => None,
    };
    let next: Vec<_> = specs.iter().filter_map(latest).collect();
    specs.extend(next);
}

fn is_latest_of_series(path: &Path) -> bool {
    series_pattern(path).is_some() && successors_in_series(path).is_empty() && !is_packed(path)
}

fn next_days_of(log: &Path) -> PathBuf {
    series_pattern(log).unwrap_or_else(|| log.to_owned())
}

/// With `--history *.log*` rotated files match the glob and are read with their log: drop them here, so that each line
/// is read once.
fn drop_rotated_siblings(specs: &mut Vec<InputSpec>) {
    let logs = specs.clone();
    let is_read =
        |path: &Path| logs.iter().any(|spec| matches!(spec, InputSpec::File(log) if is_sibling(log, path)));
    specs.retain(|spec| !matches!(spec, InputSpec::File(path) if is_read(path)));
}

/// Resolves an argument: a socket, a command, a file, or a glob.
fn specs_of(input: &OsStr, at_end: AtEnd) -> Result<InputPlan, ModeError> {
    let (path, text) = (PathBuf::from(input), input.to_string_lossy());
    if text == "-" {
        return Ok(InputSpec::Stdin.into());
    }
    if let Some(command) = text.strip_prefix("exec:") {
        return Ok(InputSpec::Command(command.to_owned()).into());
    }
    match ListenAddress::parse(&text) {
        Ok(Some(_)) if at_end == AtEnd::Stop => Err(ModeError::Usage(format!(
            "{text} has no end; say how long to read it, in a report with --for 30s"
        ))),
        Ok(Some(address)) => Ok(InputSpec::Socket(address).into()),
        Ok(None) if text.contains('*') && !path.exists() => matches_of(path, at_end),
        Ok(None) => Ok(InputSpec::File(path).into()),
        Err(trouble) => Err(ModeError::Usage(trouble.to_string())),
    }
}

impl From<InputSpec> for InputPlan {
    fn from(spec: InputSpec) -> InputPlan {
        InputPlan { specs: vec![spec], remarks: Vec::new() }
    }
}

fn matches_of(pattern: PathBuf, at_end: AtEnd) -> Result<InputPlan, ModeError> {
    let all = matching_files(&pattern);
    if all.is_empty() {
        return Err(ModeError::Usage(format!("no file matches {}; check the pattern", pattern.display())));
    }
    let (files, remark) = error_logs::left_out(&pattern, all.clone());
    if let (true, Some(remark)) = (files.is_empty(), &remark) {
        return Err(ModeError::Usage(format!("{remark}: no access log is left; check the pattern")));
    }
    let mut specs: Vec<_> = files.into_iter().map(InputSpec::File).collect();
    if at_end != AtEnd::Stop {
        specs.push(InputSpec::Newcomers(pattern, all));
    }
    Ok(InputPlan { specs, remarks: remark.into_iter().collect() })
}

/// The format given by `--format`.
pub(super) fn given_format(settings: &Settings) -> Result<Option<Format>, ModeError> {
    let (choice, visitor) = (&settings.format, &settings.visitor);
    if !visitor.is_empty() && matches!(choice, FormatChoice::Named(_) | FormatChoice::Mapped(_)) {
        return Err(ModeError::Usage(format!(
            "--visitor {visitor} names a field of a format string, and --format names none: give the string that the \
             server's config has, with that field in it"
        )));
    }
    match choice {
        FormatChoice::Auto => Ok(None),
        FormatChoice::Named(name) => match Format::named(name) {
            Some(format) => Ok(Some(format)),
            None => Err(ModeError::Usage(unknown_format(name))),
        },
        FormatChoice::Pattern(pattern) => match Format::pattern_with_visitor(pattern, visitor) {
            Ok(format) => Ok(Some(format)),
            Err(error) => Err(ModeError::Usage(format!("--format {pattern}: {error}"))),
        },
        FormatChoice::Mapped(fields) => Ok(Some(Format::mapped(mapping(fields)))),
    }
}

fn unknown_format(name: &str) -> String {
    let meant = nearest(name, Format::NAMES).map(|known| format!("; did you mean {known}?"));
    format!(
        "--format {name}: no such format{}\nThere are: auto, {}, and format strings of nginx ($remote_addr …) and \
         Apache (%h …)",
        meant.unwrap_or_default(),
        Format::NAMES.join(", ")
    )
}
