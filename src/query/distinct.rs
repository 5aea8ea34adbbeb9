//! Counting distinct visitors: exactly while there are few, by a sketch when there are many.

use datasketches::hll::{HllSketch, HllType, HllUnion};
use hashbrown::HashSet;

use super::view::Count;

/// A set of visitors, or a sketch of one (`HyperLogLog`, 2^14 registers: standard error 0.8 %).
#[derive(Debug, Clone)]
pub(super) enum Distinct {
    Exact(HashSet<u64, foldhash::fast::FixedState>),
    Sketch(Box<HllSketch>),
}

/// Beyond so many a sketch is smaller and faster.
const EXACT: usize = 2000;
const REGISTERS_LOG2: u8 = 14;

impl Default for Distinct {
    fn default() -> Distinct {
        Distinct::Exact(HashSet::default())
    }
}

impl Distinct {
    pub(super) fn add(&mut self, visitor: u64) {
        match self {
            Distinct::Exact(set) => {
                set.insert(visitor);
                if set.len() > EXACT {
                    self.become_sketch();
                }
            }
            Distinct::Sketch(sketch) => sketch.update(visitor),
        }
    }

    pub(super) fn merge(&mut self, other: &Distinct) {
        match (&mut *self, other) {
            (_, Distinct::Exact(visitors)) => visitors.iter().for_each(|&visitor| self.add(visitor)),
            (Distinct::Exact(_), Distinct::Sketch(_)) => {
                self.become_sketch();
                self.merge(other);
            }
            (Distinct::Sketch(mine), Distinct::Sketch(theirs)) => {
                if let Ok(mut union) = HllUnion::new(REGISTERS_LOG2) {
                    union.update(mine);
                    union.update(theirs);
                    **mine = union.to_sketch(HllType::Hll8);
                }
            }
        }
    }

    pub(super) fn count(&self) -> Count {
        match self {
            Distinct::Exact(set) => Count::Exact(set.len() as u64),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "an estimate of a count"
            )]
            Distinct::Sketch(sketch) => Count::About(sketch.estimate().round() as u64),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Distinct::Exact(set) => set.capacity() * 9,
            Distinct::Sketch(_) => 1 << REGISTERS_LOG2,
        }
    }

    fn become_sketch(&mut self) {
        let Distinct::Exact(set) = self else { return };
        let Ok(mut sketch) = HllSketch::new(REGISTERS_LOG2, HllType::Hll8) else { return };
        set.iter().for_each(|&visitor| sketch.update(visitor));
        *self = Distinct::Sketch(Box::new(sketch));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: impl Iterator<Item = u64>) -> Distinct {
        let mut distinct = Distinct::default();
        numbers.for_each(|number| distinct.add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
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
