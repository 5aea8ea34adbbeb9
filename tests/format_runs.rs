//! End-to-end runs per format: format name, visitors and consent reach the report.

#![allow(clippy::expect_used, reason = "what a test needs is there")]

use std::io::Write as _;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::NamedTempFile;

fn log(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("room");
    file
}

fn report(text: &str, flags: &[&str]) -> Value {
    let file = log(text);
    let mut command = Command::cargo_bin("dwell").expect("the program");
    command.args(["report", "--json"]).args(flags).arg(file.path());
    let output = command.assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).expect("JSON")
}

fn refusal(format: &str) -> String {
    let file = log("");
    let mut command = Command::cargo_bin("dwell").expect("the program");
    command.args(["report", "--format", format]).arg(file.path());
    let output = command.assert().code(2).get_output().stderr.clone();
    String::from_utf8_lossy(&output).into_owned()
}

/// A line a second, whose columns change every `turn` lines so that the old ones would find no status.
fn w3c_log(lines: u32, turn: u32) -> String {
    (0..lines).map(|number| w3c_line(number, turn)).collect()
}

fn w3c_line(number: u32, turn: u32) -> String {
    let clock = format!("2026-11-24 {:02}:{:02}:{:02}", number / 3600, number / 60 % 60, number % 60);
    let (address, page) = (format!("192.0.2.{}", number % 200), format!("/page-{}", number % 50));
    let (columns, line) = if (number / turn).is_multiple_of(2) {
        ("c-ip sc-status cs-method cs-uri-stem", format!("{clock} {address} 200 GET {page}\n"))
    } else {
        ("cs-method cs-uri-stem c-ip sc-status", format!("{clock} GET {page} {address} 200\n"))
    };
    if number.is_multiple_of(turn) {
        format!("#Version: 1.0\n#Fields: date time {columns}\n{line}")
    } else {
        line
    }
}

/// A line as a program of one's own writes it.
fn app_line(second: u32, user: &str, path: &str) -> String {
    format!(
        "{{\"at\":\"2026-11-24T14:02:{second:02}Z\",\"user\":{{\"id\":\"{user}\"}},\"from\":[\"192.0.2.7\"],\
         \"path\":\"{path}\",\"code\":200,\"browser\":\"Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0\"}}\n"
    )
}

#[test]
fn lines_of_ones_own_are_read_as_the_config_maps_them() {
    let config = log("[format]\ntime = \"at\"\naddress = \"from\"\nuser = \"user.id\"\ntarget = \"path\"\n\
                      status = \"code\"\nagent = \"browser\"\n");
    let config = config.path().to_str().expect("UTF-8");
    let text = [app_line(1, "ann", "/a"), app_line(2, "bob", "/a"), app_line(3, "ann", "/style.css")];
    let text =
        text.concat() + &app_line(4, "ann", "/b?utm_source=news") + "{\"at\":\"2026-11-24T14:02:05Z\"}\n";
    let report = report(&text, &["--config", config]);
    assert_eq!(report["input"]["inputs"][0]["format"], "JSON as mapped by [format]");
    assert_eq!(report["input"]["malformed"], 1);
    assert_eq!(report["input"]["kinds"]["asset"], 1);
    // Two people at one address with one browser.
    assert_eq!(report["sessions"]["total"], 2);
    assert_eq!(report["sessions"]["pageviews"], 3);
}

#[test]
fn columns_that_change_within_a_log_hold_for_the_lines_after_them_whoever_reads_those() {
    // Some 3 MB: many blocks, read by several workers.
    let report = report(&w3c_log(60_000, 700), &[]);
    assert_eq!(report["input"]["inputs"][0]["format"], "W3C extended");
    assert_eq!(report["input"]["malformed"], 0);
    assert_eq!(report["input"]["kinds"]["pageview"], 60_000);
}

#[test]
fn a_log_that_is_read_from_its_middle_has_the_columns_that_hold_there() {
    // The directives are far from each other, and reading begins on either side of the one at 16:06:40.
    let text = w3c_log(60_000, 29_000);
    for minute in (0..40).step_by(4) {
        let report = report(&text, &["--since", &format!("2026-11-24T16:{minute:02}:00Z")]);
        assert_eq!(report["input"]["malformed"], 0, "since 16:{minute:02}");
        assert_eq!(report["input"]["kinds"]["pageview"], 60_000 - (16 * 60 + minute) * 60);
    }
}

#[test]
fn r11_hits_of_those_who_want_to_be_left_alone_are_counted_and_in_no_session() {
    let format = "%h %t \"%r\" %>s \"%{Sec-GPC}i\"";
    let line = |second: u32, gpc: &str| {
        format!("192.0.2.7 [24/Nov/2026:14:02:{second:02} +0000] \"GET /a HTTP/1.1\" 200 \"{gpc}\"\n")
    };
    let text = [line(1, "-"), line(2, "1"), line(3, "1"), line(4, "-")].concat();
    let report = report(&text, &["--format", format, "--include-bots"]);
    assert_eq!(report["input"]["kinds"]["pageview"], 4);
    assert_eq!(report["input"]["consentless"], 2);
    assert_eq!(report["sessions"]["total"], 1);
    assert_eq!(report["sessions"]["pageviews"], 2);
}

#[test]
fn r4_events_of_a_device_are_a_session_also_when_its_visitor_signs_in() {
    let event = |kind: &str, device: &str, user: &str, second: u32| {
        format!(
            "{{\"type\":\"{kind}\",\"event\":\"Signed Up\",\"anonymousId\":\"{device}\",\"userId\":{user},\
             \"properties\":{{\"url\":\"https://shop.example/join.css\"}},\
             \"context\":{{\"userAgent\":\"Mozilla/5.0 Firefox/145.0\"}},\
             \"timestamp\":\"2026-11-24T14:02:{second:02}Z\"}}\n"
        )
    };
    let text = [
        event("page", "phone", "null", 1),
        event("identify", "phone", "\"u-7\"", 2),
        event("track", "phone", "\"u-7\"", 3),
        event("page", "laptop", "\"u-7\"", 4),
    ];
    let report = report(&text.concat(), &[]);
    assert_eq!(report["input"]["inputs"][0]["format"], "events as JSON lines");
    // An event names its own kind, whatever its page is called.
    assert_eq!(report["input"]["kinds"]["pageview"], 2);
    assert_eq!(report["sessions"]["total"], 2);
    assert_eq!(report["sessions"]["actions"], 1);
    assert_eq!(report["sessions"]["bounced"], 1);
}

#[test]
fn a_format_that_cannot_be_read_with_says_what_to_do() {
    assert!(refusal("$remote_addr $status $request").contains("add [$time_local]"));
    assert!(refusal("cady").contains("did you mean caddy?"));
}
