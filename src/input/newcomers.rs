//! New files that match a glob while dwell runs. Those present at the start are inputs of their own; all later ones
//! together are one more input.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::file::LogFile;
use super::notice::TroubleNotice;
use super::rotated;
use super::{Aside, AtEnd, Read, Skipped, Source, Trouble};
use crate::clock;
use crate::glob::Glob;

/// The files that a pattern has matched so far.
pub struct Newcomers {
    wanted: ExpectedFiles,
    name: String,
    /// Those present at the start.
    first: Vec<PathBuf>,
    files: BTreeMap<PathBuf, LogFile>,
    /// The time of the last scan of the folder.
    looked: Option<Instant>,
    skipped: Skipped,
    notice: TroubleNotice,
}

/// Which files are expected.
enum ExpectedFiles {
    /// Those that match a pattern.
    Matching(PathBuf),
    /// The later days of a log with a date in its name.
    After(PathBuf),
}

impl ExpectedFiles {
    fn files(&self) -> Vec<PathBuf> {
        match self {
            ExpectedFiles::Matching(pattern) => matching_files(pattern),
            ExpectedFiles::After(log) => rotated::successors_in_series(log),
        }
    }
}

/// Minimum time between two scans of a busy folder.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Newcomers {
    /// Waits for files that are not among `first`.
    #[must_use]
    pub fn new(pattern: &Path, first: Vec<PathBuf>) -> Newcomers {
        Newcomers::waiting_for(ExpectedFiles::Matching(pattern.to_owned()), pattern, first)
    }

    /// Waits for the days that follow a log's own; `pattern` is how they are called together.
    #[must_use]
    pub fn after(log: &Path, pattern: &Path) -> Newcomers {
        Newcomers::waiting_for(ExpectedFiles::After(log.to_owned()), pattern, vec![log.to_owned()])
    }

    fn waiting_for(wanted: ExpectedFiles, name: &Path, first: Vec<PathBuf>) -> Newcomers {
        Newcomers {
            wanted,
            name: name.display().to_string(),
            first,
            files: BTreeMap::new(),
            looked: None,
            skipped: Skipped::default(),
            notice: TroubleNotice::default(),
        }
    }

    fn look(&mut self) {
        self.looked = Some(clock::monotonic());
        for path in self.wanted.files() {
            if self.is_new(&path) {
                self.open(path);
            }
        }
    }

    /// Skips rotated siblings: a rotated log may get a name that the pattern matches too.
    fn is_new(&self, path: &Path) -> bool {
        let mut known = self.first.iter().chain(self.files.keys());
        !known.any(|known| known == path || rotated::is_sibling(known, path))
    }

    fn open(&mut self, path: PathBuf) {
        match LogFile::open(&path, AtEnd::Persist) {
            Ok(file) => drop(self.files.insert(path, file)),
            Err(trouble) => self.notice.say(trouble.to_string()),
        }
    }
}

impl Source for Newcomers {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        if self.looked.is_none_or(|looked| looked.elapsed() >= LOOK_AGAIN) {
            self.notice.clear();
            self.look();
        }
        for file in self.files.values_mut() {
            let mut lines = Vec::new();
            if let Err(trouble) = file.read(&mut lines, most) {
                self.notice.say(trouble.to_string());
            }
            block.append(&mut lines);
            self.skipped.add(file.take_skipped());
            if block.len() >= most {
                break;
            }
        }
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }

    fn aside(&mut self) -> Option<Aside> {
        self.skipped.aside().or_else(|| self.notice.aside())
    }
}

/// Files in the pattern's folder whose names match it, sorted.
#[must_use]
pub fn matching_files(pattern: &Path) -> Vec<PathBuf> {
    let name = Glob::new(&pattern.file_name().unwrap_or_default().to_string_lossy());
    let entries = std::fs::read_dir(rotated::folder_of(pattern)).into_iter().flatten().flatten();
    let named = entries.filter(|entry| name.matches(&entry.file_name().to_string_lossy()));
    let mut files: Vec<_> = named.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(source: &mut Newcomers) -> String {
        let (mut all, mut block) = (Vec::new(), Vec::new());
        source.looked = None;
        while source.read(&mut block, 1 << 16).expect("read") == Read::Lines {
            all.append(&mut block);
        }
        String::from_utf8(all).expect("text")
    }

    #[test]
    fn the_days_that_follow_a_dated_log_are_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("u_ex261124.log"), "today\n").expect("write");
        let mut source = Newcomers::after(&path("u_ex261124.log"), &path("u_ex*.log"));
        assert_eq!(all(&mut source), "");
        std::fs::write(path("u_ex261125.log"), "tomorrow\n").expect("write");
        std::fs::write(path("u_ex261123.log"), "yesterday\n").expect("write");
        std::fs::write(path("u_extra.log"), "another\n").expect("write");
        assert_eq!(all(&mut source), "tomorrow\n");
    }

    #[test]
    fn files_that_a_glob_gains_are_read_and_followed_and_rotations_are_no_gain() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a.log"), "old\n").expect("write");
        let mut source = Newcomers::new(&path("*.log*"), vec![path("a.log")]);
        assert_eq!(all(&mut source), "");
        std::fs::rename(path("a.log"), path("a.log.1")).expect("rename");
        std::fs::write(path("a.log"), "followed elsewhere\n").expect("write");
        std::fs::write(path("b.log"), "new\n").expect("write");
        std::fs::write(path("c.txt"), "another\n").expect("write");
        assert_eq!(all(&mut source), "new\n");
        std::fs::rename(path("b.log"), path("b.log.1")).expect("rename");
        std::fs::write(path("b.log"), "newer\n").expect("write");
        assert_eq!(all(&mut source), "newer\n");
    }
}
