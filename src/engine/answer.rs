//! Answering questions, as of now or as of a snapshot.

use crate::classify::batch::InputId;
use crate::query::answer::CachedQuestion;
use crate::query::parcel::{self, ParcelError};
use crate::query::question::{BounceRule, Question, SessionRef};
use crate::query::sessions::{Growing, Sessions};
use crate::query::timeline::timeline;
use crate::query::view::{Intake, Timeline, View};
use crate::time::Millis;

use super::Engine;
use super::port::AskerId;
use super::snapshot::Snapshot;

/// How many questions are cached for one asker: the overview, a zoomed pane, and one each that was asked before them. And
/// for all askers together.
const CACHED_PER_ASKER: usize = 4;
const CACHED: usize = 16;

impl Engine {
    /// The answer to a question, at an instant of the wall clock.
    pub fn answer(&mut self, question: &Question, wall: Millis) -> View {
        self.infer_own_hosts();
        let (moment, intake) = (self.moment(wall), self.intake());
        let mut cached = self.take_cached(question);
        let mut view = cached.answer(self.sessions(), moment, intake, &self.cores);
        self.keep_cached(cached);
        view.kept_from = self.kept_from();
        view.traffic = self.traffic_of(question, &moment);
        self.add_faults(question, &moment, &mut view);
        view
    }

    /// What happened is known from here on: from the first hit that is kept, or, where sessions had to go for lack of
    /// memory, from the first of those that are left.
    pub(super) fn kept_from(&self) -> Option<Millis> {
        let first = self.traffic.slots(Millis::MIN, Millis::MAX).map(|(start, ..)| start).min()?;
        let left = self.store.segments().front().filter(|_| self.store.evicted() > 0);
        Some(left.map_or(first, |left| left.first.max(first)))
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
        Ok(View { kept_from: self.kept_from(), ..view })
    }

    /// The answer to a question as of the asker's snapshot. If it has none, one is taken now; it stays until it is released or
    /// evicted for lack of memory.
    pub fn answer_from_snapshot(&mut self, asker: AskerId, question: &Question, wall: Millis) -> View {
        let held = self.take_snapshot(asker, wall);
        let mut cached = self.take_cached(question);
        let sessions = held.sessions(&self.dictionaries);
        let mut view = cached.answer(sessions, held.moment, held.intake.clone(), &self.cores);
        self.keep_cached(cached);
        view.kept_from = self.kept_from();
        view.traffic = self.traffic_of(question, &held.moment);
        self.add_faults(question, &held.moment, &mut view);
        self.snapshots.insert(asker, held);
        view
    }

    /// All that happened in a session, if it is still kept.
    #[must_use]
    pub fn timeline(&self, session: SessionRef, bounce: BounceRule, wall: Millis) -> Option<Timeline> {
        timeline(self.sessions(), session, &self.moment(wall), bounce, &self.definitions)
    }

    /// All that had happened in a session by the snapshot's instant; see [`Engine::answer_from_snapshot`].
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

    /// Drops an asker's snapshot, if it has one.
    pub fn release(&mut self, asker: AskerId) {
        if self.snapshots.remove(&asker).is_some() && self.snapshots.is_empty() {
            self.catch_up_after_snapshots();
        }
    }

    /// Drops all snapshots: they take more memory than they may.
    pub(super) fn evict_snapshots(&mut self) {
        self.snapshots.clear();
        self.catch_up_after_snapshots();
    }

    /// Does what had to wait because it would have changed the answers of snapshots.
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
            begun_by: Millis::MAX,
            known: &self.dictionaries,
        }
    }

    /// Takes the question out of the cache, or makes a new entry; the least recently asked one is evicted for it.
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

    /// An entry for a question that is asked for the first time. It reuses the unfiltered answer if that is cached; moving that
    /// one to the end protects it from eviction, because other filters will need it too.
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
