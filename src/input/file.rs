//! Log files: read in blocks, then followed through renames and truncations (design.md section 5).

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{AtEnd, LONGEST_LINE, Read, Source, Trouble};

/// A log file.
pub struct LogFile {
    name: String,
    path: PathBuf,
    file: File,
    identity: Identity,
    /// How far it is read.
    at: u64,
    bytes_to_load: u64,
    /// The beginning of a line whose end has not been written yet.
    unfinished: Vec<u8>,
    at_end: AtEnd,
}

/// Which file it is, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    fn of(metadata: &Metadata) -> Identity {
        Identity { device: metadata.dev(), inode: metadata.ino() }
    }
}

impl LogFile {
    /// Opens a log.
    ///
    /// # Errors
    /// A name that no file has, a folder, a file that may not be read.
    pub fn open(path: &Path, at_end: AtEnd) -> Result<LogFile, Trouble> {
        let name = path.display().to_string();
        let (file, metadata) = open(path, &name)?;
        Ok(LogFile {
            name,
            path: path.to_owned(),
            file,
            identity: Identity::of(&metadata),
            at: 0,
            bytes_to_load: metadata.len(),
            unfinished: Vec::new(),
            at_end,
        })
    }

    /// Its size now, in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
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
        self.at = offset;
        self.unfinished.clear();
        if offset > 0 {
            // One byte earlier: a newline there means that a line begins at the offset itself.
            self.at = self.line_after(offset - 1)?;
        }
        self.file.seek(SeekFrom::Start(self.at)).map_err(|error| Trouble::io(&self.name, error))?;
        self.bytes_to_load = self.len().saturating_sub(self.at);
        Ok(())
    }

    /// The bytes from the first line that begins after `offset`, about 64 KiB of them.
    ///
    /// # Errors
    /// The system refused.
    pub fn peek(&mut self, offset: u64) -> Result<Vec<u8>, Trouble> {
        let start = if offset == 0 { 0 } else { self.line_after(offset - 1)? };
        let mut bytes = vec![0; PEEK];
        let read = self.read_at(start, &mut bytes)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Where the first line after the newline that follows `offset` begins; the end of the file if there is none.
    fn line_after(&mut self, offset: u64) -> Result<u64, Trouble> {
        let mut at = offset;
        let mut bytes = vec![0; PEEK];
        loop {
            let read = self.read_at(at, &mut bytes)?;
            if read == 0 {
                return Ok(at);
            }
            if let Some(newline) = memchr::memchr(b'\n', &bytes[..read]) {
                return Ok(at + newline as u64 + 1);
            }
            at += read as u64;
        }
    }

    fn read_at(&mut self, offset: u64, bytes: &mut [u8]) -> Result<usize, Trouble> {
        let name = &self.name;
        self.file.seek(SeekFrom::Start(offset)).map_err(|error| Trouble::io(name, error))?;
        read_full(&mut self.file, bytes).map_err(|error| Trouble::io(name, error))
    }

    /// Reads about `most` bytes more into `block`, behind the unfinished line.
    fn fill(&mut self, block: &mut Vec<u8>, most: usize) -> Result<usize, Trouble> {
        block.append(&mut self.unfinished);
        block.reserve(most);
        let read = (&mut self.file).take(most as u64).read_to_end(block);
        let read = read.map_err(|error| Trouble::io(&self.name, error))?;
        self.at += read as u64;
        Ok(read)
    }

    /// Keeps what follows the last newline for the next time.
    fn cut_unfinished(&mut self, block: &mut Vec<u8>) -> Result<(), Trouble> {
        let whole = memchr::memrchr(b'\n', block).map_or(0, |newline| newline + 1);
        self.unfinished.extend_from_slice(&block[whole..]);
        block.truncate(whole);
        if self.unfinished.len() > LONGEST_LINE {
            return Err(Trouble::LongLine { name: self.name.clone() });
        }
        Ok(())
    }

    /// At the end of the open file: what has become of its name?
    fn at_end(&mut self, block: &mut Vec<u8>) -> Result<Read, Trouble> {
        if self.at_end == AtEnd::Stop {
            block.append(&mut self.unfinished);
            return Ok(Read::End);
        }
        if self.len() < self.at {
            self.restart()?;
            return Ok(Read::NothingNow);
        }
        match std::fs::metadata(&self.path) {
            Ok(metadata) if metadata.is_file() && Identity::of(&metadata) != self.identity => {
                self.switch(block)
            }
            // A name that is gone for a while is a rotation half done: the open file may still be written to.
            _ => Ok(Read::NothingNow),
        }
    }

    /// The file was truncated: it begins anew.
    fn restart(&mut self) -> Result<(), Trouble> {
        self.unfinished.clear();
        self.at = 0;
        self.file.seek(SeekFrom::Start(0)).map_err(|error| Trouble::io(&self.name, error))?;
        Ok(())
    }

    /// Another file has taken the name. The old one is drained by now: what was unfinished stays so.
    fn switch(&mut self, block: &mut Vec<u8>) -> Result<Read, Trouble> {
        // Its writer may have written between our last read and the rename.
        let more = self.fill(block, PEEK)?;
        if more > 0 {
            self.cut_unfinished(block)?;
            return Ok(Read::Lines);
        }
        if !block.is_empty() {
            block.push(b'\n');
        }
        let (file, metadata) = open(&self.path, &self.name)?;
        self.file = file;
        self.identity = Identity::of(&metadata);
        self.at = 0;
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }
}

const PEEK: usize = 64 << 10;

fn open(path: &Path, name: &str) -> Result<(File, Metadata), Trouble> {
    let file = File::open(path).map_err(|error| Trouble::io(name, error))?;
    let metadata = file.metadata().map_err(|error| Trouble::io(name, error))?;
    if metadata.is_dir() {
        return Err(Trouble::Folder { name: name.to_owned() });
    }
    Ok((file, metadata))
}

/// Reads until the buffer is full or nothing more is there.
fn read_full(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

impl Source for LogFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn bytes_to_load(&self) -> Option<u64> {
        Some(self.bytes_to_load)
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        loop {
            if self.fill(block, most)? == 0 {
                self.unfinished.append(block);
                return self.at_end(block);
            }
            self.cut_unfinished(block)?;
            // A line longer than `most` has no newline yet: read on.
            if !block.is_empty() {
                return Ok(Read::Lines);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    struct Log {
        folder: tempfile::TempDir,
    }

    impl Log {
        fn new() -> Log {
            Log { folder: tempfile::tempdir().expect("a temporary folder") }
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("access.log")
        }

        fn append(&self, text: &str) {
            let mut file = File::options().append(true).create(true).open(self.path()).expect("open");
            file.write_all(text.as_bytes()).expect("write");
        }

        fn follow(&self) -> LogFile {
            LogFile::open(&self.path(), AtEnd::Follow).expect("open")
        }
    }

    /// All that is there now: twice nothing, because the first may have been the switch to another file.
    fn drain(file: &mut LogFile) -> String {
        let (mut all, mut nothing) = (Vec::new(), 0);
        while nothing < 2 {
            let mut block = Vec::new();
            match file.read(&mut block, 7).expect("read") {
                Read::Lines => nothing = 0,
                Read::NothingNow | Read::End => nothing += 1,
            }
            all.extend(block);
        }
        String::from_utf8(all).expect("text")
    }

    #[test]
    fn whole_lines_are_given_and_the_last_one_too_at_the_end() {
        let log = Log::new();
        log.append("one\ntwo\na longer line\nlast without end");
        let mut file = LogFile::open(&log.path(), AtEnd::Stop).expect("open");
        assert_eq!(drain(&mut file), "one\ntwo\na longer line\nlast without end");
    }

    #[test]
    fn a_line_written_in_halves_comes_once_and_whole() {
        let log = Log::new();
        log.append("one\ntw");
        let mut file = log.follow();
        assert_eq!(drain(&mut file), "one\n");
        log.append("o\n");
        assert_eq!(drain(&mut file), "two\n");
    }

    #[test]
    fn a_rename_is_drained_and_then_followed() {
        let log = Log::new();
        log.append("one\n");
        let mut file = log.follow();
        assert_eq!(drain(&mut file), "one\n");
        log.append("tail\n");
        std::fs::rename(log.path(), log.folder.path().join("access.log.1")).expect("rename");
        log.append("new\n");
        assert_eq!(drain(&mut file), "tail\nnew\n");
    }

    #[test]
    fn a_truncated_file_begins_anew() {
        let log = Log::new();
        log.append("one\ntwo\n");
        let mut file = log.follow();
        assert_eq!(drain(&mut file), "one\ntwo\n");
        File::create(log.path()).expect("truncate");
        drain(&mut file);
        log.append("x\n");
        assert_eq!(drain(&mut file), "x\n");
    }

    #[test]
    fn reading_starts_at_a_line() {
        let log = Log::new();
        log.append("one\ntwo\nthree\n");
        for (offset, rest) in
            [(0, "one\ntwo\nthree\n"), (1, "two\nthree\n"), (4, "two\nthree\n"), (9, ""), (99, "")]
        {
            let mut file = LogFile::open(&log.path(), AtEnd::Stop).expect("open");
            file.start_at(offset).expect("seek");
            assert_eq!(drain(&mut file), rest, "{offset}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_what_to_do() {
        let log = Log::new();
        let missing = LogFile::open(&log.path(), AtEnd::Stop).err().expect("missing").to_string();
        assert!(missing.contains("check the name"), "{missing}");
        let folder = LogFile::open(log.folder.path(), AtEnd::Stop).err().expect("folder").to_string();
        assert!(folder.contains("is a folder; name a log file in it"), "{folder}");
    }
}
