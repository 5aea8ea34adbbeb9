//! A dictionary: interns each distinct string under an id.

use std::hash::BuildHasher;
use std::marker::PhantomData;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::classify::strings::Strings;

/// Interned strings up to a memory bound; id 0 stands for all strings past it.
#[derive(Debug)]
pub struct Dictionary<Id> {
    hasher: RandomState,
    table: HashTable<u32>,
    texts: Strings,
    text_bytes: usize,
    bound: usize,
    folded: u64,
    ids: PhantomData<Id>,
}

/// The name of id 0.
pub const OTHER: &str = "(other)";

impl<Id: From<u32> + Into<u32> + Copy> Dictionary<Id> {
    /// A dictionary of at most `bound` bytes, overhead included.
    #[must_use]
    pub fn new(bound: usize) -> Dictionary<Id> {
        let mut texts = Strings::default();
        texts.push(OTHER.as_bytes());
        Dictionary {
            hasher: RandomState::default(),
            table: HashTable::new(),
            texts,
            text_bytes: 0,
            bound,
            folded: 0,
            ids: PhantomData,
        }
    }

    /// Interns a string.
    pub fn intern(&mut self, text: &[u8]) -> Interned<Id> {
        let hash = self.hasher.hash_one(text);
        let texts = &self.texts;
        if let Some(&found) = self.table.find(hash, |&one| texts.get(one as usize) == text) {
            return Interned::Known(found.into());
        }
        if self.text_bytes + text.len() + OVERHEAD > self.bound {
            self.folded += 1;
            return Interned::Folded;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(0);
        self.texts.push(text);
        self.text_bytes += text.len() + OVERHEAD;
        let (hasher, texts) = (&self.hasher, &self.texts);
        self.table.insert_unique(hash, number, |&one| hasher.hash_one(texts.get(one as usize)));
        Interned::New(number.into())
    }

    /// The id of a string, if it has one.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<Id> {
        let hash = self.hasher.hash_one(text);
        self.table.find(hash, |&one| self.texts.get(one as usize) == text).map(|&one| one.into())
    }

    /// The bytes of an id, as logged.
    #[must_use]
    pub fn bytes_of(&self, id: Id) -> &[u8] {
        self.texts.get(id.into() as usize)
    }

    /// The string of an id; invalid UTF-8 becomes `U+FFFD`.
    #[must_use]
    pub fn text(&self, id: Id) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.bytes_of(id))
    }

    /// Number of ids, `(other)` included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether nothing was interned yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.len() == 1
    }

    /// How many lookups ended in `(other)`.
    #[must_use]
    pub fn folded(&self) -> u64 {
        self.folded
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.texts.bytes() + self.table.capacity() * 5
    }
}

/// Overhead per string: its end offset, and its entry in the hash table.
const OVERHEAD: usize = 12;

/// The result of interning a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interned<Id> {
    /// It already had this id.
    Known(Id),
    /// It was given this id.
    New(Id),
    /// The dictionary is full: the string becomes `(other)`.
    Folded,
}

impl<Id: From<u32> + Copy> Interned<Id> {
    /// The string's id.
    #[must_use]
    pub fn id(self) -> Id {
        match self {
            Interned::Known(id) | Interned::New(id) => id,
            Interned::Folded => Id::from(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PageId;

    #[test]
    fn strings_keep_their_numbers() {
        let mut pages = Dictionary::<PageId>::new(1000);
        let home = pages.intern(b"/").id();
        assert_eq!(pages.intern(b"/"), Interned::Known(home));
        assert_eq!(pages.find(b"/"), Some(home));
        assert_eq!(pages.text(home), "/");
        assert_eq!(pages.find(b"/none"), None);
    }

    #[test]
    fn past_the_bound_strings_become_other_and_are_counted() {
        let mut pages = Dictionary::<PageId>::new(40);
        let kept = pages.intern(b"/a").id();
        assert_eq!(pages.intern(&[b'x'; 40]).id(), PageId::OTHER);
        assert_eq!(pages.folded(), 1);
        assert_eq!(pages.text(PageId::OTHER), OTHER);
        assert_eq!(pages.intern(b"/a"), Interned::Known(kept));
    }
}
