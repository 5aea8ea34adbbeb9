//! Who came back: of the visitors first seen in an hour, on a day or in a week.

use crate::query::analysis::ask::ReturningBy;
use crate::time::Millis;

/// So many hours, days or weeks later are looked at.
pub const RETURNING_LATER: usize = 7;

/// What the figures are, in words that fit beside them: a visitor who has another address or another browser by then is
/// not known again.
pub const RETURNING_NOTE: &str = "by address and agent: a lower bound";

/// Visitors by when they were first seen, and when they came back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReturningView {
    /// Hours, days or weeks.
    pub by: ReturningBy,
    /// The latest ones, the earliest of them first; none where nobody was new.
    pub cohorts: Vec<Cohort>,
    /// New visitors of earlier ones, and of such as are too small to be shown (R11).
    pub unlisted: u64,
    /// Visitors who were here before the window began.
    pub known_before: u64,
    /// Sessions of visitors beyond those that are told apart.
    pub beyond: u64,
}

/// The visitors who were first seen in one hour, on one day or in one week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cohort {
    /// When it begins, UTC; weeks begin on Monday.
    pub from: Millis,
    /// How many they are.
    pub new: u64,
    /// How many of them came back one, two, … hours, days or weeks later; `None` where that has not begun.
    pub back: [Option<u64>; RETURNING_LATER],
}
