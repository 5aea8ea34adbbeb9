//! One generation of a log: the file that bears the log's name until rotation gives the name to another.

use std::fs::File;
use std::fs::Metadata;
use std::io::{Result, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

use rustix::buffer::spare_capacity;
use rustix::io::{read, retry_on_intr};

use super::lines::{Skipped, Unfinished};
use super::position::{FileId, Fingerprint, Position};

/// An open file, read up to some place.
pub(super) struct Generation {
    file: File,
    identity: FileId,
    /// How far it is read.
    at: u64,
    /// Its first bytes, as far as they are known: another content of the same file is told from it by them.
    beginning: Vec<u8>,
    unfinished: Unfinished,
}

/// How many bytes tell one content from another: more than a line, whose time is unlike any earlier one's.
pub(super) const BEGINNING: usize = 1024;

/// What reading on in a generation brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum More {
    /// Bytes; whole lines among them were added to the block.
    Bytes,
    /// Nothing at present.
    Nothing,
    /// The file has been truncated, and holds another content or none.
    Truncated,
}

impl Generation {
    /// A file to be read from its beginning.
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

    /// Where the last line that was given ends.
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

    /// Goes on reading at an offset.
    pub(super) fn seek(&mut self, offset: u64) -> Result<()> {
        self.at = offset;
        self.unfinished.clear();
        self.beginning = self.bytes_at(0, BEGINNING)?;
        self.file.seek(SeekFrom::Start(offset)).map(drop)
    }

    /// Bytes at an offset; fewer where the file ends before.
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

    /// Reads on until the block has `most` bytes, and leaves the lines in it that are whole.
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
        // All at once: the standard library would begin with a few kilobytes, and double them call by call.
        let read = retry_on_intr(|| read(&self.file, spare_capacity(block)))?;
        if !self.is_as_before()? && (read == 0 || self.lies_at(self.at, &block[start..])?) {
            block.truncate(start);
            return Ok(More::Truncated);
        }
        // Where the content is another by now, and yet these bytes are not of it, they are the last of the old one.
        self.accept(&block[start..]);
        if is_hollow(&block[start..]) {
            skipped.bytes += self.leave_hole()?;
        }
        Ok(if read == 0 { More::Nothing } else { More::Bytes })
    }

    /// Whether the content that was read is still there.
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

    /// Goes on where bytes were written again. A writer that does not append leaves a hole where the truncated bytes
    /// were, and holes may be of any size. How many zeros were left out so.
    fn leave_hole(&mut self) -> Result<u64> {
        let left = self.at;
        let next = self.end_of_hole(left);
        (&self.file).seek(SeekFrom::Start(next))?;
        self.at = next;
        Ok(next - left)
    }

    /// Where bytes were written from `offset` on; the end of the file where none were, and the offset itself where the
    /// system does not say. The place that is read up to may be another one afterwards.
    fn end_of_hole(&self, offset: u64) -> u64 {
        // Its length before: what is written meanwhile is found next time.
        let length = self.len();
        match rustix::fs::seek(&self.file, rustix::fs::SeekFrom::Data(offset)) {
            Ok(data) => data.max(offset),
            Err(rustix::io::Errno::NXIO) => length.max(offset),
            Err(_) => offset,
        }
    }

    /// Bytes from an offset on, or from where bytes were written behind it; and that place.
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

    /// Nothing more will come: what is there of a last line is a line.
    pub(super) fn finish(&mut self, block: &mut Vec<u8>, skipped: &mut Skipped) {
        self.unfinished.finish(block, skipped);
    }

    /// Nothing more will come: what is there of a last line is given as it stands, without an end.
    pub(super) fn give_unfinished(&mut self, block: &mut Vec<u8>, skipped: &mut Skipped) {
        self.unfinished.give(block, skipped);
    }

    /// The file was truncated: it begins anew. Where `copy` holds what it held before, that is read on there.
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

/// Room up to `most` bytes, or for as many more where a line is longer than that. It is the same whatever memory the block
/// brings along, so that a log is cut into the same blocks in every run.
fn make_room(block: &mut Vec<u8>, most: usize) {
    block.shrink_to(most);
    let missing = most.checked_sub(block.len()).filter(|&missing| missing > 0);
    block.reserve_exact(missing.unwrap_or(most));
}

/// Whether there is nothing but zeros.
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
