//! Funnels in the JSON report (R13).

use serde::Serialize;

use crate::query::view::{FlowRow, FlowStep, FunnelBefore, FunnelSegment, FunnelStepRow, FunnelView, View};
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
    /// The window before; null where none is known.
    before: Option<BeforeRow>,
    by_channel: Vec<ChannelRow<'a>>,
}

#[derive(Serialize)]
struct BeforeRow {
    settled: u64,
    converted: u64,
    conversion: Option<f64>,
    /// Whether the conversion of the two windows differs by more than chance.
    sure: bool,
}

#[derive(Serialize)]
struct ChannelRow<'a> {
    channel: &'a str,
    entered: u64,
    converted: u64,
    conversion: Option<f64>,
    /// Whether it differs from that of all others by more than chance.
    sure: bool,
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
    reached_before: Option<u64>,
    sure: Option<bool>,
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
            steps: (1..).zip(&funnel.steps).map(|step| StepRow::of(funnel, step)).collect(),
            before: funnel.before.map(BeforeRow::of),
            by_channel: funnel.breakdown.iter().map(ChannelRow::of).collect(),
        }
    }
}

impl BeforeRow {
    fn of(before: FunnelBefore) -> BeforeRow {
        let conversion = before.conversion().map(rounded);
        let FunnelBefore { settled, converted, is_sure: sure } = before;
        BeforeRow { settled, converted, conversion, sure }
    }
}

impl<'a> ChannelRow<'a> {
    fn of(segment: &'a FunnelSegment) -> ChannelRow<'a> {
        ChannelRow {
            channel: &segment.name,
            entered: segment.entered,
            converted: segment.converted,
            conversion: segment.conversion().map(rounded),
            sure: segment.is_sure,
        }
    }
}

impl<'a> StepRow<'a> {
    fn of(funnel: &FunnelView, (step, row): (usize, &'a FunnelStepRow)) -> StepRow<'a> {
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
            reached_before: funnel.before.map(|_| row.reached_before),
            sure: funnel.before.map(|_| row.is_sure),
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
