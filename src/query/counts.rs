//! What partials count: bounces, durations, rows of tables.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::query::figure::{Figure, figures};
use crate::query::question::Grouping;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::row_key::RowKey;
use crate::query::row_times::RowTimes;
use crate::query::view::{HISTOGRAM_BOUNDS, SLOW};
use crate::time::{Millis, Span};

figures! {
    /// Bounced sessions and those that could bounce.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(in crate::query) struct Bounces {
        pub(in crate::query) bounced: u64,
        pub(in crate::query) of: u64,
    }
}

figures! {
    /// The input of the estimate of the rate now, besides the times of second events (R7).
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(in crate::query) struct Started {
        /// Sessions with a pageview that started in the window and whose bounce is decided.
        pub(in crate::query) decided: Bounces,
        /// The sessions that are open and still single.
        pub(in crate::query) open_singles: OpenSingles,
        /// Of the sessions that closed lately: how many bounced.
        pub(in crate::query) lately_bounced: u64,
    }
}

/// The starts of open sessions that are still single.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct OpenSingles(pub(in crate::query) Vec<Millis>);

impl Figure for OpenSingles {
    fn merge(&mut self, other: &OpenSingles) {
        self.0.extend_from_slice(&other.0);
    }

    /// Only closed sessions are subtracted, and none of those is open.
    fn take_away(&mut self, other: &OpenSingles) {
        debug_assert!(other.0.is_empty(), "open sessions are taken away");
    }
}

figures! {
    /// Durations of closed sessions (R8).
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(in crate::query) struct DurationCounts {
        pub(in crate::query) measured: u64,
        pub(in crate::query) unmeasured: u64,
        pub(in crate::query) sum: Span,
        pub(in crate::query) histogram: [u64; HISTOGRAM_BOUNDS.len()],
    }
}

impl DurationCounts {
    /// Counts a session, without its duration's place in the histogram.
    pub(in crate::query) fn add(&mut self, duration: Option<Span>) {
        let Some(duration) = duration else {
            self.unmeasured += 1;
            return;
        };
        self.measured += 1;
        self.sum = self.sum + duration;
        self.histogram[HISTOGRAM_BOUNDS.partition_point(|&bound| bound <= duration) - 1] += 1;
    }
}

figures! {
    /// Load times of one page.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub(in crate::query) struct LoadCounts {
        /// Their sum, in milliseconds.
        pub(in crate::query) sum: u64,
        pub(in crate::query) count: u64,
        /// Those that took too long.
        pub(in crate::query) slow: u64,
    }
}

impl LoadCounts {
    /// Of one view that took so many milliseconds.
    pub(in crate::query) fn of(load: u32) -> LoadCounts {
        LoadCounts { sum: load.into(), count: 1, slow: u64::from(Span(load.into()) > SLOW) }
    }

    /// The average; `None` where there is no load time.
    pub(in crate::query) fn mean(self) -> Option<Span> {
        self.sum.checked_div(self.count).map(Span)
    }
}

figures! {
    /// The counts of a row of a table.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub(in crate::query) struct Counts {
        pub(in crate::query) count: u64,
        pub(in crate::query) sessions: u64,
        pub(in crate::query) settled: u64,
        pub(in crate::query) bounced: u64,
        pub(in crate::query) pageviews: u64,
        pub(in crate::query) entries: u64,
        pub(in crate::query) exits: u64,
    }
}

impl Counts {
    /// Counts a session that closed.
    pub(in crate::query) fn settle(&mut self, bounced: bool) {
        self.settled += 1;
        self.bounced += u64::from(bounced);
    }

    /// Settled bounce rate; if nothing settled, less than any rate, for sorting.
    pub(in crate::query) fn bounce_rate(&self) -> f64 {
        if self.settled == 0 { -1.0 } else { self.bounced as f64 / self.settled as f64 }
    }
}

/// A table's rows, unordered.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct TablePartial {
    /// What its rows are; `None` if there are none.
    pub(in crate::query) grouping: Option<Grouping>,
    pub(in crate::query) rows: Vec<(RowKey, Counts)>,
    /// Durations by the row's number.
    pub(in crate::query) times: RowTimes,
    /// Load times by the row's number.
    pub(in crate::query) loads: LoadsByRow,
    /// How load times are spread, by the row's number.
    pub(in crate::query) load_times: RowTimes,
}

/// Load times by the row's number.
pub(in crate::query) type LoadsByRow = HashMap<u32, LoadCounts, foldhash::fast::FixedState>;

impl TablePartial {
    /// Merges rows: `into` maps each key to that of its new row.
    pub(in crate::query) fn regrouped(&self, mut into: impl FnMut(RowKey) -> RowKey) -> TablePartial {
        let (mut rows, mut numbers) = (HashMap::<RowKey, Counts>::new(), HashMap::<u32, u32>::new());
        for (key, counts) in &self.rows {
            let other = into(*key);
            numbers.insert(key.number(), other.number());
            rows.entry(other).or_default().merge(counts);
        }
        // Rows with times may have no other counts.
        let mut renumbered = |number: u32| match numbers.get(&number) {
            Some(other) => Some(*other),
            None => Some(into(RowKey::of(self.grouping?, number)?).number()),
        };
        let mut loads = LoadsByRow::default();
        for (number, one) in &self.loads {
            if let Some(number) = renumbered(*number) {
                loads.entry(number).or_default().merge(one);
            }
        }
        let times = self.times.folded(&mut renumbered);
        let load_times = self.load_times.folded(renumbered);
        let grouping = self.grouping;
        TablePartial { grouping, rows: rows.into_iter().collect(), times, loads, load_times }
    }

    pub(super) fn take_away(&mut self, other: &TablePartial) {
        let TablePartial { grouping: _, rows, times, loads, load_times } = other;
        let others: HashMap<RowKey, &Counts, foldhash::fast::FixedState> =
            rows.iter().map(|(key, counts)| (*key, counts)).collect();
        self.rows.retain_mut(|(key, counts)| {
            if let Some(others) = others.get(key) {
                counts.take_away(others);
            }
            *counts != Counts::default()
        });
        self.times.take_away(times);
        self.load_times.take_away(load_times);
        for (number, loads) in loads {
            self.loads.entry(*number).and_modify(|mine| mine.take_away(loads));
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.rows.capacity() * size_of::<(RowKey, Counts)>()
            + self.times.bytes()
            + self.load_times.bytes()
            + self.loads.capacity() * (size_of::<(u32, LoadCounts)>() + 1)
    }
}

impl Renumber for TablePartial {
    fn renumbered(self, numbers: &mut impl Numbers) -> TablePartial {
        self.regrouped(|key| key.renumbered(numbers))
    }
}
