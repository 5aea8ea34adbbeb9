//! Randomness: all of it comes from one seeded generator, so that a seed determines the log.

use std::f64::consts::TAU;

/// A seeded generator with the distributions that the simulation needs.
pub(super) struct Dice(fastrand::Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(fastrand::Rng::with_seed(seed))
    }

    /// True with this probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.0.f64() < probability
    }

    /// Uniform in `[0, 1)`.
    pub(super) fn fraction(&mut self) -> f64 {
        self.0.f64()
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// Uniform integer between two inclusive bounds.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        self.0.u32(low..=high)
    }

    /// A random index below `length`, which must not be 0.
    pub(super) fn below(&mut self, length: usize) -> usize {
        self.0.usize(..length)
    }

    /// Picks an item uniformly; tables are never empty.
    pub(super) fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    /// Picks an item by weight; tables are never empty.
    pub(super) fn weigh<'t, T>(&mut self, items: &'t [(u32, T)]) -> &'t T {
        let total: u32 = items.iter().map(|(weight, _)| weight).sum();
        let mut roll = self.0.u32(..total);
        for (weight, item) in items {
            if roll < *weight {
                return item;
            }
            roll -= weight;
        }
        &items[0].1
    }

    /// Exponential with this mean: the time between independent arrivals.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.0.f64()).ln()
    }

    /// Log-normal with this median: reading times.
    pub(super) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.0.f64()).ln()).sqrt();
        median * (sigma * radius * (TAU * self.0.f64()).cos()).exp()
    }

    /// A random alphanumeric token, such as a click id.
    pub(super) fn token(&mut self, length: usize) -> String {
        (0..length).map(|_| self.0.alphanumeric()).collect()
    }
}

/// Weighted sampling by binary search over cumulative weights.
pub(super) struct Deck<T> {
    cards: Vec<T>,
    /// Cumulative weights.
    reach: Vec<f64>,
}

impl<T> FromIterator<(f64, T)> for Deck<T> {
    fn from_iter<I: IntoIterator<Item = (f64, T)>>(weighted: I) -> Deck<T> {
        let mut deck = Deck { cards: Vec::new(), reach: Vec::new() };
        let mut sum = 0.0;
        for (weight, card) in weighted {
            sum += weight;
            deck.cards.push(card);
            deck.reach.push(sum);
        }
        deck
    }
}

impl<T> Deck<T> {
    /// Draws with replacement; decks are never empty.
    pub(super) fn draw(&self, dice: &mut Dice) -> &T {
        let roll = dice.fraction() * self.reach.last().copied().unwrap_or(0.0);
        let place = self.reach.partition_point(|reach| *reach <= roll);
        &self.cards[place.min(self.cards.len() - 1)]
    }

    #[cfg(test)]
    pub(super) fn cards(&self) -> &[T] {
        &self.cards
    }
}

/// Truncates a non-negative number.
pub(super) fn whole(number: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, which is what is meant"
    )]
    let whole = number as u32;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deck_is_drawn_by_weight() {
        let deck: Deck<char> = [(1.0, 'a'), (3.0, 'b')].into_iter().collect();
        let mut dice = Dice::new(7);
        let heavy = (0..4000).filter(|_| *deck.draw(&mut dice) == 'b').count();
        assert!((2850..3150).contains(&heavy), "{heavy}");
    }

    #[test]
    fn half_of_log_normal_numbers_lie_below_the_median() {
        let mut dice = Dice::new(7);
        let below = (0..4000).filter(|_| dice.log_normal(30.0, 0.9) < 30.0).count();
        assert!((1850..2150).contains(&below), "{below}");
    }
}
