//! Durations in the JSON report (R8).

use serde::Serialize;

use crate::query::view::{Durations, HISTOGRAM_BOUNDS};
use crate::report::seconds;
use crate::time::Span;

#[derive(Serialize)]
pub(super) struct Duration {
    measured: u64,
    unmeasured: u64,
    mean_s: Option<f64>,
    mean_with_unmeasured_s: Option<f64>,
    p50_s: Option<f64>,
    p90_s: Option<f64>,
    p99_s: Option<f64>,
    max_s: Option<f64>,
    histogram: Vec<HistogramRow>,
}

#[derive(Serialize)]
struct HistogramRow {
    from_s: u64,
    to_s: Option<u64>,
    sessions: u64,
}

impl Duration {
    pub(super) fn of(durations: &Durations) -> Duration {
        let known = |span| seconds(durations.measured, span);
        Duration {
            measured: durations.measured,
            unmeasured: durations.unmeasured,
            mean_s: durations.mean_seconds(),
            mean_with_unmeasured_s: durations.mean_with_unmeasured_seconds(),
            p50_s: known(durations.p50),
            p90_s: known(durations.p90),
            p99_s: known(durations.p99),
            max_s: known(durations.max),
            histogram: histogram(&durations.histogram),
        }
    }
}

fn histogram(counts: &[u64]) -> Vec<HistogramRow> {
    let whole_seconds = |bound: &Span| bound.0 / 1000;
    let uppers = HISTOGRAM_BOUNDS.iter().skip(1).map(|bound| Some(whole_seconds(bound))).chain([None]);
    let bounds = HISTOGRAM_BOUNDS.iter().map(whole_seconds).zip(uppers);
    let row = |((from_s, to_s), sessions): ((u64, Option<u64>), &u64)| HistogramRow {
        from_s,
        to_s,
        sessions: *sessions,
    };
    bounds.zip(counts).map(row).collect()
}
