//! The engine: the one owner of tracker, store and dictionaries. It applies batches in their order and answers
//! questions; nothing of it is locked (design.md section 3).
//!
//! Takes batches and questions, gives views. What reads and classifies is in [`pipeline`]; what runs it for the
//! live monitor is in [`live`], and for a report in [`once`].

pub mod begin;
mod cores;
mod feeder;
mod intake;
pub mod live;
pub mod log_clock;
pub mod once;
pub mod opening;
pub mod pipeline;

use std::sync::Arc;

use crate::classify::agent::Agents;
use crate::classify::batch::{Batch, Event as Local, InputId, What};
use crate::classify::inference::Inference;
use crate::classify::own_hosts::OwnHosts;
use crate::classify::referrer;
use crate::classify::source::Sources;
use crate::ids::ArrivalId;
use crate::query::answer::{Sessions, Standing};
use crate::query::moment::Moment;
use crate::query::question::{BounceRule, Question, SessionRef};
use crate::query::timeline::timeline;
use crate::query::view::{ClockState, InputState, InputStatus, Intake, OwnHostsFrom, Timeline, View};
use crate::session::watermark::{Pace, Watermark};
use crate::session::{Event, Note, NoteKind, Origin, Session, Step, StepKind, Tracker, Visit};
use crate::store::Store;
use crate::store::dictionaries::{Dictionaries, Translation};
use crate::store::row::BotReason;
use crate::time::{Millis, Span};

use cores::AllCores;
use intake::Counters;
use log_clock::{LogClock, Shift};

/// What an engine must know to begin.
pub struct Setup {
    /// The longest silence within a session.
    pub gap: Span,
    /// How long after its last event a session counts as active.
    pub active: Span,
    /// How late input may be.
    pub lateness: Span,
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
}

/// Owns all state of a run.
pub struct Engine {
    gap: Span,
    active: Span,
    keep: Option<Span>,
    max_memory: usize,
    tracker: Tracker,
    store: Store,
    known: Dictionaries,
    translations: Vec<Translation>,
    watermark: Watermark,
    counters: Counters,
    clock: LogClock,
    own_hosts: OwnHostsSearch,
    standing: Vec<Standing>,
    cores: AllCores,
    /// When each input last brought lines, on the wall clock.
    fed: Vec<Millis>,
    /// Open sessions that were closed before their time.
    closed_early: u64,
    state: State,
}

/// Whether more may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    /// No more will come: everything is closed.
    Finished,
}

/// How the site's own hosts are found out (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OwnHostsSearch {
    /// They were given, or it is too late to change them.
    Settled(OwnHostsFrom),
    /// Inferred from referrers, last when so many arrivals and pages were known.
    Inferring(usize),
}

/// An input that has brought nothing for so long is idle.
const IDLE: Span = Span::seconds(30);

/// How many questions are kept standing: the overview, a zoomed pane and what was asked before it.
const STANDING: usize = 4;

impl Engine {
    /// An engine that has seen nothing yet.
    #[must_use]
    pub fn new(setup: Setup) -> Engine {
        let given = OwnHosts::given(setup.own_hosts.iter());
        let own_hosts = if setup.own_hosts.is_empty() {
            OwnHostsSearch::Inferring(0)
        } else {
            OwnHostsSearch::Settled(OwnHostsFrom::Given)
        };
        Engine {
            gap: setup.gap,
            active: setup.active,
            keep: setup.keep,
            max_memory: setup.max_memory,
            tracker: Tracker::new(setup.gap, setup.lateness),
            store: Store::new(),
            known: Dictionaries::new(setup.max_memory, setup.agents, setup.sources, given),
            translations: (0..setup.workers).map(|_| Translation::default()).collect(),
            watermark: Watermark::new(setup.inputs.len(), setup.lateness),
            counters: Counters::new(&setup.inputs),
            clock: setup.clock,
            own_hosts,
            standing: Vec::new(),
            cores: AllCores::new(),
            fed: vec![Millis::MIN; setup.inputs.len()],
            closed_early: 0,
            state: State::Running,
        }
    }

    /// The same engine, which has seen nothing yet, with segments of so many sessions.
    #[must_use]
    pub fn with_segments_of(self, sessions: usize) -> Engine {
        Engine { store: Store::with_segments_of(sessions), ..self }
    }

    /// Applies a batch. Batches must come in the order of their blocks.
    pub fn apply(&mut self, input: InputId, worker: usize, batch: &Batch) {
        self.counters.count(input, batch);
        let Some(translation) = self.translations.get_mut(worker) else { return };
        translation.learn(batch, &mut self.known);
        self.learn_sites(batch);
        self.apply_hits(input, worker, batch);
        self.seal();
    }

    fn learn_sites(&mut self, batch: &Batch) {
        let named = batch.new.sites.iter().any(|site| !site.is_empty());
        if !named || self.own_hosts == OwnHostsSearch::Settled(OwnHostsFrom::Given) {
            return;
        }
        self.own_hosts = OwnHostsSearch::Settled(OwnHostsFrom::Log);
        let mut hosts = match self.known.own_hosts() {
            OwnHosts::Log(_) => self.known.own_hosts().clone(),
            _ => OwnHosts::from_log(),
        };
        let mut new = false;
        for site in batch.new.sites.iter().filter(|site| !site.is_empty()) {
            new |= hosts.insert(site);
        }
        if new {
            self.known.set_own_hosts(hosts);
        }
    }

    fn apply_hits(&mut self, input: InputId, worker: usize, batch: &Batch) {
        let mut events = batch.events.iter();
        let mut newest = Millis::MIN;
        for hit in &batch.hits {
            self.counters.kinds[hit.kind_index()] += 1;
            let event = if hit.has_event() { events.next() } else { None };
            if hit.time() > newest {
                newest = hit.time();
                self.watermark.saw(input, newest);
            }
            if hit.time() < self.watermark.oldest_accepted() {
                self.counters.late += 1;
            } else if let Some(event) = event {
                self.apply_event(input, worker, event);
            }
        }
    }

    fn apply_event(&mut self, input: InputId, worker: usize, event: &Local) {
        let translation = &self.translations[worker];
        let page = translation.page(event.page);
        let step = |kind| {
            let load = event.load.unwrap_or(Step::NO_LOAD);
            Visit::Step(Step { time: event.time, page, kind, load, status: event.status, input })
        };
        let note = |kind| Visit::Note(Note { time: event.time, page, status: event.status, kind, input });
        let visit = match event.what {
            What::Pageview => step(StepKind::Pageview),
            What::Action(action) => step(StepKind::Action(translation.action(action))),
            What::Error => note(NoteKind::Error),
            What::Redirect => note(NoteKind::Redirect),
            What::RobotsTxt => Visit::RobotsTxt(event.time),
            What::Identify => note(NoteKind::Identified(event.user)),
        };
        let origin = Origin {
            agent: translation.agent(event.agent),
            arrival: translation.arrival(event.arrival),
            site: translation.site(event.site),
            network: event.network,
            country: event.country,
        };
        if event.what == What::Pageview {
            self.known.mark_served(page);
        }
        self.tracker.apply(&Event { visitor: event.visitor, user: event.user, origin, visit });
    }

    /// Seals what is due, and lets go what is too old or too much.
    fn seal(&mut self) {
        let (store, known, gap) = (&mut self.store, &self.known, self.gap);
        self.tracker.advance(self.watermark.reached(), |session| keep_sealed(store, known, gap, &session));
        if let Some(keep) = self.keep {
            self.store.keep(self.watermark.get(), keep);
        }
        self.bound_memory();
    }

    /// `--max-memory`: open sessions may take a third, kept answers an eighth, and sealed sessions what is left. A
    /// report keeps its open sessions in any case: its totals must never be wrong.
    fn bound_memory(&mut self) {
        if self.keep.is_some() {
            let (store, known, gap) = (&mut self.store, &self.known, self.gap);
            let bound = self.max_memory / 3;
            self.closed_early +=
                self.tracker.bound_bytes(bound, |session| keep_sealed(store, known, gap, &session));
        }
        let others = self.known.bytes() + self.known.answering_bytes();
        let others = others + self.tracker.bytes() + self.standing_bytes();
        self.store.bound_bytes(self.max_memory.saturating_sub(others));
    }

    fn standing_bytes(&self) -> usize {
        self.standing.iter().map(Standing::bytes).sum()
    }

    /// Kept answers that take too much go, those of the question asked last after all others.
    fn bound_standing(&mut self) {
        let mut at = 0;
        while at < self.standing.len() && self.standing_bytes() > self.max_memory / 8 {
            self.standing[at].forget();
            at += 1;
        }
    }

    /// No more will come: everything is closed, and time stands still at the newest line.
    pub fn finish(&mut self) {
        self.state = State::Finished;
        self.clock = LogClock::Newest;
        let (store, known, gap) = (&mut self.store, &self.known, self.gap);
        self.tracker.finish(|session| keep_sealed(store, known, gap, &session));
    }

    /// Time has moved on, whether or not lines came in (R6): sessions close when a log falls silent.
    pub fn tick(&mut self, wall: Millis) {
        self.let_idle_inputs_go(wall);
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
        self.clock.saw_fresh(newest, wall);
        if assumed {
            self.watermark.forget_time();
        }
    }

    /// An input that has brought nothing for a while holds nobody back (R6).
    fn let_idle_inputs_go(&mut self, wall: Millis) {
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

    /// The answer to a question, at an instant of the wall clock.
    pub fn answer(&mut self, question: &Question, wall: Millis) -> View {
        self.infer_own_hosts();
        let moment = self.moment(wall);
        let intake = self.intake();
        let mut standing = self.take_standing(question);
        let sessions = Sessions { store: &self.store, tracker: &self.tracker, known: &self.known };
        let view = standing.answer(sessions, moment, intake, &self.cores);
        self.standing.push(standing);
        self.bound_standing();
        view
    }

    /// All that happened in a session, if it is still kept.
    #[must_use]
    pub fn timeline(&self, session: SessionRef, bounce: BounceRule, wall: Millis) -> Option<Timeline> {
        let sessions = Sessions { store: &self.store, tracker: &self.tracker, known: &self.known };
        timeline(sessions, session, &self.moment(wall), bounce)
    }

    /// The question as it stands, with what is kept of its earlier answers; the longest unasked one makes place.
    fn take_standing(&mut self, question: &Question) -> Standing {
        if let Some(at) = self.standing.iter().position(|standing| standing.question() == question) {
            return self.standing.remove(at);
        }
        if self.standing.len() >= STANDING {
            self.standing.remove(0);
        }
        Standing::new(question.clone())
    }

    fn moment(&self, wall: Millis) -> Moment {
        let now = self.clock.now(self.watermark.newest(), wall);
        let watermark = match self.state {
            State::Running => self.watermark.get(),
            State::Finished => Millis::MAX,
        };
        let clock = match self.clock {
            LogClock::Newest => ClockState::StandsAtEnd,
            LogClock::Moving(_) | LogClock::Replayed(_) => ClockState::Moves,
        };
        Moment { now, clock, watermark, gap: self.gap, active: self.active }
    }

    fn intake(&self) -> Intake {
        let own_hosts_from = match self.own_hosts {
            OwnHostsSearch::Settled(from) => from,
            OwnHostsSearch::Inferring(_) if self.known.own_hosts().hosts().next().is_some() => {
                OwnHostsFrom::Inferred
            }
            OwnHostsSearch::Inferring(_) => OwnHostsFrom::Unknown,
        };
        Intake {
            folded: self.known.folded(),
            let_go: self.store.let_go(),
            closed_early: self.closed_early,
            own_hosts: self.known.own_hosts().hosts().map(str::to_owned).collect(),
            own_hosts_from,
            memory: (self.known.bytes() + self.tracker.bytes() + self.store.bytes() + self.standing_bytes())
                as u64,
            ..self.counters.intake()
        }
    }

    /// R9: a referrer host whose paths this server serves is the site's own. Looked at again when much is new.
    fn infer_own_hosts(&mut self) {
        let OwnHostsSearch::Inferring(looked_at) = self.own_hosts else { return };
        let much = self.known.arrivals.len() + self.known.pages.len();
        if much < looked_at + looked_at / 4 + 8 {
            return;
        }
        self.own_hosts = OwnHostsSearch::Inferring(much);
        let mut inference = Inference::new();
        for number in 1..self.known.arrivals.len() {
            let id = ArrivalId(u32::try_from(number).unwrap_or(0));
            // What follows the separator are campaign tags.
            let text = self.known.arrivals.bytes_of(id).split(|&byte| byte == 0x1f).next();
            if let Some(referrer) = text.and_then(referrer::parse) {
                inference.referrer(referrer.host, referrer.path, self.known.is_served(referrer.path));
            }
        }
        let hosts = inference.own_hosts();
        if hosts != *self.known.own_hosts() {
            self.known.set_own_hosts(hosts);
        }
    }
}

fn keep_sealed(store: &mut Store, known: &Dictionaries, gap: Span, session: &Session) {
    store.push(session, BotReason::of(session, known, gap));
}
