//! The live monitor: the engine on its thread, the screen on this one.

use crate::config::Settings;
use crate::engine::opening::Opened;
use crate::input::AtEnd;
use crate::input::watch::Watch;

use super::{Ended, ModeError, inputs};

/// Shows the monitor on the operator's logs.
///
/// # Errors
/// A run that cannot begin, or a terminal that cannot be used.
pub fn run(settings: &Settings) -> Result<Ended, ModeError> {
    let (inputs, watch) = inputs::open(settings, AtEnd::Follow)?;
    monitor(settings, inputs, watch)
}

/// Shows the monitor on open inputs.
pub(super) fn monitor(_settings: &Settings, _inputs: Vec<Opened>, _watch: Watch) -> Result<Ended, ModeError> {
    Ok(Ended::Done)
}
