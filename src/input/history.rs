//! A log with its rotated siblings (`--history`) as one input: the oldest first, the log itself last. A compressed log
//! is such a history without a live log.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::path::{Path, PathBuf};

use super::archive::{self, Archive};
use super::file::LogFile;
use super::generation::{BEGINNING, Generation};
use super::notice::TroubleNotice;
use super::position::FileId;
use super::position::Position;
use super::rotated;
use super::{Aside, AtEnd, Read, Skipped, Source, Trouble};

/// The rotated siblings, and the live log.
pub struct LogHistory {
    name: String,
    /// The oldest first.
    archives: VecDeque<Archive>,
    log: Option<LogFile>,
    bytes_to_load: Option<u64>,
    /// Errors of the siblings.
    wrong: Vec<String>,
    skipped: Skipped,
    notice: TroubleNotice,
}

/// Size of the sample of the oldest sibling, to detect its format.
const HEAD: usize = 64 << 10;
/// Retries if a rotation interferes with opening the files.
const TRIES: usize = 10;

impl LogHistory {
    /// A log with its rotated siblings.
    ///
    /// # Errors
    /// The log itself cannot be opened. A sibling that cannot be is reported, and the others are read.
    pub fn open(path: &Path, at_end: AtEnd) -> Result<LogHistory, Trouble> {
        // The log first: rotations from now on are followed.
        let log = LogFile::open(path, at_end)?;
        let (files, mut wrong) = older_than(&log, path).map_err(|error| Trouble::io(log.name(), error))?;
        let mut archives = VecDeque::new();
        for (path, file) in files {
            match Archive::new(&path, file) {
                Ok(archive) => archives.push_back(archive),
                Err(trouble) => wrong.push(trouble.to_string()),
            }
        }
        Ok(LogHistory::new(path, archives, Some(log), wrong))
    }

    /// A compressed log alone.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn of_archive(path: &Path) -> Result<LogHistory, Trouble> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| Trouble::io(&name, error))?;
        Ok(LogHistory::new(path, VecDeque::from([Archive::new(path, file)?]), None, Vec::new()))
    }

    fn new(path: &Path, archives: VecDeque<Archive>, log: Option<LogFile>, wrong: Vec<String>) -> LogHistory {
        let rotated: Option<u64> = archives.iter().map(Archive::bytes).sum();
        let own = log.as_ref().map_or(Some(0), Source::bytes_to_load);
        let mut notice = TroubleNotice::default();
        notice.say(wrong.join("; "));
        LogHistory {
            name: path.display().to_string(),
            archives,
            log,
            bytes_to_load: rotated.zip(own).map(|(rotated, own)| rotated + own),
            wrong,
            skipped: Skipped::default(),
            notice,
        }
    }

    fn give_up_oldest(&mut self, trouble: &Trouble, block: &mut Vec<u8>) {
        if let Some(mut archive) = self.archives.pop_front() {
            archive.finish(block, &mut self.skipped);
        }
        self.wrong.push(trouble.to_string());
        self.notice.say(self.wrong.join("; "));
    }

    fn read_oldest(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let Some(archive) = self.archives.front_mut() else { return Ok(Read::End) };
        match archive.read(block, most, &mut self.skipped) {
            Ok(Read::End) => drop(self.archives.pop_front()),
            Ok(_) => {}
            // Alone it is an error; among others it is reported, and the others are read.
            Err(trouble) if self.log.is_none() => {
                archive.finish(block, &mut self.skipped);
                return Err(trouble);
            }
            Err(trouble) => self.give_up_oldest(&trouble, block),
        }
        Ok(Read::Lines)
    }
}

type OlderFiles = (Vec<(PathBuf, File)>, Vec<String>);

/// The rotated siblings, opened, so that later renames do not matter.
fn older_than(log: &LogFile, path: &Path) -> std::io::Result<OlderFiles> {
    let mut found = open_siblings(log, path)?;
    for _ in 0..TRIES {
        // A rotation in between moved every name.
        let again = open_siblings(log, path)?;
        if identities(&again.0)? == identities(&found.0)? {
            break;
        }
        found = again;
    }
    Ok(found)
}

fn open_siblings(log: &LogFile, path: &Path) -> std::io::Result<OlderFiles> {
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    let log_begins = log.beginning();
    for sibling in rotated::siblings(path)? {
        match archive::refuse_unknown(sibling.packing, &sibling.path).and_then(|path| opened(&path)) {
            // Newer than the opened log: it will be followed there.
            Ok(file) if is_same_file(log, &file) => break,
            // A copy of the log, which is about to be truncated.
            Ok(file) if !log_begins.is_empty() && beginning(&file) == log_begins => {}
            Ok(file) => files.push((sibling.path, file)),
            Err(trouble) => wrong.push(trouble.to_string()),
        }
    }
    Ok((files, wrong))
}

fn opened(path: &Path) -> Result<File, Trouble> {
    File::open(path).map_err(|error| Trouble::io(&path.display().to_string(), error))
}

fn is_same_file(log: &LogFile, file: &File) -> bool {
    file.metadata().is_ok_and(|metadata| Some(FileId::of(&metadata)) == log.identity())
}

fn beginning(file: &File) -> Vec<u8> {
    let file = file.try_clone().and_then(Generation::new);
    file.and_then(|file| file.bytes_at(0, BEGINNING)).unwrap_or_default()
}

fn identities(files: &[(PathBuf, File)]) -> std::io::Result<HashSet<FileId>> {
    files.iter().map(|(_, file)| file.metadata().map(|metadata| FileId::of(&metadata))).collect()
}

impl Source for LogHistory {
    fn name(&self) -> &str {
        &self.name
    }

    fn bytes_to_load(&self) -> Option<u64> {
        self.bytes_to_load
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let start = block.len();
        while block.len() == start && !self.archives.is_empty() {
            self.read_oldest(block, most)?;
        }
        match &mut self.log {
            _ if block.len() > start => Ok(Read::Lines),
            Some(log) => log.read(block, most),
            None => Ok(Read::End),
        }
    }

    fn positions(&self) -> Vec<Position> {
        let log = self.log.as_ref().filter(|_| self.archives.is_empty());
        log.map(Source::positions).unwrap_or_default()
    }

    fn aside(&mut self) -> Option<Aside> {
        match self.log.as_mut().and_then(Source::aside) {
            Some(Aside::Trouble(said)) => {
                let all = self.wrong.iter().cloned().chain([said]).filter(|said| !said.is_empty());
                self.notice.say(all.collect::<Vec<_>>().join("; "));
            }
            Some(other) => return Some(other),
            None => {}
        }
        self.skipped.aside().or_else(|| self.notice.aside())
    }

    fn head(&mut self) -> Option<Vec<u8>> {
        match self.archives.front() {
            Some(oldest) => oldest.head(HEAD).ok(),
            None => self.log.as_mut().and_then(Source::head),
        }
    }

    fn tail(&mut self) -> Option<Vec<u8>> {
        self.log.as_mut().and_then(Source::tail)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    struct LogFolder(tempfile::TempDir);

    impl LogFolder {
        fn new() -> LogFolder {
            LogFolder(tempfile::tempdir().expect("a temporary folder"))
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn write(&self, name: &str, content: impl AsRef<[u8]>) {
            std::fs::write(self.path(name), content).expect("write");
        }

        fn open(&self) -> LogHistory {
            LogHistory::open(&self.path("access.log"), AtEnd::Follow).expect("open")
        }
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("pack");
        encoder.finish().expect("pack")
    }

    fn zstd(text: &str) -> Vec<u8> {
        zstd::bulk::compress(text.as_bytes(), 0).expect("pack")
    }

    fn drain(source: &mut impl Source) -> String {
        let (mut all, mut block) = (Vec::new(), Vec::new());
        while source.read(&mut block, 5).expect("read") == Read::Lines {
            all.append(&mut block);
        }
        all.append(&mut block);
        String::from_utf8(all).expect("text")
    }

    #[test]
    fn the_oldest_is_read_first_and_the_log_is_followed() {
        let folder = LogFolder::new();
        folder.write("access.log.3.gz", gzip("one\ntwo"));
        folder.write("access.log.2.zst", zstd("three\nfour\n"));
        folder.write("access.log.1", "five\n");
        folder.write("access.log", "six\n");
        let mut history = folder.open();
        assert_eq!(history.bytes_to_load(), Some(7 + 11 + 5 + 4));
        assert_eq!(drain(&mut history), "one\ntwo\nthree\nfour\nfive\nsix\n");
        std::fs::rename(folder.path("access.log.1"), folder.path("access.log.2")).expect("rename");
        std::fs::rename(folder.path("access.log"), folder.path("access.log.1")).expect("rename");
        folder.write("access.log", "seven\n");
        assert_eq!(drain(&mut history), "seven\n");
    }

    #[test]
    fn a_rotation_after_opening_changes_nothing() {
        let folder = LogFolder::new();
        folder.write("access.log.1", "one\n");
        folder.write("access.log", "two\n");
        let mut history = folder.open();
        std::fs::rename(folder.path("access.log.1"), folder.path("access.log.2")).expect("rename");
        std::fs::rename(folder.path("access.log"), folder.path("access.log.1")).expect("rename");
        folder.write("access.log", "three\n");
        assert_eq!(drain(&mut history), "one\ntwo\nthree\n");
    }

    #[test]
    fn a_copy_that_waits_for_its_truncation_is_read_once() {
        let folder = LogFolder::new();
        folder.write("access.log.1", "one\n");
        folder.write("access.log", "one\n");
        assert_eq!(drain(&mut folder.open()), "one\n");
    }

    #[test]
    fn an_archive_that_is_cut_short_is_told_of_and_the_others_are_read() {
        let folder = LogFolder::new();
        let whole = gzip(&"a line of the oldest log\n".repeat(100));
        folder.write("access.log.3.gz", &whole[..whole.len() - 9]);
        folder.write("access.log.2.lz4", "?");
        folder.write("access.log", "last\n");
        let mut history = folder.open();
        assert!(drain(&mut history).ends_with("last\n"));
        let Some(Aside::Trouble(said)) = history.aside() else { panic!("nothing said") };
        assert!(said.contains("access.log.2.lz4 is compressed in a way"), "{said}");
        assert!(said.contains("access.log.3.gz is damaged or cut short"), "{said}");
    }

    #[test]
    fn a_compressed_log_by_itself_is_found_by_its_first_bytes() {
        let folder = LogFolder::new();
        folder.write("old", [gzip("one\n"), gzip("two\n")].concat());
        assert!(archive::is_packed(&folder.path("old")));
        let mut archive = LogHistory::of_archive(&folder.path("old")).expect("open");
        assert_eq!(drain(&mut archive), "one\ntwo\n");
        folder.write("plain.gz", "one\n");
        assert!(!archive::is_packed(&folder.path("plain.gz")));
    }
}
