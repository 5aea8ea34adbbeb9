//! Paths that fail for more sessions, and pages that load more slowly.

use crate::ids::PageId;
use crate::query::closeup::{ChangeCounts, Errors, LogLoads};
use crate::query::significance::score_of_t;
use crate::query::view::Anomaly;
use crate::store::dictionaries::Dictionaries;
use crate::time::Span;

use super::{ENOUGH, Family, FindingScan, SpanComparison, moved, shares};

/// Fewer sessions than this may have made it up themselves (R15).
const LEAST: u64 = 5;
/// What fails for such a share of all sessions is told whether or not it is new.
const MANY: f64 = 0.02;
/// Load times matter that have grown by a quarter (R15).
const LONGER: f64 = 1.25;

/// Paths that fail for more sessions than before, by at least a quarter and five of them.
pub(super) fn errors(compared: &SpanComparison, known: &Dictionaries) -> Family {
    let all = compared.counts.started;
    let fails = |(page, errors): (&PageId, &Errors)| {
        let sessions = errors.sessions;
        if sessions.now < LEAST {
            return None;
        }
        let (now, before) = shares(sessions, all);
        let matters = now >= before * 1.25;
        let what = || told(*page, errors, known, Some(errors.errors.before));
        Some((compared.test(moved(sessions, all).0), matters.then(what)))
    };
    Family::of(compared.counts.errors.iter().map(fails))
}

/// Where nothing is known of before: paths that fail for many.
pub(super) fn many_errors(counts: &ChangeCounts, scan: &FindingScan) -> Family {
    let fails = counts.errors.iter().filter(|(_, errors)| {
        let (now, _) = shares(errors.sessions, counts.started);
        errors.sessions.now >= LEAST && now >= MANY
    });
    Family::of_size(fails.map(|(page, errors)| (errors.sessions.now, told(*page, errors, scan.known, None))))
}

fn told(page: PageId, errors: &Errors, known: &Dictionaries, before: Option<u64>) -> Anomaly {
    Anomaly::Errors {
        page: known.pages.text(page).into_owned(),
        errors: errors.errors.now,
        sessions: errors.sessions.now,
        before,
    }
}

/// Pages whose load time has grown: Welch's test on logarithms.
pub(super) fn slower(compared: &SpanComparison, known: &Dictionaries) -> Family {
    let slows = |(page, loads): (&PageId, &LogLoads)| {
        if loads.count.now < ENOUGH || loads.count.before < ENOUGH {
            return None;
        }
        let now = MeanAndError::of(loads.count.now, loads.sum.now, loads.squares.now);
        let before = MeanAndError::of(loads.count.before, loads.sum.before, loads.squares.before);
        let error = (now.error_squared + before.error_squared).sqrt();
        let longer = now.mean - before.mean;
        let t = if error > 0.0 { longer / error } else { f64::INFINITY };
        let off = score_of_t(t, now.degrees_of_freedom(&before));
        let what = || Anomaly::Slower {
            page: known.pages.text(*page).into_owned(),
            typical: now.typical(),
            before: before.typical(),
            views: loads.count.now,
        };
        Some((compared.test(off), (longer >= LONGER.ln()).then(what)))
    };
    Family::of(compared.counts.loads.iter().map(slows))
}

/// The mean of logarithms of load times, and its standard error.
pub(super) struct MeanAndError {
    count: f64,
    mean: f64,
    error_squared: f64,
}

impl MeanAndError {
    /// From the count, the sum and the sum of squares of values in thousandths.
    pub(super) fn of(count: u64, sum: u64, squares: u64) -> MeanAndError {
        let n = count.max(2) as f64;
        let mean = sum as f64 / n;
        let variance = (squares as f64 / n - mean * mean).max(0.0) * n / (n - 1.0);
        MeanAndError { count: n, mean: mean / 1000.0, error_squared: variance / n / 1e6 }
    }

    /// Of the difference of two means (Welch and Satterthwaite).
    fn degrees_of_freedom(&self, other: &MeanAndError) -> f64 {
        let sum = (self.error_squared + other.error_squared).powi(2);
        let parts = [self, other].map(|one| one.error_squared.powi(2) / (one.count - 1.0));
        sum / (parts[0] + parts[1]).max(f64::MIN_POSITIVE)
    }

    /// The geometric mean, which a single very long load hardly moves.
    pub(super) fn typical(&self) -> Span {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is meant")]
        let milliseconds = self.mean.exp_m1().round() as u64;
        Span(milliseconds)
    }
}
