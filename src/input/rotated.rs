//! Rotated siblings of a log: what logrotate, newsyslog and their like rename it to, in the order of their age.

use std::cmp::Reverse;
use std::fs::File;
use std::io::Result;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A rotated sibling: `access.log.1`, `access.log.2.gz`, `access.log-20261101.zst`, `access-20261101.log`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rotated {
    age: Age,
    /// How it is packed.
    pub packing: Packing,
    /// Where it lies.
    pub path: PathBuf,
}

/// How old a sibling is, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// Named by a date: its digits.
    Dated(String),
    /// Named by how many rotations ago it was the log.
    Numbered(Reverse<u32>),
}

/// How a file is packed, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// In a way that dwell reads: gzip or zstd.
    Known,
    /// In a way that dwell does not read.
    Unknown,
}

/// The rotated siblings of a log, the oldest first; of one that is there twice, being packed just now, the plain one.
///
/// # Errors
/// The folder cannot be read.
pub fn siblings(log: &Path) -> Result<Vec<Rotated>> {
    let mut siblings = Vec::new();
    for entry in std::fs::read_dir(folder_of(log))? {
        let path = entry?.path();
        if let Some((age, packing)) = rotated_from(log, &path)
            && path.is_file()
        {
            siblings.push(Rotated { age, packing, path });
        }
    }
    siblings.sort();
    siblings.dedup_by(|later, earlier| later.age == earlier.age);
    Ok(siblings)
}

/// Whether a path is named like a rotated sibling of a log.
#[must_use]
pub fn is_sibling(log: &Path, path: &Path) -> bool {
    folder_of(log) == folder_of(path) && rotated_from(log, path).is_some()
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => path,
    }
}

fn rotated_from(log: &Path, path: &Path) -> Option<(Age, Packing)> {
    let (log, name) = (log.file_name()?.to_str()?, path.file_name()?.to_str()?);
    let (name, packing) = packing(name);
    let mark = mark_behind(log, name).or_else(|| mark_before_extension(log, name))?;
    Some((age(mark)?, packing))
}

fn packing(name: &str) -> (&str, Packing) {
    let known = [".gz", ".zst"].into_iter().find_map(|end| name.strip_suffix(end));
    let unknown = || [".bz2", ".xz", ".lz4", ".Z"].into_iter().find_map(|end| name.strip_suffix(end));
    match known {
        Some(name) => (name, Packing::Known),
        None => unknown().map_or((name, Packing::Plain), |name| (name, Packing::Unknown)),
    }
}

/// `access.log.1`: what follows the name.
fn mark_behind<'a>(log: &str, name: &'a str) -> Option<&'a str> {
    name.strip_prefix(log)?.strip_prefix(['.', '-', '_'])
}

/// `access-20261101.log`: what stands before the extension.
fn mark_before_extension<'a>(log: &str, name: &'a str) -> Option<&'a str> {
    let (stem, extension) = log.rsplit_once('.')?;
    let mark = name.strip_suffix(extension)?.strip_suffix('.')?.strip_prefix(stem)?;
    mark.strip_prefix(['.', '-', '_'])
}

/// Up to four digits are a number, more are a date.
fn age(mark: &str) -> Option<Age> {
    let digits: String = mark.chars().filter(char::is_ascii_digit).collect();
    let others = mark.chars().all(|char| char.is_ascii_digit() || "-_.:T".contains(char));
    if !others || !mark.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if digits.len() == mark.len() && digits.len() <= 4 {
        return mark.parse().ok().map(|number| Age::Numbered(Reverse(number)));
    }
    (digits.len() >= 6).then_some(Age::Dated(digits))
}

/// The file that a log was copied into before it was truncated: it begins with the same bytes and is not shorter.
pub(super) fn copy_of(log: &Path, beginning: &[u8], at: u64) -> Option<File> {
    if beginning.is_empty() {
        return None;
    }
    let siblings = siblings(log).ok()?;
    let plain = siblings.iter().rev().filter(|sibling| sibling.packing == Packing::Plain);
    plain.filter_map(|sibling| File::open(&sibling.path).ok()).find(|file| {
        let mut bytes = vec![0; beginning.len()];
        let is_long = file.metadata().is_ok_and(|metadata| metadata.len() >= at);
        is_long && file.read_exact_at(&mut bytes, 0).is_ok() && bytes == beginning
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in names {
            std::fs::write(folder.path().join(name), name).expect("write");
        }
        folder
    }

    fn order_of(log: &str, names: &[&str]) -> Vec<String> {
        let folder = folder_with(names);
        let siblings = siblings(&folder.path().join(log)).expect("a folder");
        let name = |one: Rotated| one.path.file_name().expect("a name").to_string_lossy().into_owned();
        siblings.into_iter().map(name).collect()
    }

    #[test]
    fn higher_numbers_are_older() {
        let names = ["access.log", "access.log.1", "access.log.10.gz", "access.log.2.gz", "access.log.3.zst"];
        assert_eq!(
            order_of("access.log", &names),
            ["access.log.10.gz", "access.log.3.zst", "access.log.2.gz", "access.log.1"]
        );
    }

    #[test]
    fn dates_are_in_their_order_wherever_they_stand() {
        let names =
            ["a.log", "a.log-20261102", "a.log-20261101.gz", "a.log.2026-10-31.zst", "a-20261103.log"];
        assert_eq!(
            order_of("a.log", &names),
            ["a.log.2026-10-31.zst", "a.log-20261101.gz", "a.log-20261102", "a-20261103.log"]
        );
    }

    #[test]
    fn a_sibling_that_is_being_packed_counts_once() {
        assert_eq!(order_of("a.log", &["a.log.1", "a.log.1.gz"]), ["a.log.1"]);
    }

    #[test]
    fn other_logs_are_no_siblings() {
        let names =
            ["a.log.bak", "a.log.old.1", "b.log.1", "a.log.swp", "error-a.log", "a.log~", "a.login.1"];
        assert_eq!(order_of("a.log", &names), [""; 0]);
    }
}
