//! What time it is on the log's clock (design.md R6).
//!
//! A log's clock may be wrong, and a log may be old. In reports and replays only the log's own times count. Live,
//! the wall clock drives it, shifted by the difference that is seen when fresh lines come in.

use std::collections::VecDeque;

use crate::time::{Millis, Span};

/// The log's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogClock {
    /// It stands at the newest line: reports, and logs that have ended long ago.
    Newest,
    /// It moves with the wall clock, shifted.
    Moving(Shift),
    /// It moves with the wall clock, at another speed: a replay.
    Replayed(Replay),
}

/// How far the log's clock is ahead of the wall clock, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// Not seen yet: taken to be right.
    Assumed,
    /// Seen when fresh lines came in; see `ClockSamples`.
    Seen(i64),
}

/// Where a replay began, and how fast it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// The log's time when it began.
    pub log: Millis,
    /// The wall clock then.
    pub wall: Millis,
    /// Thousandths of the log's own speed.
    pub speed: u64,
}

impl Replay {
    /// The log's time at an instant of the wall clock.
    #[must_use]
    pub fn at(&self, wall: Millis) -> Millis {
        let passed = u128::from(wall.since(self.wall).0) * u128::from(self.speed) / 1000;
        self.log + Span(u64::try_from(passed).unwrap_or(u64::MAX))
    }
}

/// The last few differences between the log's clock and ours. Their median is used, so delayed lines and lines with wrong times
/// have no effect as long as they are fewer than half.
#[derive(Debug, Clone, Default)]
pub(super) struct ClockSamples(VecDeque<i64>);

/// How many differences are kept; the number is the rule's (design.md R6).
const SAMPLES: usize = 64;

impl ClockSamples {
    /// Adds the difference that fresh lines show; returns the median.
    pub(super) fn look(&mut self, newest: Millis, wall: Millis) -> i64 {
        if self.0.len() == SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back(newest.0.saturating_sub(wall.0));
        let mut looks: Vec<_> = self.0.iter().copied().collect();
        let middle = looks.len() / 2;
        *looks.select_nth_unstable(middle).1
    }

    /// Forgets all differences: the log's clock was set back.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

impl LogClock {
    /// Now on the log's clock; never before its newest line.
    #[must_use]
    pub fn now(&self, newest: Millis, wall: Millis) -> Millis {
        match self {
            // No line says yet what time it is in the log.
            LogClock::Newest if newest == Millis::MIN => wall,
            LogClock::Newest => newest,
            LogClock::Moving(Shift::Assumed) => newest.max(wall),
            LogClock::Moving(Shift::Seen(ahead)) => newest.max(Millis(wall.0.saturating_add(*ahead))),
            LogClock::Replayed(replay) => newest.max(replay.at(wall)),
        }
    }

    /// Lines have just been written, and that is by how much the log's clock is ahead.
    pub fn shift_by(&mut self, ahead: i64) {
        match self {
            LogClock::Replayed(_) => {}
            LogClock::Newest | LogClock::Moving(_) => *self = LogClock::Moving(Shift::Seen(ahead)),
        }
    }

    /// All that was there has been read, up to `newest`: a log that ended longer ago than `since` stands still, and
    /// so does one that has been played back. Where there was nothing yet, what comes will be of now.
    pub fn caught_up(&mut self, newest: Millis, wall: Millis, since: Span) {
        match self {
            LogClock::Replayed(_) => *self = LogClock::Newest,
            LogClock::Newest if newest == Millis::MIN || newest + since >= wall => {
                *self = LogClock::Moving(Shift::Assumed);
            }
            LogClock::Newest | LogClock::Moving(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn r6_an_old_log_is_shown_up_to_its_own_end() {
        let mut clock = LogClock::Newest;
        clock.caught_up(Millis(0), Millis(48 * HOUR), Span::hours(24));
        assert_eq!(clock.now(Millis(0), Millis(48 * HOUR)), Millis(0));
    }

    #[test]
    fn r6_a_log_that_falls_silent_goes_on_with_the_wall_clock() {
        let mut clock = LogClock::Newest;
        clock.caught_up(Millis(0), Millis(HOUR), Span::hours(24));
        assert_eq!(clock.now(Millis(0), Millis(HOUR)), Millis(HOUR));
    }

    #[test]
    fn r6_a_wrong_clock_is_seen_when_fresh_lines_come_in() {
        let mut clock = LogClock::Moving(Shift::Assumed);
        let mut looks = ClockSamples::default();
        for (newest, wall) in [(0, 5000), (1000, 1000), (100 * HOUR, 2000)] {
            clock.shift_by(looks.look(Millis(newest - 3 * HOUR), Millis(wall)));
        }
        assert_eq!(clock.now(Millis(-3 * HOUR), Millis(60_000)), Millis(-3 * HOUR + 60_000));
    }

    #[test]
    fn a_log_without_lines_is_at_the_time_of_this_machine() {
        let mut clock = LogClock::Newest;
        assert_eq!(clock.now(Millis::MIN, Millis(HOUR)), Millis(HOUR));
        clock.caught_up(Millis::MIN, Millis(HOUR), Span::hours(24));
        assert_eq!(clock.now(Millis::MIN, Millis(2 * HOUR)), Millis(2 * HOUR));
    }

    #[test]
    fn a_replay_stands_still_at_its_end() {
        let mut clock = LogClock::Replayed(Replay { log: Millis(0), wall: Millis(48 * HOUR), speed: 1000 });
        clock.caught_up(Millis(HOUR), Millis(50 * HOUR), Span::hours(24));
        assert_eq!(clock.now(Millis(HOUR), Millis(51 * HOUR)), Millis(HOUR));
    }

    #[test]
    fn a_replay_runs_at_its_speed() {
        let replay = Replay { log: Millis(100_000), wall: Millis(5000), speed: 60_000 };
        assert_eq!(replay.at(Millis(6000)), Millis(160_000));
    }
}
