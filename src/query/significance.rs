//! How sure a difference is, when many are looked at (design.md R15).

use std::f64::consts::SQRT_2;

use libm::{erfc, lgamma};

/// Looks a day that count as independent: one every 150 s (R15).
const LOOKS: f64 = 576.0;
/// False findings a day that are put up with (R15).
const FALSE_A_DAY: f64 = 0.1;
/// The least sample size, in sessions, views or settled visits.
pub(super) const ENOUGH: u64 = 30;
/// The index of dispersion of sessions, at least: they come in clusters, if only in small ones, wherever this was looked at.
pub(super) const LEAST_DISPERSION: f64 = 1.5;
/// A part matters that has grown by a quarter (R15).
const QUARTER: f64 = 1.25;
/// Beyond this a probability is zero for a float.
const MOST: f64 = 38.0;

/// The standard score from which on one of so many tests is told: chance exceeds it in any of a day's looks once in ten
/// days.
pub(super) fn threshold(tests: usize) -> f64 {
    score(FALSE_A_DAY / (LOOKS * tests.max(1) as f64))
}

/// The standard score that chance exceeds with this probability; 0 for a half and more.
fn score(probability: f64) -> f64 {
    let (mut low, mut high) = (0.0, MOST);
    // Each step halves the range: after 60 it is as narrow as a float can tell.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if erfc(middle / SQRT_2) / 2.0 > probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// How surprising it is that at least `part` of `whole` have a property that each has with this probability: the exact
/// binomial test, as a standard score.
pub(super) fn at_least(part: u64, whole: u64, probability: f64) -> f64 {
    if part as f64 <= whole as f64 * probability || probability >= 1.0 {
        return 0.0;
    }
    if probability <= 0.0 {
        return MOST;
    }
    score(upper_tail(part as f64, whole as f64, probability))
}

/// How surprising it is that at most so many have it.
pub(super) fn at_most(part: u64, whole: u64, probability: f64) -> f64 {
    at_least(whole.saturating_sub(part), whole, 1.0 - probability)
}

/// The probability of `part` and more of `whole`; `part` lies above the expected number, so that each further term is
/// smaller.
fn upper_tail(part: f64, whole: f64, probability: f64) -> f64 {
    let log_choose = lgamma(whole + 1.0) - lgamma(part + 1.0) - lgamma(whole - part + 1.0);
    let mut term = (log_choose + part * probability.ln() + (whole - part) * (-probability).ln_1p()).exp();
    let odds = probability / (1.0 - probability);
    let (mut sum, mut at) = (0.0, part);
    while at <= whole && term > sum * f64::EPSILON {
        sum += term;
        term *= (whole - at) / (at + 1.0) * odds;
        at += 1.0;
    }
    sum
}

/// The standard score that is as surprising as a `t` of Student's distribution: few values are off by chance more often
/// than many (Wallace's approximation, within 0.1 here).
pub(super) fn score_of_t(t: f64, degrees_of_freedom: f64) -> f64 {
    if !t.is_finite() {
        return if t > 0.0 { MOST } else { 0.0 };
    }
    let n = degrees_of_freedom.max(1.0);
    let size = (8.0 * n + 1.0) / (8.0 * n + 3.0) * (n * (t * t / n).ln_1p()).sqrt();
    size.copysign(t)
}

/// How surprising it is that two parts, each of its whole, differ so much: the test of two proportions with a pooled
/// error, as a standard score.
pub(super) fn of_proportions((part, whole): (u64, u64), (other, other_whole): (u64, u64)) -> f64 {
    let (n, m) = (whole as f64, other_whole as f64);
    let pooled = (part + other) as f64 / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    if error > 0.0 { ((part as f64 / n - other as f64 / m) / error).abs() } else { 0.0 }
}

/// Whether a figure has grown by a quarter, or shrunk as much (R15).
pub(super) fn is_a_quarter_off(now: f64, before: f64) -> bool {
    now >= before * QUARTER || now <= before / QUARTER
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(number: f64) -> String {
        format!("{number:.3}")
    }

    #[test]
    fn r15_the_threshold_grows_with_the_tests() {
        // Of the normal distribution: 0.1 / 576 and 0.1 / (576 * 38) of it lie above these.
        assert_eq!([threshold(1), threshold(38)].map(rounded), ["3.577", "4.437"]);
        assert_eq!(rounded(score(0.025)), "1.960");
        assert!(score(0.7) < 1e-9);
    }

    /// 8 or more heads of 10: (45 + 10 + 1) / 1024 = 0.0547, which is 1.601 standard errors.
    #[test]
    fn r15_the_binomial_test_is_exact() {
        assert!((upper_tail(8.0, 10.0, 0.5) - 56.0 / 1024.0).abs() < 1e-12);
        assert_eq!([at_least(8, 10, 0.5), at_most(2, 10, 0.5)].map(rounded), ["1.601", "1.601"]);
        assert!(at_least(5, 10, 0.5) < 1e-9, "as expected");
        assert!(at_least(600_000, 1_000_000, 0.5) > 30.0, "many are no trouble");
        assert!(at_least(1, 10, 0.0) > 30.0 && at_least(10, 10, 1.0) < 1e-9);
    }

    /// One in a thousand exceeds 4.144 with 10 degrees of freedom, 3.385 with 30, and 3.090 with many.
    #[test]
    fn r15_few_values_are_off_by_chance_more_often_than_many() {
        let scores = [(4.144, 10.0), (3.385, 30.0), (3.090, 1e9)].map(|(t, n)| score_of_t(t, n));
        assert!(scores.iter().all(|score| (score - 3.090).abs() < 0.05), "{scores:?}");
        assert!(score_of_t(f64::INFINITY, 5.0) > 30.0 && score_of_t(-2.0, 9.0) < 0.0);
    }
}
