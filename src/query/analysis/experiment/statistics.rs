//! The mathematics of experiments (R14), and nothing else: when variants differ, by how much, and whether visitors were
//! spread over them as they should be. All of it stays right however often one looks.

/// What became of the units of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Outcome {
    pub(super) units: u64,
    pub(super) converted: u64,
}

impl Outcome {
    /// So many units must have converted, and so many not, before anything is said: below, the normal approximation
    /// that the sequence rests on is a poor one.
    pub(super) const GATE: u64 = 5;

    /// Units that have not converted.
    pub(super) fn failed(self) -> u64 {
        self.units.saturating_sub(self.converted)
    }

    pub(super) fn passes_gate(self) -> bool {
        self.converted >= Outcome::GATE && self.failed() >= Outcome::GATE
    }

    /// The share that converted; `None` where there is no unit.
    pub(super) fn rate(self) -> Option<f64> {
        (self.units > 0).then(|| self.converted as f64 / self.units as f64)
    }
}

/// An asymptotic confidence sequence on the logarithm of the ratio of two rates (Waudby-Smith et al.).
#[derive(Debug, Clone, Copy)]
pub(super) struct Sequence {
    alpha: f64,
    rho_squared: f64,
    /// With how many variants the control is compared.
    comparisons: f64,
}

/// A variant beside the control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    /// By how much its rate is greater, as a share of the control's.
    pub(super) uplift: f64,
    /// The interval that holds the true uplift at all times at once, with probability 1 - alpha.
    pub(super) interval: (f64, f64),
    /// The p-value that is valid at any time.
    pub(super) p: f64,
}

/// Which way a variant differs from the control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Better,
    Worse,
}

/// The logarithm of the ratio of two rates, and what is known of its precision.
#[derive(Debug, Clone, Copy)]
struct LogRatio {
    d: f64,
    s_squared: f64,
    /// `t * rho²`, of both variants' units.
    q: f64,
}

impl Sequence {
    /// A sequence that is narrowest at `expect` units.
    pub(super) fn new(alpha: f64, expect: u64, comparisons: usize) -> Sequence {
        let spent = -2.0 * alpha.ln();
        let rho_squared = (spent + spent.ln_1p()) / expect.max(1) as f64;
        Sequence { alpha, rho_squared, comparisons: comparisons.max(1) as f64 }
    }

    /// How a variant does beside the control; `None` before both pass the gate.
    pub(super) fn compare(&self, control: Outcome, variant: Outcome) -> Option<Compared> {
        let LogRatio { d, s_squared, q } = self.log_ratio(control, variant)?;
        let half = (s_squared * self.bound(q)).sqrt();
        let evidence = self.comparisons * (q + 1.0).sqrt();
        Some(Compared {
            uplift: d.exp_m1(),
            interval: ((d - half).exp_m1(), (d + half).exp_m1()),
            p: (evidence * (-q * d * d / s_squared / (2.0 * (q + 1.0))).exp()).min(1.0),
        })
    }

    /// Which way a variant differs, if it does beyond chance: its p is at most alpha.
    pub(super) fn difference(&self, control: Outcome, variant: Outcome) -> Option<Direction> {
        let LogRatio { d, s_squared, q } = self.log_ratio(control, variant)?;
        let is_beyond_chance = d * d >= s_squared * self.bound(q);
        is_beyond_chance.then_some(if d > 0.0 { Direction::Better } else { Direction::Worse })
    }

    fn log_ratio(&self, control: Outcome, variant: Outcome) -> Option<LogRatio> {
        if !control.passes_gate() || !variant.passes_gate() {
            return None;
        }
        let variance = |one: Outcome| 1.0 / one.converted as f64 - 1.0 / one.units as f64;
        let d = (variant.rate()? / control.rate()?).ln();
        let q = (control.units + variant.units) as f64 * self.rho_squared;
        Some(LogRatio { d, s_squared: variance(control) + variance(variant), q })
    }

    /// The square of the half-width, in units of `s`.
    fn bound(&self, q: f64) -> f64 {
        2.0 * (q + 1.0) / q * (self.comparisons * (q + 1.0).sqrt() / self.alpha).ln()
    }
}

/// The prior weight of the split that is expected, in units.
const PRIOR_WEIGHT: f64 = 1000.0;
/// With so much evidence against it the split is not as expected: where it is, one look in so many lifetimes errs.
pub(super) const MISMATCH: f64 = 1000.0;

/// The evidence that units are not spread over variants by these shares: a Bayes factor of a sequential multinomial test
/// (Lindon and Malek) with a Dirichlet prior around them.
pub(super) fn evidence_of_mismatch(units: &[u64], shares: &[f64]) -> f64 {
    let all = units.iter().sum::<u64>() as f64;
    let of_one = |(&units, &share): (&u64, &f64)| {
        let (units, prior) = (units as f64, PRIOR_WEIGHT * share);
        libm::lgamma(prior + units) - libm::lgamma(prior) - units * share.ln()
    };
    let ln = libm::lgamma(PRIOR_WEIGHT) - libm::lgamma(PRIOR_WEIGHT + all)
        + units.iter().zip(shares).map(of_one).sum::<f64>();
    ln.exp()
}

/// The probability that a variant's rate is greater than the control's, by Beta posteriors from a flat prior, their
/// difference taken as normal; `None` before both pass the gate. Not safe to watch.
pub(super) fn chance_to_win(control: Outcome, variant: Outcome) -> Option<f64> {
    if !control.passes_gate() || !variant.passes_gate() {
        return None;
    }
    let moments = |one: Outcome| {
        let (won, lost) = (one.converted as f64 + 1.0, one.failed() as f64 + 1.0);
        let all = won + lost;
        (won / all, won * lost / (all * all * (all + 1.0)))
    };
    let ((control, its_variance), (variant, my_variance)) = (moments(control), moments(variant));
    let z = (variant - control) / (its_variance + my_variance).sqrt();
    Some(0.5 * libm::erfc(-z / std::f64::consts::SQRT_2))
}

#[cfg(test)]
mod tests;
