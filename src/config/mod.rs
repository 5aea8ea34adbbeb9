//! The configuration: defaults < file < flags, as one struct of plain values.
//!
//! Takes what the command line said (a [`Layer`]) and `dwell.toml`, gives [`Settings`]. Must not know the engine, the
//! inputs or the faces, nor read a clock: `now` is an argument.

pub mod additions;
pub mod choices;
mod definitions;
pub mod file;
pub mod format_choice;
pub mod from_text;
pub mod json_fields;
pub mod layer;
mod mistake;
pub mod moment;
mod section;
pub mod segments;
pub mod settings;
mod tables;
pub mod zone;

use std::ffi::OsString;
use std::path::PathBuf;

pub use crate::query::privacy::Privacy;
pub use additions::Additions;
pub use choices::ColorChoice;
pub use file::FileError;
pub use format_choice::FormatChoice;
pub use json_fields::{DurationUnit, JsonFields};
pub use layer::Layer;
pub use moment::Since;
pub use settings::{History, Purpose, Settings, SettingsError};
pub use zone::Zone;

use crate::time::Millis;

/// What the command line said, whatever the mode.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Request {
    /// What to read, as typed; empty where nothing was said.
    pub inputs: Vec<OsString>,
    /// The options that were said.
    pub flags: Layer,
    /// `--config`: this file instead of the usual one.
    pub config: Option<PathBuf>,
}

/// What is wrong with a configuration. All of these are wrong usage: exit status 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read or understood.
    #[error(transparent)]
    File(#[from] FileError),
    /// Two settings contradict each other, or a time cannot be found in the calendar.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// The settings that a request asks for: flags over the config file over the defaults.
///
/// `now` is the wall clock, for times such as `--since 14:00`.
///
/// # Errors
/// A config file that cannot be read or has a mistake, and settings that contradict each other.
pub fn settings(purpose: Purpose, request: Request, now: Millis) -> Result<Settings, ConfigError> {
    let file = file::load(request.config.as_deref())?;
    Ok(Settings::resolve(purpose, request.flags.over(file), request.inputs, now)?)
}
