//! Which inputs a run reads: what the operator named, or the usual logs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::classify::batch::InputId;
use crate::config::{FormatChoice, Settings};
use crate::engine::opening::{Lines, Opened};
use crate::format::Format;
use crate::glob::Glob;
use crate::input::AtEnd;
use crate::input::file::LogFile;
use crate::input::stdin::Stdin;
use crate::input::watch::Watch;
use crate::text::nearest;

use super::{ModeError, server_config};

/// Where servers write their logs when nobody tells them otherwise.
const USUAL: [&str; 8] = [
    "/var/log/nginx/access.log",
    "/var/log/apache2/access.log",
    "/var/log/apache2/other_vhosts_access.log",
    "/var/log/httpd/access_log",
    "/var/log/httpd-access.log",
    "/var/log/caddy/access.log",
    "/var/log/haproxy.log",
    "/var/log/lighttpd/access.log",
];

/// Opens what is to be read. An input that cannot be opened is told of later: the others go on.
pub(super) fn open(settings: &Settings, at_end: AtEnd) -> Result<(Vec<Opened>, Watch), ModeError> {
    let names = names(settings)?;
    let format = given_format(&settings.format)?;
    let files: Vec<PathBuf> = names.iter().filter(|name| !is_stdin(name)).cloned().collect();
    let watch = Watch::folders_of(&files);
    let open_one = |(at, path): (usize, &PathBuf)| Opened {
        id: InputId(u16::try_from(at).unwrap_or(u16::MAX)),
        name: path.display().to_string(),
        source: if is_stdin(path) {
            Stdin::open(watch.waker()).map(|stdin| Lines::Stream(Box::new(stdin)))
        } else {
            LogFile::open(path, at_end).map(Lines::File)
        },
        format: format.clone(),
        expected: server_config::expected_format(path),
    };
    let opened = names.iter().enumerate().map(open_one).collect();
    Ok((opened, watch))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn names(settings: &Settings) -> Result<Vec<PathBuf>, ModeError> {
    if settings.inputs.is_empty() {
        return usual();
    }
    let mut names = Vec::new();
    for input in &settings.inputs {
        names.extend(expand(input)?);
    }
    Ok(names)
}

fn usual() -> Result<Vec<PathBuf>, ModeError> {
    let found: Vec<_> = USUAL.iter().map(PathBuf::from).filter(|path| path.is_file()).collect();
    if found.is_empty() {
        let looked = USUAL.join("\n  ");
        return Err(ModeError::Usage(format!(
            "no log was named, and none of the usual ones is here:\n  {looked}\n\
             Name one: dwell /path/to/access.log — or try dwell demo"
        )));
    }
    Ok(found)
}

/// The files that an input names: itself, or what its `*` matches.
fn expand(input: &OsStr) -> Result<Vec<PathBuf>, ModeError> {
    let path = PathBuf::from(input);
    let text = input.to_string_lossy();
    if let Some(scheme) = ["tcp://", "udp://", "unix:", "exec:"].into_iter().find(|one| text.starts_with(one))
    {
        return Err(ModeError::Usage(format!(
            "{text}: {scheme} inputs are not there yet; pipe the lines in: COMMAND | dwell -"
        )));
    }
    if !text.contains('*') || path.exists() {
        return Ok(vec![path]);
    }
    let matching = matching_files(&path, &text);
    if matching.is_empty() {
        return Err(ModeError::Usage(format!("no file matches {text}; check the pattern")));
    }
    Ok(matching)
}

/// Files in the pattern's folder whose names match it, sorted.
fn matching_files(pattern: &Path, text: &str) -> Vec<PathBuf> {
    let folder = pattern.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = Glob::new(text.rsplit('/').next().unwrap_or(text));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = entries.filter(|entry| name.matches(&entry.file_name().to_string_lossy()));
    let mut files: Vec<_> = named.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn given_format(choice: &FormatChoice) -> Result<Option<Format>, ModeError> {
    match choice {
        FormatChoice::Auto => Ok(None),
        FormatChoice::Named(name) => match Format::named(name) {
            Some(format) => Ok(Some(format)),
            None => Err(ModeError::Usage(unknown_format(name))),
        },
        FormatChoice::Pattern(pattern) => match Format::pattern(pattern) {
            Ok(format) => Ok(Some(format)),
            Err(error) => Err(ModeError::Usage(format!("--format {pattern}: {error}"))),
        },
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
