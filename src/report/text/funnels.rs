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
    let title = format!("Funnel {}", crate::text::harmless(&funnel.funnel));
    out.heading(&title, &summary(funnel))?;
    let columns = figures("reached", "of all", "of prev", "dropped", "to next");
    let columns = out.paint.muted(&format!("{}{columns}", left("  step", 36)));
    out.line(&columns)?;
    (1..).zip(&funnel.steps).try_for_each(|(nth, step)| out.line(&line(nth, step)))
}

fn summary(funnel: &FunnelView) -> String {
    let unit = match funnel.unit {
        Unit::Session => "sessions",
        Unit::Visitor => "visitors",
    };
    let conversion = funnel.conversion().map_or_else(|| "none".to_owned(), percent);
    let mut parts = vec![
        format!("{} {unit} entered, {conversion} of them came to the end", thousands(funnel.settled)),
        funnel.order.name().to_owned(),
    ];
    if funnel.open > 0 {
        let now = funnel.conversion_now().map(percent).unwrap_or_default();
        parts.push(format!("{} more are under way: ≈ {now} now", thousands(funnel.open)));
    }
    if funnel.excluded > 0 {
        parts.push(format!("{} left out", thousands(funnel.excluded)));
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
    format!("  {}{figures}", name(&format!("{nth} {}{optional}", step.name), 34))
}

fn figures(reached: &str, of_first: &str, of_previous: &str, dropped: &str, to_next: &str) -> String {
    [right(reached, 9), right(of_first, 9), right(of_previous, 9), right(dropped, 9), right(to_next, 9)]
        .concat()
}
