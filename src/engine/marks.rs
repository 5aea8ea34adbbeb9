//! Under `--privacy strict` questions are answered as of closed 5-minute marks, and coarsely (R11): who asks twice within
//! five minutes, by whatever filters, is told of the same sessions.

use crate::query::answer::CachedQuestion;
use crate::query::coarse::mark;
use crate::query::inquiry::AsOf;
use crate::query::moment::Moment;
use crate::query::question::Question;
use crate::query::sessions::Sessions;
use crate::query::view::{InputState, Intake, View};
use crate::time::Millis;

use super::Engine;
use super::port::AskerId;
use super::snapshot::Snapshot;

/// Whose snapshot that of the mark is: no face gets this number.
const MARKED: AskerId = AskerId(u32::MAX);

impl Engine {
    /// The coarse answer as of the latest mark before the instant that is asked about.
    pub(super) fn answer_at_mark(
        &mut self,
        asker: AskerId,
        question: &Question,
        as_of: AsOf,
        wall: Millis,
    ) -> View {
        let held = match as_of {
            AsOf::Snapshot => self.snapshots.remove(&asker).unwrap_or_else(|| self.marked(wall)),
            AsOf::Now | AsOf::At(_) => self.marked(wall),
        };
        let at = match as_of {
            AsOf::At(at) => mark(at).min(held.moment.now),
            AsOf::Now | AsOf::Snapshot => held.moment.now,
        };
        let mut view = self.answer_held(&held, question, at);
        view.coarsen(question);
        let holder = if as_of == AsOf::Snapshot { asker } else { MARKED };
        self.snapshots.insert(holder, held);
        view
    }

    fn answer_held(&mut self, held: &Snapshot, question: &Question, at: Millis) -> View {
        let moment = Moment { now: at, ..held.moment };
        let intake = self.steady_intake(&held.intake);
        let sessions = Sessions { begun_by: at, ..held.sessions(&self.dictionaries) };
        let mut view = CachedQuestion::new(question.clone()).answer(sessions, moment, intake, &self.cores);
        view.kept_from = self.kept_from();
        view.traffic = self.traffic_of(question, &moment);
        self.add_faults(question, &moment, &mut view);
        view
    }

    /// What was read by the mark; the state of each input is that of now.
    fn steady_intake(&self, held: &Intake) -> Intake {
        let mut inputs = self.intake().inputs;
        for (input, held) in inputs.iter_mut().zip(&held.inputs) {
            (input.lines, input.bytes) = (held.lines, held.bytes);
        }
        Intake { inputs, ..held.clone() }
    }

    /// The snapshot of the latest mark; a new one is taken once the next mark has passed, and while stored lines are
    /// loaded.
    fn marked(&mut self, wall: Millis) -> Snapshot {
        let now = self.moment(wall);
        let at = mark(now.now);
        if let Some(held) = self.snapshots.get(&MARKED) {
            if held.moment.now == at && !is_loading(&held.intake) {
                return held.clone();
            }
            // What had to wait for its end is done before the next one.
            self.release(MARKED);
        }
        self.infer_own_hosts();
        // At the end of the input everything is closed.
        let watermark = if now.watermark == Millis::MAX { now.watermark } else { now.watermark.min(at) };
        Snapshot::new(self.sessions_until(at), Moment { now: at, watermark, ..now }, self.intake())
    }
}

fn is_loading(intake: &Intake) -> bool {
    intake.inputs.iter().any(|input| input.state == InputState::Loading)
}
