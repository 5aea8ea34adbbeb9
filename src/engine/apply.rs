//! Applying batches: what counts for sessions goes to the tracker, but for what is late or ahead (design.md R6).

use crate::classify::batch::{Batch, BatchEvent, InputId, What};
use crate::classify::hits::HitMark;
use crate::classify::kind::Kind;
use crate::query::view::InputState;
use crate::session::{Event, Note, NoteKind, Origin, Prefetch, Step, StepKind, Visit};
use crate::time::{Millis, Span};

use super::front::{Delivery, Front, PendingHit, Verdicts};
use super::log_clock::LogClock;
use super::read_mode::{Measured, OrderState};
use super::time_clusters::TimeClusters;
use super::{Engine, Notice};

/// For so long it is said that an input's clock was set back.
const SAID_FOR: Span = Span::minutes(10);

impl Engine {
    /// Applies a batch of lines that were there before. Batches must come in the order of their blocks.
    pub fn apply(&mut self, input: InputId, worker: usize, batch: &Batch) {
        let is_replay = matches!(self.clock, LogClock::Replayed(_));
        self.apply_delivered(
            input,
            worker,
            batch,
            if is_replay { Delivery::Replayed } else { Delivery::Stored },
        );
    }

    /// Applies a batch of lines that were read at this instant of the wall clock, just after they were written.
    pub fn apply_fresh(&mut self, input: InputId, worker: usize, batch: &Batch, wall: Millis) {
        let plausible = self.clock.now(Millis::MIN, wall) + self.rules.lateness;
        let before = self.front_of(input);
        let delivery = Delivery::Fresh { wall, plausible };
        self.apply_delivered(input, worker, batch, delivery);
        if self.is_unknown(input) {
            // The first lines of a log that was empty: as fresh as those that a known format reads.
            self.look_at_unread_delivered(input, delivery);
        }
        // What is held tells nothing of the log's clock.
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

    /// Learns the strings of a batch.
    pub(super) fn learn(&mut self, worker: usize, batch: &Batch) {
        if let Some(translation) = self.translations.get_mut(worker) {
            translation.learn(batch, &mut self.dictionaries);
        }
    }

    /// Takes note of requests that other inputs may have too.
    pub(super) fn note_requests(&mut self, input: InputId, worker: usize, batch: &Batch) {
        let Some(translation) = self.translations.get(worker) else { return };
        let Some(requests) = self.duplicates.of_input(input) else { return };
        for event in batch.events.iter().filter(|event| !event.what.is_mark()) {
            requests.note(event.time, translation.page(event.page).0, translation.agent(event.agent).0);
        }
        self.duplicates.noted(batch.events.len() as u64 - batch.fields.marks);
    }

    /// Applies what counts for sessions: nearly always nothing is late or ahead, and only events are looked at.
    fn apply_hits(&mut self, input: InputId, worker: usize, batch: &Batch, delivery: Delivery) {
        let is_in_order = self.order.takes(input, &batch.hits, delivery);
        if !is_in_order || !self.watermark.accepts(input, &batch.hits) {
            let delivery = if is_in_order { None } else { Some(delivery) };
            let (mut hits, mut events) = (batch.hits.iter(), batch.events.iter());
            return self.apply_one_by_one((input, worker), &mut hits, &mut events, delivery);
        }
        if let Some(newest) = batch.hits.newest() {
            self.watermark.saw(input, newest);
        }
        for event in &batch.events {
            let event = self.translated(input, worker, event);
            self.apply_event(&event);
        }
    }

    /// Applies hit by hit; where they may be ahead, by how they come.
    pub(super) fn apply_one_by_one(
        &mut self,
        (input, worker): (InputId, usize),
        hits: &mut dyn Iterator<Item = HitMark>,
        events: &mut dyn Iterator<Item = &BatchEvent>,
        delivery: Option<Delivery>,
    ) {
        for hit in hits {
            let event = if hit.has_event() { events.next() } else { None };
            let event = event.map(|event| self.translated(input, worker, event));
            let line = PendingHit { hit, event };
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

    /// Applies a hit whose time is believed, but if it is late.
    fn believe(&mut self, input: InputId, line: &PendingHit) {
        let time = line.hit.time();
        self.watermark.saw(input, time);
        if time < self.watermark.oldest_accepted() {
            self.counters.late += u64::from(line.hit.is_counted());
        } else if let Some(event) = &line.event {
            self.apply_event(event);
        }
    }

    fn count_ahead(&mut self, hit: HitMark) {
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

    /// A page that was prefetched was viewed (R2.3).
    fn view_prefetched(&mut self, event: &Event, prefetch: Prefetch) {
        self.dictionaries.mark_served(prefetch.step.page);
        self.own_hosts.note(event.visitor, &event.origin, &self.dictionaries);
        if prefetch.counts {
            self.counters.turn_into_pageview(Kind::Other);
        }
    }

    /// An event in the program's own numbers.
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

    /// All that was there of an input is read: what is held of it is believed, unless our clock says that it cannot be.
    pub(super) fn settle_input(&mut self, input: InputId, wall: Millis) {
        let plausible = wall + self.rules.lateness;
        let believed = self.order.front(input).map(|front| front.settle(plausible)).unwrap_or_default();
        for line in &believed {
            self.believe(input, line);
        }
    }

    /// No more will come: it is decided what was ahead.
    pub(super) fn settle_arrivals(&mut self) {
        for number in 0..self.fed.len() {
            let input = InputId(u16::try_from(number).unwrap_or(u16::MAX));
            self.settle_input(input, Millis::MAX);
            let ahead = self.order.front(input).map(Front::give_up).unwrap_or_default();
            for line in &ahead {
                self.count_ahead(line.hit);
            }
            self.leave_out_what_is_ahead(input);
        }
    }

    /// Of an input that came once: only now it shows what was ahead of all the rest.
    fn leave_out_what_is_ahead(&mut self, input: InputId) {
        let OrderState::Once(times) = &self.order else { return };
        let Some(ahead) = times.get(usize::from(input.0)).and_then(TimeClusters::ahead) else { return };
        self.tracker.forget_ahead(input, ahead.from);
        self.counters.move_to_ahead(&ahead.kinds);
        self.watermark.correct(input, ahead.newest);
    }

    /// Whether no session that counts can change any more: what is to be read lies behind the span that was asked for.
    pub(super) fn is_past_what_counts(&self) -> bool {
        let until = self.chosen.until;
        let is_open = || self.tracker.unsealed().any(|session| session.start() < until);
        self.watermark.oldest_accepted() > until && !self.order.is_measuring() && !is_open()
    }

    /// What was measured, where all is to be read again.
    pub(super) fn measured(&self) -> Option<Measured> {
        self.order.measured(self.counters.names())
    }

    fn say_set_back(&mut self, input: InputId, step: Span) {
        let said = format!(
            "its clock was set back by {step}; that is followed from now on, and visits that were closed stay closed"
        );
        self.set_trouble(input, &said);
        self.notices.push(Notice { input, said, until: None });
    }

    /// What was said for a while is not said any more.
    pub(super) fn expire_notices(&mut self, wall: Millis) {
        let mut notices = std::mem::take(&mut self.notices);
        notices.retain_mut(|notice| {
            let until = *notice.until.get_or_insert(wall + SAID_FOR);
            if until <= wall {
                self.unsay(notice);
            }
            until > wall
        });
        self.notices = notices;
    }

    fn set_trouble(&mut self, input: InputId, trouble: &str) {
        if let Some(status) = self.counters.input(input)
            && status.state != InputState::Failed
        {
            trouble.clone_into(&mut status.trouble);
        }
    }

    fn unsay(&mut self, notice: &Notice) {
        if self.counters.input(notice.input).is_some_and(|status| status.trouble == notice.said) {
            self.set_trouble(notice.input, "");
        }
    }
}
