//! What happens as time goes on: the watermark moves, sessions are sealed, inputs become idle, the input ends
//! (design.md R6).

use crate::classify::batch::InputId;
use crate::clock;
use crate::query::moment::{Chosen, Moment};
use crate::query::view::ClockState;
use crate::session::Session;
use crate::session::watermark::Pace;
use crate::store::Store;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::BotReason;
use crate::time::{Millis, Span};

use super::front::Front;
use super::log_clock::{LogClock, Shift};
use super::pipeline::{Freshness, PipelineMessage};
use super::read_mode::OrderState;
use super::time_clusters::TimeClusters;
use super::{Engine, State};

/// An input that has brought no line for this long no longer holds the watermark back: a quiet input must not delay the others.
const IDLE: Span = Span::seconds(30);

impl Engine {
    /// Seals what is due, and evicts what is too old or takes too much memory.
    pub(super) fn seal(&mut self) {
        self.seal_due();
        if let Some(keep) = self.keep {
            self.store.keep(self.watermark.get(), keep);
        }
        self.traffic.advance(self.watermark.newest(), self.watermark.oldest_accepted(), self.keep);
        self.bound_memory();
    }

    pub(super) fn seal_due(&mut self) {
        let (store, known, kept) = (&mut self.store, &self.dictionaries, (self.rules.gap, self.chosen));
        self.tracker.advance(self.watermark.reached(), |sessions| keep_sealed(store, known, kept, sessions));
    }

    /// The input has ended: closes every session, and stops the clock at the newest line.
    pub fn finish(&mut self) {
        self.state = State::Finished;
        self.clock = LogClock::Newest;
        self.settle_arrivals();
        self.duplicates.compare();
        let (store, known, kept) = (&mut self.store, &self.dictionaries, (self.rules.gap, self.chosen));
        self.tracker.finish(|sessions| keep_sealed(store, known, kept, sessions));
    }

    /// Moves time on, whether or not lines came in (R6): sessions close when a log falls silent.
    pub fn tick(&mut self, wall: Millis) {
        self.release_idle_inputs(wall);
        self.look_at_unread_live(wall);
        self.expire_notices(wall);
        // While stored lines are being loaded, their own times drive the watermark.
        if self.counters.is_loading() {
            return;
        }
        let newest = self.watermark.newest();
        if newest > Millis::MIN && self.clock != LogClock::Newest {
            self.watermark.reach(self.clock.now(newest, wall));
            self.seal();
        }
    }

    /// Fresh lines were applied, of which `newest` is the latest. They show how far the log's clock is off; what was assumed
    /// before must not make them late.
    pub fn see_fresh(&mut self, newest: Millis, wall: Millis) {
        let assumed = self.clock == LogClock::Moving(Shift::Assumed);
        let ahead = self.clock_samples.look(newest, wall);
        self.clock.shift_by(ahead);
        if assumed {
            self.watermark.forget_time();
        }
    }

    /// An idle input no longer holds the watermark back (R6).
    fn release_idle_inputs(&mut self, wall: Millis) {
        for (input, fed) in self.fed.iter().enumerate() {
            if *fed + IDLE < wall && !self.counters.is_loading() {
                let input = InputId(u16::try_from(input).unwrap_or(u16::MAX));
                self.watermark.set_pace(input, Pace::Idle);
            }
        }
    }

    /// Records when an input brought lines, by the wall clock.
    fn mark_fed(&mut self, input: InputId, wall: Millis) {
        if let Some(fed) = self.fed.get_mut(usize::from(input.0)) {
            *fed = wall;
        }
    }

    /// An input that brings fresh lines is not idle.
    pub(super) fn see_time(&mut self, message: &PipelineMessage) {
        if let PipelineMessage::Batch { input, freshness: Freshness::Fresh(wall), .. } = message {
            self.mark_fed(*input, *wall);
        }
    }

    /// Once the stored lines of every input are read, the clock starts to move, unless the log ended long ago.
    pub(super) fn caught_up(&mut self, since: Span) {
        if self.counters.is_loading() {
            return;
        }
        let newest = self.newest();
        self.clock_mut().caught_up(newest, clock::wall(), since);
    }

    /// An input's stored lines are all read: hits that were held are believed, unless our clock rules them out.
    pub(super) fn settle_input(&mut self, input: InputId, wall: Millis) {
        let plausible = wall + self.rules.lateness;
        let believed = self.order.front(input).map(|front| front.settle(plausible)).unwrap_or_default();
        for line in &believed {
            self.believe(input, line);
        }
    }

    /// The input has ended: decides which hits were ahead.
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

    /// An input that is read only once shows what was ahead only at its end: takes those hits out again.
    fn leave_out_what_is_ahead(&mut self, input: InputId) {
        let OrderState::Once(times) = &self.order else { return };
        let Some(ahead) = times.get(usize::from(input.0)).and_then(TimeClusters::ahead) else { return };
        self.tracker.forget_ahead(input, ahead.from);
        self.traffic.forget_from(ahead.from);
        self.counters.move_to_ahead(&ahead.kinds);
        self.watermark.correct(input, ahead.newest);
    }

    /// Whether reading can stop: the watermark is past the span that was asked for, and no session of it is open.
    pub(super) fn is_past_what_counts(&self) -> bool {
        let until = self.chosen.until;
        let is_open = || self.tracker.unsealed().any(|session| session.start() < until);
        self.watermark.oldest_accepted() > until && !self.order.is_measuring() && !is_open()
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
}

/// Stores sealed sessions, except those outside the span that was asked for.
pub(super) fn keep_sealed(
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
