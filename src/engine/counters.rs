//! Counts what came in and what became of it. Nothing is dropped without being counted here.

use std::collections::VecDeque;

use crate::classify::batch::{Batch, InputId};
use crate::classify::kind::Kind;
use crate::format::{Malformed, Reason};
use crate::input::Skipped;
use crate::query::view::{AlsoRead, InputState, InputStatus, Intake, MalformedExample, OwnHostsFrom};

/// Counts of what was read.
#[derive(Debug, Default)]
pub(super) struct Counters {
    inputs: Vec<InputStatus>,
    malformed_by_reason: [u64; Reason::ALL.len()],
    examples: VecDeque<MalformedExample>,
    kinds: [u64; Kind::ALL.len()],
    pub(super) late: u64,
    pub(super) ahead: u64,
    /// Lines dropped because they came too fast.
    pub(super) overflow: u64,
    consentless: u64,
}

/// A line that could not be parsed.
pub(super) struct MalformedLine {
    /// Its number in the input, from 1.
    pub(super) number: u64,
    pub(super) malformed: Malformed,
    /// The part of it that may be shown; `None` if there are enough other examples.
    pub(super) text: Option<Vec<u8>>,
}

/// Malformed lines kept as examples.
const EXAMPLES: usize = 20;

impl Counters {
    pub(super) fn new(names: &[String]) -> Counters {
        let status = |name: &String| InputStatus { name: name.clone(), ..InputStatus::default() };
        Counters { inputs: names.iter().map(status).collect(), ..Counters::default() }
    }

    /// The inputs' names, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.inputs.iter().map(|input| input.name.clone())
    }

    pub(super) fn input(&mut self, input: InputId) -> Option<&mut InputStatus> {
        self.inputs.get_mut(usize::from(input.0))
    }

    /// Counts a batch, except late hits, which are known only when they are applied, and malformed lines. Returns the
    /// number of the input's lines before it.
    pub(super) fn count(&mut self, input: InputId, batch: &Batch) -> u64 {
        let lines_before = self.input(input).map_or(0, |status| {
            let before = status.lines;
            status.bytes += batch.bytes;
            status.lines += batch.lines;
            before
        });
        self.count_hits(batch);
        lines_before
    }

    /// Counts the hits of lines that were counted already.
    pub(super) fn count_hits(&mut self, batch: &Batch) {
        self.consentless += batch.consentless;
        self.ahead += batch.ahead;
        for (count, more) in self.kinds.iter_mut().zip(batch.hits.by_kind()) {
            *count += more;
        }
    }

    /// Counts what an input skipped. Overlong lines count as malformed.
    pub(super) fn count_skipped(&mut self, input: InputId, skipped: Skipped) {
        if let Some(status) = self.input(input) {
            status.bytes += skipped.bytes;
            status.lines += skipped.lines;
        }
        self.malformed_by_reason[Reason::Length as usize] += skipped.lines;
    }

    /// Counted hits turned out to be ahead: they count as that only.
    pub(super) fn move_to_ahead(&mut self, kinds: &[u64; Kind::ALL.len()]) {
        for (count, fewer) in self.kinds.iter_mut().zip(kinds) {
            *count -= fewer;
            self.ahead += fewer;
        }
    }

    /// A hit counted under another kind turned out to be a pageview.
    pub(super) fn turn_into_pageview(&mut self, from: Kind) {
        let count = &mut self.kinds[from as usize];
        *count = count.saturating_sub(1);
        self.kinds[Kind::Pageview as usize] += 1;
    }

    /// Counts a line that could not be read.
    pub(super) fn add_malformed(&mut self, input: InputId, line: MalformedLine) {
        let MalformedLine { number, malformed, text } = line;
        self.malformed_by_reason[malformed.reason as usize] += 1;
        let Some(text) = text else { return };
        let name = self.input(input).map(|status| status.name.clone()).unwrap_or_default();
        if self.examples.len() == EXAMPLES {
            self.examples.pop_front();
        }
        self.examples.push_back(MalformedExample {
            input: name,
            line: number,
            column: malformed.at + 1,
            reason: malformed.reason.expected().to_owned(),
            text: String::from_utf8_lossy(&text).into_owned(),
        });
    }

    /// A line counted as malformed could be parsed after all.
    pub(super) fn take_malformed_back(&mut self, input: InputId, number: u64, malformed: Malformed) {
        let count = &mut self.malformed_by_reason[malformed.reason as usize];
        *count = count.saturating_sub(1);
        let Some(status) = self.inputs.get(usize::from(input.0)) else { return };
        self.examples.retain(|example| example.line != number || example.input != status.name);
    }

    /// The trouble of an input is over.
    pub(super) fn clear_trouble(&mut self, input: InputId) {
        if let Some(status) = self.input(input) {
            status.trouble.clear();
            status.proposal.clear();
        }
    }

    /// From this line on, lines that no earlier format parses are tried with this one.
    pub(super) fn add_reading(&mut self, input: InputId, format: String, from_line: u64) {
        let Some(status) = self.input(input) else { return };
        if status.format.is_empty() {
            status.format = format;
        } else {
            status.also.push(AlsoRead { format, from_line });
        }
    }

    /// The counts, with this many more lines held as ahead. They are not reported while stored lines are read: most
    /// are accepted within the next few lines.
    pub(super) fn intake_with_held(&self, held: u64) -> Intake {
        let held = if self.is_loading() { 0 } else { held };
        Intake { ahead: self.ahead + held, ..self.intake() }
    }

    /// The counts, without what only the store and the dictionaries know.
    pub(super) fn intake(&self) -> Intake {
        let malformed = self.malformed_by_reason.iter().sum();
        Intake {
            inputs: self.inputs.clone(),
            lines: self.inputs.iter().map(|input| input.lines).sum(),
            bytes: self.inputs.iter().map(|input| input.bytes).sum(),
            hits: self.kinds.iter().sum(),
            malformed,
            malformed_by_reason: self.by_reason(),
            malformed_examples: self.examples.iter().cloned().collect(),
            late: self.late,
            ahead: self.ahead,
            overflow: self.overflow,
            consentless: self.consentless,
            kinds: self.kinds,
            own_hosts_from: OwnHostsFrom::Unknown,
            ..Intake::default()
        }
    }

    fn by_reason(&self) -> Vec<(String, u64)> {
        let counts = Reason::ALL.into_iter().zip(self.malformed_by_reason);
        let mut counts: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.into_iter().map(|(reason, count)| (reason.expected().to_owned(), count)).collect()
    }

    /// All inputs.
    pub(super) fn inputs(&self) -> &[InputStatus] {
        &self.inputs
    }

    /// Inputs being followed.
    pub(super) fn live(&self) -> Vec<InputId> {
        let inputs = (0..).zip(&self.inputs);
        inputs.filter(|(_, input)| input.state == InputState::Live).map(|(at, _)| InputId(at)).collect()
    }

    /// Whether any input's stored lines are still being read.
    pub(super) fn is_loading(&self) -> bool {
        self.inputs.iter().any(|input| input.state == InputState::Loading)
    }

    /// Whether every input is at its end or cannot be read.
    pub(super) fn is_over(&self) -> bool {
        self.inputs.iter().all(|input| matches!(input.state, InputState::Ended | InputState::Failed))
    }
}
