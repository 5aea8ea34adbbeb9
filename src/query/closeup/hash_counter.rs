//! Counts how often each key occurs in a close-up's sessions, and in how many of them.

use serde::{Deserialize, Serialize};
use std::hash::Hash;

use crate::query::dense_counter::SessionSeq;
use crate::query::renumber::{Numbers, Renumber};

use super::with_keys;

/// Counts by key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Serialize + Eq + Hash", deserialize = "K: Deserialize<'de> + Eq + Hash"))]
pub(super) struct HashCounter<K> {
    by: hashbrown::HashMap<K, Occasion, foldhash::fast::FixedState>,
    turn: SessionSeq,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Occasion {
    times: u64,
    sessions: u64,
    /// The last session in which it occurred, so that each session counts once.
    last: SessionSeq,
}

impl<K> Default for HashCounter<K> {
    fn default() -> HashCounter<K> {
        HashCounter { by: hashbrown::HashMap::default(), turn: SessionSeq::BEFORE }
    }
}

impl<K: Copy + Eq + Hash> HashCounter<K> {
    /// Begins the next session.
    pub(super) fn begin_session(&mut self) {
        self.turn = self.turn.next();
    }

    /// Counts an occurrence.
    pub(super) fn add(&mut self, key: K) {
        let occasion = self.by.entry(key).or_default();
        occasion.times += 1;
        occasion.sessions += u64::from(occasion.last != self.turn);
        occasion.last = self.turn;
    }

    /// Merges the counts of other sessions.
    pub(super) fn merge(&mut self, other: &HashCounter<K>) {
        for (key, theirs) in &other.by {
            let mine = self.by.entry(*key).or_default();
            mine.times += theirs.times;
            mine.sessions += theirs.sessions;
        }
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> HashCounter<K>
    where
        K: Renumber,
    {
        let merge = |mine: &mut Occasion, theirs: Occasion| {
            mine.times += theirs.times;
            mine.sessions += theirs.sessions;
        };
        HashCounter { by: with_keys(self.by, |key| key.renumbered(numbers), merge), turn: SessionSeq::BEFORE }
    }

    /// Each key with its occurrences and its sessions.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, u64, u64)> {
        self.by.iter().map(|(key, one)| (*key, one.times, one.sessions))
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.by.capacity() * size_of::<(K, Occasion)>()
    }
}
