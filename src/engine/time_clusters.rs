//! The times of an input as a whole: how far its lines are out of order, and which are ahead of all the rest
//! (design.md R6). Both are known at its end. Which lines are ahead does not depend on their order.

use crate::classify::hits::{HitMark, Hits};
use crate::classify::kind::Kind;
use crate::time::{Millis, Span};

/// The times of one input.
#[derive(Debug, Clone, Default)]
pub(super) struct TimeClusters {
    /// Earliest first; more than [`FAR`] apart.
    clusters: Vec<Cluster>,
}

/// Times without a silence longer than [`FAR`] between them.
#[derive(Debug, Clone, Copy)]
struct Cluster {
    first: Millis,
    last: Millis,
    hits: u64,
    kinds: [u64; Kind::ALL.len()],
    /// The most that any hit of this or an earlier cluster lies behind the newest one before it.
    disorder: Span,
}

/// The part of an input that is ahead of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ahead {
    /// Its first time.
    pub(super) from: Millis,
    /// The newest time of the rest.
    pub(super) newest: Millis,
    pub(super) hits: u64,
    pub(super) kinds: [u64; Kind::ALL.len()],
}

/// 30 days: a few lines after a silence this long are a mistake, not a log that went on.
pub(super) const FAR: Span = Span::hours(24 * 30);
/// Lines are ahead only if they are at most one in this many; more are no mistake.
const ONE_IN: u64 = 100;
/// In a log too short for that, the rest must be at least this many times as many.
const FEWEST: u64 = 10;
/// If times are scattered over more clusters than this, the last ones are merged.
const MOST_CLUSTERS: usize = 32;

impl TimeClusters {
    /// Adds the hits of a batch. `earlier` is the number of hits before the period read; a single mark among the hits
    /// stands for them.
    pub(super) fn add(&mut self, hits: &Hits, earlier: u64) {
        self.add_hits(hits);
        if let Some(first) = self.clusters.first_mut() {
            first.hits += earlier;
        }
    }

    fn add_hits(&mut self, hits: &Hits) {
        let Some(newest) = hits.newest() else { return };
        if let [only] = self.clusters.as_mut_slice()
            && newest.since(hits.oldest()) <= FAR
            && only.is_near(hits.oldest())
            && only.is_near(newest)
        {
            return only.add_all(hits, newest);
        }
        hits.iter().for_each(|hit| self.add_one(hit));
    }

    fn add_one(&mut self, hit: HitMark) {
        let time = hit.time();
        let at = self.clusters.partition_point(|cluster| cluster.last + FAR < time);
        if !self.clusters.get(at).is_some_and(|cluster| cluster.is_near(time)) {
            let disorder = at.checked_sub(1).map_or(Span::ZERO, |before| self.clusters[before].disorder);
            self.clusters.insert(at, Cluster::begun(time, disorder));
        }
        for cluster in &mut self.clusters[at..] {
            cluster.disorder = cluster.disorder.max(cluster.last.since(time));
        }
        self.clusters[at].count(hit);
        self.join(at);
        if self.clusters.len() > MOST_CLUSTERS {
            self.join_last();
        }
    }

    /// A cluster has grown: it may now touch the next one.
    fn join(&mut self, at: usize) {
        if self.clusters.get(at + 1).is_some_and(|next| self.clusters[at].is_near(next.first)) {
            let next = self.clusters.remove(at + 1);
            self.clusters[at].take_in(&next);
        }
    }

    fn join_last(&mut self) {
        if let (Some(last), Some(before)) = (self.clusters.pop(), self.clusters.last_mut()) {
            before.take_in(&last);
        }
    }

    /// The most that any hit lies behind the newest one before it, without those that are ahead.
    pub(super) fn disorder(&self) -> Span {
        self.believed().map_or(Span::ZERO, |at| self.clusters[at].disorder)
    }

    /// Whether any hits may turn out to be ahead.
    pub(super) fn may_be_ahead(&self) -> bool {
        (1..self.clusters.len()).any(|at| self.is_far(at))
    }

    /// The part that is ahead, if any.
    pub(super) fn ahead(&self) -> Option<Ahead> {
        let (rest, ahead) = self.clusters.split_at(self.believed()? + 1);
        let mut kinds = [0; Kind::ALL.len()];
        for cluster in ahead {
            add(&mut kinds, &cluster.kinds);
        }
        Some(Ahead {
            from: ahead.first()?.first,
            newest: rest.last()?.last,
            hits: ahead.iter().map(|cluster| cluster.hits).sum(),
            kinds,
        })
    }

    /// The last cluster that is not ahead.
    fn believed(&self) -> Option<usize> {
        let last = self.clusters.len().checked_sub(1)?;
        let all: u64 = self.clusters.iter().map(|cluster| cluster.hits).sum();
        let cut = (1..=last).find(|&at| {
            let ahead: u64 = self.clusters[at..].iter().map(|cluster| cluster.hits).sum();
            ahead <= all.div_ceil(ONE_IN) && ahead * FEWEST <= all - ahead && self.is_far(at)
        });
        Some(cut.map_or(last, |at| at - 1))
    }

    /// Whether the gap before a cluster is longer than all the time before the gap.
    fn is_far(&self, at: usize) -> bool {
        let (rest, next) = (&self.clusters[..at], &self.clusters[at]);
        let (Some(first), Some(last)) = (rest.first(), rest.last()) else { return false };
        next.first.since(last.last) > FAR.max(last.last.since(first.first))
    }
}

impl Cluster {
    fn begun(time: Millis, disorder: Span) -> Cluster {
        Cluster { first: time, last: time, hits: 0, kinds: [0; Kind::ALL.len()], disorder }
    }

    fn is_near(&self, time: Millis) -> bool {
        time >= self.first - FAR && time <= self.last + FAR
    }

    fn count(&mut self, hit: HitMark) {
        (self.first, self.last) = (self.first.min(hit.time()), self.last.max(hit.time()));
        self.hits += 1;
        self.kinds[hit.kind_index()] += u64::from(hit.is_counted());
    }

    fn add_all(&mut self, hits: &Hits, newest: Millis) {
        self.disorder = self.disorder.max(hits.disorder()).max(self.last.since(hits.oldest()));
        (self.first, self.last) = (self.first.min(hits.oldest()), self.last.max(newest));
        self.hits += hits.len() as u64;
        add(&mut self.kinds, hits.by_kind());
    }

    fn take_in(&mut self, next: &Cluster) {
        self.last = next.last;
        self.hits += next.hits;
        self.disorder = next.disorder;
        add(&mut self.kinds, &next.kinds);
    }
}

fn add(counts: &mut [u64; Kind::ALL.len()], more: &[u64; Kind::ALL.len()]) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400_000;

    /// The times of an input whose lines come in this order, in batches of so many.
    fn of(times: &[i64], batch: usize) -> TimeClusters {
        let mut all = TimeClusters::default();
        for some in times.chunks(batch) {
            let mut hits = Hits::default();
            for &time in some {
                hits.push(HitMark::new(Millis(time), Kind::Asset, 200));
            }
            all.add(&hits, 0);
        }
        all
    }

    fn ahead(times: &[i64]) -> u64 {
        of(times, 7).ahead().map_or(0, |ahead| ahead.hits)
    }

    /// A line a minute.
    fn day(lines: i64) -> Vec<i64> {
        (0..lines).map(|line| line * 60_000).collect()
    }

    #[test]
    fn r6_a_few_lines_far_after_all_the_rest_are_ahead() {
        assert_eq!(ahead(&day(1000)), 0);
        assert_eq!(ahead(&[day(1000), vec![365 * DAY; 10]].concat()), 10);
        assert_eq!(
            ahead(&[vec![8000 * 365 * DAY], day(500), vec![365 * DAY, 365 * DAY], day(500)].concat()),
            3
        );
        assert_eq!(ahead(&[day(40), vec![365 * DAY]].concat()), 1, "a single line");
        assert_eq!(ahead(&[day(1000), vec![365 * DAY; 12]].concat()), 0, "more than one in a hundred");
        assert_eq!(ahead(&[day(1000), vec![29 * DAY]].concat()), 0, "not that far");
        assert_eq!(ahead(&[0, 40 * DAY]), 0, "too few to tell");
        let year: Vec<_> = (0..1000).map(|line| line * DAY / 3).collect();
        assert_eq!(ahead(&[year.clone(), vec![400 * DAY]].concat()), 0, "nearer than the rest is long");
        assert_eq!(ahead(&[year, vec![700 * DAY]].concat()), 1);
    }

    #[test]
    fn r6_all_that_is_ahead_is_counted_by_kind() {
        let times = of(&[day(300), vec![365 * DAY, 9000 * DAY]].concat(), 9);
        assert_eq!(times.ahead().map(|ahead| ahead.kinds.iter().sum()), Some(2_u64));
    }

    #[test]
    fn r6_lines_that_are_not_read_are_a_part_of_all_the_rest() {
        let mut times = of(&[day(20), vec![365 * DAY; 3]].concat(), 9);
        assert_eq!(times.ahead(), None, "three of twenty");
        times.add(&Hits::default(), 1000);
        assert_eq!(times.ahead().map(|ahead| ahead.hits), Some(3));
    }

    #[test]
    fn r6_what_is_ahead_puts_nothing_out_of_order() {
        let times = of(&[day(100), vec![365 * DAY], day(100)].concat(), 9);
        assert_eq!(times.disorder(), Span::minutes(99));
    }

    proptest! {
        #[test]
        fn r6_what_is_ahead_depends_on_no_order_and_disorder_is_what_a_recount_gives(
            times in prop::collection::vec(prop_oneof![90 => 0..DAY, 4 => 0..400 * DAY, 1 => 380 * DAY..9000 * DAY], 1..400),
            seed in any::<u64>(),
            batch in 1..50_usize,
        ) {
            let found = of(&times, batch);
            let mut sorted = times.clone();
            sorted.sort_unstable();
            prop_assert_eq!(found.ahead(), of(&sorted, 13).ahead());
            let mut shuffled = times.clone();
            let length = shuffled.len();
            (0..length).for_each(|at| shuffled.swap(at, usize::try_from(seed % 1_000_003).unwrap_or(0).wrapping_mul(at + 7) % length));
            prop_assert_eq!(found.ahead(), of(&shuffled, 13).ahead());
            let from = found.ahead().map_or(i64::MAX, |ahead| ahead.from.0);
            let (mut newest, mut disorder) = (i64::MIN, 0);
            for &time in times.iter().filter(|&&time| time < from) {
                newest = newest.max(time);
                disorder = disorder.max(newest - time);
            }
            prop_assert_eq!(found.disorder(), Span(disorder.unsigned_abs()));
        }
    }
}
