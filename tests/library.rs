//! The library gives the same figures as `dwell report`.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::fmt::Write as _;
use std::process::Command;

use dwell::clock;
use dwell::config::Settings;
use dwell::demo::{DemoRate, Traffic, print};
use dwell::query::annotation::Annotations;
use dwell::query::question::{Order, Population, SessionSort, SessionsAsk, Window};
use dwell::report::{self, About, OutputFormat, Paint};
use dwell::time::{Millis, Span};
use dwell::{Question, View};
use serde_json::Value;

/// 2026-11-02, a Monday.
const START: Millis = Millis(1_793_577_600_000);

/// A simulated day's beginning.
fn log() -> String {
    let mut lines = Vec::new();
    print(&mut Traffic::new(1, START, DemoRate::default()), 3000, &mut lines).expect("memory takes lines");
    String::from_utf8(lines).expect("text")
}

fn answer(lines: &str, question: &Question) -> View {
    dwell::read(lines).ask(question).expect("lines that are read")
}

/// A report in JSON, without what says when it was made and of which input.
fn comparable(json: &[u8]) -> Value {
    let mut report: Value = serde_json::from_slice(json).expect("JSON");
    report["generated"] = Value::Null;
    report["input"]["inputs"][0]["name"] = Value::Null;
    report["input"]["inputs"][0]["bytes"] = Value::Null;
    report
}

#[test]
fn a_log_in_memory_gives_the_report_of_a_file() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(&file, log()).expect("a log");
    let mut dwell = Command::new(env!("CARGO_BIN_EXE_dwell"));
    dwell.args(["report", "--json"]).arg(file.path()).env("XDG_CONFIG_HOME", "/nonexistent");
    let printed = dwell.output().expect("it runs").stdout;

    let settings = Settings::default();
    let question = report::question(&settings, OutputFormat::Json).expect("no list of sessions");
    let about = About {
        settings: &settings,
        generated: clock::wall(),
        paint: Paint::default(),
        alerts: None,
        annotations: &Annotations::default(),
        earlier: None,
    };
    let mut written = Vec::new();
    report::write(OutputFormat::Json, &answer(&log(), &question), about, &mut written)
        .expect("memory takes text");
    assert_eq!(comparable(&written), comparable(&printed));
}

#[test]
fn r6_the_order_of_lines_does_not_matter() {
    let log = log();
    let mut lines: Vec<_> = log.lines().collect();
    lines.reverse();
    let (there, back) = (answer(&log, &Question::default()), answer(&lines.join("\n"), &Question::default()));
    assert_eq!((there.totals, there.durations), (back.totals, back.durations));
}

#[test]
fn lines_are_read_within_what_collectors_put_around_them() {
    let log = log();
    let mut wrapped = String::new();
    for line in log.lines() {
        writeln!(wrapped, "<190>Nov  2 00:00:00 web1 nginx: {line}").expect("a text grows");
    }
    assert_eq!(answer(&wrapped, &Question::default()).totals, answer(&log, &Question::default()).totals);
}

#[test]
fn sessions_are_listed_where_they_are_asked_for() {
    let every = SessionsAsk {
        population: Population::Seen,
        sort: SessionSort::Start,
        order: Order::Ascending,
        rows: usize::MAX,
    };
    let view = answer(&log(), &Question { sessions: Some(every), ..Question::default() });
    let list = view.sessions.expect("a list");
    assert_eq!(list.rows.len() as u64, view.totals.sessions);
    assert!(list.rows.is_sorted_by_key(|row| row.start));
}

#[test]
fn lines_that_no_format_reads_are_an_error_and_not_an_empty_answer() {
    let error = dwell::read("not\na log\n").ask(&Question::default()).expect_err("no log");
    assert!(error.to_string().contains("in no format that dwell knows"), "{error}");
}

#[test]
fn no_lines_are_no_sessions() {
    assert_eq!(answer("", &Question::default()).totals.sessions, 0);
}

#[test]
fn a_window_that_ends_now_is_refused() {
    let question = Question { window: Window::Last(Span::minutes(30)), ..Question::default() };
    let error = dwell::read(log()).ask(&question).expect_err("no such window");
    assert!(error.to_string().contains("`window`"), "{error}");
}
