//! Strings of a worker become numbers of its own; which strings are new goes along with each batch.
//!
//! Workers share nothing, so their numbers differ. Whoever applies the batches, in order, translates them.

use serde::{Deserialize, Serialize};
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::bytes;

/// A worker's own number for a string: means nothing to anyone else before it is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Local(pub u32);

impl Local {
    /// The place in columns that are indexed by this number.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<u32> for Local {
    fn from(number: u32) -> Local {
        Local(number)
    }
}

impl From<Local> for u32 {
    fn from(local: Local) -> u32 {
        local.0
    }
}

/// Whether a string was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Before(Local),
    First(Local),
}

/// The strings that a worker knows, numbered from 0.
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

    /// The string's number.
    pub(super) fn number(&mut self, text: &[u8]) -> Seen {
        let hash = self.hasher.hash_one(text);
        let texts = &self.texts;
        if let Some(&found) = self.table.find(hash, |&one| bytes::same(texts.get(one as usize), text)) {
            return Seen::Before(Local(found));
        }
        let number = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text);
        let (hasher, texts) = (&self.hasher, &self.texts);
        self.table.insert_unique(hash, number, |&one| hasher.hash_one(texts.get(one as usize)));
        Seen::First(Local(number))
    }

    /// The string of a number.
    pub(super) fn text(&self, number: Local) -> &[u8] {
        self.texts.get(number.index())
    }

    /// How many bytes they take, roughly.
    pub(super) fn bytes(&self) -> usize {
        self.texts.bytes() + self.table.capacity() * 5
    }
}

/// Strings one after the other in one piece of memory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Strings {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl Strings {
    /// Adds a string.
    pub fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string at a place; empty where there is none.
    #[must_use]
    pub fn get(&self, at: usize) -> &[u8] {
        let Some(&end) = self.ends.get(at) else { return b"" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.bytes.get(start as usize..end as usize).unwrap_or(b"")
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// How many bytes they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.capacity() + self.ends.capacity() * 4
    }

    /// Takes all of them out; the memory stays for the next ones.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Gives back memory that no string uses.
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
        assert_eq!(strings.number(b"a"), Seen::First(Local(0)));
        assert_eq!(strings.number(b""), Seen::First(Local(1)));
        assert_eq!(strings.number(b"a"), Seen::Before(Local(0)));
    }
}
