//! Finds and parses `dwell.toml`. Errors about unknown keys suggest the nearest known one.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

use super::from_text::not_among;
use super::mistake::Mistake;
use super::options::Options;
use super::tables::{TABLES, Tables};
use crate::files;
use crate::text::nearest;

/// A config file error.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("{}: the config file cannot be read: {source}; name another with --config FILE", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It has an error.
    #[error("{}:{line}: {message}", .path.display())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// The line, 1-based.
        line: usize,
        /// What is wrong, and what to write instead.
        message: String,
    },
}

/// What a config file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loaded {
    /// Its options.
    pub options: Options,
    /// Why it says nothing.
    pub notice: Option<String>,
}

impl From<Options> for Loaded {
    fn from(options: Options) -> Loaded {
        Loaded { options, notice: None }
    }
}

/// Loads the named config file, or the usual one if it exists.
///
/// # Errors
/// A named file that does not exist or cannot be read, and errors in it. The usual one, which nobody asked for, is left
/// out if it cannot be read, with a notice.
pub fn load(named: Option<&Path>) -> Result<Loaded, FileError> {
    let Some(path) = named.map(Path::to_owned).or_else(usual_path) else {
        return Ok(Loaded::default());
    };
    match files::read_text(&path) {
        Ok(text) => parse(&path, &text).map(Loaded::from),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(Loaded::default()),
        Err(error) if named.is_none() => {
            let path = path.display();
            let notice = format!("{path}: the config file cannot be read, and is left out: {error}");
            Ok(Loaded { notice: Some(notice), ..Loaded::default() })
        }
        Err(source) => Err(FileError::Unreadable { path, source }),
    }
}

/// The default path: `dwell/dwell.toml` in the user's config folder.
#[must_use]
pub fn usual_path() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.config_dir().join("dwell").join("dwell.toml"))
}

impl From<toml::de::Error> for Mistake {
    fn from(error: toml::de::Error) -> Mistake {
        Mistake { at: error.span(), message: explain(error.message()) }
    }
}

/// Parses a config file; `path` is for error messages.
///
/// # Errors
/// The first error, with its line.
pub fn parse(path: &Path, text: &str) -> Result<Options, FileError> {
    options_of(text).map_err(|Mistake { at, message }| FileError::Mistake {
        path: path.to_owned(),
        line: line_of(text, at),
        message,
    })
}

fn options_of(text: &str) -> Result<Options, Mistake> {
    let document = DeTable::parse(text)?;
    let span = document.span();
    let mut options = document.into_inner();
    let mut tables = DeTable::new();
    for name in TABLES {
        if let Some((key, value)) = options.remove_entry(name) {
            tables.insert(key, value);
        }
    }
    let read = |table| Deserializer::from(Spanned::new(span.clone(), table));
    let additions = Tables::deserialize(read(tables))?.try_into()?;
    let parsed = Options::deserialize(read(options))?;
    Ok(Options { additions, ..parsed })
}

fn line_of(text: &str, at: Option<Range<usize>>) -> usize {
    let start = at.map_or(0, |at| at.start).min(text.len());
    memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() + 1
}

/// The message of serde or toml, with a suggestion for unknown keys and values.
fn explain(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("unknown field `") {
        return unknown_key(rest);
    }
    if let Some(rest) = message.strip_prefix("unknown variant `") {
        let (word, known) = unknown_and_known(rest);
        return not_among(word, known.into_iter());
    }
    message.replace("expected a sequence", "expected a list of texts, in [ ]")
}

fn unknown_key(rest: &str) -> String {
    let (key, mut known) = unknown_and_known(rest);
    if is_option_list(rest) {
        known.extend(TABLES);
    }
    match nearest(key, known.iter().copied()) {
        Some(meant) => format!("no key is called `{key}`; did you mean `{meant}`?"),
        None => format!("no key is called `{key}` here; there are: {}", known.join(", ")),
    }
}

/// Splits serde's message into the unknown word and the known ones.
fn unknown_and_known(rest: &str) -> (&str, Vec<&str>) {
    // The message continues "gpa`, expected one of `gap`, `active`": every second piece is a name.
    let mut names = rest.split('`').step_by(2);
    (names.next().unwrap_or_default(), names.collect())
}

/// Whether serde lists the top-level options; then table names are allowed there too.
fn is_option_list(names: &str) -> bool {
    names.contains("`max-memory`")
}
