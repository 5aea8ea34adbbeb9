//! Log files: read in blocks, then followed through rotations and truncations (design.md section 5).

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Result as IoResult};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::generation::{BEGINNING, Generation, Identity, More};
use super::notice::Notice;
use super::rotated::{self, Packing};
use super::{Aside, AtEnd, Read, Source, Trouble};
use crate::clock;

/// A log file.
pub struct LogFile {
    name: String,
    path: PathBuf,
    /// The file that bears the name comes last. Before it stand those that bore it earlier: their writers may still
    /// have them open, and go on writing to them for a while.
    generations: VecDeque<Followed>,
    bytes_to_load: u64,
    at_end: AtEnd,
    /// Since when no file bears the name.
    gone_since: Option<Instant>,
    notice: Notice,
}

struct Followed {
    generation: Generation,
    /// When it last brought bytes.
    brought: Instant,
}

/// An earlier file is read for so long after its last bytes.
const LINGER: Duration = Duration::from_secs(60);
/// How many files are kept open at most.
const MOST_OPEN: usize = 16;
/// A name may be gone for so long in the middle of a rotation.
const ROTATION: Duration = Duration::from_secs(2);
/// How often it is looked again while a rotation goes on under our eyes.
const TRIES: usize = 10;

impl LogFile {
    /// Opens a log.
    ///
    /// # Errors
    /// A folder, a file that may not be read, a name that no file has; where it is to be waited for, a name in a
    /// folder that is not there.
    pub fn open(path: &Path, at_end: AtEnd) -> Result<LogFile, Trouble> {
        let mut log = LogFile {
            name: path.display().to_string(),
            path: path.to_owned(),
            generations: VecDeque::new(),
            bytes_to_load: 0,
            at_end,
            gone_since: None,
            notice: Notice::default(),
        };
        match File::open(path) {
            Ok(file) => log.begin(file)?,
            Err(error) if error.kind() == ErrorKind::NotFound && log.may_come() => {
                log.notice.say(format!("{}: not there yet; waiting for it", log.name));
            }
            Err(error) => return Err(log.trouble(error)),
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
        self.add(file).map_err(|error| self.trouble(error))?;
        self.bytes_to_load = self.len();
        Ok(())
    }

    fn add(&mut self, file: File) -> IoResult<()> {
        let generation = Generation::new(file)?;
        self.generations.push_back(Followed { generation, brought: clock::monotonic() });
        Ok(())
    }

    fn trouble(&self, error: std::io::Error) -> Trouble {
        Trouble::io(&self.name, error)
    }

    fn newest(&self) -> Option<&Generation> {
        self.generations.back().map(|followed| &followed.generation)
    }

    /// Which file bears the name, as far as it was looked.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.newest().map(Generation::identity)
    }

    /// Its first bytes, by which a copy is known.
    pub(super) fn beginning(&self) -> Vec<u8> {
        let beginning = self.newest().map(|generation| generation.bytes_at(0, BEGINNING));
        beginning.and_then(IoResult::ok).unwrap_or_default()
    }

    /// Its size now, in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.newest().map_or(0, Generation::len)
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Goes on reading with the first line that begins at `offset` or after it.
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
        Ok(())
    }

    /// The bytes from the first line that begins after `offset`, about 64 KiB of them.
    ///
    /// # Errors
    /// The system refused.
    pub fn peek(&mut self, offset: u64) -> Result<Vec<u8>, Trouble> {
        let start = if offset == 0 { 0 } else { self.line_after(offset - 1)? };
        self.bytes_at(start)
    }

    /// Where the first line after the newline that follows `offset` begins; the end of the file if there is none.
    fn line_after(&self, offset: u64) -> Result<u64, Trouble> {
        let mut at = offset.min(self.len());
        loop {
            let bytes = self.bytes_at(at)?;
            if bytes.is_empty() {
                return Ok(at);
            }
            if let Some(newline) = memchr::memchr(b'\n', &bytes) {
                return Ok(at + newline as u64 + 1);
            }
            at += bytes.len() as u64;
        }
    }

    fn bytes_at(&self, offset: u64) -> Result<Vec<u8>, Trouble> {
        let Some(generation) = self.newest() else { return Ok(Vec::new()) };
        generation.bytes_at(offset, PEEK).map_err(|error| self.trouble(error))
    }

    /// Reads on in each file in turn, the oldest first.
    fn read_generations(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let start = block.len();
        for at in 0..self.generations.len() {
            while block.len() == start {
                match self.generations[at].generation.read(block, most, &self.name)? {
                    More::Bytes => self.generations[at].brought = clock::monotonic(),
                    More::Nothing => break,
                    More::Truncated if self.at_end == AtEnd::Stop => break,
                    // The content before the truncation may have become a file of its own, in front of this one.
                    More::Truncated => return self.truncated(at),
                }
            }
            if block.len() > start {
                return Ok(Read::Lines);
            }
        }
        Ok(Read::NothingNow)
    }

    /// What had not been read before the file was truncated is read on in its copy, where there is one (logrotate's
    /// `copytruncate`).
    fn truncated(&mut self, at: usize) -> Result<Read, Trouble> {
        let generation = &mut self.generations[at].generation;
        let copy = rotated::copy_of(&self.path, generation.beginning(), generation.at());
        let old = generation.begin_anew(copy).map_err(|error| Trouble::io(&self.name, error))?;
        if let Some(generation) = old {
            self.generations.insert(at, Followed { generation, brought: clock::monotonic() });
        }
        Ok(Read::Lines)
    }

    /// All that is there is read: what has become of the name?
    fn look_at_name(&mut self) -> Looked {
        match std::fs::metadata(&self.path) {
            Ok(metadata) if Some(Identity::of(&metadata)) == self.identity() => self.is_there(),
            Ok(metadata) if metadata.is_file() => return self.follow_name(),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_gone(),
            Err(error) => self.notice.say(self.trouble(error).to_string()),
        }
        Looked::AsBefore
    }

    fn is_there(&mut self) {
        self.gone_since = None;
        self.notice.clear();
    }

    /// A name that is gone for a while is a rotation half done: the open file may still be written to.
    fn is_gone(&mut self) {
        let since = *self.gone_since.get_or_insert_with(clock::monotonic);
        if !self.generations.is_empty() && since.elapsed() >= ROTATION {
            self.notice.say("the file is gone; waiting for it to come back".to_owned());
        }
    }

    /// Another file has taken the name.
    fn follow_name(&mut self) -> Looked {
        match self.successors() {
            Ok(files) => {
                let known = self.generations.len();
                let added = files.into_iter().try_for_each(|file| self.add(file));
                if let Err(error) = added {
                    self.notice.say(self.trouble(error).to_string());
                } else {
                    self.is_there();
                }
                if self.generations.len() > known { Looked::Another } else { Looked::AsBefore }
            }
            // Created, but not yet given to us: logrotate sets the owner a moment later.
            Err(error) => {
                self.notice.say(self.trouble(error).to_string());
                Looked::AsBefore
            }
        }
    }

    /// The files that have borne the name since ours did, the oldest first. Where several rotations have happened
    /// since we looked, those in between bear the names of rotated siblings by now.
    fn successors(&self) -> IoResult<Vec<File>> {
        let mut found = self.look_for_successors()?;
        for _ in 0..TRIES {
            // Another rotation while we looked? Then names have moved on.
            let again = self.look_for_successors()?;
            if identities(&again) == identities(&found) {
                break;
            }
            found = again;
        }
        Ok(found.into_iter().map(|(_, file)| file).collect())
    }

    fn look_for_successors(&self) -> IoResult<Vec<(Identity, File)>> {
        let mut found = self.between();
        match rotated::open(&self.path) {
            Ok(log) => found.push(log),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let is_known =
            |one: Identity| self.generations.iter().any(|known| known.generation.identity() == one);
        found.retain(|(identity, _)| !is_known(*identity));
        found.dedup_by_key(|(identity, _)| *identity);
        Ok(found)
    }

    fn between(&self) -> Vec<(Identity, File)> {
        let Some(ours) = self.newest() else { return Vec::new() };
        let siblings = rotated::siblings(&self.path).unwrap_or_default();
        let plain = siblings.iter().filter(|sibling| sibling.packing == Packing::Plain);
        let mut files: Vec<_> = plain.filter_map(|sibling| rotated::open(&sibling.path).ok()).collect();
        if let Some(at) = files.iter().position(|(identity, _)| *identity == ours.identity()) {
            files.drain(..=at);
        } else {
            // Ours is deleted or packed by now. What was written to later than it came after it.
            let modified = |file: &File| file.metadata().and_then(|metadata| metadata.modified()).ok();
            files.retain(|(_, file)| modified(file) > ours.modified());
        }
        files
    }

    /// Lets an earlier file go whose writer has moved on.
    fn let_go(&mut self, block: &mut Vec<u8>) {
        while self.generations.len() > 1 {
            let oldest = &self.generations[0];
            if oldest.brought.elapsed() < LINGER && self.generations.len() <= MOST_OPEN {
                return;
            }
            if let Some(mut oldest) = self.generations.pop_front() {
                oldest.generation.finish(block);
            }
        }
    }

    fn end(&mut self, block: &mut Vec<u8>) -> Read {
        for followed in &mut self.generations {
            followed.generation.give_unfinished(block);
        }
        Read::End
    }
}

/// What a look at the log's name found.
enum Looked {
    AsBefore,
    /// Other files are to be read now.
    Another,
}

const PEEK: usize = 64 << 10;

fn identities(files: &[(Identity, File)]) -> Vec<Identity> {
    files.iter().map(|(identity, _)| *identity).collect()
}

impl Source for LogFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn bytes_to_load(&self) -> Option<u64> {
        Some(self.bytes_to_load)
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let start = block.len();
        // A few rounds: each may find that the name has moved on.
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
            self.let_go(block);
            if matches!(self.look_at_name(), Looked::AsBefore) {
                break;
            }
        }
        Ok(if block.len() == start { Read::NothingNow } else { Read::Lines })
    }

    fn aside(&mut self) -> Option<Aside> {
        self.notice.aside()
    }

    fn head(&mut self) -> Option<Vec<u8>> {
        self.peek(0).ok()
    }

    fn tail(&mut self) -> Option<Vec<u8>> {
        self.peek(self.len().saturating_sub(TAIL)).ok()
    }
}

/// How far before its end a look at the end begins.
const TAIL: u64 = 32 << 10;
