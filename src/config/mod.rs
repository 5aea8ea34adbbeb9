//! The configuration: flags override the config file, which overrides defaults.
//!
//! Merges the command line's [`Options`] with those of `dwell.toml` into [`Settings`], plain values. Must not know the
//! engine, the inputs or the output, nor read a clock: `now` is an argument.

pub mod additions;
mod alerts;
pub mod annotations;
pub(crate) mod append;
pub mod choices;
mod definitions;
pub mod file;
pub mod format_choice;
pub mod from_text;
pub mod json_fields;
mod mistake;
pub mod moment;
pub mod options;
mod section;
pub mod segments;
mod serve;
pub mod settings;
mod tables;
pub mod zone;

use std::ffi::OsString;
use std::path::PathBuf;

pub use crate::query::privacy::Privacy;
pub use additions::Additions;
pub use choices::ColorChoice;
pub use file::FileError;
use file::Loaded;
pub use format_choice::FormatChoice;
pub use json_fields::{DurationUnit, JsonFields};
pub use moment::Since;
pub use options::Options;
pub use settings::{History, RunKind, Settings, SettingsError};
pub use zone::Zone;

use crate::time::Millis;

/// The part of the command line shared by all modes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommandLine {
    /// Inputs as typed; may be empty.
    pub inputs: Vec<OsString>,
    /// The options given as flags.
    pub flags: Options,
    /// `--config`: use this file instead of the usual one.
    pub config: Option<PathBuf>,
}

/// A configuration error. All are usage errors: exit status 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read or parsed.
    #[error(transparent)]
    File(#[from] FileError),
    /// Settings contradict each other, or a time does not exist.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Resolves the settings: flags over config file over defaults.
///
/// `now` is the wall-clock time, for values such as `--since 14:00`.
///
/// # Errors
/// A config file that cannot be read or has errors, and settings that contradict each other.
pub fn settings(kind: RunKind, command_line: CommandLine, now: Millis) -> Result<Settings, ConfigError> {
    let Loaded { options: file, notice } = file::load(command_line.config.as_deref())?;
    let config_file = command_line.config.or_else(file::usual_path);
    let settings = Settings::resolve(kind, command_line.flags.over(file), command_line.inputs, now)?;
    Ok(Settings { config_file, notices: notice.into_iter().collect(), ..settings })
}
