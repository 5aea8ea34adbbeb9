//! `--replay SPEED`, in the monitor and in a report.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;

use std::path::Path;

use assert_cmd::Command;
use dwell::time::Span;
use support::DWELL;
use support::lines::{Hit, LONG_AGO, visitors};
use support::terminal::{Session, Size, dwell};

/// A visitor a minute, for ten minutes of a day long gone.
fn ten_minutes() -> String {
    visitors(LONG_AGO, Span::minutes(1), 11)
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("write");
    path.display().to_string()
}

/// How many sessions the screen has seen.
fn seen(session: &Session) -> u32 {
    let contents = session.contents();
    let before = contents.split("  seen").next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[test]
fn the_monitor_plays_a_log_at_speed_and_its_time_is_the_logs() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), "access.log", &ten_minutes());
    // Ten minutes in two seconds.
    let session = Session::start(dwell(&["--replay", "300", &log]), Size(120, 36));
    session.wait_for_header("REPLAY 300x");
    session.wait_for("some sessions, and not all of them", || (1..11).contains(&seen(&session)));
    let first = seen(&session);
    assert!(session.header().contains("2019-01-22 12:0"), "{}", session.header());
    session.wait_for("more sessions", || seen(&session) > first);
    session.wait_for_text("11  seen");
    // At its end it stands still, and is followed like any other log.
    session.wait_for_header("END OF LOG  30m  2019-01-22 12:10");
    let more = Hit::page(LONG_AGO + Span::minutes(20), "198.51.100.1", "/later").line();
    written(folder.path(), "access.log", &[ten_minutes(), more].concat());
    session.wait_for_text("12  seen");
    session.quit();
}

#[test]
fn a_log_that_is_silent_for_long_does_not_hold_another_one_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let silent = [
        Hit::page(LONG_AGO, "198.51.100.1", "/silence-begins").line(),
        Hit::page(LONG_AGO + Span::hours(6), "198.51.100.2", "/silence-ends").line(),
    ];
    let silent = written(folder.path(), "silent.log", &silent.concat());
    let busy = written(folder.path(), "busy.log", &ten_minutes());
    let session = Session::start(dwell(&["--replay", "600", &silent, &busy]), Size(120, 36));
    session.wait_for_text("12  seen");
    session.wait_for_header("REPLAY 600x");
    session.quit();
}

#[test]
fn a_report_of_a_replay_takes_its_time_and_has_the_same_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = written(folder.path(), "access.log", &ten_minutes());
    assert_eq!(figures(&["--replay", "6000", &log]), figures(&[&log]));
}

/// A report's figures, without the time at which it was made.
fn figures(arguments: &[&str]) -> serde_json::Value {
    let output = Command::new(DWELL).args(["report", "--json"]).args(arguments).output().expect("run");
    assert!(output.status.success(), "{output:?}");
    let mut report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    report["generated"] = serde_json::Value::Null;
    report
}
