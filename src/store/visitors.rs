//! Which visitors were seen before, so that sessions can be marked as new or returning.

use serde::{Deserialize, Serialize};

use hashbrown::HashSet;

use crate::classify::visitor::Visitor;

/// Whether a visitor was seen before, as far as dwell has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Newness {
    /// It is the visitor's first session.
    New,
    /// There was an earlier one.
    Returning,
}

impl Newness {
    /// Both, in the order of their numbers in tables.
    pub const ALL: [Newness; 2] = [Newness::New, Newness::Returning];

    /// Its name in filters and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Newness::New => "new",
            Newness::Returning => "returning",
        }
    }
}

/// Visitors of sealed sessions, in two generations. At least the last [`GENERATION`] are remembered, by half of their
/// hash: two of them collide once in some billions.
#[derive(Debug, Default)]
pub(super) struct Visitors {
    younger: HashSet<u32, foldhash::fast::FixedState>,
    older: HashSet<u32, foldhash::fast::FixedState>,
}

/// As many as fill a hash table of 2^19 buckets, of which hashbrown uses seven eighths.
const GENERATION: usize = (1 << 19) / 8 * 7;

impl Visitors {
    /// Whether a session of this visitor was sealed before.
    pub(super) fn know(&self, visitor: Visitor) -> bool {
        let mark = mark(visitor);
        self.younger.contains(&mark) || self.older.contains(&mark)
    }

    /// Remembers the visitor of a sealed session; says whether it is the first one.
    pub(super) fn meet(&mut self, visitor: Visitor) -> Newness {
        let mark = mark(visitor);
        let is_new = self.younger.insert(mark) && !self.older.contains(&mark);
        if self.younger.len() >= GENERATION {
            self.older = std::mem::take(&mut self.younger);
        }
        if is_new { Newness::New } else { Newness::Returning }
    }

    /// Memory used, in bytes.
    pub(super) fn bytes(&self) -> usize {
        (self.younger.capacity() + self.older.capacity()) / 7 * 8 * (size_of::<u32>() + 1)
    }
}

fn mark(Visitor(visitor): Visitor) -> u32 {
    u32::try_from(visitor >> 32).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_new_once() {
        let mut visitors = Visitors::default();
        let visitor = |number: u64| Visitor(number << 32);
        assert!(!visitors.know(visitor(7)));
        assert_eq!(visitors.meet(visitor(7)), Newness::New);
        assert_eq!(visitors.meet(visitor(7)), Newness::Returning);
        assert!(visitors.know(visitor(7)) && !visitors.know(visitor(8)));
    }

    #[test]
    fn a_flood_of_visitors_takes_bounded_memory_and_the_last_ones_are_known() {
        let mut visitors = Visitors::default();
        let many = 3 * GENERATION as u64;
        (0..many).for_each(|number| {
            visitors.meet(Visitor(number << 32));
        });
        assert!(visitors.bytes() <= 6 << 20, "{}", visitors.bytes());
        assert!((many - GENERATION as u64..many).all(|number| visitors.know(Visitor(number << 32))));
        assert!(!visitors.know(Visitor(0)), "the first ones are forgotten");
    }
}
