//! Which inputs a run reads: what the operator named, or the usual logs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::classify::batch::InputId;
use crate::config::{FormatChoice, History, Settings};
use crate::engine::open_input::{LineSource, OpenInput};
use crate::format::Format;
use crate::input::archive::is_packed;
use crate::input::command::CommandInput;
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

/// What an input is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    File(PathBuf),
    /// Files that a pattern gains while dwell runs; those that were there are inputs of their own.
    Newcomers(PathBuf, Vec<PathBuf>),
    /// The days that follow a log whose name bears its date.
    NextDays(PathBuf),
    Stdin,
    Socket(ListenAddress),
    Command(String),
}

/// What is to be read, and what there is to know of it from the start.
#[derive(Default)]
struct Ways {
    ways: Vec<Way>,
    remarks: Vec<String>,
}

/// Opens what is to be read. An input that cannot be opened is told of later: the others go on.
pub(super) fn open(settings: &Settings, at_end: AtEnd) -> Result<(Vec<OpenInput>, Watch), ModeError> {
    let Ways { ways, remarks } = ways(settings, at_end)?;
    let zone = log_zone(settings.log_zone);
    let format = given_format(settings)?.map(|format| format.in_zone(&zone));
    let watch = match at_end {
        AtEnd::Follow | AtEnd::Persist => {
            Watch::folders_of(&ways.iter().filter_map(Way::path).collect::<Vec<_>>())
        }
        AtEnd::Stop => Watch::nothing(),
    };
    let opener = Opener { ways: &ways, settings, at_end, watch: &watch };
    let open_one = |(at, way): (usize, &Way)| {
        let expected = match (&format, way.path()) {
            (None, Some(path)) => server_config::expected_format(&path, &settings.visitor),
            _ => server_config::Expected::default(),
        };
        OpenInput {
            id: InputId(u16::try_from(at).unwrap_or(u16::MAX)),
            name: way.name(),
            source: opener.open(way),
            format: format.clone().map(|format| way.as_it_arrives(format)),
            expected: expected.format,
            zone: zone.clone(),
            remarks: expected.remark.into_iter().collect(),
        }
    };
    let mut inputs: Vec<_> = ways.iter().enumerate().map(open_one).collect();
    if let Some(first) = inputs.first_mut() {
        first.remarks.splice(..0, remarks);
    }
    Ok((inputs, watch))
}

impl Way {
    /// As the operator named it.
    fn name(&self) -> String {
        match self {
            Way::File(path) | Way::Newcomers(path, _) => path.display().to_string(),
            Way::NextDays(log) => next_days_of(log).display().to_string(),
            Way::Stdin => "-".to_owned(),
            Way::Socket(address) => address.to_string(),
            Way::Command(command) => format!("exec:{command}"),
        }
    }

    /// A format that the operator named, as its lines arrive: on sockets mostly with a syslog header before them.
    fn as_it_arrives(&self, format: Format) -> Format {
        if matches!(self, Way::Socket(_)) { format.in_syslog() } else { format }
    }

    /// What is to be watched.
    fn path(&self) -> Option<PathBuf> {
        match self {
            Way::File(path) | Way::Newcomers(path, _) | Way::NextDays(path) => Some(path.clone()),
            Way::Stdin | Way::Socket(_) | Way::Command(_) => None,
        }
    }
}

struct Opener<'a> {
    ways: &'a [Way],
    settings: &'a Settings,
    at_end: AtEnd,
    watch: &'a Watch,
}

impl Opener<'_> {
    fn open(&self, way: &Way) -> Result<LineSource, Trouble> {
        let waker = || self.watch.waker();
        match way {
            Way::File(path) if is_pipe(path) => Pipe::named(path, waker()).map(stream),
            Way::File(path) => self.file(path),
            Way::Newcomers(pattern, first) => Ok(stream(Newcomers::new(pattern, first.clone()))),
            Way::NextDays(log) => Ok(stream(Newcomers::after(log, &next_days_of(log)))),
            Way::Stdin => Pipe::stdin(waker()).map(stream),
            Way::Socket(address) => Socket::listen(address, Limits::default(), waker()).map(stream),
            Way::Command(command) => CommandInput::start(command, self.at_end, waker()).map(stream),
        }
    }

    fn file(&self, path: &Path) -> Result<LineSource, Trouble> {
        if is_packed(path) {
            return history::LogHistory::of_archive(path).map(stored);
        }
        // Who gives a format knows what it is.
        if self.settings.format == FormatChoice::Auto
            && let Some(refusal) = error_logs::refusal(path)
        {
            return Err(refusal);
        }
        match self.settings.history {
            // Named beside its log, it is no log that goes on: its name is to be taken by a younger one.
            _ if self.is_sibling_of_another(path) => {
                LogFile::open(path, AtEnd::Stop).map(Box::new).map(LineSource::File)
            }
            History::Read => history::LogHistory::open(path, self.at_end).map(stored),
            History::LeftOut => LogFile::open(path, self.at_end).map(Box::new).map(LineSource::File),
        }
    }

    fn is_sibling_of_another(&self, path: &Path) -> bool {
        self.ways.iter().any(|way| matches!(way, Way::File(log) if is_sibling(log, path)))
    }
}

fn stream(source: impl Source + 'static) -> LineSource {
    LineSource::Stream(Box::new(source))
}

fn stored(source: impl Source + 'static) -> LineSource {
    LineSource::Stored(Box::new(source))
}

fn ways(settings: &Settings, at_end: AtEnd) -> Result<Ways, ModeError> {
    let mut all = Ways::default();
    if settings.inputs.is_empty() {
        let Usual { logs, remarks } = usual()?;
        all = Ways { ways: logs.into_iter().map(Way::File).collect(), remarks };
    }
    for input in &settings.inputs {
        let Ways { ways, remarks } = ways_of(input, at_end)?;
        all.ways.extend(ways);
        all.remarks.extend(remarks);
    }
    if at_end != AtEnd::Stop {
        follow_series(&mut all.ways);
    }
    if settings.history == History::Read {
        leave_out_what_is_read_with_its_log(&mut all.ways);
    }
    Ok(all)
}

/// A log that bears its date in its name, as Tomcat, Jetty and IIS write them, goes on in the next day's: who follows the
/// latest one follows those as well. Where an earlier one was named, that one is meant, and a pattern finds them itself.
fn follow_series(ways: &mut Vec<Way>) {
    let has_pattern = ways.iter().any(|way| matches!(way, Way::Newcomers(..)));
    let latest = |way: &Way| match way {
        Way::File(path) if !has_pattern && is_latest_of_series(path) => Some(Way::NextDays(path.clone())),
        _ => None,
    };
    let next: Vec<_> = ways.iter().filter_map(latest).collect();
    ways.extend(next);
}

fn is_latest_of_series(path: &Path) -> bool {
    series_pattern(path).is_some() && successors_in_series(path).is_empty() && !is_packed(path)
}

fn next_days_of(log: &Path) -> PathBuf {
    series_pattern(log).unwrap_or_else(|| log.to_owned())
}

/// Each line once: `--history *.log*` names what is rotated away a second time.
fn leave_out_what_is_read_with_its_log(ways: &mut Vec<Way>) {
    let logs = ways.clone();
    let is_read = |path: &Path| logs.iter().any(|way| matches!(way, Way::File(log) if is_sibling(log, path)));
    ways.retain(|way| !matches!(way, Way::File(path) if is_read(path)));
}

/// What an input names: a socket, a command, a file, or the files that its `*` matches.
fn ways_of(input: &OsStr, at_end: AtEnd) -> Result<Ways, ModeError> {
    let (path, text) = (PathBuf::from(input), input.to_string_lossy());
    if text == "-" {
        return Ok(Way::Stdin.into());
    }
    if let Some(command) = text.strip_prefix("exec:") {
        return Ok(Way::Command(command.to_owned()).into());
    }
    match ListenAddress::parse(&text) {
        Ok(Some(_)) if at_end == AtEnd::Stop => Err(ModeError::Usage(format!(
            "{text} has no end; say how long to read it, in a report with --for 30s"
        ))),
        Ok(Some(address)) => Ok(Way::Socket(address).into()),
        Ok(None) if text.contains('*') && !path.exists() => matches_of(path, at_end),
        Ok(None) => Ok(Way::File(path).into()),
        Err(trouble) => Err(ModeError::Usage(trouble.to_string())),
    }
}

impl From<Way> for Ways {
    fn from(way: Way) -> Ways {
        Ways { ways: vec![way], remarks: Vec::new() }
    }
}

fn matches_of(pattern: PathBuf, at_end: AtEnd) -> Result<Ways, ModeError> {
    let all = matching_files(&pattern);
    if all.is_empty() {
        return Err(ModeError::Usage(format!("no file matches {}; check the pattern", pattern.display())));
    }
    let (files, remark) = error_logs::left_out(&pattern, all.clone());
    if let (true, Some(remark)) = (files.is_empty(), &remark) {
        return Err(ModeError::Usage(format!("{remark}: no access log is left; check the pattern")));
    }
    let mut ways: Vec<_> = files.into_iter().map(Way::File).collect();
    if at_end != AtEnd::Stop {
        ways.push(Way::Newcomers(pattern, all));
    }
    Ok(Ways { ways, remarks: remark.into_iter().collect() })
}

/// The format that the operator named.
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
