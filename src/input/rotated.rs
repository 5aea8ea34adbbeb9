//! Rotated siblings of a log, ordered by age: the names that logrotate, newsyslog, Caddy and others give it, and the
//! earlier days of a log with a date in its name.

mod series;

use std::cmp::Reverse;
use std::fs::File;
use std::io::Result;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use series::DatedSeries;

/// A rotated sibling: `access.log.1`, `access.log.2.gz`, `access.log-20261101.zst`, `access-20261101.log`,
/// `2026_11_01.access.log`, `access-2026-11-01T14-00-00.000-size.log.gz`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rotated {
    age: Age,
    /// Its compression.
    pub packing: PackedAs,
    /// Its path.
    pub path: PathBuf,
}

/// The age of a sibling, ordered with the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// Named by a date, given as its digits.
    Dated(String),
    /// Named by the number of rotations since it was the log.
    Numbered(Reverse<u32>),
}

/// The compression of a file, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PackedAs {
    /// Not compressed.
    Plain,
    /// One that dwell supports: gzip, zstd, xz or bzip2.
    Readable,
    /// One that dwell does not support.
    Unknown,
}

/// The rotated siblings of a log, the oldest first. If one exists both plain and compressed, because it is being
/// compressed right now, the plain one.
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

/// Whether a path has the name of a rotated sibling of a log.
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

fn rotated_from(log: &Path, path: &Path) -> Option<(Age, PackedAs)> {
    let (log, name) = (log.file_name()?.to_str()?, path.file_name()?.to_str()?);
    let (name, packing) = packing(name);
    if let Some(series) = DatedSeries::of(log)
        && let Some(digits) = series.member(name)
    {
        return series.is_older(&digits).then_some((Age::Dated(digits), packing));
    }
    let marks = [mark_behind(log, name), mark_before_extension(log, name), mark_in_front(log, name)];
    Some((marks.into_iter().flatten().find_map(age)?, packing))
}

fn packing(name: &str) -> (&str, PackedAs) {
    let known = [".gz", ".zst", ".xz", ".bz2"].into_iter().find_map(|end| name.strip_suffix(end));
    let unknown = || [".lz4", ".Z", ".zip", ".7z"].into_iter().find_map(|end| name.strip_suffix(end));
    match known {
        Some(name) => (name, PackedAs::Readable),
        None => unknown().map_or((name, PackedAs::Plain), |name| (name, PackedAs::Unknown)),
    }
}

/// Whether a name says that the file has a compression that dwell supports.
pub(super) fn is_named_packed(name: &str) -> bool {
    packing(name).1 == PackedAs::Readable
}

/// If a log has a date in its name, the pattern of its successors' names: `u_ex*.log`.
#[must_use]
pub fn series_pattern(log: &Path) -> Option<PathBuf> {
    let pattern = DatedSeries::of(log.file_name()?.to_str()?)?.pattern();
    Some(log.with_file_name(pattern))
}

/// The later days of a log with a date in its name, the oldest first.
#[must_use]
pub fn successors_in_series(log: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder_of(log)).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| log.with_file_name(entry.file_name()))
        .filter(|path| follows(log, path))
        .collect();
    paths.sort();
    paths
}

fn follows(log: &Path, path: &Path) -> bool {
    let names = [log, path].map(|path| path.file_name().and_then(|name| name.to_str()).unwrap_or_default());
    let series = DatedSeries::of(names[0]);
    let is_younger =
        |series: DatedSeries| series.member(names[1]).is_some_and(|digits| series.is_younger(&digits));
    series.is_some_and(is_younger) && path.is_file()
}

/// `access.log.1`: the part after the name.
fn mark_behind<'a>(log: &str, name: &'a str) -> Option<&'a str> {
    name.strip_prefix(log)?.strip_prefix(['.', '-', '_'])
}

/// `access-20261101.log`: the part before the extension.
fn mark_before_extension<'a>(log: &str, name: &'a str) -> Option<&'a str> {
    let (stem, extension) = log.rsplit_once('.')?;
    let mark = name.strip_suffix(extension)?.strip_suffix('.')?.strip_prefix(stem)?;
    mark.strip_prefix(['.', '-', '_'])
}

/// `2026_11_24.request.log`: the part before the name.
fn mark_in_front<'a>(log: &str, name: &'a str) -> Option<&'a str> {
    let mark = name.strip_suffix(log)?.strip_suffix(['.', '-', '_'])?;
    // A date only: a number there tells several servers' logs apart, no rotation puts one there.
    DatedSeries::of(mark).map(|_| mark)
}

/// Up to four digits are a rotation number, more are a date.
fn age(mark: &str) -> Option<Age> {
    let mark = without_reason(mark);
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

/// `2026-11-24T14-00-00.000-size`: timberjack appends the reason for the rotation.
fn without_reason(mark: &str) -> &str {
    match mark.rsplit_once('-') {
        Some((date, reason))
            if !reason.is_empty() && reason.chars().all(|char| char.is_ascii_lowercase()) =>
        {
            date
        }
        _ => mark,
    }
}

/// The copy made of a log before it was truncated: it begins with the same bytes and is not shorter.
pub(super) fn copy_of(log: &Path, beginning: &[u8], at: u64) -> Option<File> {
    if beginning.is_empty() {
        return None;
    }
    let siblings = siblings(log).ok()?;
    let plain = siblings.iter().rev().filter(|sibling| sibling.packing == PackedAs::Plain);
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
    fn siblings_are_found_by_the_names_that_servers_and_rotators_give() {
        for (log, names) in [
            (
                "access.log",
                &["access-2026-11-23T14-00-00.000.log.gz", "access-2026-11-24T14-00-00.000.log"][..],
            ),
            (
                "access.log",
                &["access-2026-11-23T14-00-00.000-size.log.gz", "access-2026-11-24T00-00-00.000-time.log"],
            ),
            ("localhost_access_log.txt", &["localhost_access_log.2026-11-23.txt"]),
            (
                "localhost_access_log.2026-11-24.txt",
                &["localhost_access_log.2026-11-22.txt.gz", "localhost_access_log.2026-11-23.txt"],
            ),
            ("2026_11_24.request.log", &["2026_11_22.request.log", "2026_11_23.request.log"]),
            ("request.log", &["2026_11_22.request.log.xz", "2026_11_23.request.log"]),
            ("u_ex261124.log", &["u_ex261122.log", "u_ex261123.log"]),
            ("u_ex26112414.log", &["u_ex26112323.log", "u_ex26112413.log"]),
            ("access.log.1764000000", &["access.log.1763827200", "access.log.1763913600.bz2"]),
            ("access.log", &["access.log.1763827200", "access.log.1763913600"]),
            ("access.2026-11-24.log", &["access.2026-11-22.log", "access.2026-11-23.log"]),
            ("access.log", &["access.log-20261123.gz", "access.log-20261124"]),
            ("access.log", &["access.log-2026112323", "access.log-2026112400"]),
            ("access.log", &["access.log.2.gz", "access.log.1.gz", "access.log.0"]),
            ("access.log", &["access_2026-11-23.log", "access_2026-11-24.log"]),
            ("haproxy.log", &["haproxy.log.2.gz", "haproxy.log.1"]),
        ] {
            let mut there = names.to_vec();
            there.push(log);
            assert_eq!(order_of(log, &there), names, "{log}");
        }
    }

    #[test]
    fn later_days_of_a_series_are_its_successors_and_no_history() {
        let names =
            ["u_ex261123.log", "u_ex261124.log", "u_ex261125.log", "u_ex261126.log.bak", "v_ex261126.log"];
        assert_eq!(order_of("u_ex261124.log", &names), ["u_ex261123.log"]);
        let folder = folder_with(&names);
        let path = |name: &str| folder.path().join(name);
        assert_eq!(successors_in_series(&path("u_ex261124.log")), [path("u_ex261125.log")]);
        assert_eq!(series_pattern(&path("u_ex261124.log")), Some(path("u_ex*.log")));
        assert_eq!(series_pattern(&path("access.log")), None);
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
