//! Counting distinct visitors: exactly while there are few, by a sketch when there are many.

use std::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashSet;

use super::sketch::Sketch;
use super::view::Count;

/// A set of visitors, or a sketch of one.
#[derive(Debug, Clone)]
pub(super) enum Distinct {
    Exact(HashSet<u64, BuildHasherDefault<Itself>>),
    Sketch(Sketch),
}

/// Beyond so many a sketch is smaller and faster.
const EXACT: usize = 2000;

/// Visitors are hashes already (R4).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Default for Distinct {
    fn default() -> Distinct {
        Distinct::Exact(HashSet::default())
    }
}

impl Distinct {
    #[inline]
    pub(super) fn add(&mut self, visitor: u64) {
        match self {
            Distinct::Sketch(sketch) => sketch.add(visitor),
            Distinct::Exact(_) => self.add_exactly(visitor),
        }
    }

    fn add_exactly(&mut self, visitor: u64) {
        let Distinct::Exact(set) = self else { return };
        set.insert(visitor);
        if set.len() > EXACT {
            self.become_sketch();
        }
    }

    pub(super) fn merge(&mut self, other: &Distinct) {
        match (&mut *self, other) {
            (_, Distinct::Exact(visitors)) => visitors.iter().for_each(|&visitor| self.add(visitor)),
            (Distinct::Exact(_), Distinct::Sketch(_)) => {
                self.become_sketch();
                self.merge(other);
            }
            (Distinct::Sketch(mine), Distinct::Sketch(theirs)) => mine.merge(theirs),
        }
    }

    pub(super) fn count(&self) -> Count {
        match self {
            Distinct::Exact(set) => Count::Exact(set.len() as u64),
            Distinct::Sketch(sketch) => Count::About(sketch.estimate()),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Distinct::Exact(set) => set.capacity() * 9,
            Distinct::Sketch(_) => Sketch::BYTES,
        }
    }

    fn become_sketch(&mut self) {
        let Distinct::Exact(set) = self else { return };
        let mut sketch = Sketch::default();
        set.iter().for_each(|&visitor| sketch.add(visitor));
        *self = Distinct::Sketch(sketch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The visitors of these numbers: always the same hashes.
    fn of(numbers: impl Iterator<Item = usize>) -> Distinct {
        let mut random = fastrand::Rng::with_seed(1);
        let hashes: Vec<_> = (0..200_000).map(|_| random.u64(..)).collect();
        let mut distinct = Distinct::default();
        numbers.for_each(|number| distinct.add(hashes[number]));
        distinct
    }

    #[test]
    fn few_are_counted_exactly_and_many_within_three_standard_errors() {
        assert_eq!(of((0..500).chain(0..500)).count(), Count::Exact(500));
        let Count::About(estimate) = of(0..200_000).count() else { panic!("too many to be exact") };
        assert!((195_000..205_000).contains(&estimate), "{estimate}");
    }

    #[test]
    fn merging_counts_what_both_have_once() {
        let mut few = of(0..300);
        few.merge(&of(200..500));
        assert_eq!(few.count(), Count::Exact(500));
        let mut many = of(0..300);
        many.merge(&of(0..100_000));
        many.merge(&of(50_000..150_000));
        let Count::About(estimate) = many.count() else { panic!("too many to be exact") };
        assert!((146_000..154_000).contains(&estimate), "{estimate}");
    }
}
