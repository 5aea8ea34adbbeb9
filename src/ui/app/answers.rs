//! Handles the engine's answers.

use std::sync::Arc;

use crate::query::inquiry::{Answer, AnswerBody};
use crate::query::view::{Timeline, View};

use super::super::open_session::Following;
use super::super::pane::Pane;
use super::super::pause::Hold;
use super::super::questions::Use;
use super::super::shown::Shown;
use super::super::stage::Stage;
use super::super::throughput::{ReadSoFar, Throughput};
use super::App;

/// The notice when the snapshot was evicted for lack of memory.
const HELD_NO_LONGER: &str =
    "The held instant took more memory than --max-memory leaves it: this is a later one.";

impl App {
    pub(super) fn take(&mut self, answer: Answer) {
        match answer.found {
            AnswerBody::View(view) => self.take_view(answer.ticket, view),
            AnswerBody::Timeline(timeline) => self.take_timeline(answer.ticket, timeline),
        }
    }

    fn take_view(&mut self, ticket: u64, view: Arc<View>) {
        if self.takes_earlier(ticket, &view) {
            return;
        }
        let good_for = self.asking.view_answered(ticket);
        if good_for == Use::None {
            return;
        }
        if good_for != Use::Progress {
            self.paths_answered = self.asking.paths().cloned();
        }
        if good_for == Use::First {
            self.vocabulary.learn(&view);
        }
        match (&mut self.pause, good_for) {
            (Some(pause), Use::Progress) => {
                self.stale |= pause.note(view.intake.lines);
                self.note_amount(ReadSoFar::of(&view.intake));
            }
            (Some(pause), _) => {
                if pause.answered(&view) == Hold::Later {
                    self.say(HELD_NO_LONGER);
                }
                self.show(Shown::new(view, self.wall));
            }
            (None, Use::Progress) => {}
            (None, _) => {
                self.note_amount(ReadSoFar::of(&view.intake));
                let shown = match &self.shown {
                    Some(shown) if good_for == Use::Newer => shown.renewed(view, self.wall),
                    _ => Shown::new(view, self.wall),
                };
                self.show(shown);
            }
        }
    }

    pub(super) fn note_amount(&mut self, amount: ReadSoFar) {
        let before = self.throughput.lines_per_second();
        self.throughput.note(self.wall, amount);
        self.stale |= before != self.throughput.lines_per_second();
    }

    pub(super) fn show(&mut self, shown: Shown) {
        let is_loading = |shown: &Shown| matches!(shown.stage(), Stage::Loading(_));
        if self.shown.as_ref().is_some_and(is_loading) && !is_loading(&shown) {
            // The speed of loading says nothing about the rate of live lines.
            self.throughput = Throughput::default();
        }
        let opened = self.opened.is_some();
        let seen = self.lists.of(Pane::Sessions).in_sight();
        let same = self.shown.as_ref().is_some_and(|before| {
            before.looks_like(&shown, &seen) && (!opened || before.now() == shown.now())
        });
        self.stale |= !same;
        self.shown = Some(shown);
    }

    fn take_timeline(&mut self, ticket: u64, found: Option<Arc<Timeline>>) {
        let asked = self.asking.timeline_answered(ticket);
        if let Some(opened) = &mut self.opened
            && asked == Some(opened.session)
        {
            self.stale |= opened.take(found);
            if let Some(next) = opened.next_session().filter(|_| self.following == Following::Yes) {
                self.trail.turn_to(next);
            }
        }
    }
}
