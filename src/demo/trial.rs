//! The experiment on `/pricing`: half of the browsers are shown a shorter page, and more of their owners sign up.

use super::chance::Dice;

/// Share of the control group that goes on to the form, of those without an account who stay on the site.
const SIGNS_UP: f64 = 0.35;
/// The same share with the short page, relative to the control group: the true uplift.
const UPLIFT: f64 = 1.3;

/// What a browser is shown on `/pricing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variant {
    Control,
    Short,
}

/// One person's part in the experiment.
pub(super) struct Trial {
    /// Kept in a cookie, so that a browser is always shown the same.
    variant: Variant,
    /// How easily the person is won, uniform in `[0, 1)`: least is easiest. Drawn once, so that looking twice at the
    /// prices wins nobody who was not won before.
    reluctance: f64,
}

impl Trial {
    pub(super) fn draw(dice: &mut Dice) -> Trial {
        Trial { variant: Variant::draw(dice), reluctance: dice.fraction() }
    }

    /// Another browser has another cookie.
    pub(super) fn change_browser(&mut self, dice: &mut Dice) {
        self.variant = Variant::draw(dice);
    }

    /// Whether the page with prices makes the person sign up.
    pub(super) fn is_won(&self) -> bool {
        self.reluctance < self.variant.signs_up()
    }

    /// The target of the person's own variant.
    pub(super) fn mark(&self, target: &str) -> String {
        let separator = if target.contains('?') { '&' } else { '?' };
        format!("{target}{separator}v={}", self.variant.name())
    }
}

impl Variant {
    fn draw(dice: &mut Dice) -> Variant {
        if dice.chance(0.5) { Variant::Control } else { Variant::Short }
    }

    fn name(self) -> &'static str {
        match self {
            Variant::Control => "control",
            Variant::Short => "short",
        }
    }

    fn signs_up(self) -> f64 {
        match self {
            Variant::Control => SIGNS_UP,
            Variant::Short => SIGNS_UP * UPLIFT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_are_shown_the_short_page_and_three_tenths_more_of_them_are_won() {
        let mut dice = Dice::new(11);
        let trials: Vec<_> = (0..40_000).map(|_| Trial::draw(&mut dice)).collect();
        let won = |variant: Variant| {
            let shown: Vec<_> = trials.iter().filter(|trial| trial.variant == variant).collect();
            assert!((19_500..20_500).contains(&shown.len()), "{}", shown.len());
            shown.iter().filter(|trial| trial.is_won()).count() as f64 / shown.len() as f64
        };
        let uplift = won(Variant::Short) / won(Variant::Control) - 1.0;
        assert!((0.25..0.35).contains(&uplift), "{uplift}");
    }

    #[test]
    fn the_variant_goes_behind_the_other_tags() {
        let trial = Trial { variant: Variant::Short, reluctance: 0.0 };
        assert_eq!(trial.mark("/pricing"), "/pricing?v=short");
        assert_eq!(trial.mark("/pricing?utm_source=x"), "/pricing?utm_source=x&v=short");
    }
}
