//! Reports are reproducible: only aliases depend on the random key of the run.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// More visitors than a sketch counts exactly, many of them at the same time, and some who come again.
fn log() -> String {
    let mut log = String::new();
    for visitor in 0..4000_u32 {
        let (c, d) = (visitor / 200 % 250, visitor % 200 + 1);
        let minute = visitor / 100;
        let source = ["-", "https://www.google.com/", "https://news.example/a"][visitor as usize % 3];
        for view in 0..=visitor % 3 {
            writeln!(
                log,
                "10.1.{c}.{d} - - [24/Nov/2026:10:{minute:02}:{:02} +0000] \"GET /{} HTTP/1.1\" 200 9 \"{source}\" \"Firefox/140.0\"",
                view * 7,
                (visitor + view) % 17,
            )
            .expect("a text grows");
        }
    }
    log
}

/// What a run prints, without its aliases and the time at which it was made.
fn printed(arguments: &[&str], log: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dwell"))
        .arg("report")
        .args(arguments)
        .arg(log)
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .env("TZ", "UTC")
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let says_when_made =
        |line: &str| line.starts_with("Generated ") || line.trim_start().starts_with("\"generated\"");
    let lines = text.lines().filter(|line| !says_when_made(line));
    lines.map(without_alias).collect::<Vec<_>>().join("\n")
}

/// The line without a word such as `otter-4f2a` in quotes or between commas.
fn without_alias(line: &str) -> String {
    let words = line.split_inclusive(['"', ',']);
    words.map(|word| if is_alias(word.trim_end_matches(['"', ','])) { "…" } else { word }).collect()
}

fn is_alias(word: &str) -> bool {
    let Some((animal, digits)) = word.split_once('-') else { return false };
    let is_animal = !animal.is_empty() && animal.bytes().all(|byte| byte.is_ascii_lowercase());
    is_animal && digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[test]
fn r4_a_report_is_the_same_in_every_run_but_for_aliases() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("access.log");
    std::fs::write(&path, log()).expect("written");
    for arguments in
        [&[][..], &["--json"], &["--csv=sources"], &["--csv=series"], &["--sessions"], &["--csv=sessions"]]
    {
        let once = printed(arguments, &path);
        assert!(once.lines().count() > 3);
        assert_eq!(once, printed(arguments, &path), "{arguments:?}");
    }
}

#[test]
fn r4_a_report_counts_its_visitors_and_its_rates_can_be_worked_out_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("access.log");
    std::fs::write(&path, log()).expect("written");
    let report: serde_json::Value = serde_json::from_str(&printed(&["--json"], &path)).expect("JSON");
    assert_eq!(report["sessions"]["visitors"], 4000);
    assert_eq!(report["sessions"]["visitors_estimated"], false);
    let rows = ["channels", "sources", "series"].map(|table| report[table].as_array().expect(table).clone());
    let mut counted = 0;
    for row in rows.iter().flatten().chain([&report["sessions"]]) {
        let of = row["with_pageview"].as_f64().expect("a count");
        let rate = (of > 0.0).then(|| row["bounced"].as_f64().expect("a count") / of);
        assert_eq!(row["bounce_rate"].as_f64(), rate, "{row}");
        counted += 1;
    }
    assert!(counted > 5);
}
