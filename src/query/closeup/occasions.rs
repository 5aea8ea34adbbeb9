//! How often each thing happened in a close-up's sessions, and in how many of them.

use serde::{Deserialize, Serialize};
use std::hash::Hash;

use crate::query::occurrences::Turn;
use crate::query::renumber::{Numbers, Renumber};

use super::with_keys;

/// Counts by what is counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Serialize + Eq + Hash", deserialize = "K: Deserialize<'de> + Eq + Hash"))]
pub(super) struct Occasions<K> {
    by: hashbrown::HashMap<K, Occasion, foldhash::fast::FixedState>,
    turn: Turn,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Occasion {
    times: u64,
    sessions: u64,
    /// In which session it happened last, so that two views in one session are one session.
    last: Turn,
}

impl<K> Default for Occasions<K> {
    fn default() -> Occasions<K> {
        Occasions { by: hashbrown::HashMap::default(), turn: Turn::BEFORE }
    }
}

impl<K: Copy + Eq + Hash> Occasions<K> {
    /// What is counted from here on happened in another session.
    pub(super) fn begin_session(&mut self) {
        self.turn = self.turn.next();
    }

    /// It happened once more.
    pub(super) fn add(&mut self, key: K) {
        let occasion = self.by.entry(key).or_default();
        occasion.times += 1;
        occasion.sessions += u64::from(occasion.last != self.turn);
        occasion.last = self.turn;
    }

    /// Takes in what was counted of other sessions.
    pub(super) fn merge(&mut self, other: &Occasions<K>) {
        for (key, theirs) in &other.by {
            let mine = self.by.entry(*key).or_default();
            mine.times += theirs.times;
            mine.sessions += theirs.sessions;
        }
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> Occasions<K>
    where
        K: Renumber,
    {
        let merge = |mine: &mut Occasion, theirs: Occasion| {
            mine.times += theirs.times;
            mine.sessions += theirs.sessions;
        };
        Occasions { by: with_keys(self.by, |key| key.renumbered(numbers), merge), turn: Turn::BEFORE }
    }

    /// How often each thing happened, and in how many sessions.
    pub(super) fn iter(&self) -> impl Iterator<Item = (K, u64, u64)> {
        self.by.iter().map(|(key, one)| (*key, one.times, one.sessions))
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.by.capacity() * size_of::<(K, Occasion)>()
    }
}
