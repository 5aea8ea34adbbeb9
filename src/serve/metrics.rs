//! A view in Prometheus' text format, version 0.0.4: names and units by its conventions, base units, and no label whose
//! values come from the log.

use std::fmt::Write as _;

use crate::alert::board::AlertRow;
use crate::query::view::{Count, Finding, InputState, KIND_NAMES, View};
use crate::text::harmless;

/// The media type of the format.
pub(super) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes all figures of a view about the last minutes, and the alerts of the config.
pub(super) fn write(view: &View, alerts: &[AlertRow]) -> String {
    let mut page = Exposition::default();
    build(&mut page);
    intake(view, &mut page);
    sessions(view, &mut page);
    traffic(view, &mut page);
    findings(view, &mut page);
    firing(alerts, &mut page);
    page.text
}

fn build(page: &mut Exposition) {
    let labels = [("version", env!("CARGO_PKG_VERSION"))];
    page.gauge("dwell_build_info", "The version of dwell that runs.").labelled(&labels, 1.0);
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn intake(view: &View, page: &mut Exposition) {
    let intake = &view.intake;
    let counters = [
        ("dwell_lines_total", "Lines read, empty ones left out.", intake.lines),
        ("dwell_read_bytes_total", "Bytes read.", intake.bytes),
        ("dwell_malformed_lines_total", "Lines that could not be read.", intake.malformed),
        ("dwell_late_hits_total", "Hits dropped because they came too late.", intake.late),
        ("dwell_ahead_lines_total", "Lines whose time lies too far ahead.", intake.ahead),
        ("dwell_dropped_lines_total", "Lines dropped because they came too fast.", intake.overflow),
    ];
    for (name, help, count) in counters {
        page.counter(name, help).plain(count as f64);
    }
    let mut hits = page.counter("dwell_hits_total", "Hits by kind, bots and assets too.");
    for (kind, count) in KIND_NAMES.into_iter().zip(intake.kinds) {
        hits.labelled(&[("kind", kind)], count as f64);
    }
    let mut inputs = page.gauge("dwell_inputs", "Inputs by their state.");
    let states = [
        ("loading", InputState::Loading),
        ("live", InputState::Live),
        ("ended", InputState::Ended),
        ("failed", InputState::Failed),
    ];
    for (name, state) in states {
        let count = intake.inputs.iter().filter(|input| input.state == state).count();
        inputs.labelled(&[("state", name)], count as f64);
    }
    page.gauge("dwell_doubts", "Doubts about how inputs are read.").plain(intake.doubts.len() as f64);
    page.gauge("dwell_memory_bytes", "Memory used by sessions and dictionaries.").plain(intake.memory as f64);
    let clock = view.now.0 as f64 / 1000.0;
    page.gauge("dwell_log_clock_timestamp_seconds", "The instant of these figures, on the log's clock.")
        .plain(clock);
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn sessions(view: &View, page: &mut Exposition) {
    let totals = &view.totals;
    let gauges = [
        ("dwell_active_sessions", "Sessions with an event in the last minutes (--active).", totals.active),
        ("dwell_open_sessions", "Sessions that are not closed yet.", totals.open),
        ("dwell_sessions", "Sessions seen in the last 5 minutes, bots left out.", totals.sessions),
        ("dwell_bot_sessions", "Sessions of bots seen in the last 5 minutes.", totals.bots.total()),
        ("dwell_pageviews", "Pageviews of the sessions of the last 5 minutes.", totals.pageviews),
        ("dwell_actions", "Actions of the sessions of the last 5 minutes.", totals.actions),
    ];
    for (name, help, count) in gauges {
        page.gauge(name, help).plain(count as f64);
    }
    let (Count::Exact(visitors) | Count::About(visitors)) = totals.visitors;
    page.gauge("dwell_visitors", "Visitors of the last 5 minutes.").plain(visitors as f64);
    let mut rates = page.gauge("dwell_bounce_ratio", "Bounce rate, from 0 to 1, of the last 5 minutes.");
    for (name, rate) in [("settled", view.bounce.settled), ("now", view.bounce.now)] {
        if let Some(share) = rate.share() {
            rates.labelled(&[("rate", name)], share);
        }
    }
    // The channels are dwell's own (R10), so their number is bounded.
    let mut channels = page.gauge("dwell_channel_sessions", "Sessions of the last 5 minutes by channel.");
    for row in view.tables.first().map_or(&[][..], |table| &table.rows) {
        channels.labelled(&[("channel", &row.key)], row.sessions as f64);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
fn traffic(view: &View, page: &mut Exposition) {
    let Some(traffic) = &view.traffic else { return };
    let totals = &traffic.totals;
    let mut classes = page.gauge("dwell_recent_hits", "Hits of the last 5 minutes by class of their status.");
    for class in 1..=5 {
        let of_class = totals.by_status.iter().filter(|(status, _)| status / 100 == class);
        let count: u64 = of_class.map(|(_, count)| count).sum();
        classes.labelled(&[("class", &format!("{class}xx"))], count as f64);
    }
    page.gauge("dwell_recent_failures", "Hits of the last 5 minutes answered 4xx or 5xx.")
        .plain(totals.failures as f64);
    page.gauge("dwell_recent_response_bytes", "Bytes of the answers of the last 5 minutes.")
        .plain(totals.bytes as f64);
    let mut loads = page.gauge("dwell_load_time_seconds", "Load times of the last 5 minutes.");
    for (name, load) in [("50", totals.load_p50), ("95", totals.load_p95)] {
        if let Some(load) = load {
            loads.labelled(&[("percentile", name)], load.as_seconds());
        }
    }
}

fn findings(view: &View, page: &mut Exposition) {
    let mut counts = page.gauge("dwell_findings", "What stands out, by kind of finding.");
    for kind in Finding::KINDS {
        let count = view.findings.iter().filter(|finding| finding.kind() == kind).count();
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        counts.labelled(&[("kind", kind)], count as f64);
    }
}

/// Alerts are named in the config, so their number is bounded.
fn firing(alerts: &[AlertRow], page: &mut Exposition) {
    if alerts.is_empty() {
        return;
    }
    let mut states = page.gauge("dwell_alert_firing", "Whether an alert of the config fires.");
    for row in alerts {
        let fires = if row.state.firing().is_some() { 1.0 } else { 0.0 };
        states.labelled(&[("alert", &row.name), ("severity", &row.severity)], fires);
    }
}

/// A page in the text format.
#[derive(Default)]
struct Exposition {
    text: String,
}

/// A metric whose samples are written next.
struct Family<'a> {
    page: &'a mut Exposition,
    name: &'static str,
}

impl Exposition {
    fn gauge(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }

    fn counter(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }

    fn family(&mut self, name: &'static str, kind: &str, help: &str) -> Family<'_> {
        // Writing to a string cannot fail; the same below.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family { page: self, name }
    }
}

impl Family<'_> {
    fn plain(&mut self, value: f64) {
        let _ = writeln!(self.page.text, "{} {value}", self.name);
    }

    fn labelled(&mut self, labels: &[(&str, &str)], value: f64) {
        let label = |(name, value): &(&str, &str)| format!("{name}=\"{}\"", escaped(value));
        let labels: Vec<_> = labels.iter().map(label).collect();
        let _ = writeln!(self.page.text, "{}{{{}}} {value}", self.name, labels.join(","));
    }
}

/// The value of a label: backslashes, quotes and newlines are escaped. For others the format has no escapes.
fn escaped(value: &str) -> String {
    harmless(&value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n")).into_owned()
}
