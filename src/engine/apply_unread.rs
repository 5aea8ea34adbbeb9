//! What workers leave unread, in the engine: it is read again where a reading is found, and applied at its place among the
//! other lines.

use std::sync::Arc;

use crate::classify::address::AddressKeeping;
use crate::classify::batch::{Batch, InputId};
use crate::classify::classifier::Shared;
use crate::classify::unread::shown;
use crate::format::Format;
use crate::format::detect::proposal;
use crate::query::view::Doubt;
use crate::time::Millis;

use super::Engine;
use super::apply::BatchLines;
use super::counters::MalformedLine;
use super::doubts::doubts;
use super::find_format::{FormatHints, unknown_format};
use super::front::Delivery;
use super::pipeline::Pipeline;
use super::quotable;
use super::reread::{Reread, Rereader};
use super::unused_fields::UnusedFields;

impl Engine {
    /// The same engine, which has seen nothing yet, for inputs of which this is known.
    pub(super) fn rereading(self, shared: &Arc<Shared>, hints: Vec<FormatHints>) -> Engine {
        Engine { rereader: Some(Rereader::new(shared, hints)), ..self }
    }

    /// An input's format is known, before any of its lines was read.
    pub(super) fn set_format(&mut self, input: InputId, format: Format) {
        let name = format.name();
        self.set_input(input, |status| status.format = name);
        if let Some(rereader) = &mut self.rereader {
            rereader.set_format(input, format);
        }
    }

    /// Counts what a batch has left unread, and reads it if that can be done.
    pub(super) fn reread(&mut self, input: InputId, batch: &Batch, lines_before: u64) -> Option<Reread> {
        let Some(rereader) = &mut self.rereader else {
            // Whoever gives batches without inputs has nothing to read again.
            for (unread, text) in batch.unread.iter() {
                let (number, malformed) = (lines_before + unread.line + 1, unread.malformed);
                let line =
                    MalformedLine { number, malformed, text: Some(shown(text, AddressKeeping::Masked)) };
                self.counters.add_malformed(input, line);
            }
            return None;
        };
        let reread = rereader.reread(input, batch, lines_before, &mut self.counters)?;
        self.learn_reread(input, &reread);
        Some(reread)
    }

    fn learn_reread(&mut self, input: InputId, reread: &Reread) {
        self.counters.count_hits(&reread.batch);
        self.learn(self.reread_by(), &reread.batch);
        self.weigh(input, &reread.batch);
        self.note_requests(input, self.reread_by(), &reread.batch);
    }

    /// Counts what a batch says of how well its input is read, and of which hits lack what others have (R3). While an
    /// instant is held, what agents mean stays as it is: it is learnt when that is released.
    pub(super) fn weigh(&mut self, input: InputId, batch: &Batch) {
        let Some(evidence) = self.evidence.get_mut(usize::from(input.0)) else { return };
        evidence.count(batch);
        self.flag_those_without_agent(input);
    }

    /// An input in which some hit bears an agent: those that bear none are bots' (R3).
    pub(super) fn flag_those_without_agent(&mut self, input: InputId) {
        if self.snapshots.is_empty()
            && self.evidence.get(usize::from(input.0)).is_some_and(|evidence| evidence.with_agent > 0)
            && let Some(agent) = self.dictionaries.bears_agents(input)
        {
            self.store.flag_no_agent(agent);
        }
    }

    /// What is doubted of how inputs are read.
    pub(super) fn doubts(&self) -> Vec<Doubt> {
        let nothing = UnusedFields::default();
        let unused =
            |at| self.rereader.as_ref().and_then(|rereader| rereader.unused_fields(at)).unwrap_or(&nothing);
        let inputs = self.counters.inputs().iter().zip(&self.evidence).enumerate();
        let of_each = inputs.flat_map(|(at, (status, evidence))| doubts(status, evidence, unused(at)));
        of_each.chain(self.duplicates.doubts(self.counters.inputs())).collect()
    }

    /// Whose numbers stand for the strings of what is read again.
    fn reread_by(&self) -> usize {
        self.translations.len() - 1
    }

    /// Applies a worker's batch together with what it had left unread, in the order of the lines.
    pub(super) fn apply_with_reread(
        &mut self,
        input: InputId,
        worker: usize,
        batch: &Batch,
        reread: &Reread,
        delivery: Delivery,
    ) {
        let delivery = Some(delivery);
        let own = self.reread_by();
        let (mut lines, mut own_lines) = (BatchLines::of(batch, input), BatchLines::of(&reread.batch, input));
        let (mut applied, mut own_applied) = (0, 0);
        for point in &reread.splice_points {
            let more = point.hits_before.saturating_sub(applied);
            self.apply_one_by_one((input, worker), &mut lines, more, delivery);
            applied += more;
            let more = point.up_to.saturating_sub(own_applied);
            self.apply_one_by_one((input, own), &mut own_lines, more, delivery);
            own_applied += more;
        }
        self.apply_one_by_one((input, worker), &mut lines, usize::MAX, delivery);
    }

    /// An input has nothing more at present: its lines that nobody reads are looked at, and if none of them can be read,
    /// that is said.
    pub(super) fn look_at_unread(&mut self, input: InputId) {
        self.look_at_unread_delivered(input, Delivery::Stored);
    }

    pub(super) fn look_at_unread_delivered(&mut self, input: InputId, delivery: Delivery) {
        let Some(rereader) = &mut self.rereader else { return };
        if let Some(reread) = rereader.look(input, &mut self.counters) {
            self.learn_reread(input, &reread);
            if !self.order.measure(input, &reread.batch) {
                let by = (input, self.reread_by());
                let mut lines = BatchLines::of(&reread.batch, input);
                self.apply_one_by_one(by, &mut lines, usize::MAX, Some(delivery));
                self.seal();
            }
        }
        self.say_if_strange(input);
    }

    /// Whether lines came of the input, and none of them can be read.
    pub(super) fn is_unknown(&self, input: InputId) -> bool {
        self.rereader.as_ref().is_some_and(|rereader| rereader.is_strange(input))
    }

    /// What came in while inputs are followed is not left to wait for more of its kind.
    pub(super) fn look_at_unread_live(&mut self, wall: Millis) {
        let plausible = self.clock.now(Millis::MIN, wall) + self.rules.lateness;
        for input in self.counters.live() {
            self.look_at_unread_delivered(input, Delivery::Fresh { wall, plausible });
        }
    }

    fn say_if_strange(&mut self, input: InputId) {
        let Some(rereader) = &mut self.rereader else { return };
        if !rereader.is_strange(input) || !rereader.call_strange(input) {
            return;
        }
        let (Some((first, latest)), Some(status)) = (rereader.strange(input), self.counters.input(input))
        else {
            return;
        };
        if status.trouble.is_empty() {
            let first: Vec<&[u8]> = first.split(|&byte| byte == b'\n').collect();
            let proposal = proposal(&latest);
            status.trouble = unknown_format(&status.name, &first, proposal.as_ref(), rereader.examples());
            status.proposal = proposal.as_ref().map(quotable::shown).unwrap_or_default();
        }
    }

    /// Tells the feeder of formats that were found.
    pub(super) fn tell_found(&mut self, pipeline: &Pipeline) {
        let untold = self.rereader.as_mut().map(Rereader::take_untold).unwrap_or_default();
        for (input, format) in untold {
            pipeline.tell_found(input, format);
        }
    }
}
