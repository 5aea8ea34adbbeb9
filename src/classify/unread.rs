//! Lines of a block that no format could parse. Their text goes to the engine, which sees all blocks in order and may
//! find a format for them.

use std::ops::Range;

use crate::format::Malformed;

use super::address::AddressKeeping;
use super::period::Period;
use super::redacted;

/// The unparsable lines of a block.
#[derive(Debug, Clone)]
pub struct UnreadLines {
    /// Which hits count, should these turn out to be some.
    pub period: Period,
    /// The number of readings that the worker tried.
    pub readings: usize,
    lines: Vec<UnreadLine>,
    text: Vec<u8>,
}

/// A line that no format could parse.
#[derive(Debug, Clone)]
pub struct UnreadLine {
    /// Its index in the batch.
    pub line: u64,
    /// Number of the batch's hits before it.
    pub hits_before: usize,
    /// Where and why the first format failed.
    pub malformed: Malformed,
    /// Its length; more than that of its text if it was truncated.
    pub length: usize,
    text: Range<usize>,
}

impl UnreadLine {
    /// Whether its text is complete.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.text.len() == self.length
    }
}

/// The longest text kept: servers do not write longer lines into access logs.
const LONGEST: usize = 64 << 10;

impl Default for UnreadLines {
    fn default() -> UnreadLines {
        UnreadLines { period: Period::ALL, readings: 0, lines: Vec::new(), text: Vec::new() }
    }
}

impl UnreadLines {
    /// Appends a line.
    pub(super) fn push(&mut self, line: u64, hits_before: usize, malformed: Malformed, text: &[u8]) {
        let kept = if text.len() > LONGEST { &text[..SHOWN + redacted::LONGEST] } else { text };
        let start = self.text.len();
        self.text.extend_from_slice(kept);
        let range = start..self.text.len();
        self.lines.push(UnreadLine { line, hits_before, malformed, length: text.len(), text: range });
    }

    /// All lines in order, with their text.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&UnreadLine, &[u8])> {
        self.lines.iter().map(|line| (line, self.text.get(line.text.clone()).unwrap_or(b"")))
    }

    /// Number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Clears it for reuse and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.text.clear();
    }
}

/// Longest excerpt of an unparsable line, in bytes: more fits on no screen.
const SHOWN: usize = 400;

/// The excerpt of an unparsable line that may be shown.
#[must_use]
pub fn shown(line: &[u8], addresses: AddressKeeping) -> Vec<u8> {
    redacted::beginning(line, SHOWN, addresses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Reason;

    #[test]
    fn of_a_line_that_is_too_long_only_the_beginning_is_kept() {
        let mut unread = UnreadLines::default();
        let malformed = Malformed { at: 0, reason: Reason::Time };
        for length in [LONGEST, LONGEST + 1] {
            unread.push(0, 0, malformed, &vec![b'x'; length]);
        }
        let kept: Vec<_> = unread.iter().map(|(line, text)| (line.is_whole(), text.len())).collect();
        assert_eq!(kept, [(true, LONGEST), (false, SHOWN + redacted::LONGEST)]);
    }
}
