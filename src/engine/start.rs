//! Starts a run: from open inputs to an engine with a pipeline that feeds it.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crate::classify::classifier::Shared;
use crate::classify::period::Period;
use crate::clock;
use crate::input::watch::Watch;
use crate::query::coarse::mark;
use crate::query::moment::Chosen;
use crate::time::{Millis, Span};

use super::feeder::{Feed, Feeder};
use super::find_format::FormatHints;
use super::log_clock::{LogClock, Replay};
use super::open_input::{LineSource, OpenInput, ReadFrom};
use super::pipeline::{self, Pipeline};
use super::read_mode::Measured;
use super::redaction::Redaction;
use super::{Engine, Setup};

/// The inputs of a run, and how to read them.
pub struct Plan {
    /// The opened inputs.
    pub inputs: Vec<OpenInput>,
    /// Where to start.
    pub since: ReadFrom,
    /// Where to end, exclusive.
    pub until: Option<Millis>,
    /// The speed of a replay, in thousandths; `None` to read as fast as possible.
    pub replay: Option<u64>,
    /// When to stop reading inputs that have no end.
    pub deadline: Option<Instant>,
    /// Wakes the feeder on changes.
    pub watch: Watch,
    /// What all workers share.
    pub shared: Shared,
    /// What a first pass has measured.
    pub measured: Option<Measured>,
}

/// Starts reading.
///
/// # Errors
/// The system gives no thread.
pub fn start(mut plan: Plan, setup: Setup) -> std::io::Result<(Engine, Pipeline)> {
    let hints: Vec<FormatHints> = plan.inputs.iter_mut().map(hints).collect();
    let named: Vec<bool> = hints.iter().map(|hints| hints.given).collect();
    let wall = clock::wall();
    let since = first_instant(&mut plan.inputs, plan.since, wall);
    let margin = setup.rules.lateness;
    let replay = plan.replay.map(|speed| replay(&mut plan.inputs, speed, since, wall));
    // Spans of `strict` begin and end at marks (R11).
    let is_free = setup.privacy.shows_visitors();
    let at_mark = |at: Millis| if is_free || at == Millis::MIN { at } else { mark(at) };
    let since = at_mark(since);
    let until = plan.until.map_or(Millis::MAX, at_mark);
    // A stream is read whole, unless a time was given.
    let is_time_named = matches!(plan.since, ReadFrom::At(_));
    let comes = |input: &OpenInput| !is_time_named && matches!(input.source, Ok(LineSource::Stream(_)));
    let since_of = |any: bool| if any { Millis::MIN } else { since };
    let chosen = Chosen { since: since_of(plan.inputs.iter().any(comes)), until };
    let gap = setup.rules.gap;
    let measured = plan.measured;
    let feed_one = |(input, is_named): (OpenInput, bool)| {
        let slack = measured.as_ref().map_or(Span::ZERO, |measured| measured.slack(&input.name));
        let ahead = measured.as_ref().map_or(Millis::MAX, |measured| measured.ahead(&input.name));
        // Reading a gap earlier shows whether a session began before its period.
        let own = Chosen { since: since_of(comes(&input)), until };
        let period = Period { from: own.known_from() - gap, since: own.since, until, ahead };
        feed(input, period, margin + slack, is_named)
    };
    let inputs = plan.inputs.into_iter().zip(named).map(feed_one).collect();
    let redaction = Redaction::of(&plan.shared);
    let shared = Arc::new(plan.shared);
    let (inlet, pipeline) = pipeline::start(setup.workers, &shared)?;
    let feeder = Feeder { inlet, inputs, watch: plan.watch, replay, deadline: plan.deadline, redaction };
    thread::Builder::new().name("feeder".into()).spawn(move || feeder.run())?;
    let clock = replay.map_or(setup.clock, LogClock::Replayed);
    let engine = Engine::new(Setup { clock, ..setup }).rereading(&shared, hints);
    Ok((engine.choosing(chosen), pipeline))
}

/// Examines the beginning of an input for hints about its format.
fn hints(input: &mut OpenInput) -> FormatHints {
    let hints = input.hints();
    input.look_at_format();
    FormatHints { unused: input.unused_fields(), ..hints }
}

/// Skips to the period in a file, less a margin for lines that are out of order.
fn feed(mut input: OpenInput, period: Period, margin: Span, is_named: bool) -> Feed {
    input.skip_to(period.from, margin);
    Feed::new(input, period, is_named)
}

/// The instant to read files from. If all of the log is older, its own last part is read.
fn first_instant(inputs: &mut [OpenInput], since: ReadFrom, wall: Millis) -> Millis {
    let span = match since {
        ReadFrom::All => return Millis::MIN,
        ReadFrom::At(instant) => return instant,
        ReadFrom::Ago(span) => span,
    };
    let newest = inputs.iter_mut().filter_map(OpenInput::last_time).max();
    // The end of a compressed log is unknown, so all of it is read, and what is too old is evicted later.
    if newest.is_none() && inputs.iter_mut().any(OpenInput::is_unknown_store) {
        return Millis::MIN;
    }
    newest.map_or(wall - span, |newest| newest.min(wall) - span)
}

/// A replay starts at the first line read.
fn replay(inputs: &mut [OpenInput], speed: u64, since: Millis, wall: Millis) -> Replay {
    let first = inputs.iter_mut().filter_map(OpenInput::first_time).min().unwrap_or(wall);
    Replay { log: first.max(since), wall, speed }
}
