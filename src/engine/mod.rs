//! The engine: the one owner of tracker, store and dictionaries. It applies batches in their order and answers
//! questions; nothing of it is locked (design.md section 3).
//!
//! Takes batches and questions, gives views. What reads and classifies is in [`pipeline`]; what runs it for the
//! live monitor is in [`run_live`], and for a report in [`run_once`]; faces ask by [`port`]. Applying batches is here; answers are in
//! `answering`.

mod answer;
mod apply;
mod apply_unread;
mod cores;
mod counters;
mod doubts;
mod duplicates;
mod evidence;
mod feeder;
mod find_format;
mod formats;
mod front;
pub mod log_clock;
mod memory;
pub mod open_input;
mod own_hosts;
pub mod pipeline;
pub mod port;
mod quotable;
pub mod read_mode;
mod redaction;
mod reread;
pub mod run_live;
pub mod run_once;
mod snapshot;
pub mod start;
mod time_clusters;
mod unread_buffer;
mod unused_fields;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::classify::agent::Agents;
use crate::classify::batch::InputId;
use crate::classify::own_hosts::OwnHosts;
use crate::classify::source::Sources;
use crate::input::Skipped;
use crate::input::position::Position;
use crate::query::answer::CachedQuestion;
use crate::query::definitions::Definitions;
use crate::query::moment::Chosen;
use crate::query::privacy::Privacy;
use crate::query::rules::Rules;
use crate::query::view::{InputState, InputStatus};
use crate::session::watermark::{Pace, Watermark};
use crate::session::{Session, Tracker};
use crate::store::Store;
use crate::store::dictionaries::{Dictionaries, Translation};
use crate::store::row::BotReason;
use crate::time::{Millis, Span};

use cores::AllCores;
use counters::Counters;
use duplicates::DuplicateSearch;
use evidence::Evidence;
use log_clock::{ClockSamples, LogClock, Shift};
use own_hosts::OwnHostsSearch;
use port::AskerId;
use read_mode::{OrderState, ReadMode};
use reread::Rereader;
use snapshot::Snapshot;

/// What an engine must know to begin.
pub struct Setup {
    /// What makes a session.
    pub rules: Rules,
    /// The groups, goals, funnels and experiments that questions speak of by name.
    pub definitions: Arc<Definitions>,
    /// What may be asked.
    pub privacy: Privacy,
    /// How long sessions are kept; `None` in a report, which counts every session whatever that takes.
    pub keep: Option<Span>,
    /// How many bytes sessions and dictionaries may take.
    pub max_memory: usize,
    /// The inputs' names, in order.
    pub inputs: Vec<String>,
    /// How many workers send batches.
    pub workers: usize,
    /// Hosts that the operator named as the site's own; empty where they are to be found out.
    pub own_hosts: Vec<String>,
    /// The tables of user agents.
    pub agents: Arc<Agents>,
    /// The tables of sources.
    pub sources: Arc<Sources>,
    /// The clock to begin with.
    pub clock: LogClock,
    /// How lines arrive.
    pub read_mode: ReadMode,
}

/// Owns all state of a run.
pub struct Engine {
    rules: Rules,
    definitions: Arc<Definitions>,
    privacy: Privacy,
    keep: Option<Span>,
    max_memory: usize,
    tracker: Tracker,
    store: Store,
    dictionaries: Dictionaries,
    translations: Vec<Translation>,
    watermark: Watermark,
    counters: Counters,
    /// Reads what workers leave unread; in a run that begins with open inputs.
    rereader: Option<Rereader>,
    /// What the events of each input say of how well it is read.
    evidence: Vec<Evidence>,
    /// What was found in the requests that inputs have in common.
    duplicates: DuplicateSearch,
    clock: LogClock,
    clock_samples: ClockSamples,
    order: OrderState,
    own_hosts: OwnHostsSearch,
    cached: Vec<CachedQuestion>,
    /// The instants of paused screens.
    snapshots: BTreeMap<AskerId, Snapshot>,
    /// How many ask.
    askers: usize,
    cores: AllCores,
    /// Up to where the lines of each input are applied.
    positions: Vec<Vec<Position>>,
    /// When each input last brought lines, on the wall clock.
    fed: Vec<Millis>,
    /// Open sessions that were closed before their time.
    closed_early: u64,
    notices: Vec<Notice>,
    chosen: Chosen,
    state: State,
}

/// What is said of an input for a while.
struct Notice {
    input: InputId,
    said: String,
    /// Our clock's time; found out when time moves on.
    until: Option<Millis>,
}

/// Whether more may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    /// No more will come: everything is closed.
    Finished,
}

/// An input that has brought nothing for so long is idle.
const IDLE: Span = Span::seconds(30);

impl Engine {
    /// An engine that has seen nothing yet.
    #[must_use]
    pub fn new(setup: Setup) -> Engine {
        let own_hosts = if setup.own_hosts.is_empty() {
            OwnHosts::not_known()
        } else {
            OwnHosts::given(setup.own_hosts.iter())
        };
        Engine {
            rules: setup.rules,
            definitions: setup.definitions,
            privacy: setup.privacy,
            keep: setup.keep,
            max_memory: setup.max_memory,
            tracker: Tracker::new(setup.rules.gap, setup.rules.lateness),
            store: Store::new(),
            dictionaries: Dictionaries::new(setup.max_memory, setup.agents, setup.sources, own_hosts),
            // The last one is of what is read again here.
            translations: (0..=setup.workers).map(|_| Translation::default()).collect(),
            watermark: Watermark::new(setup.inputs.len(), setup.rules.lateness)
                .with_slack(setup.read_mode.slack(setup.inputs.len())),
            order: OrderState::new(&setup.read_mode, setup.inputs.len(), setup.rules.lateness),
            clock_samples: ClockSamples::default(),
            counters: Counters::new(&setup.inputs),
            rereader: None,
            evidence: setup.inputs.iter().map(|_| Evidence::default()).collect(),
            duplicates: DuplicateSearch::of(setup.inputs.len()),
            clock: setup.clock,
            own_hosts: OwnHostsSearch::default(),
            cached: Vec::new(),
            snapshots: BTreeMap::new(),
            askers: 0,
            cores: AllCores::new(),
            positions: vec![Vec::new(); setup.inputs.len()],
            fed: vec![Millis::MIN; setup.inputs.len()],
            closed_early: 0,
            notices: Vec::new(),
            chosen: Chosen::ALL,
            state: State::Running,
        }
    }

    /// The same engine, which has seen nothing yet, for the sessions of a span only (R6).
    #[must_use]
    pub fn choosing(self, chosen: Chosen) -> Engine {
        Engine { chosen, ..self }
    }

    /// The same engine, which has seen nothing yet, with segments of so many sessions.
    #[must_use]
    pub fn with_segments_of(self, sessions: usize) -> Engine {
        Engine { store: Store::with_segments_of(sessions), ..self }
    }

    /// An input's lines are applied up to these positions.
    fn reached(&mut self, input: InputId, positions: Vec<Position>) {
        if let Some(known) = self.positions.get_mut(usize::from(input.0)) {
            *known = positions;
        }
    }

    /// Up to where each input's lines are applied, by the input's name: in which order inputs were named does not matter.
    /// None of an input that is no file.
    #[must_use]
    pub fn positions(&self) -> BTreeMap<String, &[Position]> {
        self.counters.names().zip(self.positions.iter().map(Vec::as_slice)).collect()
    }

    /// Seals what is due, and lets go what is too old or too much.
    fn seal(&mut self) {
        self.seal_due();
        if let Some(keep) = self.keep {
            self.store.keep(self.watermark.get(), keep);
        }
        self.bound_memory();
    }

    fn seal_due(&mut self) {
        let (store, known, kept) = (&mut self.store, &self.dictionaries, (self.rules.gap, self.chosen));
        self.tracker.advance(self.watermark.reached(), |sessions| keep_sealed(store, known, kept, sessions));
    }

    /// No more will come: everything is closed, and time stands still at the newest line.
    pub fn finish(&mut self) {
        self.state = State::Finished;
        self.clock = LogClock::Newest;
        self.settle_arrivals();
        self.duplicates.compare();
        let (store, known, kept) = (&mut self.store, &self.dictionaries, (self.rules.gap, self.chosen));
        self.tracker.finish(|sessions| keep_sealed(store, known, kept, sessions));
    }

    /// Time has moved on, whether or not lines came in (R6): sessions close when a log falls silent.
    pub fn tick(&mut self, wall: Millis) {
        self.release_idle_inputs(wall);
        self.look_at_unread_live(wall);
        self.expire_notices(wall);
        // While older lines are still being loaded, the log's time is theirs.
        if self.counters.is_loading() {
            return;
        }
        let newest = self.watermark.newest();
        if newest > Millis::MIN && self.clock != LogClock::Newest {
            self.watermark.reach(self.clock.now(newest, wall));
            self.seal();
        }
    }

    /// Lines that were just written are about to be applied, of which `newest` is the latest. They tell how far the
    /// log's clock is off; what was assumed of it before does not make them late.
    pub fn see_fresh(&mut self, newest: Millis, wall: Millis) {
        let assumed = self.clock == LogClock::Moving(Shift::Assumed);
        let ahead = self.clock_samples.look(newest, wall);
        self.clock.shift_by(ahead);
        if assumed {
            self.watermark.forget_time();
        }
    }

    /// An input that has brought nothing for a while holds nobody back (R6).
    fn release_idle_inputs(&mut self, wall: Millis) {
        for (input, fed) in self.fed.iter().enumerate() {
            if *fed + IDLE < wall && !self.counters.is_loading() {
                let input = InputId(u16::try_from(input).unwrap_or(u16::MAX));
                self.watermark.set_pace(input, Pace::Idle);
            }
        }
    }

    /// An input brought lines at this instant of the wall clock.
    fn mark_fed(&mut self, input: InputId, wall: Millis) {
        if let Some(fed) = self.fed.get_mut(usize::from(input.0)) {
            *fed = wall;
        }
    }

    /// An input has another state.
    pub fn set_input(&mut self, input: InputId, change: impl FnOnce(&mut InputStatus)) {
        let Some(status) = self.counters.input(input) else { return };
        change(status);
        let pace = match status.state {
            InputState::Loading => Pace::Reading,
            InputState::Live | InputState::Ended | InputState::Failed => Pace::Idle,
        };
        self.watermark.set_pace(input, pace);
    }

    /// So many lines came too fast and were dropped.
    pub fn count_dropped(&mut self, lines: u64) {
        self.counters.overflow += lines;
    }

    /// What was left out of an input.
    pub fn count_skipped(&mut self, input: InputId, skipped: Skipped) {
        self.counters.count_skipped(input, skipped);
    }

    /// The log's clock.
    pub fn clock_mut(&mut self) -> &mut LogClock {
        &mut self.clock
    }

    /// The newest time of any line.
    #[must_use]
    pub fn newest(&self) -> Millis {
        self.watermark.newest()
    }

    /// Whether every input is at its end or cannot be read.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.counters.is_over()
    }
}

/// Keeps sealed sessions, but those that lie outside of the span that was asked for.
fn keep_sealed(
    store: &mut Store,
    known: &Dictionaries,
    (gap, chosen): (Span, Chosen),
    sessions: &[&Session],
) {
    let bot = |session: &Session| BotReason::of(session, known, gap);
    let counts = |session: &&&Session| chosen.overlaps(session.start(), session.end());
    if sessions.iter().all(|session| counts(&session)) {
        return store.push(sessions, bot);
    }
    let counting: Vec<_> = sessions.iter().filter(counts).copied().collect();
    store.push(&counting, bot);
}
