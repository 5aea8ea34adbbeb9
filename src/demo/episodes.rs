//! What happens now and then: the checkout fails for some minutes, the search is slow, a post makes the rounds.
//!
//! Time is cut into slots, and each slot has one episode of each sort at a random place; so whether one is under way
//! follows from the seed and the time alone, and nothing needs to be remembered.

use crate::time::{Millis, Span};

use super::chance::Dice;

/// The episodes of one simulation.
pub(super) struct Episodes {
    seed: u64,
}

/// How often episodes of one sort come, and how long they last.
struct Rhythm {
    slot: Span,
    shortest_minutes: u32,
    longest_minutes: u32,
    /// Keeps the sorts independent of each other.
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

    /// Whether the server fails at the checkout.
    pub(super) fn checkout_fails(&self, at: Millis) -> bool {
        self.under_way(at, &OUTAGE).is_some()
    }

    /// Whether the search takes longer than usual.
    pub(super) fn search_is_slow(&self, at: Millis) -> bool {
        self.under_way(at, &SLOW_SEARCH).is_some()
    }

    /// The dice of the post that makes the rounds, if one does: they fall alike as long as it lasts.
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

/// A seed of its own for every slot: neighbouring slots must not look alike.
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
