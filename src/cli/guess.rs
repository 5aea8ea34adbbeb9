//! Errors of the command line: what they quote, and what they suggest for unknown options.

use std::ffi::OsString;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Cli, command};
use crate::text::{harmless, nearest};

/// The same error about arguments that may be shown: clap quotes them as they are, and they may come out of a log.
pub(super) fn about_shown(arguments: &[OsString], error: clap::Error) -> clap::Error {
    let shown = arguments.iter().map(|argument| harmless(&argument.to_string_lossy()).into_owned());
    Cli::try_parse_from(shown).err().unwrap_or(error)
}

/// Adds the nearest known option to an error if clap found none: its similarity measure misses transposed letters, such
/// as `--gpa`.
pub(super) fn name_the_nearest(mut error: clap::Error) -> clap::Error {
    if error.kind() != ErrorKind::UnknownArgument || error.get(ContextKind::SuggestedArg).is_some() {
        return error;
    }
    let Some(meant) = unknown_option(&error).and_then(|word| nearest_option(&word)) else { return error };
    // Its tip, to pass the word as a value, is misleading.
    error.remove(ContextKind::Suggested);
    error.insert(ContextKind::SuggestedArg, ContextValue::String(format!("--{meant}")));
    error
}

fn unknown_option(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return None };
    argument.strip_prefix("--").map(str::to_owned)
}

fn nearest_option(word: &str) -> Option<String> {
    let command = command();
    let all = std::iter::once(&command).chain(command.get_subcommands());
    let options: Vec<_> =
        all.flat_map(clap::Command::get_arguments).filter_map(clap::Arg::get_long).collect();
    nearest(word, options).map(str::to_owned)
}
