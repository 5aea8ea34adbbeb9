//! Answering questions, of now and of the instants that are held.

use crate::classify::batch::InputId;
use crate::query::answer::CachedQuestion;
use crate::query::moment::Moment;
use crate::query::parcel::{self, ParcelError};
use crate::query::question::{BounceRule, Question, SessionRef};
use crate::query::sessions::{Growing, Sessions};
use crate::query::timeline::timeline;
use crate::query::view::{ClockState, Intake, Timeline, View};
use crate::time::Millis;

use super::log_clock::LogClock;
use super::port::AskerId;
use super::snapshot::Snapshot;
use super::{Engine, State};

/// How many questions are cached for one asker: the overview, a zoomed pane and what was asked before it; and for
/// all of them together.
const CACHED_PER_ASKER: usize = 4;
const CACHED: usize = 16;

impl Engine {
    /// The answer to a question, at an instant of the wall clock.
    pub fn answer(&mut self, question: &Question, wall: Millis) -> View {
        self.infer_own_hosts();
        let (moment, intake) = (self.moment(wall), self.intake());
        let mut cached = self.take_cached(question);
        let view = cached.answer(self.sessions(), moment, intake, &self.cores);
        self.keep_cached(cached);
        view
    }

    /// The answer to a question as a parcel, for whoever merges it with those of others.
    pub fn parcel(&mut self, question: &Question, wall: Millis) -> Vec<u8> {
        self.infer_own_hosts();
        let moment = self.moment(wall);
        let mut cached = self.take_cached(question);
        let partial = cached.partial(self.sessions(), moment, &self.cores);
        self.keep_cached(cached);
        parcel::pack(partial, &self.dictionaries)
    }

    /// The answer that parcels of the same instant make together with what this engine knows.
    ///
    /// # Errors
    /// A parcel is of another version of dwell, or damaged.
    pub fn answer_with(
        &mut self,
        question: &Question,
        parcels: &[Vec<u8>],
        wall: Millis,
    ) -> Result<View, ParcelError> {
        let mut partials = Vec::with_capacity(parcels.len() + 1);
        for bytes in parcels {
            partials.push(parcel::unpack(bytes, &mut self.dictionaries)?);
        }
        let (moment, intake) = (self.moment(wall), self.intake());
        let mut cached = self.take_cached(question);
        partials.push(cached.partial(self.sessions(), moment, &self.cores));
        let view = cached.merged(&partials, &self.dictionaries, moment, intake);
        self.keep_cached(cached);
        Ok(view)
    }

    /// The answer to a question as of the instant that is held; where none is, the present one is held from now on,
    /// until it is released or takes more memory than it may.
    pub fn answer_from_snapshot(&mut self, asker: AskerId, question: &Question, wall: Millis) -> View {
        let held = self.take_snapshot(asker, wall);
        let mut cached = self.take_cached(question);
        let sessions = held.sessions(&self.dictionaries);
        let view = cached.answer(sessions, held.moment, held.intake.clone(), &self.cores);
        self.keep_cached(cached);
        self.snapshots.insert(asker, held);
        view
    }

    /// All that happened in a session, if it is still kept.
    #[must_use]
    pub fn timeline(&self, session: SessionRef, bounce: BounceRule, wall: Millis) -> Option<Timeline> {
        timeline(self.sessions(), session, &self.moment(wall), bounce, &self.definitions)
    }

    /// All that had happened in a session by the instant that is held; see [`Engine::answer_from_snapshot`].
    pub fn timeline_from_snapshot(
        &mut self,
        asker: AskerId,
        session: SessionRef,
        bounce: BounceRule,
        wall: Millis,
    ) -> Option<Timeline> {
        let held = self.take_snapshot(asker, wall);
        let found =
            timeline(held.sessions(&self.dictionaries), session, &held.moment, bounce, &self.definitions);
        self.snapshots.insert(asker, held);
        found
    }

    /// Lets the instant go that is held for an asker, if one is.
    pub fn release(&mut self, asker: AskerId) {
        if self.snapshots.remove(&asker).is_some() && self.snapshots.is_empty() {
            self.catch_up_after_snapshots();
        }
    }

    /// Lets all instants go that are held: they take more than they may.
    pub(super) fn evict_snapshots(&mut self) {
        self.snapshots.clear();
        self.catch_up_after_snapshots();
    }

    /// What would have changed a held instant's answers has waited for this.
    fn catch_up_after_snapshots(&mut self) {
        for number in 0..self.evidence.len() {
            self.flag_those_without_agent(InputId(u16::try_from(number).unwrap_or(u16::MAX)));
        }
    }

    fn take_snapshot(&mut self, asker: AskerId, wall: Millis) -> Snapshot {
        if let Some(held) = self.snapshots.remove(&asker) {
            return held;
        }
        self.infer_own_hosts();
        Snapshot::new(self.sessions(), self.moment(wall), self.intake())
    }

    pub(super) fn sessions(&self) -> Sessions<'_> {
        Sessions {
            segments: self.store.segments(),
            filling: self.store.filling(),
            growing: Some(Growing { tracker: &self.tracker, store: &self.store, chosen: self.chosen }),
            known: &self.dictionaries,
        }
    }

    /// The question as it stands, with what is kept of its earlier answers; the longest unasked one makes place.
    fn take_cached(&mut self, question: &Question) -> CachedQuestion {
        if let Some(at) = self.cached.iter().position(|cached| cached.question() == question) {
            return self.cached.remove(at);
        }
        let cached = self.new_cached(question);
        if self.cached.len() >= (self.askers * CACHED_PER_ASKER).clamp(CACHED_PER_ASKER, CACHED) {
            self.cached.remove(0);
        }
        cached
    }

    /// A question that is asked for the first time, reusing the unfiltered answers if they are cached: it is likely
    /// to serve others, and stays.
    fn new_cached(&mut self, question: &Question) -> CachedQuestion {
        let cached = CachedQuestion::new(question.clone());
        let Some(unfiltered) = self.cached.iter().position(|cached| cached.is_unfiltered_for(question))
        else {
            return cached;
        };
        let unfiltered = self.cached.remove(unfiltered);
        let cached = cached.reusing_unfiltered(&unfiltered);
        self.cached.push(unfiltered);
        cached
    }

    fn keep_cached(&mut self, cached: CachedQuestion) {
        self.cached.push(cached);
        self.bound_cached();
    }

    pub(super) fn moment(&self, wall: Millis) -> Moment {
        let now = self.clock.now(self.watermark.newest(), wall).min(self.chosen.until);
        let watermark = match self.state {
            State::Running => self.watermark.get(),
            State::Finished => Millis::MAX,
        };
        let clock = match self.clock {
            LogClock::Newest => ClockState::StandsAtEnd,
            LogClock::Moving(_) | LogClock::Replayed(_) => ClockState::Moves,
        };
        Moment { now, clock, watermark, rules: self.rules, chosen: self.chosen }
    }

    pub(super) fn intake(&self) -> Intake {
        Intake {
            folded: self.dictionaries.folded(),
            evicted: self.store.evicted(),
            closed_early: self.closed_early,
            own_hosts: self.own_hosts.hosts(&self.dictionaries),
            own_hosts_from: self.own_hosts.told_by(&self.dictionaries),
            memory: self.bytes() as u64,
            doubts: self.doubts(),
            ..self.counters.intake_with_held(self.order.held())
        }
    }
}
