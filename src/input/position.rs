//! Positions: up to where the lines of a file have been given out.

use std::fs::Metadata;
use std::hash::Hasher;
use std::os::unix::fs::MetadataExt;

use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;

/// A place in a file, whatever the file is called by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which file it is.
    pub file: FileId,
    /// Which content of it: a file may be truncated and written anew.
    pub beginning: Fingerprint,
    /// The byte behind the last line that was given out.
    pub offset: u64,
}

/// A file on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileId {
    /// The device that it lies on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
}

/// The first bytes of a file, as a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// How many bytes: while a file is short, as many as it has.
    pub length: usize,
    /// Their hash, the same in every run.
    pub hash: u64,
}

impl FileId {
    /// That of the file that this is told of.
    #[must_use]
    pub fn of(metadata: &Metadata) -> FileId {
        FileId { device: metadata.dev(), inode: metadata.ino() }
    }
}

impl Fingerprint {
    /// That of these first bytes.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Fingerprint {
        let mut hasher = SipHasher13::new();
        hasher.write(beginning);
        Fingerprint { length: beginning.len(), hash: hasher.finish() }
    }

    /// Whether a file that begins with these bytes, which may be more by now, has it.
    #[must_use]
    pub fn is_of(self, beginning: &[u8]) -> bool {
        beginning.get(..self.length).is_some_and(|bytes| Fingerprint::of(bytes) == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_has_grown_is_known_by_what_it_began_with() {
        let short = Fingerprint::of(b"one\n");
        assert!(short.is_of(b"one\n") && short.is_of(b"one\ntwo\n"));
        assert!(!short.is_of(b"two\n") && !short.is_of(b"one"));
    }
}
