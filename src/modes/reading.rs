//! Reading inputs to their end, in a second pass if the first one finds them out of order (design.md R6).

use std::io;

use crate::clock;
use crate::config::Settings;
use crate::engine::Engine;
use crate::engine::log_clock::LogClock;
use crate::engine::open_input::{LineSource, OpenInput};
use crate::engine::pipeline::Pipeline;
use crate::engine::read_mode::{FirstReading, Measured, ReadMode};
use crate::engine::run_once::Outcome;
use crate::input::AtEnd;
use crate::input::watch::Watch;
use crate::query::coarse::mark;
use crate::query::view::View;
use crate::time::Span;

use super::{ModeError, RunInputs, inputs, start};

/// Open inputs and their file watcher.
pub(super) type Open = (Vec<OpenInput>, Watch);

/// A started run.
pub(super) struct StartedRun<'a> {
    settings: &'a Settings,
    engine: Engine,
    pipeline: Pipeline,
}

impl<'a> StartedRun<'a> {
    /// Starts reading.
    pub(super) fn new(
        settings: &'a Settings,
        open: Open,
        stop_after: Option<Span>,
        first: FirstReading,
    ) -> Result<StartedRun<'a>, ModeError> {
        let is_stream = |input: &OpenInput| matches!(input.source, Ok(LineSource::Stream(_)));
        let comes_once = stop_after.is_some() || open.0.iter().any(is_stream);
        let read_mode = if comes_once { ReadMode::Once } else { ReadMode::First(first) };
        let (engine, pipeline) = begin(settings, open, stop_after, read_mode, None)?;
        Ok(StartedRun { settings, engine, pipeline })
    }

    /// Reads to the end, and again if the order requires it.
    ///
    /// # Errors
    /// Errors of `answering`, or of reopening the inputs.
    pub(super) fn read(
        self,
        mut answering: impl FnMut(Engine, Pipeline) -> io::Result<Outcome>,
    ) -> io::Result<View> {
        let (mut engine, mut pipeline) = (self.engine, self.pipeline);
        loop {
            match answering(engine, pipeline)? {
                Outcome::Answer(view) => return Ok(*view),
                Outcome::ReadAgain(measured) => {
                    (engine, pipeline) = begin_again(self.settings, measured).map_err(io::Error::other)?;
                }
            }
        }
    }
}

fn begin_again(settings: &Settings, measured: Measured) -> Result<(Engine, Pipeline), ModeError> {
    let open = inputs::open(settings, AtEnd::Stop)?;
    let names: Vec<_> = open.0.iter().map(|input| input.name.clone()).collect();
    let read_mode = measured.read_mode(&names);
    begin(settings, open, None, read_mode, Some(measured))
}

/// Reports under `strict` end at a closed mark, too: another one a moment later would tell of who came in between (R11).
fn up_to_mark(settings: &Settings, stop_after: Option<Span>) -> Settings {
    let is_open = settings.until.is_none() && stop_after.is_none() && !settings.privacy.shows_visitors();
    let until = if is_open { Some(mark(clock::wall())) } else { settings.until };
    Settings { until, ..settings.clone() }
}

fn begin(
    settings: &Settings,
    (inputs, watch): Open,
    stop_after: Option<Span>,
    read_mode: ReadMode,
    measured: Option<Measured>,
) -> Result<(Engine, Pipeline), ModeError> {
    let clock = LogClock::Newest;
    let settings = &up_to_mark(settings, stop_after);
    start(settings, RunInputs { inputs, watch, clock, keep: None, stop_after, read_mode, measured })
}
