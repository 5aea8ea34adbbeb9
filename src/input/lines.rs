//! Cutting bytes that come in pieces into whole lines.

use super::{LONGEST_LINE, Trouble};

/// The beginning of a line whose end has not come yet.
#[derive(Debug, Default)]
pub(super) struct Unfinished {
    bytes: Vec<u8>,
}

impl Unfinished {
    /// How many bytes of it are there.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Puts what is unfinished at the end of the block, to be continued there.
    pub(super) fn continue_in(&mut self, block: &mut Vec<u8>) {
        block.append(&mut self.bytes);
    }

    /// Keeps what follows the last newline of the block from `start` on for the next time.
    ///
    /// # Errors
    /// A line longer than any log's.
    pub(super) fn cut_from(&mut self, block: &mut Vec<u8>, start: usize, name: &str) -> Result<(), Trouble> {
        let whole = memchr::memrchr(b'\n', &block[start..]).map_or(start, |newline| start + newline + 1);
        self.bytes.extend_from_slice(&block[whole..]);
        block.truncate(whole);
        if self.bytes.len() > LONGEST_LINE {
            return Err(Trouble::LongLine { name: name.to_owned() });
        }
        Ok(())
    }

    /// Adds a piece to the block as far as its lines are whole.
    ///
    /// # Errors
    /// A line longer than any log's.
    pub(super) fn add(&mut self, piece: &[u8], block: &mut Vec<u8>, name: &str) -> Result<(), Trouble> {
        let start = block.len();
        if memchr::memchr(b'\n', piece).is_some() {
            self.continue_in(block);
            block.extend_from_slice(piece);
            return self.cut_from(block, start, name);
        }
        self.bytes.extend_from_slice(piece);
        if self.bytes.len() > LONGEST_LINE {
            return Err(Trouble::LongLine { name: name.to_owned() });
        }
        Ok(())
    }

    /// Nothing more will come: what is there is a line.
    pub(super) fn finish(&mut self, block: &mut Vec<u8>) {
        if !self.bytes.is_empty() {
            block.append(&mut self.bytes);
            block.push(b'\n');
        }
    }

    /// Forgets it.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }
}
