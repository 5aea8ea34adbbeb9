//! When it is looked: at multiples of 10 s of the log's clock, 10 s behind it (design.md R16).

use std::time::Duration;

use crate::time::{Millis, Span};

use super::Telling;

/// The distance between looks.
pub const EVERY: Span = Span::seconds(10);
/// How far looks are behind the clock, so that lines that are a little late count.
pub const BEHIND: Span = Span::seconds(10);
/// Looks that are made up for: an hour of them, in a replay that is faster than they are.
const MOST: u64 = 360;
/// Looks into the past once a log was caught up with.
const IN_THE_PAST: u64 = 60;

/// Which looks were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looks {
    last: Option<Millis>,
}

impl Looks {
    /// The looks that are due by now. After a log was caught up with, the past is looked at first, at which nobody is
    /// told.
    pub fn due(&mut self, now: Millis, memory: Span) -> Vec<(Millis, Telling)> {
        let latest = (now - BEHIND).floor_to(EVERY);
        let looks = match self.last {
            None => in_the_past(latest, memory),
            // The log's clock was set back: nothing is looked at twice.
            Some(last) if latest <= last => return Vec::new(),
            Some(last) => {
                let count = (latest.since(last).0 / EVERY.0).min(MOST);
                (0..count).rev().map(|ago| (latest - Span(EVERY.0 * ago), Telling::Everyone)).collect()
            }
        };
        self.last = Some(latest);
        looks
    }

    /// Lines are being caught up with: what is due then is not known yet.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// The last look.
    #[must_use]
    pub fn last(self) -> Option<Millis> {
        self.last
    }
}

/// From so long ago that what still fires is known, in at most [`IN_THE_PAST`] steps.
fn in_the_past(latest: Millis, memory: Span) -> Vec<(Millis, Telling)> {
    let looks = memory.0.div_ceil(EVERY.0).max(1);
    let step = Span(EVERY.0 * looks.div_ceil(IN_THE_PAST));
    let count = memory.0.div_ceil(step.0);
    let past = (1..=count).rev().map(|ago| (latest - Span(step.0 * ago), Telling::Nobody));
    past.chain([(latest, Telling::Everyone)]).collect()
}

/// How long to wait for the next look, where the log's clock runs at `speed`.
#[must_use]
pub fn until_next(now: Millis, last: Option<Millis>, speed: f64) -> Duration {
    const SHORTEST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(10);
    let Some(last) = last else { return Duration::from_secs(1) };
    let seconds = (last + EVERY + BEHIND).since(now).as_seconds() / speed.max(0.001);
    Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(looks: &[(Millis, Telling)]) -> Vec<i64> {
        looks
            .iter()
            .map(|(at, telling)| at.0 / if *telling == Telling::Nobody { -1000 } else { 1000 })
            .collect()
    }

    #[test]
    fn r16_looks_are_10_s_apart_and_10_s_behind() {
        let mut looks = Looks::default();
        let past = looks.due(Millis(1_000_000), EVERY);
        assert_eq!(seconds(&past), [-980, 990]);
        for (now, expected) in [
            (1_005_000, vec![]),
            (1_010_000, vec![1000]),
            (1_045_000, vec![1010, 1020, 1030]),
            (900_000, vec![]),
        ] {
            assert_eq!(seconds(&looks.due(Millis(now), EVERY)), expected, "{now}");
        }
    }

    #[test]
    fn r16_the_past_is_looked_at_in_few_steps() {
        let past = Looks::default().due(Millis(100_000_000), Span::hours(2));
        assert_eq!((past.len(), past[0]), (61, (Millis(99_990_000 - 7_200_000), Telling::Nobody)));
    }

    #[test]
    fn a_replay_waits_less() {
        let last = Some(Millis(100_000));
        assert_eq!(until_next(Millis(112_000), last, 1.0), Duration::from_secs(8));
        assert_eq!(until_next(Millis(112_000), last, 16.0), Duration::from_millis(500));
        assert_eq!(until_next(Millis(190_000), last, 1.0), Duration::from_millis(100));
    }
}
