//! What came in, and what became of it: nothing is lost without being counted here.

use std::collections::VecDeque;

use crate::classify::batch::{Batch, InputId, MalformedLine};
use crate::classify::kind::Kind;
use crate::format::Reason;
use crate::input::Skipped;
use crate::query::view::{InputState, InputStatus, Intake, MalformedExample, OwnHostsFrom};

/// Counts of what was read.
#[derive(Debug, Default)]
pub(super) struct Counters {
    inputs: Vec<InputStatus>,
    malformed_by_reason: [u64; Reason::ALL.len()],
    examples: VecDeque<MalformedExample>,
    kinds: [u64; Kind::ALL.len()],
    pub(super) late: u64,
    /// Lines that came too fast and were dropped.
    pub(super) overflow: u64,
    consentless: u64,
}

/// How many malformed lines are kept to look at.
const EXAMPLES: usize = 20;

impl Counters {
    pub(super) fn new(names: &[String]) -> Counters {
        let status = |name: &String| InputStatus { name: name.clone(), ..InputStatus::default() };
        Counters { inputs: names.iter().map(status).collect(), ..Counters::default() }
    }

    pub(super) fn input(&mut self, input: InputId) -> Option<&mut InputStatus> {
        self.inputs.get_mut(usize::from(input.0))
    }

    /// Counts a batch, but for the hits that are late: which those are is not known before they are applied.
    pub(super) fn count(&mut self, input: InputId, batch: &Batch) {
        let lines_before = self.input(input).map_or(0, |status| {
            let before = status.lines;
            status.bytes += batch.bytes;
            status.lines += batch.lines;
            before
        });
        self.consentless += batch.consentless;
        for (count, more) in self.kinds.iter_mut().zip(batch.hits.by_kind()) {
            *count += more;
        }
        for (count, more) in self.malformed_by_reason.iter_mut().zip(batch.malformed.by_reason) {
            *count += more;
        }
        for line in &batch.malformed.latest {
            self.keep_example(input, lines_before, line);
        }
    }

    /// Counts what was left out: lines that were too long have been read as little as malformed ones.
    pub(super) fn count_skipped(&mut self, input: InputId, skipped: Skipped) {
        if let Some(status) = self.input(input) {
            status.bytes += skipped.bytes;
            status.lines += skipped.lines;
        }
        self.malformed_by_reason[Reason::Length as usize] += skipped.lines;
    }

    fn keep_example(&mut self, input: InputId, lines_before: u64, line: &MalformedLine) {
        let name = self.input(input).map(|status| status.name.clone()).unwrap_or_default();
        if self.examples.len() == EXAMPLES {
            self.examples.pop_front();
        }
        self.examples.push_back(MalformedExample {
            input: name,
            line: lines_before + line.line + 1,
            column: line.malformed.at + 1,
            reason: line.malformed.reason.expected().to_owned(),
            text: String::from_utf8_lossy(&line.text).into_owned(),
        });
    }

    /// All of it, but for what only the store and the dictionaries know.
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

    /// Whether any input's stored lines are still being read.
    pub(super) fn is_loading(&self) -> bool {
        self.inputs.iter().any(|input| input.state == InputState::Loading)
    }

    /// Whether every input is at its end or cannot be read.
    pub(super) fn is_over(&self) -> bool {
        self.inputs.iter().all(|input| matches!(input.state, InputState::Ended | InputState::Failed))
    }
}
