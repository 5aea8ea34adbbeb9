//! Beginning a run: from open inputs to an engine with a pipeline that feeds it.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crate::classify::classifier::Shared;
use crate::classify::period::Period;
use crate::clock;
use crate::input::watch::Watch;
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

/// What a run reads, and how.
pub struct Plan {
    /// The inputs, opened.
    pub inputs: Vec<OpenInput>,
    /// From where.
    pub since: ReadFrom,
    /// Up to where, not including.
    pub until: Option<Millis>,
    /// At which speed, in thousandths; as fast as possible where it is `None`.
    pub replay: Option<u64>,
    /// When to stop reading inputs that have no end.
    pub deadline: Option<Instant>,
    /// Wakes the feeder when something has changed.
    pub watch: Watch,
    /// What all workers share.
    pub shared: Shared,
    /// What a first reading has shown of the inputs.
    pub measured: Option<Measured>,
}

/// Starts to read.
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
    let until = plan.until.unwrap_or(Millis::MAX);
    // A stream is read as it comes, unless a time was named.
    let is_time_named = matches!(plan.since, ReadFrom::At(_));
    let comes = |input: &OpenInput| !is_time_named && matches!(input.source, Ok(LineSource::Stream(_)));
    let since_of = |any: bool| if any { Millis::MIN } else { since };
    let chosen = Chosen { since: since_of(plan.inputs.iter().any(comes)), until };
    let gap = setup.rules.gap;
    let measured = plan.measured;
    let feed_one = |(input, is_named): (OpenInput, bool)| {
        let slack = measured.as_ref().map_or(Span::ZERO, |measured| measured.slack(&input.name));
        let ahead = measured.as_ref().map_or(Millis::MAX, |measured| measured.ahead(&input.name));
        // A session that reaches back further than it is known for is seen to do so.
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

/// Looks at the beginning of an input for what is to be expected of its lines.
fn hints(input: &mut OpenInput) -> FormatHints {
    let hints = input.hints();
    input.look_at_format();
    FormatHints { unused: input.unused_fields(), ..hints }
}

/// A file is read from the instant on. Lines may be out of order: those a little before it are looked at too.
fn feed(mut input: OpenInput, period: Period, margin: Span, is_named: bool) -> Feed {
    input.skip_to(period.from, margin);
    Feed::new(input, period, is_named)
}

/// The instant from which files are read. A log that is older than asked for is read for its own last stretch.
fn first_instant(inputs: &mut [OpenInput], since: ReadFrom, wall: Millis) -> Millis {
    let span = match since {
        ReadFrom::All => return Millis::MIN,
        ReadFrom::At(instant) => return instant,
        ReadFrom::Ago(span) => span,
    };
    let newest = inputs.iter_mut().filter_map(OpenInput::last_time).max();
    // A compressed log may be old as a whole: it is read, and what is not wanted any more is let go then.
    if newest.is_none() && inputs.iter_mut().any(OpenInput::is_unknown_store) {
        return Millis::MIN;
    }
    newest.map_or(wall - span, |newest| newest.min(wall) - span)
}

/// A replay begins with the first line that is read.
fn replay(inputs: &mut [OpenInput], speed: u64, since: Millis, wall: Millis) -> Replay {
    let first = inputs.iter_mut().filter_map(OpenInput::first_time).min().unwrap_or(wall);
    Replay { log: first.max(since), wall, speed }
}
