//! End-to-end tests of the command line: output streams and exit statuses (design.md section 4).
#![cfg(unix)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use assert_cmd::Command;
use dwell::config::file;
use dwell::time::Span;
use serde_json::Value;
use support::DWELL;
use support::lines::{BROWSER, Hit, LONG_AGO};
use support::place::Place;

/// Two visitors: one views two pages 20 minutes apart, the other one page.
fn three_pages() -> String {
    [
        Hit::page(LONG_AGO, "203.0.113.1", "/").line(),
        Hit::page(LONG_AGO + Span::minutes(5), "203.0.113.2", "/pricing").line(),
        Hit::page(LONG_AGO + Span::minutes(20), "203.0.113.1", "/docs").line(),
    ]
    .concat()
}

fn good() -> Place {
    Place::new().file("good.log", three_pages())
}

// ---- Inputs that cannot be read ------------------------------------------------------------------------------------

#[test]
fn a_missing_file_is_a_failure_that_names_it() {
    // The monitor waits for a missing log instead: see tests/monitor.rs.
    let said = good().report(&["missing.log"]);
    assert_eq!(said.status, Some(1), "{said:?}");
    assert!(said.err.contains("missing.log: No such file or directory"), "{said:?}");
    assert!(said.err.contains("check the name"), "{said:?}");
}

#[test]
fn a_folder_is_a_failure_that_says_what_to_name() {
    let place = good();
    fs::create_dir(place.path("logs")).expect("a folder");
    for name in ["logs", "logs/"] {
        let sentence = format!("{name} is a folder; name a log file in it, such as logs/access.log");
        place.both_say(&[name], 1, &[&sentence]);
    }
}

#[test]
fn a_file_that_may_not_be_read_is_a_failure_that_says_who_may() {
    let place = good();
    fs::set_permissions(place.path("good.log"), fs::Permissions::from_mode(0o0)).expect("permissions");
    if fs::File::open(place.path("good.log")).is_ok() {
        // Running as root: permissions are not enforced.
        return;
    }
    place.both_say(&["good.log"], 1, &["good.log: Permission denied", "sudo"]);
}

#[test]
fn a_binary_file_is_a_failure_and_none_of_it_reaches_the_terminal() {
    let bytes: Vec<u8> = (0..=255).cycle().take(5000).collect();
    let said = Place::new().file("binary.log", bytes).report(&["binary.log"]);
    assert_eq!(said.status, Some(1), "{said:?}");
    assert!(said.err.contains("binary.log holds binary data"), "{said:?}");
    assert!(!said.out.contains(|letter: char| letter.is_control() && letter != '\n'), "{said:?}");
}

#[test]
fn an_empty_file_is_no_failure_and_told_of() {
    let said = Place::new().file("empty.log", "").report(&["empty.log"]);
    assert_eq!(said.status, Some(0), "{said:?}");
    assert!(said.err.contains("there was nothing to read"), "{said:?}");
    assert!(said.out.contains("Nothing to report"), "{said:?}");
}

#[test]
fn a_log_in_no_known_format_shows_its_first_line_and_what_to_do() {
    let said = Place::new().file("strange.log", "hello world\n").report(&["strange.log"]);
    assert_eq!(said.status, Some(1), "{said:?}");
    for sentence in ["no format that dwell knows", "hello world", "dwell check strange.log", "--format"] {
        assert!(said.err.contains(sentence), "{sentence}: {said:?}");
    }
}

#[test]
fn of_several_inputs_the_good_ones_are_reported() {
    let said = good().report(&["--json", "missing.log", "good.log", "."]);
    assert_eq!(said.status, Some(1), "{said:?}");
    assert!(said.err.contains("missing.log: No such file") && said.err.contains(". is a folder"), "{said:?}");
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["sessions"]["total"], 2);
}

#[test]
fn without_a_match_a_pattern_is_wrong_usage() {
    good().both_say(&["none-*.log"], 2, &["no file matches none-*.log"]);
}

// ---- Wrong usage ---------------------------------------------------------------------------------------------------

#[test]
fn an_unknown_option_names_the_nearest() {
    let place = good();
    for (typed, meant) in
        [("--gpa", "'--gap'"), ("--filtr", "'--filter'"), ("--inculde-bots", "'--include-bots'")]
    {
        place.both_say(&[typed, "good.log"], 2, &[typed, meant]);
    }
    place.both_say(&["--wallpaper", "good.log"], 2, &["--wallpaper"]);
}

#[test]
fn a_value_that_is_none_says_what_one_looks_like() {
    let place = good();
    place.both_say(&["--gap", "30", "good.log"], 2, &["`30` is not a length of time", "30m"]);
    place.both_say(&["--since", "yesterday", "good.log"], 2, &["`yesterday` is not a time", "24h"]);
    place.both_say(&["--bounce", "double", "good.log"], 2, &["double", "single", "engaged"]);
    place.both_say(&["--format", "combind", "good.log"], 2, &["combind", "combined"]);
}

#[test]
fn a_bad_filter_has_a_caret_under_the_word() {
    let filter = "source:google duration>soon";
    let under = format!(
        "    {filter}\n    {}{}\n",
        " ".repeat("source:google ".len()),
        "^".repeat("duration>soon".len())
    );
    good().both_say(&["--filter", filter, "good.log"], 2, &[&under, "60s"]);
}

#[test]
fn an_option_where_a_filter_should_stand_is_none() {
    good().both_say(&["--filter", "--utc", "good.log"], 2, &["    --utc\n    ^^", "negates once"]);
}

#[test]
fn a_report_knows_who_returns_where_it_is_asked() {
    let visits = [("203.0.113.1", 0), ("203.0.113.2", 5), ("203.0.113.1", 60), ("203.0.113.1", 120)];
    let line = |(address, minute)| Hit::page(LONG_AGO + Span::minutes(minute), address, "/").line();
    let place = Place::new().file("visits.log", visits.map(line).concat());
    for (filter, sessions) in [("new", 2), ("returning", 2), ("-new", 2), ("new pageviews>1", 0), ("", 4)] {
        let said = place.report(&["--json", "--filter", filter, "visits.log"]);
        let report: Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!(report["sessions"]["total"], sessions, "{filter}");
    }
}

#[test]
fn an_unknown_key_in_the_config_names_the_line_and_the_nearest_key() {
    let place = good().file("my.toml", "# mine\nutc = true\ngpa = \"10m\"\n");
    place.both_say(&["--config", "my.toml", "good.log"], 2, &["my.toml:3: ", "`gpa`", "did you mean `gap`?"]);
}

#[test]
fn a_config_that_is_missing_is_wrong_usage_and_told_of_once() {
    let place = good();
    place.both_say(&["--config", "missing.toml", "good.log"], 2, &["missing.toml", "No such file"]);
    let said = place.report(&["--config", "missing.toml", "good.log"]);
    assert_eq!(said.err.matches("No such file").count(), 1, "{said:?}");
}

#[test]
fn a_theme_that_is_unknown_is_wrong_usage() {
    // Without a terminal the monitor fails anyway, but the theme is checked first.
    let said = good().run(&["--theme", "harbor", "good.log"]);
    assert_eq!(said.status, Some(2), "{said:?}");
    assert!(said.err.contains("harbour"), "{said:?}");
}

#[test]
fn the_monitor_needs_a_terminal_and_names_the_report() {
    let said = good().run(&["good.log"]);
    assert_eq!((said.status, said.out.as_str()), (Some(1), ""), "{said:?}");
    assert!(said.err.contains("not a terminal") && said.err.contains("dwell report"), "{said:?}");
}

#[test]
fn help_and_version_are_no_failures() {
    let place = good();
    for words in [&["--help"][..], &["--version"], &["report", "--help"], &["demo", "-h"]] {
        let said = place.run(words);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{words:?}");
        assert!(said.out.contains("dwell"), "{words:?}");
    }
}

// ---- What a report prints ------------------------------------------------------------------------------------------

#[test]
fn a_closed_pipe_ends_quietly() {
    // More than a pipe holds.
    let place = Place::new();
    let lines = place.run(&["demo", "--print", "20000", "--seed", "1"]).out;
    let place = place.file("long.log", lines);
    for words in [&["report", "--sessions", "long.log"][..], &["demo", "--print", "20000"]] {
        let mut child = std::process::Command::new(DWELL)
            .args(words)
            .current_dir(&place.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("start");
        let mut first = String::new();
        // The pipe is closed once its reader is dropped.
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
        assert!(!first.is_empty());
        let ended = child.wait_with_output().expect("the end");
        assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{words:?}");
    }
}

#[test]
fn json_is_of_schema_1_with_the_figures_of_the_log() {
    let report = good().json(&["good.log"]);
    assert_eq!(report["schema"], 1);
    assert_eq!(
        (&report["from"], &report["to"]),
        (&"2019-01-22T12:00:00.000Z".into(), &"2019-01-22T12:20:00.000Z".into())
    );
    let sessions = &report["sessions"];
    assert_eq!(
        (&sessions["total"], &sessions["bounced"], &sessions["bounce_rate"]),
        (&2.into(), &1.into(), &0.5.into())
    );
    assert_eq!(report["duration"]["max_s"], 1200.0);
    assert_eq!(report["input"]["inputs"][0]["format"], "combined");
}

#[test]
fn lines_are_read_from_a_pipe_too() {
    let mut command = Command::new(DWELL);
    let output = command.args(["report", "--json", "-"]).write_stdin(three_pages()).output().expect("run");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["sessions"]["total"], 2);
}

#[test]
fn csv_prints_the_table_that_is_named() {
    let place = good();
    let first_two = |words: &[&str]| {
        let out = place.report(words).out;
        out.lines()
            .take(2)
            .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(","))
            .collect::<Vec<_>>()
    };
    assert_eq!(first_two(&["--csv", "good.log"]), ["source,channel", "Direct / None,Direct"]);
    assert_eq!(first_two(&["--csv=pages", "good.log"])[0], "page,views");
    assert_eq!(first_two(&["--csv=sessions", "good.log"])[0], "start,end");
    let said = place.report(&["--csv", "--json", "good.log"]);
    assert_eq!(said.status, Some(2), "{said:?}");
}

#[test]
fn sessions_are_a_line_of_json_each() {
    let said = good().report(&["--sessions", "good.log"]);
    let rows: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut pages: Vec<_> = rows.iter().map(|row| (row["entry"].as_str(), row["exit"].as_str())).collect();
    pages.sort_unstable();
    assert_eq!(pages, [(Some("/"), Some("/docs")), (Some("/pricing"), Some("/pricing"))]);
}

#[test]
fn since_and_until_cut_a_stretch_out() {
    let place = good();
    let total = |words: &[&str]| place.json(words)["input"]["hits"].clone();
    assert_eq!(total(&["--since", "2019-01-22T12:05:00Z", "good.log"]), 2);
    assert_eq!(total(&["--until", "2019-01-22T12:05:00Z", "good.log"]), 1);
    assert_eq!(total(&["--since", "10m", "good.log"]), 1, "of an old log, its own last ten minutes");
}

#[test]
fn a_shorter_gap_makes_more_sessions() {
    assert_eq!(good().json(&["--gap", "10m", "good.log"])["sessions"]["total"], 3);
    // R5: inclusive.
    assert_eq!(good().json(&["--gap", "20m", "good.log"])["sessions"]["total"], 2);
}

#[test]
fn an_engaged_bounce_has_one_page_and_no_action() {
    let page = Hit::page(LONG_AGO, "203.0.113.1", "/").line();
    let sent = Hit { agent: BROWSER, ..Hit::page(LONG_AGO + Span::seconds(5), "203.0.113.1", "/missing") };
    let sent = sent.line().replace("GET", "POST");
    let bounced = |log: String| {
        let place = Place::new().file("one.log", log);
        let report = place.json(&["--bounce", "engaged", "one.log"]);
        assert_eq!(report["sessions"]["bounce"], "engaged");
        report["sessions"]["bounced"].clone()
    };
    assert_eq!((bounced(page.clone()), bounced(page + &sent)), (1.into(), 0.into()));
}

#[test]
fn bots_are_counted_when_asked_for() {
    let bot = Hit {
        agent: "Googlebot/2.1 (+http://www.google.com/bot.html)",
        ..Hit::page(LONG_AGO, "192.0.2.1", "/")
    };
    let place = good().file("bot.log", bot.line());
    let total = |words: &[&str]| place.json(words)["sessions"]["total"].clone();
    assert_eq!(total(&["good.log", "bot.log"]), 2);
    assert_eq!(total(&["--include-bots", "good.log", "bot.log"]), 3);
}

#[test]
fn a_rule_of_the_config_makes_assets() {
    let place = good().file("dwell.toml", "[[rule]]\npath = \"/pricing\"\nkind = \"asset\"\n");
    let kinds = &place.json(&["--config", "dwell.toml", "good.log"])["input"]["kinds"];
    assert_eq!((&kinds["asset"], &kinds["pageview"]), (&1.into(), &2.into()));
}

#[test]
fn the_config_of_the_user_is_found_and_flags_count_more() {
    let place = good();
    fs::create_dir(place.path("dwell")).expect("a folder");
    let place = place.file("dwell/dwell.toml", "gap = \"10m\"\n");
    assert_eq!(place.json(&["good.log"])["sessions"]["total"], 3);
    assert_eq!(place.json(&["--gap", "30m", "good.log"])["sessions"]["total"], 2);
}

#[test]
fn what_a_line_smuggles_in_is_shown_as_stand_ins() {
    let place =
        Place::new().file("evil.log", Hit::page(LONG_AGO, "203.0.113.1", "/a\x1b[2J\u{202e}b").line());
    for shape in [
        &["evil.log"][..],
        &["--csv=pages", "evil.log"],
        &["--sessions", "evil.log"],
        &["--json", "evil.log"],
    ] {
        let said = place.report(shape);
        assert!(!said.out.contains(['\x1b', '\u{202e}']), "{shape:?}: {said:?}");
    }
}

// ---- The other modes -----------------------------------------------------------------------------------------------

#[test]
fn simulated_lines_are_the_same_twice_and_another_seed_gives_others() {
    let place = Place::new();
    let lines = |seed| place.run(&["demo", "--print", "100", "--seed", seed]);
    let first = lines("1");
    assert_eq!((first.status, first.out.lines().count()), (Some(0), 100));
    assert_eq!(first, lines("1"));
    assert_ne!(first, lines("2"));
    let place = place.file("demo.log", &first.out);
    assert_eq!(place.json(&["demo.log"])["input"]["malformed"], 0);
}

#[test]
fn an_hour_of_the_shop_has_all_that_its_config_defines() {
    let place = Place::new();
    let config = place.run(&["demo", "--print-config"]).out;
    let lines = place.run(&["demo", "--print", "10000"]).out;
    let place = place.file("shop.toml", &config).file("shop.log", lines);
    let shop = file::parse("shop.toml".as_ref(), &config).expect("a config").additions.definitions;
    let steps = shop.funnels.iter().flat_map(|funnel| &funnel.steps).map(|step| step.event.to_string());
    let goals = shop.goals.iter().map(|goal| format!("goal:{}", goal.name));
    let groups = shop.groups.iter().map(|group| format!("group:{}", group.name));
    let variants = ["control", "short"].map(|variant| format!("variant:{variant}"));
    for filter in steps.chain(goals).chain(groups).chain(variants) {
        let report = place.json(&["--config", "shop.toml", "--filter", &filter, "shop.log"]);
        assert!(report["sessions"]["total"].as_u64() > Some(5), "{filter}: {}", report["sessions"]);
    }
}

#[test]
fn every_shell_has_completions_and_the_manual_names_every_mode() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = place.run(&["completions", shell]);
        assert_eq!(said.status, Some(0), "{shell}");
        assert!(said.out.contains("include-bots") && said.out.contains("report"), "{shell}");
    }
    assert_eq!(place.run(&["completions", "tcsh"]).status, Some(2));
    let manual = place.run(&["man"]);
    assert_eq!(manual.status, Some(0));
    for word in [".TH dwell 1", "report", "check", "demo", "completions", "EXIT STATUS"] {
        assert!(manual.out.to_lowercase().contains(&word.to_lowercase()), "{word}");
    }
}
