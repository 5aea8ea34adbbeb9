//! Funnels: how far those came who entered (R13).

use std::io;

use super::name;
use crate::query::definitions::Unit;
use crate::query::view::{FunnelStepRow, FunnelView, View};
use crate::report::funnels;
use crate::report::text_writer::{TextWriter, left, right};
use crate::text::{percent, thousands};

/// Writes the funnels that are defined.
pub(super) fn write(view: &View, out: &mut TextWriter) -> io::Result<()> {
    funnels(view).try_for_each(|funnel| write_funnel(funnel, out))
}

fn write_funnel(funnel: &FunnelView, out: &mut TextWriter) -> io::Result<()> {
    let title = format!("Funnel {}", name(&funnel.funnel, 24).trim_end());
    out.heading(&title, &summary(funnel))?;
    let columns = figures("reached", "of all", "of prev", "dropped", "to next");
    let columns = out.paint.muted(&format!("{}{columns}", left("  step", 34)));
    out.line(&columns)?;
    (1..).zip(&funnel.steps).try_for_each(|(nth, step)| out.line(&line(nth, step)))?;
    match besides(funnel) {
        besides if besides.is_empty() => Ok(()),
        besides => out.line(&format!("  {besides}")),
    }
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
    let to_next = step.to_next_p50.map(|span| span.to_string()).unwrap_or_default();
    let figures = figures(
        &thousands(step.reached),
        &share(step.of_first),
        &share(step.of_previous),
        &thousands(step.dropped),
        &to_next,
    );
    format!("  {}{figures}", name(&format!("{nth} {}{optional}", step.name), 32))
}

fn figures(reached: &str, of_first: &str, of_previous: &str, dropped: &str, to_next: &str) -> String {
    [right(reached, 9), right(of_first, 9), right(of_previous, 9), right(dropped, 9), right(to_next, 9)]
        .concat()
}
