//! The conversion now: an estimate, because those under way have not decided yet (R13).

use crate::query::definitions::MOST_STEPS;
use crate::query::funnel::FunnelRules;
use crate::query::spread::Spread;
use crate::time::{Millis, Span};

use super::counts::{FunnelCounts, Lately};

/// How many of those who entered in the window convert, at `now`; those under way count with the chance that is left.
///
/// One that stands at step k for a time a goes on with the probability N(a) ÷ (N(a) + F(a)): of those settled lately,
/// N(a) went on later than that, and F(a) were settled later than that without. Then the later steps' rates hold.
pub(super) fn converting(counts: &FunnelCounts, rules: &FunnelRules, now: Millis) -> f64 {
    let Some(last) = rules.required.last() else { return 0.0 };
    let chances = Chances::of(&counts.lately, rules);
    // Sorted, so that the sum does not depend on the order in which they came.
    let mut open = counts.open.clone();
    open.sort_unstable();
    let under_way = open.iter().map(|(step, since)| chances.at(usize::from(*step), now.since(*since)));
    counts.window.reached[*last] as f64 + under_way.sum::<f64>()
}

/// What those under way can hope for.
struct Chances {
    went_on: [Later; MOST_STEPS],
    stayed: [Later; MOST_STEPS],
    /// For each step the product of the rates of all required ones after it.
    onwards: [f64; MOST_STEPS],
    last: usize,
}

/// Spans, the longest first, each with how many are so long or longer.
type Later = Vec<(u64, u64)>;

fn later(spread: &Spread) -> Later {
    let mut all = 0;
    let so_late = |(after, count)| {
        all += count;
        (after, all)
    };
    spread.values().rev().map(so_late).collect()
}

/// How many are longer than that.
fn longer(later: &Later, age: Span) -> u64 {
    let count = later.partition_point(|&(after, _)| after > age.0);
    count.checked_sub(1).map_or(0, |last| later[last].1)
}

impl Chances {
    fn of(lately: &Lately, rules: &FunnelRules) -> Chances {
        let mut onwards = [1.0; MOST_STEPS];
        let mut product = 1.0;
        let but_the_last = rules.required.len().saturating_sub(1);
        for step in rules.required[..but_the_last].iter().rev() {
            onwards[*step] = product;
            product *= share(lately.went_on[*step].count(), lately.stayed[*step].count());
        }
        Chances {
            went_on: lately.went_on.each_ref().map(later),
            stayed: lately.stayed.each_ref().map(later),
            onwards,
            last: rules.required.last().copied().unwrap_or_default(),
        }
    }

    /// The probability that one converts that stands at a step for so long.
    fn at(&self, step: usize, age: Span) -> f64 {
        if step == self.last {
            return 1.0;
        }
        let goes_on = share(longer(&self.went_on[step], age), longer(&self.stayed[step], age));
        goes_on * self.onwards[step]
    }
}

/// Where there is nothing to learn from, it counts as it stands.
fn share(went_on: u64, stayed: u64) -> f64 {
    let all = went_on + stayed;
    if all == 0 { 0.0 } else { went_on as f64 / all as f64 }
}
