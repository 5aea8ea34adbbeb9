//! `--log FILE`: dwell's own log, for troubleshooting. It never contains visitor data.

use std::fs::File;

pub use tracing_appender::non_blocking::WorkerGuard as Guard;

use crate::config::Settings;
use crate::text::HarmlessLines;

use super::ModeError;

/// Starts logging if `--log` is given. Dropping the guard flushes the log.
///
/// # Errors
/// The file cannot be written.
pub fn start(settings: &Settings) -> Result<Option<Guard>, ModeError> {
    let Some(path) = &settings.log else { return Ok(None) };
    let file = File::options().create(true).append(true).open(path);
    let file = file.map_err(|error| {
        ModeError::Usage(format!("--log {}: {error}; name a file that can be written", path.display()))
    })?;
    let (writer, guard) = tracing_appender::non_blocking(HarmlessLines::new(file));
    // Fails if a subscriber is already installed, as in tests: keep the first one.
    let _ = tracing_subscriber::fmt().with_ansi(false).with_target(false).with_writer(writer).try_init();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "dwell starts");
    Ok(Some(guard))
}
