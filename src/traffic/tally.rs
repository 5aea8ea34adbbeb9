//! Counts by an id and a class, for tables that are written much more often than read.
//!
//! A hit is appended, and rows are merged only once there are many: in a slot of few hits that is never.

use crate::ids::ClassId;

/// Hits and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Number of hits.
    pub hits: u64,
    /// Bytes of their answers.
    pub bytes: u64,
}

/// Rows of a table in one slot: more are a flood, of which single clients or paths say little.
pub(super) const MOST_ROWS: usize = 8192;

impl Count {
    /// Adds others.
    #[inline]
    pub fn add(&mut self, other: Count) {
        self.hits += other.hits;
        self.bytes += other.bytes;
    }
}

/// Rows, of which those of one key may be several.
#[derive(Debug, Clone)]
pub(super) struct Tally<Id> {
    rows: Vec<Row<Id>>,
    /// Rows are merged once there are so many.
    merge_at: usize,
}

#[derive(Debug, Clone, Copy)]
struct Row<Id> {
    id: Id,
    class: ClassId,
    count: Count,
}

/// With fewer rows, merging costs more than it saves.
const FEWEST: usize = 1024;

impl<Id> Default for Tally<Id> {
    fn default() -> Tally<Id> {
        Tally { rows: Vec::new(), merge_at: FEWEST }
    }
}

impl<Id: Copy + Ord + Default> Tally<Id> {
    #[inline]
    pub(super) fn add(&mut self, id: Id, class: ClassId, count: Count) {
        match self.rows.last_mut() {
            Some(last) if last.id == id && last.class == class => last.count.add(count),
            _ => self.push(Row { id, class, count }),
        }
    }

    #[inline]
    fn push(&mut self, row: Row<Id>) {
        if self.rows.len() >= self.merge_at {
            self.merge_rows();
        }
        self.rows.push(row);
    }

    pub(super) fn merge(&mut self, other: &Tally<Id>) {
        other.rows.iter().for_each(|row| self.push(*row));
    }

    /// Merges all rows, and frees what is not needed.
    pub(super) fn settle(&mut self) {
        self.merge_rows();
        self.rows.shrink_to_fit();
    }

    #[inline(never)]
    fn merge_rows(&mut self) {
        self.rows.sort_unstable_by_key(|row| (row.id, row.class));
        self.rows.dedup_by(|row, kept| {
            let is_same = (row.id, row.class) == (kept.id, kept.class);
            if is_same {
                kept.count.add(row.count);
            }
            is_same
        });
        if self.rows.len() > MOST_ROWS {
            self.fold_smaller_half();
        }
        self.merge_at = (self.rows.len() * 2).max(FEWEST);
    }

    /// Rows with at most as many hits as the middle one become `(other)`.
    fn fold_smaller_half(&mut self) {
        let mut hits: Vec<u64> = self.rows.iter().map(|row| row.count.hits).collect();
        let middle = hits.len() / 2;
        let (_, &mut middle, _) = hits.select_nth_unstable(middle);
        for row in self.rows.iter_mut().filter(|row| row.count.hits <= middle) {
            row.id = Id::default();
        }
        self.merge_rows();
    }

    /// All rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, ClassId, Count)> {
        self.rows.iter().map(|row| (row.id, row.class, row.count))
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<Row<Id>>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PathId;

    #[test]
    fn rows_of_one_key_become_one_and_sums_stay() {
        let mut tally = Tally::default();
        for at in 0..10_000 {
            tally.add(PathId(1 + at % 7), ClassId(at % 3), Count { hits: 1, bytes: 5 });
        }
        tally.settle();
        let hits: u64 = tally.iter().map(|(.., count)| count.hits).sum();
        assert_eq!((tally.len(), hits), (21, 10_000));
    }

    #[test]
    fn r12_of_too_many_rows_the_largest_stay_and_the_rest_is_other() {
        let mut tally = Tally::default();
        for at in 0..100_000 {
            tally.add(PathId(1 + at), ClassId(0), Count { hits: 1, bytes: 0 });
            tally.add(PathId(1), ClassId(1), Count { hits: 1, bytes: 0 });
        }
        tally.settle();
        let rows: Vec<_> = tally.iter().collect();
        let sum: u64 = rows.iter().map(|(.., count)| count.hits).sum();
        let largest = rows.iter().find(|(path, class, _)| (*path, *class) == (PathId(1), ClassId(1)));
        assert_eq!((sum, largest.map(|(.., count)| count.hits)), (200_000, Some(100_000)));
        assert!(rows.len() <= MOST_ROWS && rows.iter().any(|(path, ..)| *path == PathId::OTHER));
    }
}
