//! Dropping what turned out to be ahead of the rest of its input (design.md R6).

use super::Tracker;
use crate::classify::batch::InputId;
use crate::session::steps::Session;
use crate::time::Millis;

impl Tracker {
    /// Drops the sessions that consist of what this input says of `from` and later. None spans that instant: it is far
    /// after everything before it.
    pub fn forget_ahead(&mut self, input: InputId, from: Millis) {
        self.prefetches.forget_ahead(input, from);
        let is_ahead = |session: &Session| {
            session.start() >= from && session.steps.iter().all(|step| step.input == input)
        };
        for place in self.slab.places() {
            if self.slab.session(place).is_some_and(is_ahead)
                && let Some(mut chained) = self.slab.leave(place)
            {
                self.entries -= chained.session.steps.len() + chained.session.notes.len();
                let lists = chained.session.take_lists();
                self.keep_spare(lists);
                self.unchain(chained.session.visitor, place, chained.previous);
            }
        }
    }
}
