//! Funnels as CSV: a row for each step (R13).

use super::{number, text};
use crate::query::view::{FunnelStepRow, FunnelView, View};
use crate::report::{funnels, rounded};
use crate::time::Span;

pub(super) const HEADER: [&str; 23] = [
    "funnel",
    "unit",
    "order",
    "entry",
    "entered",
    "settled",
    "open",
    "excluded",
    "conversion",
    "conversion_now",
    "step",
    "name",
    "optional",
    "reached",
    "of_first",
    "of_previous",
    "dropped",
    "to_next_p50_s",
    "to_next_p90_s",
    "conversion_before",
    "reached_before",
    "sure",
    "privacy",
];

pub(super) fn rows(view: &View) -> Vec<Vec<String>> {
    let all = funnels(view).flat_map(|funnel| (1..).zip(&funnel.steps).map(move |step| (funnel, step)));
    all.map(|(funnel, step)| cells(funnel, step)).collect()
}

fn cells(funnel: &FunnelView, (nth, step): (usize, &FunnelStepRow)) -> Vec<String> {
    let share = |share: Option<f64>| number(share.map(rounded));
    vec![
        text(&funnel.funnel),
        funnel.unit.name().to_owned(),
        funnel.order.name().to_owned(),
        funnel.entry.name().to_owned(),
        funnel.entered().to_string(),
        funnel.settled.to_string(),
        funnel.open.to_string(),
        funnel.excluded.to_string(),
        share(funnel.conversion()),
        share(funnel.conversion_now()),
        nth.to_string(),
        text(&step.name),
        step.optional.to_string(),
        step.reached.to_string(),
        share(step.of_first),
        share(step.of_previous),
        step.dropped.to_string(),
        number(step.to_next_p50.map(Span::as_seconds)),
        number(step.to_next_p90.map(Span::as_seconds)),
        share(funnel.before.and_then(|before| before.conversion())),
        funnel.before.map(|_| step.reached_before.to_string()).unwrap_or_default(),
        funnel.before.map(|_| step.is_sure.to_string()).unwrap_or_default(),
    ]
}
