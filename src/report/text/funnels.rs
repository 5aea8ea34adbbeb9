//! Funnels: how far those came who entered (R13).

use std::io;

use super::name;
use crate::query::definitions::Unit;
use crate::query::view::{FunnelBefore, FunnelSegment, FunnelStepRow, FunnelView, View};
use crate::report::funnels;
use crate::report::text_writer::{TextWriter, left, right};
use crate::text::{percent, thousands};

const STEP: usize = 26;
/// The channels that are shown.
const CHANNELS: usize = 5;

/// Writes the funnels that are defined.
pub(super) fn write(view: &View, out: &mut TextWriter) -> io::Result<()> {
    funnels(view).try_for_each(|funnel| write_funnel(funnel, out))
}

fn write_funnel(funnel: &FunnelView, out: &mut TextWriter) -> io::Result<()> {
    let title = format!("Funnel {}", name(&funnel.funnel, 24).trim_end());
    out.heading(&title, &summary(funnel))?;
    let columns = figures("reached", "of all", "of prev", "dropped", "p50/p90 to next");
    let columns = out.paint.muted(&format!("{}{columns}", left("  step", STEP + 2)));
    out.line(columns)?;
    (1..).zip(&funnel.steps).try_for_each(|(nth, step)| out.line(line(nth, step)))?;
    match besides(funnel) {
        besides if besides.is_empty() => {}
        besides => out.line(format!("  {besides}"))?,
    }
    write_changes(funnel, out)?;
    write_channels(funnel, out)
}

/// What has changed since the window before, where that is known.
fn write_changes(funnel: &FunnelView, out: &mut TextWriter) -> io::Result<()> {
    let Some(before) = funnel.before else { return Ok(()) };
    let changed = funnel.steps.iter().filter(|step| step.is_sure);
    let changed: Vec<_> = changed.map(|step| name(&step.name, STEP).trim_end().to_owned()).collect();
    let steps = match changed.as_slice() {
        [] => "no step has surely changed".to_owned(),
        steps => format!("surely changed: {}", steps.join(", ")),
    };
    out.paragraph(&format!("Before: {}; {steps}.", conversion_before(before)))
}

fn conversion_before(before: FunnelBefore) -> String {
    let Some(conversion) = before.conversion() else { return "nobody entered".to_owned() };
    let sure = if before.is_sure { "a sure change" } else { "no sure change" };
    format!("{} of {} converted, {sure}", percent(conversion), thousands(before.settled))
}

/// The channels of those who entered, those of most first.
fn write_channels(funnel: &FunnelView, out: &mut TextWriter) -> io::Result<()> {
    if funnel.breakdown.is_empty() {
        return Ok(());
    }
    let columns = channel_figures("entered", "converted", "rate", "");
    let columns = out.paint.muted(&format!("{}{columns}", left("  by channel", STEP + 2)));
    out.line(columns)?;
    funnel.breakdown.iter().take(CHANNELS).try_for_each(|segment| out.line(channel(segment, funnel)))
}

fn channel(segment: &FunnelSegment, funnel: &FunnelView) -> String {
    let rate = segment.conversion();
    let sure = match (segment.is_sure, rate > funnel.conversion()) {
        (false, _) => "",
        (true, true) => "▲ sure",
        (true, false) => "▼ sure",
    };
    let rate = rate.map(percent).unwrap_or_default();
    let figures = channel_figures(&thousands(segment.entered), &thousands(segment.converted), &rate, sure);
    format!("  {}{figures}", name(&segment.name, STEP))
}

fn channel_figures(entered: &str, converted: &str, rate: &str, sure: &str) -> String {
    [right(entered, 9), right(converted, 11), right(rate, 9), right(sure, 9)].concat()
}

fn summary(funnel: &FunnelView) -> String {
    let unit = match funnel.unit {
        Unit::Session => "sessions",
        Unit::Visitor => "visitors",
    };
    let conversion =
        funnel.conversion().map_or_else(String::new, |share| format!(", {} converted", percent(share)));
    format!("{} {unit}{conversion}", thousands(funnel.settled))
}

/// Those who are not in the steps.
fn besides(funnel: &FunnelView) -> String {
    let mut parts = Vec::new();
    if funnel.open > 0 {
        let now = funnel.conversion_now().map(percent).unwrap_or_default();
        parts.push(format!("{} more under way: ≈ {now} now", thousands(funnel.open)));
    }
    if funnel.excluded > 0 {
        parts.push(format!("{} left out by `exclude`", thousands(funnel.excluded)));
    }
    parts.join(" · ")
}

fn line(nth: usize, step: &FunnelStepRow) -> String {
    let share = |share: Option<f64>| share.map(percent).unwrap_or_default();
    let optional = if step.optional { " (optional)" } else { "" };
    let to_next = step.to_next_p50.zip(step.to_next_p90);
    let to_next = to_next.map(|(half, most)| format!("{half} / {most}")).unwrap_or_default();
    let figures = figures(
        &thousands(step.reached),
        &share(step.of_first),
        &share(step.of_previous),
        &thousands(step.dropped),
        &to_next,
    );
    format!("  {}{figures}", name(&format!("{nth} {}{optional}", step.name), STEP))
}

fn figures(reached: &str, of_first: &str, of_previous: &str, dropped: &str, to_next: &str) -> String {
    [right(reached, 9), right(of_first, 9), right(of_previous, 9), right(dropped, 9), right(to_next, 16)]
        .concat()
}
