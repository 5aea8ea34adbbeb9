//! Counts of times per row of a table, for the rows' medians.
//!
//! A busy log has hundreds of thousands of pairs of row and time, more than fit into the cache: looking up each one
//! would cost more than all other counting of its session. So they are buffered and sorted in batches.

use crate::time::Span;
use serde::{Deserialize, Serialize};

use super::spread::{at_hundredths, place};

/// Times by row.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct RowTimes {
    /// Sorted, each once.
    sorted: Vec<(RowTime, u32)>,
    /// As they come, unsorted.
    pending: Vec<RowTime>,
}

/// A row's number in the high bits, the bin of a time in the low ones: sorts by row, then by time.
type RowTime = u64;

/// Sorted when this many are pending (1 MiB), or half as many as are sorted already.
const PENDING: usize = 1 << 17;

impl RowTimes {
    /// Counts a time of a row.
    #[inline]
    pub(super) fn add(&mut self, row: u32, time: Span) {
        if self.pending.len() >= PENDING.max(self.sorted.len() / 2) {
            self.sort_pending();
        }
        self.pending.push(row_time(row, place(time.0)));
    }

    /// Merges other counts.
    pub(super) fn absorb(&mut self, other: &RowTimes) {
        self.sort_pending();
        merge(&mut self.sorted, &other.sorted);
        self.pending.extend_from_slice(&other.pending);
    }

    /// Subtracts counts; both must have been [taken](RowTimes::take).
    pub(super) fn take_away(&mut self, others: &RowTimes) {
        let mut others = others.sorted.iter().peekable();
        for (one, count) in &mut self.sorted {
            *count -= others.next_if(|(other, _)| other == one).map_or(0, |&(_, count)| count);
        }
        self.sorted.retain(|&(_, count)| count > 0);
    }

    /// Takes what was counted, and starts again.
    pub(super) fn take(&mut self) -> RowTimes {
        self.sort_pending();
        self.sorted.shrink_to_fit();
        RowTimes { sorted: std::mem::take(&mut self.sorted), pending: Vec::new() }
    }

    /// Merges rows: `row_of` maps each to its new row, or to none.
    pub(super) fn folded(&self, mut row_of: impl FnMut(u32) -> Option<u32>) -> RowTimes {
        let folded = |&(one, count)| Some((row_time(row_of(row(one))?, time(one)), count));
        let mut times: Vec<_> = self.sorted.iter().filter_map(folded).collect();
        times.sort_unstable();
        times.dedup_by(|later, first| {
            let same = later.0 == first.0;
            first.1 += if same { later.1 } else { 0 };
            same
        });
        RowTimes { sorted: times, pending: Vec::new() }
    }

    /// A row's median time; `None` where none was measured.
    pub(super) fn median(&self, row: u32) -> Option<Span> {
        self.at_hundredths(row, 50)
    }

    /// What so many hundredths of a row's times do not exceed; `None` where none was measured.
    pub(super) fn at_hundredths(&self, row: u32, hundredths: u64) -> Option<Span> {
        let from = self.sorted.partition_point(|&(one, _)| one < row_time(row, 0));
        let of_row = self.sorted[from..].iter().take_while(|&&(one, _)| self::row(one) == row);
        at_hundredths(of_row.map(|&(one, count)| (time(one), count)), hundredths)
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.sorted.capacity() * size_of::<(RowTime, u32)>() + self.pending.capacity() * size_of::<RowTime>()
    }

    fn sort_pending(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        self.pending.sort_unstable();
        let counts = run_lengths(&self.pending);
        self.pending.clear();
        merge(&mut self.sorted, &counts);
    }
}

/// Run-length encodes a sorted list.
fn run_lengths(sorted: &[RowTime]) -> Vec<(RowTime, u32)> {
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.map(|run| (run[0], u32::try_from(run.len()).unwrap_or(u32::MAX))).collect()
}

/// Merges two sorted lists in place, from the end: a copy could take a large part of all memory.
fn merge(counted: &mut Vec<(RowTime, u32)>, more: &[(RowTime, u32)]) {
    let (mut read, new) = (counted.len(), count_new(counted, more));
    counted.reserve_exact(new);
    counted.resize(read + new, (0, 0));
    let mut write = counted.len();
    for &(one, count) in more.iter().rev() {
        while read > 0 && counted[read - 1].0 > one {
            (write, read) = (write - 1, read - 1);
            counted[write] = counted[read];
        }
        if read > 0 && counted[read - 1].0 == one {
            counted[read - 1].1 += count;
        } else {
            write -= 1;
            counted[write] = (one, count);
        }
    }
}

/// Number of entries of `more` that are not in `counted`.
fn count_new(counted: &[(RowTime, u32)], more: &[(RowTime, u32)]) -> usize {
    let mut rest = counted.iter().map(|one| one.0).peekable();
    let mut is_new = |one: RowTime| {
        while rest.next_if(|earlier| *earlier < one).is_some() {}
        rest.peek() != Some(&one)
    };
    more.iter().filter(|(one, _)| is_new(*one)).count()
}

fn row_time(row: u32, place: usize) -> RowTime {
    u64::from(row) << 32 | place as u64
}

fn row(one: RowTime) -> u32 {
    u32::try_from(one >> 32).unwrap_or(u32::MAX)
}

fn time(one: RowTime) -> usize {
    usize::try_from(one & u64::from(u32::MAX)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use hashbrown::HashMap;
    use proptest::prelude::*;

    use super::*;

    fn all(times: &[(u32, u64)]) -> RowTimes {
        let mut all = RowTimes::default();
        for &(row, time) in times {
            all.add(row, Span(time));
        }
        all
    }

    fn median_of(times: &[(u32, u64)], row: u32) -> Option<u64> {
        let mut of_row: Vec<_> = times.iter().filter(|one| one.0 == row).map(|one| one.1).collect();
        of_row.sort_unstable();
        of_row.get(of_row.len().saturating_sub(1) / 2).copied()
    }

    proptest! {
        #[test]
        fn medians_are_those_of_all_times_however_they_were_put_together(
            one in proptest::collection::vec((0_u32..5, 0_u64..50), 0..60),
            other in proptest::collection::vec((0_u32..5, 0_u64..50), 0..60),
        ) {
            let (mut together, second) = (all(&one), all(&other).take());
            together.absorb(&second);
            let together = together.take();
            let everything = [one, other].concat();
            let folded: Vec<_> = everything.iter().map(|&(row, time)| (row / 2, time)).collect();
            for row in 0..5 {
                // Values this small are counted one by one, but shown as the roundest of those alike.
                let shown = |value: Option<u64>| value.map(Span);
                prop_assert_eq!(together.median(row), shown(median_of(&everything, row)));
                prop_assert_eq!(together.folded(|row| Some(row / 2)).median(row), shown(median_of(&folded, row)));
            }
        }
    }

    #[test]
    fn more_than_are_noted_at_once_are_counted_all_the_same() {
        let many = u64::try_from(4 * PENDING).unwrap_or_default();
        let times: Vec<_> = (0..many).map(|number| (row((number % 3) << 32), number % 1000)).collect();
        let mut counts: HashMap<RowTime, u32> = HashMap::new();
        for &(row, time) in &times {
            *counts.entry(row_time(row, place(time))).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable();
        assert_eq!(all(&times).take().sorted, counts);
    }
}
