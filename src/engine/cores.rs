//! Scans on every core: a new question has to visit every session that is kept.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::query::answer::Cores;

/// All cores that this process may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct AllCores {
    count: usize,
}

impl AllCores {
    pub(super) fn new() -> AllCores {
        AllCores { count: thread::available_parallelism().map_or(1, std::num::NonZero::get) }
    }
}

/// Work is split into this many parts per core, so that the other cores can take over what a busy one does not get to.
const PARTS: usize = 4;

impl Cores for AllCores {
    fn parts(&self) -> usize {
        self.count * PARTS
    }

    fn each<Part: Sync, Made: Send>(&self, parts: &[Part], work: impl Fn(&Part) -> Made + Sync) -> Vec<Made> {
        let next = AtomicUsize::new(0);
        let take = || {
            let at = next.fetch_add(1, Ordering::Relaxed);
            parts.get(at).map(|part| (at, work(part)))
        };
        let work_on = || std::iter::from_fn(take).collect::<Vec<_>>();
        let mut made = thread::scope(|scope| {
            let others: Vec<_> = (1..self.count.min(parts.len())).map(|_| scope.spawn(work_on)).collect();
            let mut made = work_on();
            for other in others {
                // A panic of a worker thread is passed on.
                made.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            made
        });
        made.sort_unstable_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, made)| made).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_parts() {
        let double = |part: &u32| part * 2;
        assert_eq!(AllCores { count: 3 }.each(&[1, 2, 3, 4, 5], double), [2, 4, 6, 8, 10]);
        assert!(AllCores { count: 3 }.each(&[], double).is_empty());
    }
}
