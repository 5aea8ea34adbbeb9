//! Doubts: lines that parse but look wrong raise a doubt with a remedy (design.md section 5).

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

#[path = "support/readme.rs"]
mod readme;

use std::fmt::Write as _;

use assert_cmd::Command;
use dwell::query::view::DoubtKind;
use serde_json::Value;
use tempfile::TempDir;

const BROWSERS: [&str; 5] = ["Firefox/150.0", "Chrome/149.0", "Safari/26.0", "Edg/149.0", "OPR/120.0"];

/// A pageview per minute in the combined format.
fn combined(number: usize, address: &str, rest: &str) -> String {
    let (hour, minute, page) = (number / 60, number % 60, number % 7);
    format!(
        "{address} - - [24/Nov/2026:{hour:02}:{minute:02}:00 +0000] \"GET /page-{page} HTTP/1.1\" 200 512{rest}\n"
    )
}

fn agent(number: usize) -> String {
    format!(" \"-\" \"Mozilla/5.0 (X11; Linux x86_64) {}\"", BROWSERS[number % BROWSERS.len()])
}

fn log(line: impl Fn(usize) -> String) -> String {
    (0..200).map(line).collect()
}

/// The doubts of the report with their texts, and the notices.
fn doubts_of(logs: &[(&str, &str)], flags: &[&str]) -> (Vec<(String, String)>, String) {
    let folder = TempDir::new().expect("a folder");
    let mut command = Command::cargo_bin("dwell").expect("the program");
    command.current_dir(&folder).args(["report", "--json"]).args(flags);
    for (name, text) in logs {
        std::fs::write(folder.path().join(name), text).expect("room");
        command.arg(name);
    }
    let output = command.assert().success().get_output().clone();
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = |doubt: &Value, key: &str| doubt[key].as_str().expect("a text").to_owned();
    let doubts = report["input"]["doubts"].as_array().expect("a list").iter();
    let doubts = doubts.map(|doubt| (text(doubt, "doubt"), text(doubt, "text"))).collect();
    (doubts, String::from_utf8(output.stderr).expect("text"))
}

/// The names of the doubts of one log, and the notices.
fn doubts(text: &str, flags: &[&str]) -> (Vec<String>, String) {
    let (doubts, said) = doubts_of(&[("access.log", text)], flags);
    (doubts.into_iter().map(|(name, _)| name).collect(), said)
}

/// The same requests as logged by a proxy and by the server behind it.
fn in_front_and_behind() -> (String, String) {
    let front = log(|number| combined(number, &format!("203.0.113.{}", number % 40), &agent(number)));
    let behind = log(|number| combined(number, "127.0.0.1", &agent(number)));
    (front, behind)
}

/// A format string that takes the response time at the end of combined lines for the host.
const HOST: &str =
    "$remote_addr - - [$time_local] \"$request\" $status $size \"$http_referer\" \"$http_user_agent\" $host";

/// Logs and flags that raise each kind of doubt.
fn doubtful(kind: DoubtKind) -> (Vec<(&'static str, String)>, &'static [&'static str]) {
    const COMBINED: &[&str] = &["--format", "combined"];
    let address = |number: usize| format!("203.0.113.{}", number % 40);
    let one = |line: &dyn Fn(usize) -> String| vec![("access.log", log(line))];
    match kind {
        DoubtKind::NoAgents => (one(&|number| combined(number, &address(number), "")), &[]),
        DoubtKind::NoAddress => (
            one(&|number| {
                let (hour, minute) = (number / 60, number % 60);
                format!(
                    "{{\"time\":\"2026-11-24T{hour:02}:{minute:02}:00Z\",\"path\":\"/\",\"status\":200,\"agent\":\"{}\"}}\n",
                    BROWSERS[number % BROWSERS.len()]
                )
            }),
            &[],
        ),
        DoubtKind::OneAddress => (one(&|number| combined(number, "10.0.0.1", &agent(number))), &[]),
        DoubtKind::AddressPerLine => {
            let address = |number: usize| format!("203.0.{}.{}", number / 100, number % 100);
            (one(&|number| combined(number, &address(number), &agent(1))), &[])
        }
        DoubtKind::ForwardedUnused => {
            let rest = |number: usize| format!("{} \"{}\"", agent(number), address(number));
            (one(&|number| combined(number, "10.0.0.1", &rest(number))), COMBINED)
        }
        DoubtKind::LoggedTwice => {
            let (front, behind) = in_front_and_behind();
            (vec![("nginx.log", front), ("apache.log", behind)], &[])
        }
        DoubtKind::NoHosts => {
            let line = |number: usize| {
                combined(number, &address(number), &format!("{} 0.{number:03}", agent(number)))
            };
            (one(&line), &["--format", HOST])
        }
        DoubtKind::LoadUnused => {
            let rest = |number: usize| format!("{} 0.{number:03}", agent(number));
            (one(&|number| combined(number, &address(number), &rest(number))), COMBINED)
        }
    }
}

#[test]
fn each_doubt_is_raised_and_the_readme_shows_it() {
    let mut table = String::from("\n| doubt | what is said |\n| --- | --- |\n");
    for kind in DoubtKind::ALL {
        let (logs, flags) = doubtful(kind);
        let logs: Vec<_> = logs.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let (doubts, said) = doubts_of(&logs, flags);
        let found = doubts.iter().find(|(name, _)| name == kind.name());
        let (name, text) = found.unwrap_or_else(|| panic!("{kind:?} is not among {doubts:?}"));
        assert!(said.contains(text), "{said}");
        writeln!(table, "| {name} | {text} |").expect("room");
    }
    readme::holds("doubts", &(table + "\n"));
}

#[test]
fn two_servers_that_log_the_same_requests_are_doubted_and_two_that_share_them_are_not() {
    let names = |one: &str, other: &str| -> Vec<(String, String)> {
        doubts_of(&[("one.log", one), ("other.log", other)], &[]).0
    };
    let (front, behind) = in_front_and_behind();
    let found = names(&front, &behind);
    assert!(
        found.iter().any(|(name, text)| name == "logged twice" && text.contains("in one.log too")),
        "{found:?}"
    );
    // Half of the requests go to each, and sites differ.
    let half = |of: usize| -> String { front.split_inclusive('\n').skip(of).step_by(2).collect() };
    assert_eq!(names(&half(0), &half(1)), []);
    assert_eq!(names(&front, &front.replace("/page-", "/other-")), []);
    assert_eq!(names(&front, &front.replace("24/Nov", "25/Nov")), []);
}

#[test]
fn a_log_as_servers_write_it_raises_no_doubt() {
    let several = log(|number| combined(number, &format!("203.0.113.{}", number % 40), &agent(number)));
    assert_eq!(doubts(&several, &[]), (Vec::new(), String::new()));
    let one_person = log(|number| combined(number, "203.0.113.7", &agent(0)));
    assert_eq!(doubts(&one_person, &[]), (Vec::new(), String::new()));
}

#[test]
fn r3_a_log_without_agents_says_so_and_flags_nobody() {
    let text = log(|number| combined(number, &format!("203.0.113.{}", number % 40), ""));
    let (names, said) = doubts(&text, &[]);
    assert_eq!(names, ["no agents"]);
    assert!(said.contains("bots cannot be told") && said.contains("CustomLog PATH combined"), "{said}");
}

#[test]
fn one_address_for_all_is_doubted_where_several_browsers_share_it() {
    let (names, said) = doubts(&log(|number| combined(number, "10.0.0.1", &agent(number))), &[]);
    assert_eq!(names, ["one address"]);
    assert!(said.contains("real_ip_header"), "{said}");
}

#[test]
fn an_address_per_line_is_doubted() {
    let line =
        |number: usize| combined(number, &format!("203.0.{}.{}", number / 100, number % 100), &agent(1));
    assert_eq!(doubts(&log(line), &[]).0, ["an address per line"]);
}

#[test]
fn a_forwarded_address_that_is_not_used_is_doubted() {
    let line = |number: usize| {
        let forwarded = format!("{} \"203.0.113.{}\"", agent(number), number % 40);
        combined(number, "10.0.0.1", &forwarded)
    };
    // The given format ignores the last field.
    assert_eq!(doubts(&log(line), &["--format", "combined"]).0, ["forwarded addresses unused"]);
}

#[test]
fn r3_what_a_log_says_of_agents_is_known_whatever_the_order_of_its_lines() {
    let of = |agents: [bool; 6]| {
        let line = |(number, has_agent): (usize, bool)| {
            let rest = if has_agent { agent(0) } else { " \"-\" \"-\"".to_owned() };
            combined(number * 40, &format!("203.0.113.{number}"), &rest)
        };
        let folder = TempDir::new().expect("a folder");
        let text: String = agents.into_iter().enumerate().map(line).collect();
        std::fs::write(folder.path().join("access.log"), text).expect("room");
        let mut command = Command::cargo_bin("dwell").expect("the program");
        command.current_dir(&folder).args(["report", "--json", "access.log"]);
        let output = command.assert().success().get_output().stdout.clone();
        let report: Value = serde_json::from_slice(&output).expect("JSON");
        report["sessions"]["bots"]["sessions"].as_u64().expect("a count")
    };
    assert_eq!(of([false; 6]), 0);
    assert_eq!(of([true, false, false, false, false, false]), 5);
    assert_eq!(of([false, false, false, false, false, true]), 5);
}
