//! Lines of a block that no reading reads. They go on with their text: the engine sees the lines of all blocks in their
//! order, and may find a reading for them.

use std::ops::Range;

use crate::format::Malformed;

use super::address::{AddressKeeping, LONGEST_ADDRESS, mask_addresses};
use super::classifier::Period;

/// The lines of a block that no reading reads.
#[derive(Debug, Clone)]
pub struct UnreadLines {
    /// Which hits count, if these are any.
    pub period: Period,
    /// By how many readings the worker has tried to read them.
    pub readings: usize,
    lines: Vec<UnreadLine>,
    text: Vec<u8>,
}

/// A line that no reading reads.
#[derive(Debug, Clone)]
pub struct UnreadLine {
    /// Which line of the batch, from 0.
    pub line: u64,
    /// How many hits the batch has before it.
    pub hits_before: usize,
    /// Where the first reading stops, and why.
    pub malformed: Malformed,
    /// How long it is; longer than its text where that is cut.
    pub length: usize,
    text: Range<usize>,
}

impl UnreadLine {
    /// Whether all of it is kept.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.text.len() == self.length
    }
}

/// Of a longer line only its beginning goes on: no server writes an access log with such lines.
const LONGEST: usize = 64 << 10;

impl Default for UnreadLines {
    fn default() -> UnreadLines {
        UnreadLines { period: Period::ALL, readings: 0, lines: Vec::new(), text: Vec::new() }
    }
}

impl UnreadLines {
    /// Adds the next one.
    pub(super) fn push(&mut self, line: u64, hits_before: usize, malformed: Malformed, text: &[u8]) {
        let kept = if text.len() > LONGEST { &text[..SHOWN + LONGEST_ADDRESS] } else { text };
        let start = self.text.len();
        self.text.extend_from_slice(kept);
        let range = start..self.text.len();
        self.lines.push(UnreadLine { line, hits_before, malformed, length: text.len(), text: range });
    }

    /// All of them in their order, with their text.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&UnreadLine, &[u8])> {
        self.lines.iter().map(|line| (line, self.text.get(line.text.clone()).unwrap_or(b"")))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether every line was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Empties it; the memory stays for the next block.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.text.clear();
    }
}

/// How much of a line that cannot be read is shown, in bytes: more fits on no screen.
const SHOWN: usize = 400;

/// What may be shown of a line that could not be read. Addresses are masked unless they are kept whole (R11), and only
/// then it is cut: for of half an address nobody could tell that it is one.
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
