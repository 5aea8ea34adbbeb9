//! The bounce rate now: an estimate, because open sessions have not decided yet (design.md R7).

use crate::time::{Millis, Span};

use super::counts::Started;
use super::spread::Spread;
use super::view::Rate;

/// The rate of the sessions that started in the window, at `now`.
///
/// An open session that is still single bounces with the probability B ÷ (B + N(a)): a is its age, and of the
/// sessions that closed lately B bounced and N(a) had their second event later than a.
pub(super) fn rate_now(started: &Started, second_after: &Spread, now: Millis) -> Rate {
    let later = later(second_after);
    let stays = |start: &Millis| stays_single(started.lately_bounced, &later, now.since(*start));
    let undecided: f64 = started.open_singles.0.iter().map(stays).sum();
    Rate {
        bounced: started.decided.bounced as f64 + undecided,
        of: started.decided.of + started.open_singles.0.len() as u64,
    }
}

/// The times of second events, the longest first, each with how many came that late or later.
fn later(second_after: &Spread) -> Vec<(u64, u64)> {
    let mut all = 0;
    let so_late = |(after, count)| {
        all += count;
        (after, all)
    };
    second_after.values().rev().map(so_late).collect()
}

/// The probability that a session that is single at this age stays single.
fn stays_single(bounced: u64, later: &[(u64, u64)], age: Span) -> f64 {
    let count = later.partition_point(|&(after, _)| after > age.0);
    let later = count.checked_sub(1).map_or(0, |last| later[last].1);
    let all = bounced + later;
    // No sessions closed lately to learn from: it counts as it stands.
    if all == 0 { 1.0 } else { bounced as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::super::counts::{Bounces, OpenSingles};
    use super::*;

    #[test]
    fn r7_an_open_single_session_counts_with_the_probability_that_it_stays_so() {
        let started = Started {
            decided: Bounces { bounced: 2, of: 5 },
            open_singles: OpenSingles(vec![Millis(100_000), Millis(40_000)]),
            lately_bounced: 6,
        };
        let second_after = [10, 20, 30, 70].map(Span::seconds).into_iter().collect();
        // At 100 s one is new (6 ÷ (6 + 4)) and one is 60 s old (6 ÷ (6 + 1)).
        let rate = rate_now(&started, &second_after, Millis(100_000));
        assert!((rate.bounced - (2.0 + 0.6 + 6.0 / 7.0)).abs() < 1e-9, "{rate:?}");
        assert_eq!(rate.of, 7);
    }

    #[test]
    fn r7_without_anything_to_learn_from_it_counts_as_it_stands() {
        let started = Started { open_singles: OpenSingles(vec![Millis(0)]), ..Started::default() };
        assert_eq!(rate_now(&started, &Spread::default(), Millis(5)), Rate { bounced: 1.0, of: 1 });
    }
}
