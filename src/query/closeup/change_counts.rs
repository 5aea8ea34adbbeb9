//! What is compared between two spans of time: sessions, sources, errors, load times and bounces.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::ids::{PageId, SourceId};
use crate::query::figure::{Figure, figures};
use crate::query::matched::Matched;
use crate::query::moment::Frame;
use crate::query::renumber::Numbers;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row, TimelineEntry};
use crate::time::Millis;

use super::with_keys;

figures! {
    /// A count in the window and in the one before.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
    pub(in crate::query) struct Pair {
        pub(in crate::query) now: u64,
        pub(in crate::query) before: u64,
    }
}

impl Pair {
    fn add(&mut self, when: When, count: u64) {
        match when {
            When::Now => self.now += count,
            When::Before => self.before += count,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Before,
}

impl When {
    fn of(time: Millis, frame: &Frame) -> Option<When> {
        match time {
            time if time > frame.to => None,
            time if time >= frame.from => Some(When::Now),
            time if time >= frame.before => Some(When::Before),
            _ => None,
        }
    }
}

figures! {
    /// Errors on one page.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(in crate::query) struct Errors {
        pub(in crate::query) errors: Pair,
        /// Sessions that met one.
        pub(in crate::query) sessions: Pair,
    }
}

figures! {
    /// Logarithms of load times, which are about normally distributed. They are integers, so that sums do not depend
    /// on the order.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(in crate::query) struct LogLoads {
        pub(in crate::query) count: Pair,
        /// Sums of [`log_of`].
        pub(in crate::query) sum: Pair,
        /// Sums of the squares of [`log_of`].
        pub(in crate::query) squares: Pair,
    }
}

/// Thousandths of the natural logarithm of a load time in milliseconds, plus one.
fn log_of(load: u32) -> u64 {
    // From 0 to 22,181: exact as a float.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 22,181")]
    let thousandths = (f64::from(load).ln_1p() * 1000.0).round() as u64;
    thousandths
}

figures! {
    /// Settled sessions that entered on one page.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(in crate::query) struct EntryBounces {
        pub(in crate::query) settled: Pair,
        pub(in crate::query) bounced: Pair,
    }
}

type ByPage<V> = HashMap<PageId, V, foldhash::fast::FixedState>;

/// Counts of a span and of the one before it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct ChangeCounts {
    /// Sessions that started.
    pub(in crate::query) started: Pair,
    /// Of those, the ones with a pageview.
    pub(in crate::query) with_pageview: Pair,
    /// Of those, the ones that fetched no asset (R3).
    pub(in crate::query) without_assets: Pair,
    /// Of those with a pageview, the ones with just one. Whether they fetched an asset does not depend on how long they
    /// have had time for it, so those of now can be compared with those of before.
    pub(in crate::query) of_one_page: Pair,
    /// Of these, the ones that fetched no asset.
    pub(in crate::query) of_one_page_without_assets: Pair,
    pub(in crate::query) sources: HashMap<SourceId, Pair, foldhash::fast::FixedState>,
    pub(in crate::query) errors: ByPage<Errors>,
    pub(in crate::query) loads: ByPage<LogLoads>,
    pub(in crate::query) bounces: ByPage<EntryBounces>,
}

impl ChangeCounts {
    pub(super) fn add(&mut self, session: &Matched<impl Row>, frame: &Frame, known: &Dictionaries) {
        let row = &session.row;
        if let Some(when) = When::of(row.start(), frame) {
            self.add_start(session, (when, frame), known);
        }
        // A window over everything has none before it to compare load times with.
        if frame.before > Millis::MIN && row.end() >= frame.before {
            self.add_loads(row, frame);
        }
        if row.errors() > 0 {
            self.add_errors(row, frame);
        }
    }

    fn add_start(
        &mut self,
        session: &Matched<impl Row>,
        (when, frame): (When, &Frame),
        known: &Dictionaries,
    ) {
        self.started.add(when, 1);
        if session.facts.has_pageview() {
            self.with_pageview.add(when, 1);
            let (one_page, without) = (session.facts.pageviews == 1, !session.row.has_assets());
            self.without_assets.add(when, u64::from(without));
            self.of_one_page.add(when, u64::from(one_page));
            self.of_one_page_without_assets.add(when, u64::from(one_page && without));
        }
        if frame.before > Millis::MIN {
            let source = known.arrival(session.row.arrival()).source;
            self.sources.entry(source).or_default().add(when, 1);
        }
    }

    /// Counts how a session ended that entered on a page, if it closed in one of the two windows.
    pub(super) fn add_bounce(&mut self, session: &Matched<impl Row>) {
        let closed = session.stand.closed;
        let when = match (closed.in_window, closed.before) {
            (true, _) => When::Now,
            (false, true) => When::Before,
            (false, false) => return,
        };
        let Some(page) = session.row.entry() else { return };
        let bounces = self.bounces.entry(page).or_default();
        bounces.settled.add(when, 1);
        bounces.bounced.add(when, u64::from(session.facts.bounced));
    }

    fn add_loads(&mut self, row: &impl Row, frame: &Frame) {
        for (page, time, load) in row.loads() {
            let Some(when) = When::of(time, frame) else { continue };
            let (loads, log) = (self.loads.entry(page).or_default(), log_of(load));
            loads.count.add(when, 1);
            loads.sum.add(when, log);
            loads.squares.add(when, log * log);
        }
    }

    fn add_errors(&mut self, row: &impl Row, frame: &Frame) {
        let mut met: Vec<(PageId, When)> = Vec::new();
        for TimelineEntry { page, time, .. } in row.timeline().filter(|one| one.what == EntryKind::Error) {
            let Some(when) = When::of(time, frame) else { continue };
            let errors = self.errors.entry(page).or_default();
            errors.errors.add(when, 1);
            if !met.contains(&(page, when)) {
                errors.sessions.add(when, 1);
                met.push((page, when));
            }
        }
    }

    pub(super) fn merge(&mut self, other: &ChangeCounts) {
        self.started.merge(&other.started);
        self.with_pageview.merge(&other.with_pageview);
        self.without_assets.merge(&other.without_assets);
        self.of_one_page.merge(&other.of_one_page);
        self.of_one_page_without_assets.merge(&other.of_one_page_without_assets);
        merge_all(&mut self.sources, &other.sources);
        merge_all(&mut self.errors, &other.errors);
        merge_all(&mut self.loads, &other.loads);
        merge_all(&mut self.bounces, &other.bounces);
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> ChangeCounts {
        ChangeCounts {
            sources: with_keys(
                self.sources,
                |source| numbers.source(source),
                |mine, theirs| mine.merge(&theirs),
            ),
            errors: with_keys(self.errors, |page| numbers.page(page), |mine, theirs| mine.merge(&theirs)),
            loads: with_keys(self.loads, |page| numbers.page(page), |mine, theirs| mine.merge(&theirs)),
            bounces: with_keys(self.bounces, |page| numbers.page(page), |mine, theirs| mine.merge(&theirs)),
            ..self
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.sources.capacity() * size_of::<(SourceId, Pair)>()
            + self.errors.capacity() * size_of::<(PageId, Errors)>()
            + self.loads.capacity() * size_of::<(PageId, LogLoads)>()
            + self.bounces.capacity() * size_of::<(PageId, EntryBounces)>()
    }
}

/// Takes in figures of other sessions.
fn merge_all<K: Copy + Eq + std::hash::Hash, V: Figure + Default>(
    mine: &mut HashMap<K, V, foldhash::fast::FixedState>,
    theirs: &HashMap<K, V, foldhash::fast::FixedState>,
) {
    theirs.iter().for_each(|(key, figure)| mine.entry(*key).or_default().merge(figure));
}
