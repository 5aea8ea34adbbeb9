//! Log files: read in blocks, then followed through rotations and truncations (design.md section 5).

mod name;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Result as IoResult};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::archive::Archive;
use super::generation::{BEGINNING, Generation, More};
use super::lines::{Skipped, ended_lines, without_zeros};
use super::losses::Losses;
use super::notice::TroubleNotice;
use super::position::FileId;
use super::position::Position;
use super::rotated;
use super::successors::{self, KnownContents};
use super::{Aside, AtEnd, Read, Source, Trouble};
use crate::clock;
use name::NameStatus;

/// A log file.
pub struct LogFile {
    name: String,
    path: PathBuf,
    /// The file that has the name is last. Before it are those that had it earlier: their writers may still have them
    /// open, and go on writing to them for a while.
    generations: VecDeque<Followed>,
    /// Files that had the name and were compressed before they were seen, the oldest first.
    packed: VecDeque<Archive>,
    known: KnownContents,
    /// Whether the last check found nothing unread.
    is_settled: bool,
    bytes_to_load: u64,
    at_end: AtEnd,
    /// Since when no file has had the name.
    gone_since: Option<Instant>,
    /// Since when there have been unknown empty siblings.
    blank_since: Option<Instant>,
    losses: Losses,
    skipped: Skipped,
    notice: TroubleNotice,
    remark: Option<String>,
}

struct Followed {
    generation: Generation,
    /// When bytes were last read from it.
    brought: Instant,
}

impl Followed {
    fn new(generation: Generation) -> Followed {
        Followed { generation, brought: clock::monotonic() }
    }
}

/// How long an earlier file is still read after its last bytes: its writers may take a while to reopen the log.
const LINGER: Duration = Duration::from_secs(60);
/// The most files that are kept open for one log.
const MOST_OPEN: usize = 16;
/// Retries while a rotation is in progress.
const TRIES: usize = 10;

impl LogFile {
    /// Opens a log.
    ///
    /// # Errors
    /// A folder, an unreadable file, or a missing one; if the file may appear later, a missing folder.
    pub fn open(path: &Path, at_end: AtEnd) -> Result<LogFile, Trouble> {
        let mut log = LogFile {
            name: path.display().to_string(),
            path: path.to_owned(),
            generations: VecDeque::new(),
            packed: VecDeque::new(),
            known: KnownContents::default(),
            is_settled: true,
            bytes_to_load: 0,
            at_end,
            gone_since: None,
            blank_since: None,
            losses: Losses::default(),
            skipped: Skipped::default(),
            notice: TroubleNotice::default(),
            remark: None,
        };
        match File::open(path) {
            Ok(file) => log.begin(file)?,
            Err(error) if error.kind() == ErrorKind::NotFound && log.may_come() => {
                log.notice.say(format!("{}: not there yet; waiting for it", log.name));
            }
            Err(error) => return Err(log.trouble(error)),
        }
        if at_end != AtEnd::Stop {
            log.known = KnownContents::older_than(log.identity(), path);
        }
        Ok(log)
    }

    fn may_come(&self) -> bool {
        self.at_end == AtEnd::Persist && rotated::folder_of(&self.path).is_dir()
    }

    fn begin(&mut self, file: File) -> Result<(), Trouble> {
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(Trouble::Folder { name: self.name.clone() });
        }
        let generation = Generation::new(file).map_err(|error| self.trouble(error))?;
        self.generations.push_back(Followed::new(generation));
        self.bytes_to_load = self.len();
        Ok(())
    }

    fn trouble(&self, error: std::io::Error) -> Trouble {
        Trouble::io(&self.name, error)
    }

    fn newest(&self) -> Option<&Generation> {
        self.generations.back().map(|followed| &followed.generation)
    }

    /// The identity of the file that had the name at the last check.
    pub(super) fn identity(&self) -> Option<FileId> {
        self.newest().map(Generation::identity)
    }

    /// Its first bytes, which identify a copy.
    pub(super) fn beginning(&self) -> Vec<u8> {
        let beginning = self.newest().map(|generation| generation.bytes_at(0, BEGINNING));
        beginning.and_then(IoResult::ok).unwrap_or_default()
    }

    /// Its size now, in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.newest().map_or(0, Generation::len)
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Continues with the first line that begins at or after `offset`.
    ///
    /// # Errors
    /// The system refused.
    pub fn start_at(&mut self, offset: u64) -> Result<(), Trouble> {
        // One byte earlier: a newline there means that a line begins at the offset itself.
        let start = if offset == 0 { 0 } else { self.line_after(offset - 1)? };
        if let Some(followed) = self.generations.back_mut() {
            followed.generation.seek(start).map_err(|error| Trouble::io(&self.name, error))?;
        }
        self.bytes_to_load = self.len().saturating_sub(start);
        // Bytes skipped so far will be skipped again or are not read.
        self.skipped = Skipped::default();
        Ok(())
    }

    /// Continues after a position from an earlier run if it belongs to this file; returns whether it does.
    ///
    /// # Errors
    /// The system refused.
    pub fn resume(&mut self, position: &Position) -> Result<bool, Trouble> {
        let is_here = self.identity() == Some(position.file)
            && self.len() >= position.offset
            && position.beginning.is_of(&self.beginning());
        if is_here {
            self.start_at(position.offset)?;
        }
        Ok(is_here)
    }

    /// About 64 KiB from the first line that begins after `offset`.
    ///
    /// # Errors
    /// The system refused.
    pub fn peek(&mut self, offset: u64) -> Result<Vec<u8>, Trouble> {
        let start = if offset == 0 { 0 } else { self.line_after(offset - 1)? };
        self.bytes_at(start).map(|(_, bytes)| without_zeros(bytes))
    }

    /// The offset after the first newline at or after `offset`; the end of the file if there is none.
    fn line_after(&self, offset: u64) -> Result<u64, Trouble> {
        let mut at = offset.min(self.len());
        loop {
            let (found, bytes) = self.bytes_at(at)?;
            // After a hole a new line begins.
            if bytes.is_empty() || found > at {
                return Ok(found);
            }
            if let Some(newline) = memchr::memchr(b'\n', &bytes) {
                return Ok(found + newline as u64 + 1);
            }
            at = found + bytes.len() as u64;
        }
    }

    /// Bytes from an offset on, or from after a hole there, and their offset.
    fn bytes_at(&self, offset: u64) -> Result<(u64, Vec<u8>), Trouble> {
        let Some(generation) = self.newest() else { return Ok((offset, Vec::new())) };
        generation.written_bytes_at(offset, PEEK).map_err(|error| self.trouble(error))
    }

    /// Reads from each file in turn, the oldest first.
    fn read_generations(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        if self.read_packed(block, most) {
            return Ok(Read::Lines);
        }
        let start = block.len();
        for at in 0..self.generations.len() {
            while block.len() == start {
                let read = self.generations[at].generation.read(block, most, &mut self.skipped);
                match read.map_err(|error| Trouble::io(&self.name, error))? {
                    More::Bytes => self.generations[at].brought = clock::monotonic(),
                    More::Nothing => break,
                    More::Truncated if self.at_end == AtEnd::Stop => break,
                    // The contents before the truncation may have become a file of their own, inserted before this
                    // one.
                    More::Truncated => return self.truncated(at),
                }
            }
            if block.len() > start {
                return Ok(Read::Lines);
            }
        }
        Ok(Read::NothingNow)
    }

    /// Lines that were unread when the file was truncated are read from its copy, if there is one (logrotate's
    /// `copytruncate`).
    fn truncated(&mut self, at: usize) -> Result<Read, Trouble> {
        let generation = &mut self.generations[at].generation;
        if let Some(end) = generation.end_of_what_is_left().map_err(|error| Trouble::io(&self.name, error))? {
            generation.seek(end).map_err(|error| Trouble::io(&self.name, error))?;
            let name = &self.name;
            self.remark = Some(format!(
                "{name} was cut to a shorter length; what is left of it was read before and does not count again"
            ));
            return Ok(Read::Lines);
        }
        let (identity, beginning) = (generation.identity(), generation.beginning().to_vec());
        let copy = rotated::copy_of(&self.path, &beginning, generation.at());
        if copy.is_none() {
            self.packed.extend(successors::packed_copy_of(&self.path, &beginning, generation.end_of_lines()));
        }
        let old = generation.begin_anew(copy).map_err(|error| Trouble::io(&self.name, error))?;
        if let Some(generation) = old {
            self.generations.insert(at, Followed::new(generation));
        }
        self.known.remember(identity, beginning);
        // Several truncations may have left several unread copies.
        self.is_settled = false;
        Ok(Read::Lines)
    }

    /// Reads from the compressed files. Returns whether there were lines.
    fn read_packed(&mut self, block: &mut Vec<u8>, most: usize) -> bool {
        let start = block.len();
        while let Some(archive) = self.packed.front_mut().filter(|_| block.len() == start) {
            let read = archive.read(block, most, &mut self.skipped);
            if let Err(trouble) = &read {
                archive.finish(block, &mut self.skipped);
                self.losses.damaged = trouble.to_string();
                self.notice.say(self.losses.to_string());
            }
            if !matches!(read, Ok(Read::Lines)) {
                self.packed.pop_front();
            }
        }
        block.len() > start
    }

    /// Closes an earlier file whose writer has moved on.
    fn close_oldest(&mut self, block: &mut Vec<u8>) {
        while self.generations.len() > 1 {
            let oldest = &self.generations[0];
            if oldest.brought.elapsed() < LINGER && self.generations.len() <= MOST_OPEN {
                return;
            }
            if let Some(Followed { mut generation, .. }) = self.generations.pop_front() {
                generation.finish(block, &mut self.skipped);
                self.known.remember(generation.identity(), generation.beginning().to_vec());
            }
        }
    }

    /// What was skipped since the last call.
    pub(super) fn take_skipped(&mut self) -> Skipped {
        std::mem::take(&mut self.skipped)
    }

    fn end(&mut self, block: &mut Vec<u8>) -> Read {
        for followed in &mut self.generations {
            followed.generation.give_unfinished(block, &mut self.skipped);
        }
        Read::End
    }
}

const PEEK: usize = 64 << 10;

impl Source for LogFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn bytes_to_load(&self) -> Option<u64> {
        Some(self.bytes_to_load)
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let start = block.len();
        // A few rounds: each may find that the name has moved again.
        for _ in 0..TRIES {
            if self.read_generations(block, most)? == Read::Lines {
                if block.len() == start {
                    continue;
                }
                return Ok(Read::Lines);
            }
            if self.at_end == AtEnd::Stop {
                return Ok(self.end(block));
            }
            self.close_oldest(block);
            if matches!(self.check_name(), NameStatus::AsBefore) {
                break;
            }
        }
        Ok(if block.len() == start { Read::NothingNow } else { Read::Lines })
    }

    fn positions(&self) -> Vec<Position> {
        self.generations.iter().map(|followed| followed.generation.position()).collect()
    }

    fn aside(&mut self) -> Option<Aside> {
        let remark = || self.remark.take().map(Aside::Remark);
        self.skipped.aside().or_else(remark).or_else(|| self.notice.aside())
    }

    fn head(&mut self) -> Option<Vec<u8>> {
        let (start, bytes) = self.bytes_at(0).ok()?;
        // In a file being followed, the last line may be half written.
        let is_all = self.at_end == AtEnd::Stop && start + bytes.len() as u64 >= self.len();
        Some(without_zeros(if is_all { bytes } else { ended_lines(bytes) }))
    }

    fn tail(&mut self) -> Option<Vec<u8>> {
        self.peek(self.len().saturating_sub(TAIL)).ok()
    }
}

/// Bytes read from its end to find the newest time.
const TAIL: u64 = 32 << 10;
