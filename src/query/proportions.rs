//! Whether two shares differ by more than chance.

use super::significance::{ENOUGH, of_proportions};

/// So many standard errors off is no chance: about one in 2,150 looks, as for findings.
const SURE: f64 = 3.5;

/// Whether two parts, each of its whole, differ by more than chance; never where either whole is small.
pub(super) fn differ(part: (u64, u64), other: (u64, u64)) -> bool {
    part.1 >= ENOUGH && other.1 >= ENOUGH && of_proportions(part, other) >= SURE
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
