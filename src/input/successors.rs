//! Which files have borne a log's name since it was looked at last. Those that bore it in between are its rotated
//! siblings by now, wherever further rotations have moved them and whether or not they are packed.

use std::fs::File;
use std::io::{ErrorKind, Result};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::Trouble;
use super::archive::Archive;
use super::generation::{BEGINNING, Generation};
use super::position::FileId;
use super::rotated::{self, Packing};

/// A file that bears the log's name, or bore it.
pub(super) struct Bearer {
    pub(super) identity: FileId,
    pub(super) path: PathBuf,
    file: File,
    is_packed: bool,
    /// The first bytes of what it holds, unpacked.
    pub(super) beginning: Vec<u8>,
}

/// What a bearer is read as.
pub(super) enum Reading {
    Plain(Generation),
    Packed(Archive),
}

impl Bearer {
    fn open(path: &Path, packing: Packing) -> Result<Bearer> {
        let file = File::open(path)?;
        let identity = FileId::of(&file.metadata()?);
        let mut bearer = Bearer {
            identity,
            path: path.to_owned(),
            file,
            is_packed: packing == Packing::Known,
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
    pub(super) fn begin(self) -> std::result::Result<Reading, Trouble> {
        if self.is_packed {
            return Archive::new(&self.path, self.file).map(Reading::Packed);
        }
        let name = self.path.display().to_string();
        Generation::new(self.file).map(Reading::Plain).map_err(|error| Trouble::io(&name, error))
    }

    /// Whether nothing is in it yet. Of what is packed that cannot be said.
    pub(super) fn is_blank(&self) -> bool {
        !self.is_packed && self.beginning.is_empty()
    }

    fn born(&self) -> Option<SystemTime> {
        self.file.metadata().and_then(|metadata| metadata.created()).ok()
    }
}

/// What a look at a log's name and its siblings found.
pub(super) struct Look {
    /// The oldest first.
    pub(super) bearers: Vec<Bearer>,
    /// Whether all that was listed could be opened; otherwise names have moved on meanwhile.
    pub(super) is_whole: bool,
    /// Whether a file was found under two names: it was moved on meanwhile.
    has_moved: bool,
}

/// Looks for all that bears the log's name, or bore it. The log comes first, then its siblings from the newest to the
/// oldest: rotations move files in this direction only, so that they move none past the one who looks.
///
/// # Errors
/// The log itself cannot be opened.
pub(super) fn look(log: &Path) -> Result<Look> {
    let mut look = Look { bearers: Vec::new(), is_whole: true, has_moved: false };
    look.take(log, Packing::Plain)?;
    for sibling in rotated::siblings(log).unwrap_or_default().into_iter().rev() {
        if sibling.packing != Packing::Unknown && look.take(&sibling.path, sibling.packing).is_err() {
            look.is_whole = false;
        }
    }
    look.bearers.reverse();
    Ok(look)
}

impl Look {
    fn take(&mut self, path: &Path, packing: Packing) -> Result<()> {
        match Bearer::open(path, packing) {
            Ok(bearer) if self.bearers.iter().any(|known| known.identity == bearer.identity) => {
                self.has_moved = true;
            }
            Ok(bearer) => self.bearers.push(bearer),
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_whole = false,
            // A sibling that others alone may read is none that can be waited for.
            Err(error) if error.kind() == ErrorKind::PermissionDenied && !self.bearers.is_empty() => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether another file may have borne the name unseen, between `ours` and what was found now: ours is deleted, and
    /// either several have borne the name since, or the only one was made later than ours was deleted.
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

/// A rotation that deletes a file makes another before it or within this time, a few ticks of the file system's clock.
const AT_ONCE: Duration = Duration::from_millis(20);

/// Contents that have been read or are older than what is read. Whatever else is found among the siblings is unread.
#[derive(Debug, Default)]
pub(super) struct Known {
    contents: Vec<Content>,
}

#[derive(Debug)]
struct Content {
    identity: FileId,
    beginning: Vec<u8>,
}

/// So many contents are kept in mind besides those that are still there.
const MOST_KNOWN: usize = 256;

impl Known {
    /// What is there and older than the log.
    pub(super) fn older_than(ours: Option<FileId>, log: &Path) -> Known {
        let mut known = Known::default();
        let bearers = look(log).map(|look| look.bearers).unwrap_or_default();
        for bearer in bearers.into_iter().take_while(|bearer| Some(bearer.identity) != ours) {
            known.remember(bearer.identity, bearer.beginning);
        }
        known
    }

    pub(super) fn remember(&mut self, identity: FileId, beginning: Vec<u8>) {
        self.contents.push(Content { identity, beginning });
    }

    pub(super) fn knows(&self, bearer: &Bearer) -> bool {
        self.contents.iter().any(|known| {
            // Of an empty one it can only be said that it is the same file, and still empty.
            is_same(&known.beginning, &bearer.beginning)
                || (known.identity == bearer.identity && known.beginning == bearer.beginning)
        })
    }

    /// Forgets contents that are not there any more, the oldest first, where there are many.
    pub(super) fn forget_gone(&mut self, look: &Look) {
        let old = self.contents.len().saturating_sub(MOST_KNOWN);
        let mut at = 0;
        self.contents.retain(|content| {
            at += 1;
            at > old || look.holds(&content.beginning)
        });
    }
}

impl Bearer {
    /// Whether it holds what a generation holds: it is that file, a copy of it, or what it was packed into.
    pub(super) fn is_of(&self, generation: &Generation) -> bool {
        self.identity == generation.identity()
            || is_same(&self.beginning, generation.beginning())
            // More may have been written, and copied, since it was read.
            || generation.bytes_at(0, BEGINNING).is_ok_and(|now| is_same(&self.beginning, &now))
    }
}

/// Whether two beginnings are of one content, of which one may have been looked at when it was shorter.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let common = one.len().min(other.len());
    let tells = one.len() == other.len() || memchr::memchr(b'\n', &one[..common]).is_some();
    common > 0 && tells && one[..common] == other[..common]
}

/// What a log was copied into before it was truncated, where that is packed by now: from `at` on.
pub(super) fn packed_copy_of(log: &Path, beginning: &[u8], at: u64) -> Option<Archive> {
    let siblings = rotated::siblings(log).ok()?;
    let packed = siblings.iter().rev().filter(|sibling| sibling.packing == Packing::Known);
    let copy = packed
        .filter_map(|sibling| Bearer::open(&sibling.path, sibling.packing).ok())
        .find(|bearer| is_same(&bearer.beginning, beginning))?;
    let mut archive = Archive::new(&copy.path, copy.file).ok()?;
    archive.skip(at).ok()?;
    Some(archive)
}

impl Generation {
    /// When it lost its last name; `None` while it has one. Its status last changed then.
    fn gone_since(&self) -> Option<SystemTime> {
        let metadata = self.metadata().ok().filter(|metadata| metadata.nlink() == 0)?;
        let seconds = Duration::from_secs(u64::try_from(metadata.ctime()).ok()?);
        let nanos = Duration::from_nanos(u64::try_from(metadata.ctime_nsec()).ok()?);
        Some(SystemTime::UNIX_EPOCH + seconds + nanos)
    }
}
