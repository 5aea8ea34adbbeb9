//! A bounded buffer of the lines of one input that no format reads yet, in case a format for them is found.

use std::collections::VecDeque;

use crate::format::Malformed;

/// A line that no format reads yet.
#[derive(Debug)]
pub(super) struct BufferedLine {
    /// Which line of the input, from 1.
    pub(super) number: u64,
    pub(super) malformed: Malformed,
    pub(super) text: Vec<u8>,
}

/// The latest of these lines. All have been counted as malformed; whoever takes one out must correct the count.
#[derive(Debug)]
pub(super) struct UnreadBuffer {
    lines: VecDeque<BufferedLine>,
    bytes: usize,
    /// The last of those that came in a row, while no other line has come.
    last_of_run: Option<u64>,
    run: usize,
    /// How many came since they were looked at last, and how many bytes.
    new: NewLines,
    /// How many must be new before it is worth to look at them again.
    patience: usize,
    /// How often many in a row are looked at whatever the patience.
    looks_at_runs: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct NewLines {
    lines: usize,
    bytes: usize,
}

/// At most this many lines and bytes are kept (design.md section 5): about four screens of a terminal's scrollback, and as
/// many as a format is looked for in.
const MOST_LINES: usize = 1000;
const MOST_BYTES: usize = 1 << 20;
/// This many in a row are another log format rather than a program's own messages; enough to detect which.
const MANY_IN_A_ROW: usize = 50;
/// Detection is tried after this many lines, and after each failure only when twice as many have come (exponential back-off):
/// a program's messages between log lines must not cost more than the log.
const FIRST_PATIENCE: usize = 4;
/// The back-off's limit. Even if most lines are another program's, detection then takes 1 % of the time.
const MOST_PATIENCE: usize = 16 * MOST_LINES;
/// After this many unreadable runs, further ones are taken to be a program's messages, such as stack traces.
const LOOKS_AT_RUNS: u32 = 64;

impl Default for UnreadBuffer {
    fn default() -> UnreadBuffer {
        UnreadBuffer {
            lines: VecDeque::new(),
            bytes: 0,
            last_of_run: None,
            run: 0,
            new: NewLines::default(),
            patience: FIRST_PATIENCE,
            looks_at_runs: LOOKS_AT_RUNS,
        }
    }
}

impl UnreadBuffer {
    /// Keeps a line; the oldest ones make room for it.
    pub(super) fn push(&mut self, line: BufferedLine) {
        self.run =
            if self.last_of_run.is_some_and(|last| last + 1 == line.number) { self.run + 1 } else { 1 };
        self.last_of_run = Some(line.number);
        self.new.lines += 1;
        self.new.bytes += line.text.len();
        self.put(line);
        while self.lines.len() > MOST_LINES || self.bytes > MOST_BYTES {
            let oldest = self.lines.pop_front();
            self.bytes -= oldest.map_or(0, |line| line.text.len());
        }
    }

    fn put(&mut self, line: BufferedLine) {
        self.bytes += line.text.len();
        self.lines.push_back(line);
    }

    /// Whether the lines that came in a row ended before this one.
    pub(super) fn run_ended_before(&self, number: u64) -> bool {
        self.last_of_run.is_some_and(|last| last + 1 < number)
    }

    /// Another line has come: those in a row have ended.
    pub(super) fn end_run(&mut self) {
        (self.last_of_run, self.run) = (None, 0);
    }

    /// Whether the last line was one of another kind.
    pub(super) fn is_between_runs(&self) -> bool {
        self.last_of_run.is_none()
    }

    /// Whether it is time to look at them, those in a row having ended.
    pub(super) fn are_due_at_end_of_run(&self) -> bool {
        self.new.lines >= self.patience
    }

    /// Whether it is time to look at them while they come in a row: when they are many, and twice as many, and so on.
    pub(super) fn are_due_in_run(&self) -> bool {
        let many = self.run.is_multiple_of(MANY_IN_A_ROW) && (self.run / MANY_IN_A_ROW).is_power_of_two();
        many && (self.looks_at_runs > 0 || self.new.lines >= self.patience)
    }

    /// Those that came in a row are looked at.
    pub(super) fn spend_look_at_run(&mut self) {
        self.looks_at_runs = self.looks_at_runs.saturating_sub(1);
    }

    /// Whether it is time to look at them where nothing is known of the input: the more there are, the surer it is.
    pub(super) fn are_as_many_as_can_be(&self) -> bool {
        self.new.lines >= MOST_LINES || self.new.bytes >= MOST_BYTES / 2
    }

    /// Whether any came since they were looked at last.
    pub(super) fn has_new(&self) -> bool {
        self.new.lines > 0
    }

    /// Their texts, the oldest one first.
    pub(super) fn texts(&self) -> Vec<&[u8]> {
        self.lines.iter().map(|line| line.text.as_slice()).collect()
    }

    /// The texts of the latest.
    pub(super) fn latest_texts(&self) -> Vec<&[u8]> {
        let others = self.lines.len().saturating_sub(MANY_IN_A_ROW);
        self.lines.iter().skip(others).map(|line| line.text.as_slice()).collect()
    }

    /// They were looked at.
    pub(super) fn looked_at(&mut self, found: bool) {
        self.new = NewLines::default();
        self.looks_at_runs = if found { LOOKS_AT_RUNS } else { self.looks_at_runs };
        self.patience = if found { FIRST_PATIENCE } else { (self.patience * 2).min(MOST_PATIENCE) };
    }

    /// Takes out those that `reads` reads, asking for each in its order.
    pub(super) fn take_out(&mut self, mut reads: impl FnMut(&BufferedLine) -> bool) {
        self.bytes = 0;
        for line in std::mem::take(&mut self.lines) {
            if !reads(&line) {
                self.put(line);
            }
        }
    }
}
