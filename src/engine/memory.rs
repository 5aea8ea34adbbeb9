//! Keeps memory within `--max-memory`, and decides what is evicted.

use crate::query::answer::CachedQuestion;

use super::Engine;
use super::time::keep_sealed;

impl Engine {
    /// Open sessions may take a third of `--max-memory`, snapshots and cached answers an eighth each, and sealed sessions what
    /// is left: they are what the monitor is for, and the least is lost when the oldest of them go. A report never evicts open
    /// sessions: its totals must not be wrong.
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
        self.traffic.bound_bytes(most_traffic(self.max_memory));
        let others = others + self.own_hosts.bytes() + self.traffic.bytes();
        let others = others + self.cached_bytes() + self.snapshot_bytes();
        self.store.bound_bytes(self.max_memory.saturating_sub(others));
    }

    /// In a report, sessions stay open for lines out of order. If they take too much, the oldest are sealed, and lines that
    /// still come for them count as late.
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

    /// Evicts cached answers that take too much, the least recently asked question first.
    pub(super) fn bound_cached(&mut self) {
        if self.cached_bytes() > self.max_memory / 8 {
            self.cached_earlier.forget();
        }
        let mut at = 0;
        while at < self.cached.len() && self.cached_bytes() > self.max_memory / 8 {
            self.cached[at].forget();
            at += 1;
        }
    }

    /// About how many bytes the engine takes.
    pub(super) fn bytes(&self) -> usize {
        let sessions = self.tracker.bytes() + self.store.bytes() + self.snapshot_bytes();
        let traffic = self.traffic.bytes();
        self.dictionaries.bytes() + self.own_hosts.bytes() + traffic + sessions + self.cached_bytes()
    }

    fn cached_bytes(&self) -> usize {
        self.cached.iter().map(CachedQuestion::bytes).sum::<usize>() + self.cached_earlier.bytes()
    }

    /// What snapshots keep that the store has evicted, or never had in a full segment.
    fn snapshot_bytes(&self) -> usize {
        self.snapshots.values().map(|held| held.bytes_beyond(&self.store)).sum()
    }
}

/// What traffic may take of `--max-memory`: 16 MiB of the usual 512 (R12), less of less.
pub(super) fn most_traffic(max_memory: usize) -> usize {
    (max_memory / 32).min(16 << 20)
}
