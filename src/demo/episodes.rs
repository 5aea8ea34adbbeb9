//! Incidents: the checkout fails for some minutes, the search is slow, a post goes viral.
//!
//! Time is divided into slots with one episode of each kind at a random position. Whether one is active follows from
//! seed and time alone, so there is no state.

use crate::time::{Millis, Span};

use super::chance::Dice;

/// The episodes of one simulation.
pub(super) struct Episodes {
    seed: u64,
}

/// Frequency and length of one kind of episode.
struct Rhythm {
    slot: Span,
    shortest_minutes: u32,
    longest_minutes: u32,
    /// Makes the kinds independent of each other.
    salt: u64,
}

const OUTAGE: Rhythm =
    Rhythm { slot: Span::hours(3), shortest_minutes: 6, longest_minutes: 11, salt: 0x6f75 };
const BUZZ: Rhythm = Rhythm { slot: Span::hours(4), shortest_minutes: 18, longest_minutes: 35, salt: 0x6275 };

const SLOW_SEARCH: Rhythm =
    Rhythm { slot: Span::hours(2), shortest_minutes: 35, longest_minutes: 55, salt: 0x736c };

impl Episodes {
    pub(super) fn new(seed: u64) -> Episodes {
        Episodes { seed }
    }

    /// Whether the checkout is failing.
    pub(super) fn checkout_fails(&self, at: Millis) -> bool {
        self.under_way(at, &OUTAGE).is_some()
    }

    /// Whether the search is slow.
    pub(super) fn search_is_slow(&self, at: Millis) -> bool {
        self.under_way(at, &SLOW_SEARCH).is_some()
    }

    /// The generator of the viral post, if there is one: seeded by the slot, so that it draws the same throughout.
    pub(super) fn buzz(&self, at: Millis) -> Option<Dice> {
        self.under_way(at, &BUZZ)
    }

    fn under_way(&self, at: Millis, rhythm: &Rhythm) -> Option<Dice> {
        let slot = at.floor_to(rhythm.slot);
        let mut dice = Dice::new(mixed(self.seed ^ rhythm.salt, slot));
        let minutes = dice.between(rhythm.shortest_minutes, rhythm.longest_minutes);
        let length = Span::minutes(u64::from(minutes));
        let spare = rhythm.slot.as_seconds() - length.as_seconds();
        let start = dice.fraction() * spare;
        let into = at.since(slot).as_seconds() - start;
        (0.0..length.as_seconds()).contains(&into).then_some(dice)
    }
}

/// Hashes seed and slot, so that neighbouring slots differ.
fn mixed(seed: u64, slot: Millis) -> u64 {
    seed.wrapping_add(slot.0.cast_unsigned()).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_fails_for_some_minutes_in_every_three_hours() {
        let episodes = Episodes::new(42);
        for slot in 0..20 {
            let minutes = (0..180).filter(|minute| {
                episodes.checkout_fails(Millis(0) + Span::hours(3 * slot) + Span::minutes(*minute))
            });
            let failing = minutes.count();
            assert!((5..=12).contains(&failing), "{failing} minutes in slot {slot}");
        }
    }

    #[test]
    fn a_buzz_is_about_one_thing_as_long_as_it_lasts() {
        let episodes = Episodes::new(42);
        let day = (0..240).filter_map(|minute| episodes.buzz(Millis(0) + Span::minutes(minute)));
        let mut topics: Vec<u64> = day.map(|mut dice| dice.bits()).collect();
        assert!(!topics.is_empty());
        topics.dedup();
        assert_eq!(topics.len(), 1);
    }
}
