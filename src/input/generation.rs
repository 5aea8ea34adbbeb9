//! One generation of a log: the file that has the log's name until a rotation gives the name to another.

use std::fs::File;
use std::fs::Metadata;
use std::io::{Result, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use rustix::buffer::spare_capacity;
use rustix::io::{read, retry_on_intr};

use super::lines::{Skipped, Unfinished};
use super::position::{FileId, Fingerprint, Position};

/// An open file with the read position.
pub(super) struct Generation {
    file: File,
    identity: FileId,
    /// The read position.
    at: u64,
    /// Its first bytes as a fingerprint: they tell if the file was truncated and written anew.
    beginning: Vec<u8>,
    unfinished: Unfinished,
}

/// Length of the fingerprint: more than a line, whose time stamp is unique.
pub(super) const BEGINNING: usize = 1024;

/// The result of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum More {
    /// Bytes were read; complete lines were appended to the block.
    Bytes,
    /// Nothing new.
    Nothing,
    /// The file was truncated, and may have new contents.
    Truncated,
}

impl Generation {
    /// A file, to be read from its beginning.
    pub(super) fn new(file: File) -> Result<Generation> {
        let identity = FileId::of(&file.metadata()?);
        let (beginning, unfinished) = (Vec::new(), Unfinished::default());
        let mut generation = Generation { file, identity, at: 0, beginning, unfinished };
        generation.beginning = generation.bytes_at(0, BEGINNING)?;
        Ok(generation)
    }

    pub(super) fn identity(&self) -> FileId {
        self.identity
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn len(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    pub(super) fn metadata(&self) -> Result<Metadata> {
        self.file.metadata()
    }

    /// The offset after the last line handed out.
    pub(super) fn end_of_lines(&self) -> u64 {
        self.at.saturating_sub(self.unfinished.len())
    }

    pub(super) fn position(&self) -> Position {
        let beginning = Fingerprint::of(&self.beginning);
        Position { file: self.identity, beginning, offset: self.end_of_lines() }
    }

    pub(super) fn beginning(&self) -> &[u8] {
        &self.beginning
    }

    /// Resumes at an offset.
    pub(super) fn seek(&mut self, offset: u64) -> Result<()> {
        self.at = offset;
        self.unfinished.clear();
        self.beginning = self.bytes_at(0, BEGINNING)?;
        self.file.seek(SeekFrom::Start(offset)).map(drop)
    }

    /// Bytes at an offset; fewer at the end of the file.
    pub(super) fn bytes_at(&self, offset: u64, most: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; most];
        let mut filled = 0;
        while filled < most {
            match self.file.read_at(&mut bytes[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }

    /// Reads until the block has `most` bytes, and keeps the complete lines in it.
    pub(super) fn read(&mut self, block: &mut Vec<u8>, most: usize, skipped: &mut Skipped) -> Result<More> {
        let start = block.len();
        self.unfinished.continue_in(block);
        let more = self.read_on(block, most, skipped)?;
        self.unfinished.cut_from(block, start, skipped);
        Ok(more)
    }

    fn read_on(&mut self, block: &mut Vec<u8>, most: usize, skipped: &mut Skipped) -> Result<More> {
        let start = block.len();
        make_room(block, most);
        // One allocation: the standard library would begin with a few kilobytes and double them.
        let read = retry_on_intr(|| read(&self.file, spare_capacity(block)))?;
        if !self.is_as_before()? && (read == 0 || self.lies_at(self.at, &block[start..])?) {
            block.truncate(start);
            return Ok(More::Truncated);
        }
        // If the contents have changed, and these bytes are not of the new ones, they are the last of the old ones.
        self.accept(&block[start..]);
        if is_hollow(&block[start..]) {
            skipped.bytes += self.leave_hole()?;
        }
        Ok(if read == 0 { More::Nothing } else { More::Bytes })
    }

    /// Whether the file still has the contents that were read.
    fn is_as_before(&self) -> Result<bool> {
        Ok(self.len() >= self.at && self.lies_at(0, &self.beginning)?)
    }

    fn lies_at(&self, offset: u64, bytes: &[u8]) -> Result<bool> {
        Ok(bytes.is_empty() || self.bytes_at(offset, bytes.len())? == bytes)
    }

    fn accept(&mut self, bytes: &[u8]) {
        let known = self.beginning.len();
        if let Ok(at) = usize::try_from(self.at)
            && (at..BEGINNING).contains(&known)
        {
            let more = bytes.iter().skip(known - at).take(BEGINNING - known);
            self.beginning.extend(more);
        }
        self.at += bytes.len() as u64;
    }

    /// Resumes after a truncation by a writer that does not append: it leaves a hole in place of the old bytes, of
    /// whatever size. Returns the number of zeros skipped.
    fn leave_hole(&mut self) -> Result<u64> {
        let left = self.at;
        let next = self.end_of_hole(left);
        (&self.file).seek(SeekFrom::Start(next))?;
        self.at = next;
        Ok(next - left)
    }

    /// The offset of the first data at or after `offset` (`SEEK_DATA`); the end of the file if there is none, and
    /// `offset` itself if the system does not tell. May move the file's cursor.
    fn end_of_hole(&self, offset: u64) -> u64 {
        // The length is taken first: what is written meanwhile is found next time.
        let length = self.len();
        match rustix::fs::seek(&self.file, rustix::fs::SeekFrom::Data(offset)) {
            Ok(data) => data.max(offset),
            Err(rustix::io::Errno::NXIO) => length.max(offset),
            Err(_) => offset,
        }
    }

    /// Bytes from an offset on, or from the first data after it; and that position.
    pub(super) fn written_bytes_at(&self, offset: u64, most: usize) -> Result<(u64, Vec<u8>)> {
        let mut at = offset;
        loop {
            let bytes = self.bytes_at(at, most)?;
            if !is_hollow(&bytes) {
                return Ok((at, bytes));
            }
            at = self.end_of_hole(at + bytes.len() as u64);
            (&self.file).seek(SeekFrom::Start(self.at))?;
        }
    }

    /// The end of the input: an incomplete last line counts as a line.
    pub(super) fn finish(&mut self, block: &mut Vec<u8>, skipped: &mut Skipped) {
        self.unfinished.finish(block, skipped);
    }

    /// The end of the input: an incomplete last line is handed out as it is, without newline.
    pub(super) fn give_unfinished(&mut self, block: &mut Vec<u8>, skipped: &mut Skipped) {
        self.unfinished.give(block, skipped);
    }

    /// Where to go on if the file was only cut to a shorter length: what is left of it was read before. Known by a
    /// first line that is as before, time and all.
    pub(super) fn end_of_what_is_left(&self) -> Result<Option<u64>> {
        let length = self.len();
        let left = usize::try_from(length).unwrap_or(usize::MAX).min(self.beginning.len());
        let is_of_the_old = length < self.at
            && self.beginning[..left].contains(&b'\n')
            && self.lies_at(0, &self.beginning[..left])?;
        Ok(is_of_the_old.then_some(length))
    }

    /// Restarts after a truncation. If `copy` holds the former contents, reading continues there.
    pub(super) fn begin_anew(&mut self, copy: Option<File>) -> Result<Option<Generation>> {
        let old = copy.map(|copy| self.go_on_in(copy)).transpose()?;
        self.seek(0)?;
        Ok(old)
    }

    fn go_on_in(&mut self, mut copy: File) -> Result<Generation> {
        copy.seek(SeekFrom::Start(self.at))?;
        Ok(Generation {
            identity: FileId::of(&copy.metadata()?),
            file: copy,
            at: self.at,
            beginning: std::mem::take(&mut self.beginning),
            unfinished: std::mem::take(&mut self.unfinished),
        })
    }
}

/// Capacity of up to `most` bytes, or more if a line is longer. It does not depend on the block's former capacity, so
/// that every run splits a log into the same blocks.
fn make_room(block: &mut Vec<u8>, most: usize) {
    block.shrink_to(most);
    let missing = most.checked_sub(block.len()).filter(|&missing| missing > 0);
    block.reserve_exact(missing.unwrap_or(most));
}

/// Whether all bytes are zero.
fn is_hollow(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(log: &[u8], used: impl Fn(usize) -> Vec<u8>) -> Vec<Vec<u8>> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("access.log");
        std::fs::write(&path, log).expect("a log");
        let mut generation = Generation::new(File::open(&path).expect("the log")).expect("a generation");
        let mut blocks = Vec::new();
        loop {
            let mut block = used(blocks.len());
            match generation.read(&mut block, 64, &mut Skipped::default()).expect("lines") {
                More::Bytes => blocks.push(block),
                More::Nothing | More::Truncated => return blocks,
            }
        }
    }

    #[test]
    fn a_log_is_cut_alike_whatever_memory_blocks_bring_along() {
        let log: Vec<u8> =
            (0..300).flat_map(|line| format!("{}\n", "x".repeat(line % 90)).into_bytes()).collect();
        let fresh = blocks(&log, |_| Vec::new());
        let used = blocks(&log, |nth| Vec::with_capacity(nth * 37 % 500));
        assert!(fresh.len() > 100, "{} blocks", fresh.len());
        assert_eq!(fresh, used);
        assert_eq!(fresh.concat(), log);
    }
}
