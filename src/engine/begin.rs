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

use super::arrival::Measured;
use super::feeder::{Feed, Feeder};
use super::log_clock::{LogClock, Replay};
use super::looking::Expectation;
use super::opening::{Lines, Opened, Since};
use super::pipeline::{self, Pipeline};
use super::telling::Telling;
use super::{Engine, Setup};

/// What a run reads, and how.
pub struct Plan {
    /// The inputs, opened.
    pub inputs: Vec<Opened>,
    /// From where.
    pub since: Since,
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
pub fn begin(mut plan: Plan, setup: Setup) -> std::io::Result<(Engine, Pipeline)> {
    let expectations: Vec<Expectation> = plan.inputs.iter_mut().map(expectation).collect();
    let named: Vec<bool> = expectations.iter().map(|expectation| expectation.given).collect();
    let wall = clock::wall();
    let since = first_instant(&mut plan.inputs, plan.since, wall);
    let margin = setup.rules.lateness;
    let replay = plan.replay.map(|speed| replay(&mut plan.inputs, speed, since, wall));
    let until = plan.until.unwrap_or(Millis::MAX);
    // A stream is read as it comes, unless a time was named.
    let is_time_named = matches!(plan.since, Since::At(_));
    let comes = |input: &Opened| !is_time_named && matches!(input.source, Ok(Lines::Stream(_)));
    let since_of = |any: bool| if any { Millis::MIN } else { since };
    let chosen = Chosen { since: since_of(plan.inputs.iter().any(comes)), until };
    let gap = setup.rules.gap;
    let measured = plan.measured;
    let feed_one = |(input, is_named): (Opened, bool)| {
        let slack = measured.as_ref().map_or(Span::ZERO, |measured| measured.slack(&input.name));
        let ahead = measured.as_ref().map_or(Millis::MAX, |measured| measured.ahead(&input.name));
        // A session that reaches back further than it is known for is seen to do so.
        let own = Chosen { since: since_of(comes(&input)), until };
        let period = Period { from: own.known_from() - gap, since: own.since, until, ahead };
        feed(input, period, margin + slack, is_named)
    };
    let inputs = plan.inputs.into_iter().zip(named).map(feed_one).collect();
    let telling = Telling::of(&plan.shared);
    let shared = Arc::new(plan.shared);
    let (inlet, pipeline) = pipeline::start(setup.workers, &shared)?;
    let feeder = Feeder { inlet, inputs, watch: plan.watch, replay, deadline: plan.deadline, telling };
    thread::Builder::new().name("feeder".into()).spawn(move || feeder.run())?;
    let clock = replay.map_or(setup.clock, LogClock::Replayed);
    let engine = Engine::new(Setup { clock, ..setup }).rereading(&shared, expectations);
    Ok((engine.choosing(chosen), pipeline))
}

/// Looks at the beginning of an input for what is to be expected of its lines.
fn expectation(input: &mut Opened) -> Expectation {
    let expectation = input.expectation();
    input.look_at_format();
    Expectation { remarks: input.remarks(), ..expectation }
}

/// A file is read from the instant on. Lines may be out of order: those a little before it are looked at too.
fn feed(mut input: Opened, period: Period, margin: Span, is_named: bool) -> Feed {
    input.skip_to(period.from, margin);
    Feed::new(input, period, is_named)
}

/// The instant from which files are read. A log that is older than asked for is read for its own last stretch.
fn first_instant(inputs: &mut [Opened], since: Since, wall: Millis) -> Millis {
    let span = match since {
        Since::All => return Millis::MIN,
        Since::At(instant) => return instant,
        Since::Ago(span) => span,
    };
    let newest = inputs.iter_mut().filter_map(Opened::last_time).max();
    // A compressed log may be old as a whole: it is read, and what is not wanted any more is let go then.
    if newest.is_none() && inputs.iter_mut().any(Opened::is_unknown_store) {
        return Millis::MIN;
    }
    newest.map_or(wall - span, |newest| newest.min(wall) - span)
}

/// A replay begins with the first line that is read.
fn replay(inputs: &mut [Opened], speed: u64, since: Millis, wall: Millis) -> Replay {
    let first = inputs.iter_mut().filter_map(Opened::first_time).min().unwrap_or(wall);
    Replay { log: first.max(since), wall, speed }
}
