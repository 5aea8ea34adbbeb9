//! Incidents: the checkout fails for some minutes, the search is slow, a post goes viral.
//!
//! Time is divided into slots with one episode of each kind at a random position. Whether one is active follows from
//! seed and time alone, so there is no state.

use crate::time::{Millis, Span};

use super::chance::Dice;

/// The episodes of one simulation.
pub(super) struct Episodes {
    seed: u64,
    /// Whether there are none.
    calm: bool,
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
    Rhythm { slot: Span::hours(2), shortest_minutes: 6, longest_minutes: 11, salt: 0x6f75 };
/// Share of requests that a failing checkout fails: one of its servers still answers.
const FAILS_FOR: f64 = 0.85;
/// Share of 502 among its answers; the others are 503.
const GATEWAY: f64 = 0.7;
const BUZZ: Rhythm = Rhythm { slot: Span::hours(4), shortest_minutes: 18, longest_minutes: 35, salt: 0x6275 };

const SLOW_SEARCH: Rhythm =
    Rhythm { slot: Span::hours(2), shortest_minutes: 35, longest_minutes: 55, salt: 0x736c };

impl Episodes {
    pub(super) fn new(seed: u64) -> Episodes {
        Episodes { seed, calm: false }
    }

    /// No episodes at all.
    pub(super) fn none() -> Episodes {
        Episodes { seed: 0, calm: true }
    }

    /// The status that the checkout answers with instead, where it is failing for this request.
    pub(super) fn checkout_fault(&self, at: Millis, dice: &mut Dice) -> Option<u16> {
        if !self.checkout_fails(at) || !dice.chance(FAILS_FOR) {
            return None;
        }
        Some(if dice.chance(GATEWAY) { 502 } else { 503 })
    }

    /// Whether the checkout is failing.
    fn checkout_fails(&self, at: Millis) -> bool {
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
        if self.calm {
            return None;
        }
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
    fn the_checkout_fails_for_some_minutes_in_every_two_hours() {
        let episodes = Episodes::new(42);
        for slot in 0..20 {
            let minutes = (0..120).filter(|minute| {
                episodes.checkout_fails(Millis(0) + Span::hours(2 * slot) + Span::minutes(*minute))
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
