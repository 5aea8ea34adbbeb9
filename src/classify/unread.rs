//! Lines of a block that no format could parse. Their text goes to the engine, which sees all blocks in order and may
//! find a format for them.

use std::ops::Range;

use crate::format::Malformed;

use super::address::{AddressKeeping, LONGEST_ADDRESS, mask_addresses};
use super::period::Period;

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
        let kept = if text.len() > LONGEST { &text[..SHOWN + LONGEST_ADDRESS] } else { text };
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

/// The displayable excerpt of an unparsable line. Masks addresses (unless they are kept), then truncates: half an
/// address would escape the mask.
#[must_use]
pub fn shown(line: &[u8], addresses: AddressKeeping) -> Vec<u8> {
    let mut text = line[..line.len().min(SHOWN + LONGEST_ADDRESS)].to_vec();
    if addresses == AddressKeeping::Masked {
        mask_addresses(&mut text);
    }
    text.truncate(SHOWN);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Reason;

    #[test]
    fn r11_an_address_at_the_end_of_what_is_shown_is_masked() {
        let before = " ".repeat(SHOWN - 14);
        let line = format!("{before}2001:db8:1:222:3:4:5:6 - -");
        let shown = |addresses| String::from_utf8(shown(line.as_bytes(), addresses)).expect("as it was");
        assert_eq!(shown(AddressKeeping::Masked), format!("{before}2001:db8:1:xxx"));
        assert_eq!(shown(AddressKeeping::Whole), format!("{before}2001:db8:1:222"));
    }

    #[test]
    fn of_a_line_that_is_too_long_only_the_beginning_is_kept() {
        let mut unread = UnreadLines::default();
        let malformed = Malformed { at: 0, reason: Reason::Time };
        for length in [LONGEST, LONGEST + 1] {
            unread.push(0, 0, malformed, &vec![b'x'; length]);
        }
        let kept: Vec<_> = unread.iter().map(|(line, text)| (line.is_whole(), text.len())).collect();
        assert_eq!(kept, [(true, LONGEST), (false, SHOWN + LONGEST_ADDRESS)]);
    }
}
