//! Funnels in the JSON report (R13).

use serde::Serialize;

use crate::query::view::{FlowRow, FlowStep, FunnelStepRow, FunnelView, View};
use crate::report::{bound, funnels, rounded, share};
use crate::time::Span;

#[derive(Serialize)]
pub(super) struct FunnelRow<'a> {
    funnel: &'a str,
    unit: &'static str,
    order: &'static str,
    entry: &'static str,
    within_s: Option<f64>,
    from: Option<String>,
    to: Option<String>,
    entered: u64,
    settled: u64,
    open: u64,
    excluded: u64,
    /// Of the settled ones; null where there are none.
    conversion: Option<f64>,
    /// Of all that entered, as an estimate; null where there are none.
    conversion_now: Option<f64>,
    steps: Vec<StepRow<'a>>,
}

#[derive(Serialize)]
struct StepRow<'a> {
    step: usize,
    name: &'a str,
    optional: bool,
    reached: u64,
    of_first: Option<f64>,
    of_previous: Option<f64>,
    dropped: u64,
    to_next_p50_s: Option<f64>,
    to_next_p90_s: Option<f64>,
    instead: Vec<InsteadRow<'a>>,
}

#[derive(Serialize)]
struct InsteadRow<'a> {
    to: &'a str,
    sessions: u64,
    /// Of those who dropped.
    share: Option<f64>,
}

impl<'a> FunnelRow<'a> {
    pub(super) fn all(view: &'a View) -> Vec<FunnelRow<'a>> {
        funnels(view).map(|funnel| FunnelRow::of(funnel, view)).collect()
    }

    fn of(funnel: &'a FunnelView, view: &View) -> FunnelRow<'a> {
        FunnelRow {
            funnel: &funnel.funnel,
            unit: funnel.unit.name(),
            order: funnel.order.name(),
            entry: funnel.entry.name(),
            within_s: funnel.within.map(Span::as_seconds),
            from: bound(view, view.from),
            to: bound(view, view.to),
            entered: funnel.entered(),
            settled: funnel.settled,
            open: funnel.open,
            excluded: funnel.excluded,
            conversion: funnel.conversion().map(rounded),
            conversion_now: funnel.conversion_now().map(rounded),
            steps: (1..).zip(&funnel.steps).map(StepRow::of).collect(),
        }
    }
}

impl<'a> StepRow<'a> {
    fn of((step, row): (usize, &'a FunnelStepRow)) -> StepRow<'a> {
        StepRow {
            step,
            name: &row.name,
            optional: row.optional,
            reached: row.reached,
            of_first: row.of_first.map(rounded),
            of_previous: row.of_previous.map(rounded),
            dropped: row.dropped,
            to_next_p50_s: row.to_next_p50.map(Span::as_seconds),
            to_next_p90_s: row.to_next_p90.map(Span::as_seconds),
            instead: instead(row),
        }
    }
}

fn instead(row: &FunnelStepRow) -> Vec<InsteadRow<'_>> {
    let named = row.instead.iter().map(|one: &FlowRow| (to(&one.step), one.sessions));
    let elsewhere = (row.elsewhere > 0).then_some(("(other)", row.elsewhere));
    let rows = named.chain(elsewhere);
    rows.map(|(to, sessions)| InsteadRow { to, sessions, share: share(sessions, row.dropped) }).collect()
}

fn to(step: &FlowStep) -> &str {
    match step {
        FlowStep::Left => "(left)",
        FlowStep::StillHere => "(still here)",
        FlowStep::Source(name) | FlowStep::Page(name) | FlowStep::Action(name) => name,
    }
}
