//! Interns strings under a worker's own ids; a batch carries the strings that are new.
//!
//! Workers share nothing, so their ids differ. The engine applies batches in order and translates the ids.

use serde::{Deserialize, Serialize};
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::bytes;

/// A worker's own id of a string: meaningless to others until translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct WorkerLocalId(pub u32);

impl WorkerLocalId {
    /// The index into columns by id.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<u32> for WorkerLocalId {
    fn from(number: u32) -> WorkerLocalId {
        WorkerLocalId(number)
    }
}

impl From<WorkerLocalId> for u32 {
    fn from(local: WorkerLocalId) -> u32 {
        local.0
    }
}

/// Whether a string was interned before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InternResult {
    Before(WorkerLocalId),
    First(WorkerLocalId),
}

/// The strings that a worker has interned, from id 0.
#[derive(Debug)]
pub(super) struct LocalStrings {
    hasher: RandomState,
    table: HashTable<u32>,
    texts: Strings,
}

impl LocalStrings {
    pub(super) fn new() -> LocalStrings {
        LocalStrings { hasher: RandomState::default(), table: HashTable::new(), texts: Strings::default() }
    }

    /// The string's id.
    pub(super) fn number(&mut self, text: &[u8]) -> InternResult {
        let hash = self.hasher.hash_one(text);
        let texts = &self.texts;
        if let Some(&found) = self.table.find(hash, |&one| bytes::same(texts.get(one as usize), text)) {
            return InternResult::Before(WorkerLocalId(found));
        }
        let number = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text);
        let (hasher, texts) = (&self.hasher, &self.texts);
        self.table.insert_unique(hash, number, |&one| hasher.hash_one(texts.get(one as usize)));
        InternResult::First(WorkerLocalId(number))
    }

    /// The string of an id.
    pub(super) fn text(&self, number: WorkerLocalId) -> &[u8] {
        self.texts.get(number.index())
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.texts.bytes() + self.table.capacity() * 5
    }
}

/// Numbers strings from id 0 without keeping them: what hits say of people is to be known again, not to be there (R11).
#[derive(Debug)]
pub(super) struct LocalHashes {
    hashers: [RandomState; 2],
    table: HashTable<u32>,
    /// 128 bits of each string. Two of ten million are the same by chance once in 10^24 runs.
    hashes: Vec<[u64; 2]>,
}

impl LocalHashes {
    pub(super) fn new() -> LocalHashes {
        LocalHashes { hashers: Default::default(), table: HashTable::new(), hashes: Vec::new() }
    }

    /// The string's id.
    pub(super) fn number(&mut self, text: &[u8]) -> InternResult {
        let [first, second] = &self.hashers;
        let hash = [first.hash_one(text), second.hash_one(text)];
        let hashes = &self.hashes;
        if let Some(&found) = self.table.find(hash[0], |&one| hashes.get(one as usize) == Some(&hash)) {
            return InternResult::Before(WorkerLocalId(found));
        }
        let number = u32::try_from(self.hashes.len()).unwrap_or(u32::MAX);
        self.hashes.push(hash);
        let hashes = &self.hashes;
        let rehashed = |&one: &u32| hashes.get(one as usize).map_or(0, |hash| hash[0]);
        self.table.insert_unique(hash[0], number, rehashed);
        InternResult::First(WorkerLocalId(number))
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.hashes.capacity() * size_of::<[u64; 2]>() + self.table.capacity() * 5
    }
}

/// Strings in one contiguous buffer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Strings {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Strings {
    /// Appends a string.
    pub fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    /// Number of strings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string at an index; empty if out of range.
    #[must_use]
    pub fn get(&self, at: usize) -> &[u8] {
        let Some(&end) = self.ends.get(at) else { return b"" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.bytes.get(start as usize..end as usize).unwrap_or(b"")
    }

    /// All strings in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 4
    }

    /// Clears them for reuse and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Frees unused capacity.
    pub fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_get_numbers_once() {
        let mut strings = LocalStrings::new();
        assert_eq!(strings.number(b"a"), InternResult::First(WorkerLocalId(0)));
        assert_eq!(strings.number(b""), InternResult::First(WorkerLocalId(1)));
        assert_eq!(strings.number(b"a"), InternResult::Before(WorkerLocalId(0)));
    }
}
