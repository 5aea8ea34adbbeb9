//! Scanning on every core: a question that is new looks at all that is kept.

use std::thread;

use crate::query::answer::Cores;

/// All cores of the machine, as far as this program may use them.
#[derive(Debug, Clone, Copy)]
pub(super) struct AllCores {
    count: usize,
}

impl AllCores {
    pub(super) fn new() -> AllCores {
        AllCores { count: thread::available_parallelism().map_or(1, std::num::NonZero::get) }
    }
}

impl Cores for AllCores {
    fn count(&self) -> usize {
        self.count
    }

    fn each<Part: Sync, Made: Send>(&self, parts: &[Part], work: impl Fn(&Part) -> Made + Sync) -> Vec<Made> {
        let Some((first, others)) = parts.split_first() else { return Vec::new() };
        thread::scope(|scope| {
            let work = &work;
            let others: Vec<_> = others.iter().map(|part| scope.spawn(move || work(part))).collect();
            let first = work(first);
            // A part that panicked has no answer: the panic goes on here.
            let made = |other: thread::ScopedJoinHandle<'_, Made>| {
                other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            std::iter::once(first).chain(others.into_iter().map(made)).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_parts() {
        let double = |part: &u32| part * 2;
        assert_eq!(AllCores { count: 3 }.each(&[1, 2, 3], double), [2, 4, 6]);
        assert!(AllCores { count: 3 }.each(&[], double).is_empty());
    }
}
