//! What memory is bounded by (`--max-memory`), and what goes when it is short.

use crate::query::answer::CachedQuestion;

use super::{Engine, keep_sealed};

impl Engine {
    /// `--max-memory`: open sessions may take a third, a held instant and kept answers an eighth each, and sealed
    /// sessions what is left. A report keeps its open sessions in any case: its totals must never be wrong.
    pub(super) fn bound_memory(&mut self) {
        if self.keep.is_some() {
            let (store, known, kept) = (&mut self.store, &self.dictionaries, (self.rules.gap, self.chosen));
            let bound = self.max_memory / 3;
            self.closed_early +=
                self.tracker.bound_bytes(bound, |sessions| keep_sealed(store, known, kept, sessions));
        } else {
            self.bound_what_waits_for_disorder();
        }
        if self.snapshot_bytes() > self.max_memory / 8 {
            self.evict_snapshots();
        }
        let others = self.dictionaries.bytes() + self.dictionaries.answering_bytes() + self.tracker.bytes();
        let others = others + self.own_hosts.bytes();
        let others = others + self.cached_bytes() + self.snapshot_bytes();
        self.store.bound_bytes(self.max_memory.saturating_sub(others));
    }

    /// Sessions that are kept for lines out of order only: the oldest are sealed when they take more than there is, and
    /// what still comes for them is late.
    fn bound_what_waits_for_disorder(&mut self) {
        let bound = self.max_memory.saturating_sub(self.dictionaries.bytes());
        while self.tracker.bytes() > bound {
            let Some(minute) = self.tracker.early_minute() else { return };
            let limit = (minute + self.rules.gap + self.rules.lateness).min(self.watermark.without_slack());
            if limit <= self.watermark.reached() {
                return;
            }
            self.watermark.give_up_before(limit);
            self.seal_due();
        }
    }

    /// Kept answers that take too much go, those of the question asked last after all others.
    pub(super) fn bound_cached(&mut self) {
        let mut at = 0;
        while at < self.cached.len() && self.cached_bytes() > self.max_memory / 8 {
            self.cached[at].forget();
            at += 1;
        }
    }

    /// About how many bytes all of it takes.
    pub(super) fn bytes(&self) -> usize {
        let sessions = self.tracker.bytes() + self.store.bytes() + self.snapshot_bytes();
        self.dictionaries.bytes() + self.own_hosts.bytes() + sessions + self.cached_bytes()
    }

    fn cached_bytes(&self) -> usize {
        self.cached.iter().map(CachedQuestion::bytes).sum()
    }

    /// What is kept for held instants alone.
    fn snapshot_bytes(&self) -> usize {
        self.snapshots.values().map(|held| held.bytes_beyond(&self.store)).sum()
    }
}
