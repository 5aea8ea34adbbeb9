//! Formats times, ages and durations for the screen: coarse, so that they seldom change.

use crate::config::Zone;
use crate::query::question::Window;
pub(crate) use crate::text::{length, load_time as load, round_span as round};
use crate::time::{Millis, Span};

/// Ages change in steps of this: a column that ticks every second costs more bytes than everything else.
pub(crate) const AGE_STEP: Span = Span::seconds(15);

/// `14:02`
pub(crate) fn clock(at: Millis, zone: Zone) -> String {
    zone.civil(at).format("%H:%M").to_string()
}

/// `14:02:10`
pub(crate) fn clock_with_seconds(at: Millis, zone: Zone) -> String {
    zone.civil(at).format("%H:%M:%S").to_string()
}

/// `2019-01-22`
pub(crate) fn day(at: Millis, zone: Zone) -> String {
    zone.civil(at).format("%Y-%m-%d").to_string()
}

/// `Mon 23 Nov`
pub(crate) fn weekday(at: Millis, zone: Zone) -> String {
    zone.civil(at).format("%a %d %b").to_string()
}

/// `23 Nov 14:00`
pub(crate) fn day_and_clock(at: Millis, zone: Zone) -> String {
    zone.civil(at).format("%d %b %H:%M").to_string()
}

/// An age: `now`, `15s`, `3m`, `1h05`.
pub(crate) fn age(now: Millis, then: Millis) -> String {
    match now.since(then) {
        age if age < AGE_STEP => "now".to_owned(),
        age if age < Span::minutes(1) => Span(age.0 - age.0 % AGE_STEP.0).to_string(),
        age => age.to_string(),
    }
}

/// A window: `30m`, `24h`, `all`.
pub(crate) fn window(window: Window) -> String {
    match window {
        Window::All => "all".to_owned(),
        Window::Last(span) => round(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_move_on_in_steps() {
        let ages =
            [0, 14_999, 15_000, 31_000, 59_999, 61_000, 3_900_000].map(|ms| age(Millis(ms), Millis(0)));
        assert_eq!(ages, ["now", "now", "15s", "30s", "45s", "1m", "1h05"]);
    }

    #[test]
    fn short_lengths_matter_to_the_second() {
        let lengths = [12_000, 134_000, 720_000].map(|ms| length(Span(ms)));
        assert_eq!(lengths, ["12s", "2m14s", "12m"]);
    }

    #[test]
    fn windows_are_as_short_as_they_can_be() {
        let spans = [Span::minutes(30), Span::hours(24), Span::seconds(90), Span::seconds(45)];
        assert_eq!(spans.map(round), ["30m", "24h", "1m30s", "45s"]);
    }
}
