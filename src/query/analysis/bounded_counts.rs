//! Counts by key of which only the most frequent are kept, and a sum of what is beyond.

use std::cmp::Reverse;
use std::hash::Hash;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// Counts by key. As long as there are fewer keys than the bound, they are exact and depend on no order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "K: Serialize + Eq + Hash", deserialize = "K: Deserialize<'de> + Eq + Hash"))]
pub(super) struct BoundedCounts<K> {
    /// Once there are so many keys, the less frequent half of them goes.
    most: usize,
    counts: HashMap<K, u64, foldhash::fast::FixedState>,
    /// What was counted of keys that went.
    beyond: u64,
}

impl<K: Copy + Ord + Hash> BoundedCounts<K> {
    pub(super) fn new(most: usize) -> BoundedCounts<K> {
        BoundedCounts { most, counts: HashMap::default(), beyond: 0 }
    }

    pub(super) fn add(&mut self, key: K, count: u64) {
        *self.counts.entry(key).or_default() += count;
        if self.counts.len() > self.most {
            self.cut();
        }
    }

    /// Lets the less frequent half go: it is a sum from then on.
    #[cold]
    fn cut(&mut self) {
        let mut ranked: Vec<_> = self.counts.drain().collect();
        ranked.sort_unstable_by_key(|&(key, count)| (Reverse(count), key));
        let rare = ranked.split_off(self.most / 2);
        self.beyond += rare.iter().map(|(_, count)| count).sum::<u64>();
        self.counts.extend(ranked);
    }

    pub(super) fn merge(&mut self, other: &BoundedCounts<K>) {
        self.beyond += other.beyond;
        other.counts.iter().for_each(|(key, count)| self.add(*key, *count));
    }

    /// The same with other keys; what comes together is put together.
    pub(super) fn with_keys(self, mut key: impl FnMut(K) -> K) -> BoundedCounts<K> {
        let mut renamed = BoundedCounts { beyond: self.beyond, ..BoundedCounts::new(self.most) };
        self.counts.into_iter().for_each(|(one, count)| renamed.add(key(one), count));
        renamed
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (K, u64)> {
        self.counts.iter().map(|(key, count)| (*key, *count))
    }

    pub(super) fn beyond(&self) -> u64 {
        self.beyond
    }

    pub(super) fn bytes(&self) -> usize {
        self.counts.capacity() * size_of::<(K, u64)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(counts: &BoundedCounts<u32>) -> u64 {
        counts.iter().map(|(_, count)| count).sum::<u64>() + counts.beyond()
    }

    #[test]
    fn nothing_is_lost_and_the_frequent_ones_stay() {
        let mut counts = BoundedCounts::new(10);
        (0..1000).for_each(|number| counts.add(number, 1));
        (0..300).for_each(|_| counts.add(7, 1));
        (0..1000).for_each(|number| counts.add(number, 1));
        assert_eq!(sum(&counts), 2300);
        assert!(counts.iter().count() <= 10);
        assert!(counts.iter().any(|(key, count)| key == 7 && count >= 300));
    }

    #[test]
    fn within_the_bound_no_order_matters() {
        let of = |numbers: Vec<u32>| {
            let mut counts = BoundedCounts::new(100);
            for number in numbers {
                counts.add(number, 1);
            }
            counts
        };
        let (mut one, mut other) = (of((0..60).collect()), of((30..90).rev().collect()));
        let both = one.clone();
        one.merge(&other);
        other.merge(&both);
        let sorted = |counts: &BoundedCounts<u32>| {
            let mut all: Vec<_> = counts.iter().collect();
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(&one), sorted(&other));
        assert_eq!((one.beyond(), sum(&one)), (0, 120));
    }
}
