//! The engine: the one owner of tracker, store and dictionaries. It applies batches in order and answers questions on one
//! thread, so nothing is locked (design.md section 3).
//!
//! Takes batches and questions, gives views. [`pipeline`] reads and classifies; [`run_live`] runs the engine for the monitor,
//! [`run_once`] for a report; faces ask through [`port`].

mod answer;
mod answer_as_of;
mod apply;
mod apply_unread;
mod cores;
mod counters;
mod doubts;
mod duplicates;
mod evidence;
mod faults;
mod feeder;
mod find_format;
mod formats;
mod front;
pub mod log_clock;
mod marks;
mod memory;
mod notices;
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
pub mod run_through;
mod snapshot;
pub mod start;
mod time;
mod time_clusters;
mod traffic;
mod traffic_reader;
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
use crate::session::Tracker;
use crate::session::watermark::{Pace, Watermark};
use crate::store::Store;
use crate::store::dictionaries::{Dictionaries, Translation};
use crate::time::{Millis, Span};
use crate::traffic::Traffic;

use cores::AllCores;
use counters::Counters;
use duplicates::DuplicateSearch;
use evidence::Evidence;
use log_clock::{ClockSamples, LogClock};
use notices::Notice;
use own_hosts::OwnHostsSearch;
use port::AskerId;
use read_mode::{OrderState, ReadMode};
use reread::Rereader;
use snapshot::Snapshot;

/// What an engine needs to start.
pub struct Setup {
    /// What makes a session.
    pub rules: Rules,
    /// The groups, goals, funnels and experiments that questions speak of by name.
    pub definitions: Arc<Definitions>,
    /// What may be asked.
    pub privacy: Privacy,
    /// How long sessions are kept; `None` in a report, which counts every session whatever that takes.
    pub keep: Option<Span>,
    /// `--max-memory` in bytes: for sessions, dictionaries, caches and snapshots.
    pub max_memory: usize,
    /// The inputs' names, in order.
    pub inputs: Vec<String>,
    /// How many workers send batches.
    pub workers: usize,
    /// Hosts that the operator named as the site's own; empty if they are to be inferred (R9).
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

/// Owns all state of a run. `apply.rs` says what a batch does to it, `time.rs` what the passing of time does, `answer.rs` how
/// questions are answered.
pub struct Engine {
    rules: Rules,
    definitions: Arc<Definitions>,
    privacy: Privacy,
    keep: Option<Span>,
    max_memory: usize,
    tracker: Tracker,
    store: Store,
    traffic: Traffic,
    /// The latest look for faults.
    fault_look: faults::FaultLook,
    dictionaries: Dictionaries,
    translations: Vec<Translation>,
    watermark: Watermark,
    counters: Counters,
    /// Finds formats for lines that the workers could not read. `None` if the engine was made without open inputs, as in tests.
    rereader: Option<Rereader>,
    /// Per input: counts that show whether it is read correctly.
    evidence: Vec<Evidence>,
    /// Finds inputs that log the same requests.
    duplicates: DuplicateSearch,
    clock: LogClock,
    clock_samples: ClockSamples,
    order: OrderState,
    own_hosts: OwnHostsSearch,
    cached: Vec<CachedQuestion>,
    /// Answers as of earlier instants.
    cached_earlier: answer_as_of::CachedEarlier,
    /// The snapshots that paused screens look at.
    snapshots: BTreeMap<AskerId, Snapshot>,
    /// How many askers there are.
    askers: usize,
    cores: AllCores,
    /// Per input: the positions up to which its lines have been applied.
    positions: Vec<Vec<Position>>,
    /// Per input: when it last brought lines, by the wall clock.
    fed: Vec<Millis>,
    /// How many open sessions were closed early for lack of memory.
    closed_early: u64,
    notices: Vec<Notice>,
    chosen: Chosen,
    state: State,
}

/// Whether more may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    /// No more will come: everything is closed.
    Finished,
}

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
            traffic: Traffic::new(memory::most_traffic(setup.max_memory)),
            fault_look: faults::FaultLook::default(),
            dictionaries: Dictionaries::new(setup.max_memory, setup.agents, setup.sources, own_hosts),
            // The last one is the rereader's.
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
            cached_earlier: answer_as_of::CachedEarlier::default(),
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

    /// Restricts a new engine to the sessions of a span (R6).
    #[must_use]
    pub fn choosing(self, chosen: Chosen) -> Engine {
        Engine { chosen, ..self }
    }

    /// Sets how many sessions a segment of a new engine holds.
    #[must_use]
    pub fn with_segments_of(self, sessions: usize) -> Engine {
        Engine { store: Store::with_segments_of(sessions), ..self }
    }

    /// Records the positions up to which an input's lines have been applied.
    fn reached(&mut self, input: InputId, positions: Vec<Position>) {
        if let Some(known) = self.positions.get_mut(usize::from(input.0)) {
            *known = positions;
        }
    }

    /// The positions up to which each input's lines have been applied, by the input's name, so that the order on the command
    /// line does not matter. Empty for an input that is no file.
    #[must_use]
    pub fn positions(&self) -> BTreeMap<String, &[Position]> {
        self.counters.names().zip(self.positions.iter().map(Vec::as_slice)).collect()
    }

    /// Changes the status of an input.
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
