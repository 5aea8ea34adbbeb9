//! A watch serves its figures over HTTP, and stops serving when it ends.

mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use dwell::clock;
use dwell::time::Span;
use support::watch::Watch;

const ALERT: &str = "[[alert]]\nname = \"busy\"\nwhen = \"hits > 10\"\nseverity = \"page\"\n";

/// Twenty people who are here now.
fn lines() -> String {
    let stamp = (clock::wall() - Span::seconds(30)).utc().format("%d/%b/%Y:%H:%M:%S +0000").to_string();
    let line = |person| {
        format!(
            "192.0.2.{person} - - [{stamp}] \"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0 Firefox/140.0\"\n"
        )
    };
    (0..20).map(line).collect()
}

/// A wait for what comes at once, on a slow machine.
fn in_time(what: &str, mut is_there: impl FnMut() -> bool) {
    let deadline = clock::monotonic() + Duration::from_secs(60);
    while !is_there() {
        assert!(clock::monotonic() < deadline, "{what} does not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_watch_serves_metrics_its_report_and_its_health() {
    let watch = Watch::start(&[], lines(), ALERT);
    in_time("the log", || watch.ask("/metrics").contains("\ndwell_active_sessions 20\n"));
    assert_eq!(watch.ask("/healthz"), "ok\n");
    let report: serde_json::Value = serde_json::from_str(&watch.ask("/report.json")).expect("JSON");
    assert_eq!(report["sessions"]["total"], 20);
    in_time("the alert", || {
        watch.ask("/metrics").contains("\ndwell_alert_firing{alert=\"busy\",severity=\"page\"} 1\n")
    });
}

/// `promtool` comes with Prometheus: names, help and types are as its conventions want them.
#[test]
fn prometheus_finds_nothing_wrong_with_the_metrics() {
    let promtool = Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).spawn();
    let Ok(mut promtool) = promtool else {
        eprintln!("skipped: promtool is not here; it is a part of Debian's package prometheus");
        return;
    };
    let watch = Watch::start(&[], lines(), ALERT);
    in_time("the log", || watch.ask("/metrics").contains("\ndwell_active_sessions 20\n"));
    let page = watch.ask("/metrics");
    promtool.stdin.take().expect("its input").write_all(page.as_bytes()).expect("a pipe");
    assert!(promtool.wait().expect("promtool ends").success(), "{page}");
}
