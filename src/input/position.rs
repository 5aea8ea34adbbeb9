//! Positions: how far the lines of a file have been handed out.

use std::fs::Metadata;
use std::hash::Hasher;
use std::os::unix::fs::MetadataExt;

use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;

/// An offset in a file, whatever the file's name is by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The file.
    pub file: FileId,
    /// Its contents: a file may be truncated and written anew.
    pub beginning: Fingerprint,
    /// The offset after the last line handed out.
    pub offset: u64,
}

/// The identity of a file on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileId {
    /// The device.
    pub device: u64,
    /// The inode.
    pub inode: u64,
}

/// A hash of a file's first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Number of bytes hashed: all of them while the file is short.
    pub length: usize,
    /// The hash, the same in every run.
    pub hash: u64,
}

impl FileId {
    /// The identity of the file with this metadata.
    #[must_use]
    pub fn of(metadata: &Metadata) -> FileId {
        FileId { device: metadata.dev(), inode: metadata.ino() }
    }
}

impl Fingerprint {
    /// The fingerprint of these first bytes.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Fingerprint {
        let mut hasher = SipHasher13::new();
        hasher.write(beginning);
        Fingerprint { length: beginning.len(), hash: hasher.finish() }
    }

    /// Whether a file that begins with these bytes matches; it may have grown.
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
