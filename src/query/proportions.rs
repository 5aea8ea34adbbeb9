//! Whether two shares differ by more than chance.

/// So many standard errors off is no chance: about one in 2,150 looks, as for findings.
const SURE: f64 = 3.5;

/// With fewer on either side nothing is said.
const ENOUGH: u64 = 30;

/// Whether two parts, each of its whole, differ by more than chance: the test of two proportions with a pooled error.
pub(super) fn differ((part, whole): (u64, u64), (other, other_whole): (u64, u64)) -> bool {
    if whole < ENOUGH || other_whole < ENOUGH {
        return false;
    }
    let (n, m) = (whole as f64, other_whole as f64);
    let pooled = (part + other) as f64 / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    error > 0.0 && ((part as f64 / n - other as f64 / m) / error).abs() >= SURE
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20 of 100 against 40 of 100 is 3.09 standard errors off; 40 of 200 against 80 of 200 is 4.36.
    #[test]
    fn r13_what_differs_by_chance_is_not_sure() {
        assert!(!differ((20, 100), (40, 100)));
        assert!(differ((40, 200), (80, 200)));
        assert!(!differ((0, 29), (2_000, 2_000)), "too few to tell");
        assert!(!differ((0, 50), (0, 50)), "nothing differs");
    }
}
