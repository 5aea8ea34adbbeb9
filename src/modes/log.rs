//! `--log FILE`: what dwell does and meets, for whoever has to find out later. Never anything about visitors.

use std::fs::File;

pub use tracing_appender::non_blocking::WorkerGuard as Guard;

use crate::config::Settings;

use super::ModeError;

/// Starts to write the log, if one is asked for. It is written until the guard goes.
///
/// # Errors
/// A file that cannot be written.
pub fn start(settings: &Settings) -> Result<Option<Guard>, ModeError> {
    let Some(path) = &settings.log else { return Ok(None) };
    let file = File::options().create(true).append(true).open(path);
    let file = file.map_err(|error| {
        ModeError::Usage(format!("--log {}: {error}; name a file that can be written", path.display()))
    })?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    // A second subscriber in one process (tests) changes nothing: the first one goes on.
    let _ = tracing_subscriber::fmt().with_ansi(false).with_target(false).with_writer(writer).try_init();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "dwell starts");
    Ok(Some(guard))
}
