//! Counts distinct visitors: exactly while there are few, by a sketch when there are many.

use serde::{Deserialize, Serialize};

use hashbrown::HashSet;

use crate::classify::visitor::{ByVisitor, Visitor};

use super::question::Window;
use super::sketch::Sketch;
use super::view::Count;

/// A set of visitors, or a sketch of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Distinct {
    /// Each of them once, unordered.
    Exact(Vec<Visitor>),
    Sketch(Sketch),
}

/// The set used while sessions are folded. It is reused for every answer, so that it keeps its capacity.
#[derive(Debug)]
pub(super) struct Counting {
    /// The most that are counted exactly.
    most: usize,
    /// The exact set, while there are few.
    few: HashSet<Visitor, ByVisitor>,
    /// The sketch of all, once there are many.
    many: Option<Sketch>,
}

/// Past this many, a sketch is smaller and faster.
const EXACT: usize = 2000;
/// A report must be the same in every run, but a sketch depends on the run's key. So reports count this many exactly,
/// in at most 72 MiB; past it the figure is marked as an estimate.
const EXACT_IN_REPORTS: usize = 7 << 20;

impl Default for Distinct {
    fn default() -> Distinct {
        Distinct::Exact(Vec::new())
    }
}

impl Distinct {
    pub(super) fn count(&self) -> Count {
        match self {
            Distinct::Exact(visitors) => Count::Exact(visitors.len() as u64),
            Distinct::Sketch(sketch) => Count::About(sketch.estimate()),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Distinct::Exact(visitors) => visitors.capacity() * size_of::<Visitor>(),
            Distinct::Sketch(_) => Sketch::BYTES,
        }
    }
}

impl Default for Counting {
    fn default() -> Counting {
        Counting { most: EXACT, few: HashSet::default(), many: None }
    }
}

impl Counting {
    /// A counter for a window; `Window::All` means a report.
    pub(super) fn over(window: Window) -> Counting {
        let most = if window == Window::All { EXACT_IN_REPORTS } else { EXACT };
        Counting { most, ..Counting::default() }
    }

    #[inline]
    pub(super) fn add(&mut self, visitor: Visitor) {
        match &mut self.many {
            Some(sketch) => sketch.add(visitor.0),
            None => self.add_to_few(visitor),
        }
    }

    /// Merges another count.
    pub(super) fn absorb(&mut self, other: &Distinct) {
        match other {
            Distinct::Exact(visitors) => visitors.iter().for_each(|&visitor| self.add(visitor)),
            Distinct::Sketch(sketch) => self.sketch().merge(sketch),
        }
    }

    /// Takes what was counted, and starts again.
    pub(super) fn take(&mut self) -> Distinct {
        match self.many.take() {
            Some(sketch) => Distinct::Sketch(sketch),
            None => Distinct::Exact(self.few.drain().collect()),
        }
    }

    fn add_to_few(&mut self, visitor: Visitor) {
        self.few.reserve((EXACT + 1).saturating_sub(self.few.len()));
        self.few.insert(visitor);
        if self.few.len() > self.most {
            self.sketch();
        }
    }

    /// The sketch; the exact set is converted if there is none yet.
    fn sketch(&mut self) -> &mut Sketch {
        let few = &mut self.few;
        self.many.get_or_insert_with(|| {
            let mut sketch = Sketch::default();
            // Frees the set: its capacity may be large, and is not needed again.
            std::mem::take(few).into_iter().for_each(|visitor| sketch.add(visitor.0));
            sketch
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The visitors of these numbers: always the same hashes.
    fn of(numbers: impl Iterator<Item = usize>) -> Counting {
        let mut random = fastrand::Rng::with_seed(1);
        let hashes: Vec<_> = (0..200_000).map(|_| random.u64(..)).collect();
        let mut counting = Counting::default();
        numbers.for_each(|number| counting.add(Visitor(hashes[number])));
        counting
    }

    #[test]
    fn few_are_counted_exactly_and_many_within_three_standard_errors() {
        assert_eq!(of((0..500).chain(0..500)).take().count(), Count::Exact(500));
        let Count::About(estimate) = of(0..200_000).take().count() else { panic!("too many to be exact") };
        assert!((195_000..205_000).contains(&estimate), "{estimate}");
    }

    #[test]
    fn merging_counts_what_both_have_once() {
        let mut few = of(0..300);
        few.absorb(&of(200..500).take());
        assert_eq!(few.take().count(), Count::Exact(500));
        let mut many = of(0..300);
        many.absorb(&of(0..100_000).take());
        many.absorb(&of(50_000..150_000).take());
        let Count::About(estimate) = many.take().count() else { panic!("too many to be exact") };
        assert!((146_000..154_000).contains(&estimate), "{estimate}");
    }

    #[test]
    fn all_are_counted_exactly_where_everything_is_asked_for() {
        let mut counting = Counting::over(Window::All);
        counting.absorb(&of(0..1000).take());
        (0..5000).for_each(|number| counting.add(Visitor(number)));
        assert!(matches!(counting.take().count(), Count::Exact(count) if count >= 5000));
    }

    #[test]
    fn what_was_taken_is_not_counted_again() {
        let mut counting = of(0..5000);
        assert!(matches!(counting.take(), Distinct::Sketch(_)));
        counting.add(Visitor(7));
        assert_eq!(counting.take().count(), Count::Exact(1));
        assert_eq!(counting.take().count(), Count::Exact(0));
    }
}
