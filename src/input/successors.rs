//! The files that had a log's name since the last check. They are its rotated siblings now, wherever further rotations
//! have moved them, compressed or not.

use std::fs::File;
use std::io::{ErrorKind, Result};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Trouble;
use super::archive::Archive;
use super::generation::{BEGINNING, Generation};
use super::position::FileId;
use super::rotated::{self, PackedAs};
use crate::files;

/// A file that has or had the log's name.
pub(super) struct Bearer {
    pub(super) identity: FileId,
    pub(super) path: PathBuf,
    file: File,
    is_packed: bool,
    /// The first bytes of its decompressed contents.
    pub(super) beginning: Vec<u8>,
}

/// How such a file is read.
pub(super) enum BearerReader {
    Plain(Generation),
    Packed(Archive),
}

impl Bearer {
    fn open(path: &Path, packing: PackedAs) -> Result<Bearer> {
        let file = files::open(path)?;
        let identity = FileId::of(&file.metadata()?);
        let mut bearer = Bearer {
            identity,
            path: path.to_owned(),
            file,
            is_packed: packing == PackedAs::Readable,
            beginning: Vec::new(),
        };
        bearer.beginning = bearer.first_bytes().unwrap_or_default();
        Ok(bearer)
    }

    /// None where it is damaged: reading it tells of that.
    fn first_bytes(&self) -> Option<Vec<u8>> {
        let file = self.file.try_clone().ok()?;
        if self.is_packed {
            return Archive::new(&self.path, file).ok()?.head(BEGINNING).ok();
        }
        Generation::new(file).ok().map(|generation| generation.beginning().to_vec())
    }

    /// Begins to read it.
    ///
    /// # Errors
    /// The system refused.
    pub(super) fn begin(self) -> std::result::Result<BearerReader, Trouble> {
        if self.is_packed {
            return Archive::new(&self.path, self.file).map(BearerReader::Packed);
        }
        let name = self.path.display().to_string();
        Generation::new(self.file).map(BearerReader::Plain).map_err(|error| Trouble::io(&name, error))
    }

    /// Whether it is still empty. Unknown for compressed files.
    pub(super) fn is_blank(&self) -> bool {
        !self.is_packed && self.beginning.is_empty()
    }

    fn born(&self) -> Option<SystemTime> {
        self.file.metadata().and_then(|metadata| metadata.created()).ok()
    }
}

/// The log and its siblings, as found.
pub(super) struct NameLookup {
    /// The oldest first.
    pub(super) bearers: Vec<Bearer>,
    /// Whether all listed files could be opened; otherwise names have moved meanwhile.
    pub(super) is_whole: bool,
    /// Whether a file was found under two names: it was moved meanwhile.
    has_moved: bool,
}

/// Looks for all files that have or had the log's name: the log first, then its siblings from the newest to the oldest.
/// Rotations rename in this direction only, so none can slip past.
///
/// # Errors
/// The log itself cannot be opened.
pub(super) fn look(log: &Path) -> Result<NameLookup> {
    let mut look = NameLookup { bearers: Vec::new(), is_whole: true, has_moved: false };
    look.take(log, PackedAs::Plain)?;
    for sibling in rotated::siblings(log).unwrap_or_default().into_iter().rev() {
        if sibling.packing != PackedAs::Unknown && look.take(&sibling.path, sibling.packing).is_err() {
            look.is_whole = false;
        }
    }
    look.bearers.reverse();
    Ok(look)
}

impl NameLookup {
    fn take(&mut self, path: &Path, packing: PackedAs) -> Result<()> {
        match Bearer::open(path, packing) {
            Ok(bearer) if self.bearers.iter().any(|known| known.identity == bearer.identity) => {
                self.has_moved = true;
            }
            Ok(bearer) => self.bearers.push(bearer),
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_whole = false,
            // Unreadable for us now and later: not worth waiting for.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && !self.bearers.is_empty() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether another file may have had the name unseen, between `ours` and those found now: ours is deleted, and
    /// several files have had the name since, or the only one was created later than ours was deleted.
    pub(super) fn has_gap_after(&self, ours: &Generation, unread: &[usize]) -> bool {
        let Some(gone) = ours.gone_since().filter(|_| !self.holds(ours.beginning())) else { return false };
        match *unread {
            [] => false,
            [only] => self.has_moved || self.bearers[only].born().is_some_and(|born| born > gone + AT_ONCE),
            [..] => true,
        }
    }

    fn holds(&self, beginning: &[u8]) -> bool {
        self.bearers.iter().any(|bearer| is_same(&bearer.beginning, beginning))
    }
}

/// A rotation creates the new file before it deletes the old one or within this time: a few ticks of the file system's
/// clock.
const AT_ONCE: Duration = Duration::from_millis(20);

/// Contents that were read or are older. All other siblings are unread.
#[derive(Debug, Default)]
pub(super) struct KnownContents {
    contents: Vec<BearerContents>,
}

#[derive(Debug)]
struct BearerContents {
    identity: FileId,
    beginning: Vec<u8>,
}

/// Contents remembered besides those that still exist.
const MOST_KNOWN: usize = 256;

impl KnownContents {
    /// What is there and older than the log.
    pub(super) fn older_than(ours: Option<FileId>, log: &Path) -> KnownContents {
        let mut known = KnownContents::default();
        let bearers = look(log).map(|look| look.bearers).unwrap_or_default();
        for bearer in bearers.into_iter().take_while(|bearer| Some(bearer.identity) != ours) {
            known.remember(bearer.identity, bearer.beginning);
        }
        known
    }

    pub(super) fn remember(&mut self, identity: FileId, beginning: Vec<u8>) {
        self.contents.push(BearerContents { identity, beginning });
    }

    pub(super) fn knows(&self, bearer: &Bearer) -> bool {
        self.contents.iter().any(|known| {
            // Of an empty one it can only be said that it is the same file, and still empty.
            is_same(&known.beginning, &bearer.beginning)
                || (known.identity == bearer.identity && known.beginning == bearer.beginning)
        })
    }

    /// Forgets the oldest contents that no longer exist, if there are many.
    pub(super) fn forget_gone(&mut self, look: &NameLookup) {
        let old = self.contents.len().saturating_sub(MOST_KNOWN);
        let mut at = 0;
        self.contents.retain(|content| {
            at += 1;
            at > old || look.holds(&content.beginning)
        });
    }
}

impl Bearer {
    /// Whether it has the contents of a generation: the same file, a copy, or a compressed one.
    pub(super) fn is_of(&self, generation: &Generation) -> bool {
        self.identity == generation.identity()
            || is_same(&self.beginning, generation.beginning())
            // More may have been written, and copied, since it was read.
            || generation.bytes_at(0, BEGINNING).is_ok_and(|now| is_same(&self.beginning, &now))
    }
}

/// Whether two fingerprints match; one may have been taken when the file was shorter.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let common = one.len().min(other.len());
    let tells = one.len() == other.len() || memchr::memchr(b'\n', &one[..common]).is_some();
    common > 0 && tells && one[..common] == other[..common]
}

/// The copy of a truncated log, if it is compressed by now: from `at` on.
pub(super) fn packed_copy_of(log: &Path, beginning: &[u8], at: u64) -> Option<Archive> {
    let siblings = rotated::siblings(log).ok()?;
    let packed = siblings.iter().rev().filter(|sibling| sibling.packing == PackedAs::Readable);
    let copy = packed
        .filter_map(|sibling| Bearer::open(&sibling.path, sibling.packing).ok())
        .find(|bearer| is_same(&bearer.beginning, beginning))?;
    let mut archive = Archive::new(&copy.path, copy.file).ok()?;
    archive.skip(at).ok()?;
    Some(archive)
}

impl Generation {
    /// When its last name was removed, from its ctime; `None` while it has one.
    fn gone_since(&self) -> Option<SystemTime> {
        let metadata = self.metadata().ok().filter(|metadata| metadata.nlink() == 0)?;
        let seconds = Duration::from_secs(u64::try_from(metadata.ctime()).ok()?);
        let nanos = Duration::from_nanos(u64::try_from(metadata.ctime_nsec()).ok()?);
        Some(SystemTime::UNIX_EPOCH + seconds + nanos)
    }
}
