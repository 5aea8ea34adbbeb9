//! Splits bytes into whole lines, however they are split into pieces.
//!
//! What is not a line is skipped and counted: lines of absurd length, and zeros left by a crash or a truncation.

#[cfg(test)]
mod tests;

use super::{Aside, LONGEST_LINE};

/// What an input skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Lines longer than [`LONGEST_LINE`].
    pub lines: u64,
    /// Bytes of those lines, and zeros.
    pub bytes: u64,
}

impl Skipped {
    pub(super) fn add(&mut self, more: Skipped) {
        self.lines += more.lines;
        self.bytes += more.bytes;
    }

    /// What was skipped since the last call.
    pub(super) fn aside(&mut self) -> Option<Aside> {
        let skipped = std::mem::take(self);
        (skipped != Skipped::default()).then_some(Aside::Skipped(skipped))
    }
}

/// The beginning of an incomplete line.
#[derive(Debug)]
pub(super) struct Unfinished {
    bytes: Vec<u8>,
    /// The number of bytes already searched for newlines and zeros: without it, a long line in small pieces would
    /// take quadratic time.
    searched: usize,
    /// Bytes of it that were skipped.
    left_out: u64,
    /// Whether it is too long: the rest of it is skipped as well.
    is_too_long: bool,
    /// The longest line that is accepted.
    longest: usize,
}

impl Default for Unfinished {
    fn default() -> Unfinished {
        Unfinished::of_at_most(LONGEST_LINE)
    }
}

/// This many zeros in a row are a gap, never written by a server. Fewer may be characters: UTF-32 has up to three in
/// a row.
const STRETCH: usize = 4;
/// Bytes kept of an overlong line to recognize its end: a stretch of zeros, a carriage return, and one byte before
/// them.
const TAIL: usize = STRETCH + 2;

/// From this length on, a line is not copied with every piece but keeps its block. Shorter lines do not: a block for
/// each of many inputs would take more memory than their lines.
const LONG: usize = 64 << 10;

impl Unfinished {
    fn of_at_most(longest: usize) -> Unfinished {
        Unfinished { bytes: Vec::new(), searched: 0, left_out: 0, is_too_long: false, longest }
    }

    /// Bytes received of it.
    pub(super) fn len(&self) -> u64 {
        self.bytes.len() as u64 + self.left_out
    }

    /// Moves the incomplete line to the end of the block, to be continued there.
    pub(super) fn continue_in(&mut self, block: &mut Vec<u8>) {
        if block.is_empty() && self.bytes.len() >= LONG {
            std::mem::swap(block, &mut self.bytes);
        } else {
            block.append(&mut self.bytes);
        }
    }

    /// Keeps what follows the last newline of the block from `start` on for the next read. A line began at `start`,
    /// or was continued there.
    pub(super) fn cut_from(&mut self, block: &mut Vec<u8>, start: usize, skipped: &mut Skipped) {
        let mut new = start + std::mem::take(&mut self.searched);
        let has_zeros = memchr::memchr(0, &block[new..]).is_some();
        let zeros = if has_zeros { leave_zeros_out(block, start, new, skipped) } else { 0 };
        self.skip_rest_of_long_line(block, start, skipped);
        if block.len() - start > self.longest {
            self.leave_long_lines_out(block, start, skipped);
            // The rest has moved.
            new = start;
        }
        let whole = memchr::memrchr(b'\n', &block[new..]).map(|newline| new + newline + 1);
        self.left_out = if whole.is_some() { zeros } else { self.left_out + zeros };
        self.keep_from(block, whole.unwrap_or(start));
        self.skip_what_is_too_long(skipped);
        // The next bytes decide about zeros at its end.
        self.searched = self.bytes.len().saturating_sub(TAIL);
    }

    fn keep_from(&mut self, block: &mut Vec<u8>, whole: usize) {
        if whole == 0 && block.len() >= LONG {
            return std::mem::swap(block, &mut self.bytes);
        }
        self.bytes.extend_from_slice(&block[whole..]);
        block.truncate(whole);
    }

    /// Appends the complete lines of a piece to the block.
    pub(super) fn add(&mut self, piece: &[u8], block: &mut Vec<u8>, skipped: &mut Skipped) {
        if block.is_empty() {
            self.continue_in(block);
            block.extend_from_slice(piece);
            return self.cut_from(block, 0, skipped);
        }
        let mut lines = Vec::new();
        self.add(piece, &mut lines, skipped);
        block.append(&mut lines);
    }

    /// The end of the input: an incomplete line counts as a line.
    pub(super) fn finish(&mut self, block: &mut Vec<u8>, skipped: &mut Skipped) {
        let start = block.len();
        self.give(block, skipped);
        if block.len() > start {
            block.push(b'\n');
        }
    }

    /// The end of the input: an incomplete line is handed out as it is, without newline.
    pub(super) fn give(&mut self, block: &mut Vec<u8>, skipped: &mut Skipped) {
        let mut bytes = std::mem::take(&mut self.bytes);
        let end = if self.is_too_long { 0 } else { bytes.len() - zeros_at_end(&bytes) };
        skipped.bytes += (bytes.len() - end) as u64;
        bytes.truncate(end);
        block.append(&mut bytes);
        self.clear();
    }

    /// Drops it.
    pub(super) fn clear(&mut self) {
        *self = Unfinished::of_at_most(self.longest);
    }

    fn skip_what_is_too_long(&mut self, skipped: &mut Skipped) {
        if text_of(&self.bytes).len() > self.longest && !self.is_too_long {
            self.is_too_long = true;
            skipped.lines += 1;
        }
        if self.is_too_long {
            let more = self.bytes.len().saturating_sub(TAIL);
            skipped.bytes += more as u64;
            self.left_out += more as u64;
            self.bytes.drain(..more);
            self.bytes.shrink_to(self.longest);
        }
    }

    fn skip_rest_of_long_line(&mut self, block: &mut Vec<u8>, start: usize, skipped: &mut Skipped) {
        if !self.is_too_long {
            return;
        }
        let Some(newline) = memchr::memchr(b'\n', &block[start..]) else { return };
        self.is_too_long = false;
        skipped.bytes += newline as u64 + 1;
        block.drain(start..=start + newline);
    }

    fn leave_long_lines_out(&self, block: &mut Vec<u8>, start: usize, skipped: &mut Skipped) {
        let all = block.split_off(start);
        for line in all.split_inclusive(|&byte| byte == b'\n') {
            // An incomplete one is checked when it is kept.
            if line.strip_suffix(b"\n").is_some_and(|line| text_of(line).len() > self.longest) {
                skipped.lines += 1;
                skipped.bytes += line.len() as u64;
            } else {
                block.extend_from_slice(line);
            }
        }
    }
}

/// Removes zeros at the beginning and end of lines, searching from `new` on; a line began at `start`. A stretch of
/// zeros within a line ends it: what was there is lost, and what follows was written later. At the end of the block,
/// a few are kept until the next bytes decide. Returns how many were removed since the last newline.
fn leave_zeros_out(block: &mut Vec<u8>, start: usize, new: usize, skipped: &mut Skipped) -> u64 {
    let all = block.split_off(new);
    let (mut rest, mut since_newline) = (all.as_slice(), 0);
    while let Some(at) = memchr::memchr(0, rest) {
        let (text, zeros) = (&rest[..at], zeros_at_head(&rest[at..]));
        block.extend_from_slice(text);
        rest = &rest[at + zeros..];
        if text.contains(&b'\n') {
            since_newline = 0;
        }
        let is_head = block.len() == start || block.ends_with(b"\n");
        let kept = match rest {
            _ if is_head => 0,
            [b'\n', ..] | [b'\r', b'\n', ..] => 0,
            // The next bytes tell whether this is the end of the line.
            [] | [b'\r'] => zeros.min(STRETCH),
            _ if zeros >= STRETCH => {
                block.push(b'\n');
                0
            }
            _ => zeros,
        };
        block.resize(block.len() + kept, 0);
        since_newline += zeros - kept;
    }
    if rest.contains(&b'\n') {
        since_newline = 0;
    }
    block.extend_from_slice(rest);
    skipped.bytes += (all.len() - (block.len() - new)) as u64;
    since_newline as u64
}

/// The part of a line that surely belongs to it: zeros and a carriage return at its end are still undecided.
fn text_of(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    &line[..line.len() - zeros_at_end(line)]
}

fn zeros_at_head(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| byte == 0).count()
}

fn zeros_at_end(bytes: &[u8]) -> usize {
    bytes.iter().rev().take_while(|&&byte| byte == 0).count()
}

/// The complete lines: what follows the last newline may be cut short.
pub(super) fn ended_lines(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(memchr::memrchr(b'\n', &bytes).map_or(0, |newline| newline + 1));
    bytes
}

/// The lines in some bytes of a log, without the zeros of gaps.
pub(super) fn without_zeros(mut bytes: Vec<u8>) -> Vec<u8> {
    if memchr::memchr(0, &bytes).is_some() {
        leave_zeros_out(&mut bytes, 0, 0, &mut Skipped::default());
    }
    bytes
}
