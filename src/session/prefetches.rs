//! Pages that browsers prefetched, and the requests that name them (design.md R2.3).

use std::ops::RangeInclusive;

use hashbrown::HashMap;

use crate::classify::batch::InputId;
use crate::classify::visitor::{ByVisitor, Visitor};
use crate::ids::PageId;
use crate::time::{Millis, Span};

use super::event::{Event, Prefetch};

/// Prefetched pages while a request may still name them, and named pages while an earlier prefetch may still arrive.
#[derive(Debug, Default)]
pub(super) struct Prefetches {
    /// In order of arrival.
    waiting: HashMap<Visitor, Vec<PendingPrefetch>, ByVisitor>,
    named: HashMap<Visitor, Vec<(PageId, Millis)>, ByVisitor>,
    /// Number of entries in each map.
    waiting_count: usize,
    named_count: usize,
    /// Number of prefetches so far.
    number: u32,
    /// Those that turned out to be pageviews.
    viewed: Vec<(Event, Prefetch)>,
    /// The limit of the last sweep.
    forgotten: Millis,
}

/// A prefetched page that waits for a request that names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingPrefetch {
    pub(super) event: Event,
    pub(super) prefetch: Prefetch,
}

impl PendingPrefetch {
    fn time(&self) -> Millis {
        self.prefetch.step.time
    }
}

/// Time between two sweeps: a sweep visits every visitor.
const STEP: Span = Span::minutes(1);

/// Past this many of either, the older half is evicted. A site with 300 hits per second names this many pages within
/// the lateness.
const MOST: usize = 100_000;

impl Prefetches {
    /// Whether no prefetch is pending.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Gives a new prefetch its number.
    pub(super) fn numbered(&mut self, event: Event, mut prefetch: Prefetch) -> PendingPrefetch {
        self.number = self.number.wrapping_add(1).max(1);
        prefetch.step.prefetched = self.number;
        PendingPrefetch { event, prefetch }
    }

    pub(super) fn wait(&mut self, waiting: PendingPrefetch) {
        self.waiting.entry(waiting.event.visitor).or_default().push(waiting);
        self.waiting_count += 1;
        if self.waiting_count > MOST {
            let median = median(self.waiting.values().flatten().map(PendingPrefetch::time).collect());
            self.forget(median, Millis::MIN);
        }
    }

    /// A visitor's request named a page.
    pub(super) fn name(&mut self, visitor: Visitor, page: PageId, time: Millis) {
        let named = self.named.entry(visitor).or_default();
        // Usually the same as the previous one: requests of one instant name the page they belong to.
        if named.last() == Some(&(page, time)) {
            return;
        }
        named.push((page, time));
        self.named_count += 1;
        if self.named_count > MOST {
            let median = median(self.named.values().flatten().map(|(_, time)| *time).collect());
            self.forget(Millis::MIN, median);
        }
    }

    /// Whether a visitor's request within `times` named the page.
    pub(super) fn is_named(&self, visitor: Visitor, page: PageId, times: &RangeInclusive<Millis>) -> bool {
        let mut named = self.named.get(&visitor).into_iter().flatten();
        named.any(|(named, time)| *named == page && times.contains(time))
    }

    /// Takes the pending prefetches of a page within `times`.
    pub(super) fn take(
        &mut self,
        visitor: Visitor,
        page: PageId,
        times: &RangeInclusive<Millis>,
    ) -> Vec<PendingPrefetch> {
        let Some(waiting) = self.waiting.get_mut(&visitor) else { return Vec::new() };
        let is_named = |waiting: &mut PendingPrefetch| {
            waiting.prefetch.step.page == page && times.contains(&waiting.time())
        };
        let taken: Vec<_> = waiting.extract_if(.., is_named).collect();
        self.waiting_count -= taken.len();
        if waiting.is_empty() {
            self.waiting.remove(&visitor);
        }
        taken
    }

    /// The latest pending prefetch of a visitor within `times`.
    pub(super) fn latest_within(&self, visitor: Visitor, times: &RangeInclusive<Millis>) -> Option<Millis> {
        let waiting = self.waiting.get(&visitor)?;
        waiting.iter().map(PendingPrefetch::time).filter(|time| times.contains(time)).max()
    }

    /// A prefetch turned out to be a pageview.
    pub(super) fn viewed(&mut self, event: Event, prefetch: Prefetch) {
        self.viewed.push((event, prefetch));
    }

    pub(super) fn take_viewed(&mut self) -> Vec<(Event, Prefetch)> {
        std::mem::take(&mut self.viewed)
    }

    /// Drops pages that were prefetched before `waiting` or named before `named`.
    pub(super) fn forget_before(&mut self, waiting: Millis, named: Millis) {
        if (self.waiting.is_empty() && self.named.is_empty()) || named < self.forgotten + STEP {
            return;
        }
        self.forgotten = named;
        self.forget(waiting, named);
    }

    fn forget(&mut self, waiting: Millis, named: Millis) {
        retain(&mut self.waiting, |one| one.time() >= waiting);
        retain(&mut self.named, |(_, time)| *time >= named);
        self.count();
    }

    /// Drops what an input says of `from` and later.
    pub(super) fn forget_ahead(&mut self, input: InputId, from: Millis) {
        retain(&mut self.waiting, |one| one.prefetch.step.input != input || one.time() < from);
        self.count();
    }

    fn count(&mut self) {
        self.waiting_count = self.waiting.values().map(Vec::len).sum();
        self.named_count = self.named.values().map(Vec::len).sum();
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        // `Vec` doubles its capacity.
        2 * self.waiting_count * size_of::<PendingPrefetch>()
            + 2 * self.named_count * size_of::<(PageId, Millis)>()
            + self.waiting.capacity() * (size_of::<(Visitor, Vec<PendingPrefetch>)>() + 1)
            + self.named.capacity() * (size_of::<(Visitor, Vec<(PageId, Millis)>)>() + 1)
    }
}

/// Filters every visitor's list and drops the empty ones.
fn retain<T>(by_visitor: &mut HashMap<Visitor, Vec<T>, ByVisitor>, is_kept: impl Fn(&T) -> bool) {
    by_visitor.retain(|_, of_one| {
        of_one.retain(&is_kept);
        !of_one.is_empty()
    });
}

/// The instant after the median.
fn median(mut times: Vec<Millis>) -> Millis {
    let middle = times.len() / 2;
    let (_, &mut median, _) = times.select_nth_unstable(middle);
    median + Span(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::fixture::{ANN, BEN, at, prefetch};

    fn waiting(pages: &[(Visitor, u64, u32)]) -> Prefetches {
        let mut prefetches = Prefetches::default();
        for &(visitor, seconds, page) in pages {
            let (event, prefetch) = prefetch(visitor, at(seconds), page);
            let one = prefetches.numbered(event, prefetch);
            prefetches.wait(one);
        }
        prefetches
    }

    fn times(taken: &[PendingPrefetch]) -> Vec<Millis> {
        taken.iter().map(PendingPrefetch::time).collect()
    }

    #[test]
    fn r2_a_prefetched_page_waits_for_a_request_that_names_it() {
        let mut prefetches = waiting(&[(ANN, 10, 1), (ANN, 20, 2), (BEN, 10, 1)]);
        let (any, late) = (at(0)..=at(60), at(30)..=at(60));
        assert_eq!(times(&prefetches.take(ANN, PageId(1), &late)), []);
        assert_eq!(times(&prefetches.take(ANN, PageId(3), &any)), []);
        assert_eq!(times(&prefetches.take(ANN, PageId(1), &any)), [at(10)]);
        assert_eq!(times(&prefetches.take(ANN, PageId(1), &any)), [], "it is taken once");
        assert_eq!(times(&prefetches.take(ANN, PageId(2), &any)), [at(20)]);
        assert!(!prefetches.is_empty(), "Ben's waits still");
    }

    #[test]
    fn r2_a_page_may_be_named_before_its_prefetch_comes() {
        let mut prefetches = Prefetches::default();
        prefetches.name(ANN, PageId(1), at(30));
        assert!(prefetches.is_named(ANN, PageId(1), &(at(10)..=at(30))));
        assert!(!prefetches.is_named(ANN, PageId(1), &(at(10)..=at(29))));
        assert!(!prefetches.is_named(ANN, PageId(2), &(at(10)..=at(30))));
        assert!(!prefetches.is_named(BEN, PageId(1), &(at(10)..=at(30))));
    }

    #[test]
    fn r5_prefetches_are_numbered_as_they_came_and_never_with_the_number_of_all_others() {
        let mut prefetches = Prefetches { number: u32::MAX - 1, ..Prefetches::default() };
        let mut number = || {
            let (event, prefetch) = prefetch(ANN, at(0), 1);
            prefetches.numbered(event, prefetch).prefetch.step.prefetched
        };
        assert_eq!([number(), number(), number()], [u32::MAX, 1, 2]);
    }

    #[test]
    fn r6_a_session_may_go_on_to_the_latest_that_waits_within_reach() {
        let prefetches = waiting(&[(ANN, 40, 1), (ANN, 20, 2), (ANN, 90, 3), (BEN, 50, 1)]);
        assert_eq!(prefetches.latest_within(ANN, &(at(0)..=at(60))), Some(at(40)));
        assert_eq!(prefetches.latest_within(ANN, &(at(50)..=at(60))), None);
    }

    #[test]
    fn r6_what_nothing_can_name_any_more_is_forgotten() {
        let mut prefetches = waiting(&[(ANN, 10, 1), (ANN, 100, 1)]);
        prefetches.name(BEN, PageId(1), at(10));
        prefetches.name(BEN, PageId(2), at(100));
        prefetches.forget_before(at(50), at(70));
        assert_eq!(times(&prefetches.take(ANN, PageId(1), &(at(0)..=at(200)))), [at(100)]);
        assert!(!prefetches.is_named(BEN, PageId(1), &(at(0)..=at(200))));
        assert!(prefetches.is_named(BEN, PageId(2), &(at(0)..=at(200))));
    }

    #[test]
    fn r6_what_an_input_says_ahead_of_all_others_is_forgotten() {
        let mut prefetches = waiting(&[(ANN, 10, 1), (ANN, 100, 1)]);
        prefetches.forget_ahead(InputId(1), at(0));
        assert_eq!(prefetches.latest_within(ANN, &(at(0)..=at(200))), Some(at(100)), "another input said so");
        prefetches.forget_ahead(InputId(0), at(50));
        assert_eq!(prefetches.latest_within(ANN, &(at(0)..=at(200))), Some(at(10)));
    }

    #[test]
    fn a_flood_of_named_pages_leaves_the_younger_half() {
        let mut prefetches = Prefetches::default();
        // Visitors are hashes: numbers in a row would all fall into one place of a table.
        let visitor = |second: u64| Visitor(second.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let seconds = 0..=MOST as u64;
        for second in seconds.clone() {
            prefetches.name(visitor(second), PageId(1), at(second));
        }
        let is_named =
            |second: u64| prefetches.is_named(visitor(second), PageId(1), &(at(second)..=at(second)));
        assert_eq!((is_named(0), is_named(*seconds.end())), (false, true));
        assert_eq!(seconds.filter(|&second| is_named(second)).count(), MOST / 2);
    }
}
