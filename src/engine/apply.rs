//! Applying batches: events go to the tracker, except those that are late or ahead of the clock (design.md R6).

use std::slice::Iter;

use crate::classify::batch::{Batch, BatchEvent, InputId, What};
use crate::classify::hits::HitMark;
use crate::classify::kind::Kind;
use crate::query::view::InputState;
use crate::session::{Event, Note, NoteKind, Origin, Prefetch, Step, StepKind, Visit};
use crate::time::Millis;

use super::Engine;
use super::front::{Delivery, PendingHit, Verdicts};
use super::log_clock::LogClock;
use super::pipeline::{Freshness, Pipeline, PipelineMessage};
use super::read_mode::Measured;
use super::traffic_reader::{TrafficIds, TrafficReader};
use crate::clock;

/// The hits of a batch, in their order, with all that belongs to them.
pub(super) struct BatchLines<'a> {
    hits: Box<dyn Iterator<Item = HitMark> + 'a>,
    events: Iter<'a, BatchEvent>,
    traffic: TrafficReader<'a>,
}

impl<'a> BatchLines<'a> {
    pub(super) fn of(batch: &'a Batch, input: InputId) -> BatchLines<'a> {
        let traffic = TrafficReader::new(&batch.traffic, input);
        BatchLines { hits: Box::new(batch.hits.iter()), events: batch.events.iter(), traffic }
    }
}

impl Engine {
    /// Handles one message of the pipeline.
    pub fn take(&mut self, message: PipelineMessage, pipeline: &Pipeline) {
        match message {
            PipelineMessage::Batch { input, worker, batch, freshness, positions } => {
                match freshness {
                    Freshness::Stored => self.apply(input, worker, &batch),
                    Freshness::Fresh(wall) => self.apply_fresh(input, worker, &batch, wall),
                }
                self.reached(input, positions);
                pipeline.give_back(batch);
            }
            PipelineMessage::Format(input, format) => self.set_format(input, *format),
            PipelineMessage::Trouble(input, trouble) => {
                self.set_input(input, |status| status.trouble = trouble);
            }
            PipelineMessage::Dropped(lines) => self.count_dropped(lines),
            PipelineMessage::Skipped(input, skipped) => self.count_skipped(input, skipped),
            PipelineMessage::Remark(input, remark) => {
                self.set_input(input, |status| status.remarks.push(remark));
            }
            PipelineMessage::ToLoad(input, bytes) => {
                self.set_input(input, |status| status.bytes_at_start = Some(bytes));
            }
            PipelineMessage::State(input, state, trouble) => {
                self.look_at_unread(input);
                if state != InputState::Loading {
                    self.settle_input(input, clock::wall());
                }
                self.set_input(input, |status| {
                    status.state = state;
                    if !trouble.is_empty() {
                        status.trouble = trouble;
                    }
                });
            }
        }
        self.tell_found(pipeline);
    }

    /// Applies a batch of stored lines. Batches must come in the order of their blocks.
    pub fn apply(&mut self, input: InputId, worker: usize, batch: &Batch) {
        let is_replay = matches!(self.clock, LogClock::Replayed(_));
        self.apply_delivered(
            input,
            worker,
            batch,
            if is_replay { Delivery::Replayed } else { Delivery::Stored },
        );
    }

    /// Applies a batch of lines that were read just after they were written; `wall` is when they were read.
    pub fn apply_fresh(&mut self, input: InputId, worker: usize, batch: &Batch, wall: Millis) {
        let plausible = self.clock.now(Millis::MIN, wall) + self.rules.lateness;
        let before = self.front_of(input);
        let delivery = Delivery::Fresh { wall, plausible };
        self.apply_delivered(input, worker, batch, delivery);
        if self.is_unknown(input) {
            // These are the first lines of a log that was empty. They are as fresh as lines in a known format.
            self.look_at_unread_delivered(input, delivery);
        }
        // A hit that is held says nothing about the log's clock.
        let newest = batch.hits.newest().filter(|&newest| newest <= plausible.max(self.front_of(input)));
        let believed = newest.or_else(|| Some(self.front_of(input)).filter(|&front| front > before));
        if let Some(newest) = believed {
            self.see_fresh(newest, wall);
        }
    }

    fn front_of(&mut self, input: InputId) -> Millis {
        self.order.front(input).map_or(Millis::MAX, |front| front.newest())
    }

    fn apply_delivered(&mut self, input: InputId, worker: usize, batch: &Batch, delivery: Delivery) {
        let lines_before = self.counters.count(input, batch);
        self.learn(worker, batch);
        self.weigh(input, batch);
        self.note_requests(input, worker, batch);
        let reread = self.reread(input, batch, lines_before);
        let mut only_measures = self.order.measure(input, batch);
        if let Some(reread) = &reread {
            only_measures |= self.order.measure(input, &reread.batch);
        }
        match &reread {
            _ if only_measures => return,
            Some(reread) => self.apply_with_reread(input, worker, batch, reread, delivery),
            None => self.apply_hits(input, worker, batch, delivery),
        }
        self.seal();
    }

    /// Adds a batch's new strings to the dictionaries.
    pub(super) fn learn(&mut self, worker: usize, batch: &Batch) {
        if let Some(translation) = self.translations.get_mut(worker) {
            translation.learn(batch, &mut self.dictionaries);
        }
    }

    /// Samples requests, to find out whether other inputs log them too.
    pub(super) fn note_requests(&mut self, input: InputId, worker: usize, batch: &Batch) {
        let Some(translation) = self.translations.get(worker) else { return };
        let Some(requests) = self.duplicates.of_input(input) else { return };
        for event in batch.events.iter().filter(|event| !event.what.is_mark()) {
            requests.note(event.time, translation.page(event.page).0, translation.agent(event.agent).0);
        }
        self.duplicates.noted(batch.events.len() as u64 - batch.fields.marks);
    }

    /// Applies the events of a batch. The fast path: nearly always no hit is late or ahead, so only events are visited.
    fn apply_hits(&mut self, input: InputId, worker: usize, batch: &Batch, delivery: Delivery) {
        let is_in_order = self.order.takes(input, &batch.hits, delivery);
        if !is_in_order || !self.watermark.accepts(input, &batch.hits) {
            let delivery = if is_in_order { None } else { Some(delivery) };
            let mut lines = BatchLines::of(batch, input);
            return self.apply_one_by_one((input, worker), &mut lines, usize::MAX, delivery);
        }
        if let Some(newest) = batch.hits.newest() {
            self.watermark.saw(input, newest);
        }
        self.count_traffic(input, worker, batch);
        for event in &batch.events {
            let event = self.translated(input, worker, event);
            self.apply_event(&event);
        }
    }

    /// Applies at most so many hits, one by one. `delivery` is `None` where no hit can be ahead.
    pub(super) fn apply_one_by_one(
        &mut self,
        (input, worker): (InputId, usize),
        lines: &mut BatchLines,
        most: usize,
        delivery: Option<Delivery>,
    ) {
        for hit in lines.hits.by_ref().take(most) {
            let event = if hit.has_event() { lines.events.next() } else { None };
            let event = event.map(|event| self.translated(input, worker, event));
            let traffic = lines.traffic.next(hit, &mut self.traffic_ids(worker));
            let line = PendingHit { hit, event, traffic };
            match delivery
                .and_then(|delivery| self.order.front(input).map(|front| front.take(line, delivery)))
            {
                None => self.believe(input, &line),
                Some(verdicts) => self.follow(input, &verdicts),
            }
        }
    }

    fn follow(&mut self, input: InputId, verdicts: &Verdicts) {
        if let Some(step) = verdicts.set_back {
            let front = self.front_of(input);
            self.watermark.step_back(input, front);
            self.clock_samples.forget();
            self.say_set_back(input, step);
        }
        for line in &verdicts.ahead {
            self.count_ahead(line.hit);
        }
        for line in &verdicts.believed {
            self.believe(input, line);
        }
    }

    /// Applies a hit whose time is believed, unless it is late.
    pub(super) fn believe(&mut self, input: InputId, line: &PendingHit) {
        let time = line.hit.time();
        self.watermark.saw(input, time);
        if time < self.watermark.oldest_accepted() {
            self.counters.late += u64::from(line.hit.is_counted());
            return;
        }
        if let Some(hit) = &line.traffic {
            self.traffic.count(hit);
        }
        if let Some(event) = &line.event {
            self.apply_event(event);
        }
    }

    /// Counts the hits of a batch of which none is late or ahead.
    fn count_traffic(&mut self, input: InputId, worker: usize, batch: &Batch) {
        let mut reader = TrafficReader::new(&batch.traffic, input);
        let mut ids = self.traffic_ids(worker);
        for mark in batch.hits.iter() {
            if let Some(hit) = reader.next(mark, &mut ids) {
                ids.traffic.count(&hit);
            }
        }
    }

    fn traffic_ids(&mut self, worker: usize) -> TrafficIds<'_> {
        TrafficIds {
            translation: &self.translations[worker],
            dictionaries: &mut self.dictionaries,
            traffic: &mut self.traffic,
        }
    }

    pub(super) fn count_ahead(&mut self, hit: HitMark) {
        let mut kinds = [0; Kind::ALL.len()];
        kinds[hit.kind_index()] = u64::from(hit.is_counted());
        self.counters.move_to_ahead(&kinds);
    }

    fn apply_event(&mut self, event: &Event) {
        if let Visit::Step(Step { kind: StepKind::Pageview, page, .. }) = event.visit {
            self.dictionaries.mark_served(page);
            self.own_hosts.note(event.visitor, &event.origin, &self.dictionaries);
        }
        self.tracker.apply(event, &mut self.dictionaries);
        for (event, prefetch) in self.tracker.take_viewed() {
            self.view_prefetched(&event, prefetch);
        }
    }

    /// A prefetched page turned out to be viewed (R2.3).
    fn view_prefetched(&mut self, event: &Event, prefetch: Prefetch) {
        self.dictionaries.mark_served(prefetch.step.page);
        self.own_hosts.note(event.visitor, &event.origin, &self.dictionaries);
        if prefetch.counts {
            self.counters.turn_into_pageview(Kind::Other);
        }
    }

    /// An event with the worker's local ids translated to global ones.
    fn translated(&mut self, input: InputId, worker: usize, event: &BatchEvent) -> Event {
        let translation = &self.translations[worker];
        let named = event.named.map(|named| translation.page(named));
        match event.what {
            What::Asset => return Event::mark(event.visitor, Visit::Asset(event.time), named),
            What::Mention => return Event::mark(event.visitor, Visit::Mention(event.time), named),
            _ => {}
        }
        let page = translation.page(event.page);
        let step = |kind| {
            let load = event.load.unwrap_or(Step::NO_LOAD);
            Step {
                time: event.time,
                page,
                kind,
                load,
                status: event.status,
                method: event.method,
                input,
                properties: translation.properties(event.properties),
                prefetched: 0,
            }
        };
        let note = |kind| Visit::Note(Note { time: event.time, page, status: event.status, kind, input });
        let visit = match event.what {
            What::Pageview => Visit::Step(step(StepKind::Pageview)),
            What::Action(action) => Visit::Step(step(StepKind::Action(translation.action(action)))),
            What::Download(action) => Visit::Step(step(StepKind::Download(translation.action(action)))),
            What::Prefetch { counts } => Visit::Prefetch(Prefetch { step: step(StepKind::Pageview), counts }),
            What::Error => note(NoteKind::Error),
            What::Redirect => note(NoteKind::Redirect),
            What::RobotsTxt => Visit::RobotsTxt(event.time),
            What::Identify => note(NoteKind::Identified(event.user)),
            What::Asset => Visit::Asset(event.time),
            What::Mention => Visit::Mention(event.time),
        };
        let origin = Origin {
            agent: self.dictionaries.agent_of(translation.agent(event.agent), input),
            arrival: translation.arrival(event.arrival),
            host: translation.host(event.host),
            address: translation.address(event.address),
            country: event.country,
        };
        Event { visitor: event.visitor, user: event.user, origin, visit, named }
    }

    /// What the first pass measured, if the input must be read again.
    pub(super) fn measured(&self) -> Option<Measured> {
        self.order.measured(self.counters.names())
    }
}
