//! What a backtest of alerts found, as text and as JSON (R16).

use std::io::{self, Write};

use serde::Serialize;

use super::About;
use super::text_writer::TextWriter;
use crate::alert::board::FiredAlert;
use crate::query::view::View;
use crate::text::{fit, harmless, thousands};
use crate::time::Millis;

/// One firing.
#[derive(Debug, Serialize)]
pub(super) struct AlertEntry<'a> {
    alert: &'a str,
    severity: &'a str,
    state: &'static str,
    value: Option<f64>,
    threshold: Option<f64>,
    since: String,
    fired: String,
    resolved: Option<String>,
}

impl AlertEntry<'_> {
    pub(super) fn of(fired: &FiredAlert) -> AlertEntry<'_> {
        let rounded = |figure: f64| (figure * 1e6).round() / 1e6;
        AlertEntry {
            alert: &fired.alert,
            severity: &fired.severity,
            state: if fired.resolved.is_some() { "resolved" } else { "firing" },
            value: fired.value.map(rounded),
            threshold: fired.threshold.map(rounded),
            since: fired.since.rfc3339(),
            fired: fired.fired.rfc3339(),
            resolved: fired.resolved.map(Millis::rfc3339),
        }
    }
}

/// Columns of the times, and of the value.
const TIME: usize = 19;
const VALUE: usize = 18;
const NAME: usize = 20;

/// Writes when each alert would have fired.
///
/// # Errors
/// Write errors, including a broken pipe.
pub fn write_alerts(fired: &[FiredAlert], view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    let mut out = TextWriter::new(out, about.paint);
    let zone = about.settings.zone;
    let stamp = |at: Millis| zone.civil(at).format("%Y-%m-%d %H:%M:%S").to_string();
    let title = out.paint.strong("dwell report");
    out.line(title + "  alerts, as they would have fired")?;
    if view.intake.hits == 0 {
        return out.line("Nothing was read.");
    }
    out.line(format!("{} to {} {}", stamp(view.from), stamp(view.to), zone.label(view.to)))?;
    let heading = format!("{:NAME$} {:TIME$} {:TIME$} {:>VALUE$}", "Alert", "Fired", "Over", "Value");
    out.line("")?;
    out.line(out.paint.strong(&heading))?;
    for one in fired {
        let over = one.resolved.map_or_else(|| "still firing".to_owned(), stamp);
        let name = fit(&harmless(&one.alert), NAME);
        let value = &one.value_in_words;
        out.line(format!("{name:NAME$} {:TIME$} {over:TIME$} {value:>VALUE$}", stamp(one.fired)))?;
    }
    if fired.is_empty() {
        out.line("None would have fired.")?;
    }
    out.line("")?;
    for rule in &about.settings.additions.alerts.alerts {
        let times = fired.iter().filter(|one| one.alert == rule.name).count() as u64;
        let times = if times == 1 { "once".to_owned() } else { format!("{} times", thousands(times)) };
        out.line(format!("{}: {times}. {}, over {}", harmless(&rule.name), rule.when, rule.over))?;
    }
    Ok(())
}
