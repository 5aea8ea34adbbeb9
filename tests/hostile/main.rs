//! What strangers write into a log reaches no reader raw: every payload in every spelling, field and format, in every
//! output, and on the screen of a terminal. And it harms no honest line.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod logs;
mod payloads;
mod screens;

#[path = "../support/mod.rs"]
mod support;

use dwell::clock;
use dwell::time::Span;
use serde_json::Value;

use logs::{HONEST, TEMPLATES, Template};
use payloads::is_hostile;
use support::lines::{LONG_AGO, visitors};
use support::place::Place;
use support::wait_until;
use support::watch::Watch;

/// What the operator defined, named as if the names came from elsewhere.
pub(crate) const CONFIG: &str = r#"
[[group]]
name = "group\u001b]0;owned\u0007\u202e"
path = ["/*"]

[[goal]]
name = "=goal\u001b]0;owned\u0007\u202e"
event = "page:/honest"
value = 1.0
currency = "\u009bEUR\u00ad"

[[funnel]]
name = "@funnel\u001b[2J\u202e"
steps = [{ name = "first\u001b[2J", event = "page:/honest" }, { name = "\u2028last", event = "page:/*" }]

[[experiment]]
name = "＝experiment\u001b[2J\u200b"
variant = "query:utm_source"
exposure = "page:/*"
control = "news"
goal = "=goal\u001b]0;owned\u0007\u202e"

[[alert]]
name = "-alert\u00ad\u202e"
when = "hits > 1"
over = "2m"
severity = "page"

[[annotation]]
at = "2019-01-22T12:00:00Z"
text = "deploy\u001b]0;owned\u0007\u202e"
"#;

/// The rest of the tables, of one log.
const TABLES: [&str; 16] = [
    "channels",
    "sources",
    "pages",
    "series",
    "sessions",
    "actions",
    "goals",
    "funnels",
    "paths",
    "whole-paths",
    "experiments",
    "slowness",
    "returning",
    "traffic",
    "errors",
    "clients",
];

fn place(template: &Template) -> Place {
    Place::new().file("access.log", template.log(LONG_AGO)).file("hostile.toml", CONFIG)
}

fn report(place: &Place, template: &Template, words: &[&str]) -> String {
    let input = ["report", "--config=hostile.toml", "--format", template.format, "access.log"];
    let said = place.run(&[&input, words].concat());
    assert_eq!(said.status, Some(0), "{}: {said:?}", template.name);
    assert_harmless(template.name, words, &said.out);
    assert_harmless(template.name, words, &said.err);
    said.out
}

/// The text without the emphasis that dwell itself writes, checked line by line.
fn assert_harmless(name: &str, words: &[&str], text: &str) {
    let plain = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[36m", "\u{1b}[31m"]
        .iter()
        .fold(text.to_owned(), |text, emphasis| text.replace(emphasis, ""));
    for line in plain.split('\n') {
        let hostile = line.chars().find(|&one| is_hostile(one));
        assert!(hostile.is_none(), "{name}, {words:?}: {hostile:?} in {line:?}");
        let piled = line.split(|one| !is_mark(one)).map(|marks| marks.chars().count()).max();
        assert!(piled <= Some(4), "{name}, {words:?}: {line:?}");
    }
}

/// Marks that the payloads pile up.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}' | '\u{20dd}' | '\u{e49}')
}

/// Cells as a spreadsheet has them.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut is_quoted) = (vec![String::new()], false);
    for one in line.chars() {
        match one {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("a cell").push(one),
        }
    }
    cells
}

fn assert_no_formulas(name: &str, csv: &str) {
    let columns = csv.lines().next().map(cells).expect("a header").len();
    for line in csv.lines() {
        let cells = cells(line);
        assert_eq!(cells.len(), columns, "{name}: {line}");
        for cell in cells.iter().filter(|cell| cell.parse::<f64>().is_err()) {
            let start = cell.trim_start().chars().next();
            assert!(start.is_none_or(|start| !"=+-@＝＋－＠␉␍".contains(start)), "{name}: {line}");
        }
    }
}

fn assert_honest_lines_count_and_text_is_exact(template: &Template, json: &str) {
    let json: Value = serde_json::from_str(json).expect("JSON");
    let pages = json["pages"].as_array().expect("pages");
    let honest = pages.iter().find(|page| page["page"] == "/honest");
    assert_eq!(honest.map(|page| &page["views"]), Some(&HONEST.into()), "{}", template.name);
    let sources = json["sources"].as_array().expect("sources").iter();
    let mut names = sources.filter_map(|row| row["source"].as_str());
    assert!(names.any(|name| name.contains('\u{202e}')), "{}: a program gets the very text", template.name);
    let input = &json["input"];
    let [lines, hits, malformed] =
        ["lines", "hits", "malformed"].map(|key| input[key].as_u64().expect("a count"));
    assert_eq!(
        lines,
        template.directives() + hits + malformed,
        "{}: what is no hit is counted",
        template.name
    );
}

/// In every format: all pages, sources and failures.
fn assert_json_is_harmless(template: &Template) {
    let place = place(template);
    assert_honest_lines_count_and_text_is_exact(template, &report(&place, template, &["--json"]));
}

#[test]
fn there_are_two_hundred_payloads_each_another_one() {
    assert!(payloads::all().len() >= 200, "{}", payloads::all().len());
}

#[test]
fn no_json_of_lines_of_text_is_raw() {
    TEMPLATES[..5].iter().for_each(assert_json_is_harmless);
}

#[test]
fn no_json_of_json_is_raw() {
    TEMPLATES[5..9].iter().for_each(assert_json_is_harmless);
}

#[test]
fn no_json_of_lines_of_other_servers_is_raw() {
    TEMPLATES[9..].iter().for_each(assert_json_is_harmless);
}

/// Text has the first rows of each table only, and sessions have what the tables have, so a few formats are enough.
#[test]
fn no_text_and_no_session_is_raw() {
    for template in [&TEMPLATES[0], &TEMPLATES[5], &TEMPLATES[9]] {
        let place = place(template);
        report(&place, template, &["--color=always"]);
        let said = place.run(&["check", "--color=always", "--format", template.format, "access.log"]);
        assert_harmless(template.name, &["check"], &(said.out + &said.err));
        let sessions = report(&place, template, &["--sessions", "--include-bots"]);
        sessions.lines().for_each(|line| drop(serde_json::from_str::<Value>(line).expect("JSON")));
    }
}

#[test]
fn no_table_is_raw_or_a_formula() {
    let template = &TEMPLATES[5];
    let place = place(template);
    for table in TABLES {
        let csv = report(&place, template, &[&format!("--csv={table}")]);
        assert_no_formulas(table, &csv);
    }
    report(&place, template, &["--alerts"]);
    let said = place.run(&["check", "--config=hostile.toml", "--format", template.format, "access.log"]);
    assert_harmless(template.name, &["check"], &(said.out + &said.err));
}

#[test]
fn nothing_that_is_served_is_raw() {
    let recent = clock::wall() - Span::seconds(30);
    let log = TEMPLATES[0].log(recent);
    // A part is enough for figures, and read while a busy machine is waited for.
    let some: Vec<_> = log.split_inclusive(|&byte| byte == b'\n').step_by(7).collect();
    let watch = Watch::start(&["--format", "combined"], some.concat(), CONFIG);
    let served = || ["/metrics", "/report.json"].map(|path| watch.ask(path));
    wait_until(|| served()[1].contains("\"/honest\""), || served().concat());
    for text in served() {
        assert_harmless("served", &[], &text);
    }
}

/// What the operator says may come out of a log, or out of a folder that others write into.
#[test]
fn what_the_operator_said_is_not_quoted_raw() {
    let odd = "odd\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";
    let log = format!("{odd}.log");
    let place = Place::new().file(&log, visitors(LONG_AGO, Span::seconds(1), 5));
    let place = place
        .file("key.toml", "\"odd\\u001b[2J\" = 1\n")
        .file("value.toml", "theme = \"odd\\u001b[2J\u{202e}\"\n");
    let place = place.file("goal.toml", "[[goal]]\nname = \"a\"\nevent = \"odd\\u001b[2J\u{202e}:x\"\n");
    let place = place.file("odd.toml", "[[goal]] odd\u{202e} = 1\n").file("alert.toml", CONFIG);
    let runs: [&[&str]; 13] = [
        &["report", &log],
        &["check", &log],
        &["report", odd],
        &["check", odd],
        &["report", "--format", odd, &log],
        &["report", "--filter", odd, &log],
        &["report", "--filter", &format!("{odd}:{odd}"), &log],
        &["report", "--gap", odd, &log],
        &["report", &format!("--{odd}")],
        &["report", "--config", odd, &log],
        &["alert", "test", odd, "--config", "alert.toml"],
        &["annotate", odd, "--config", odd],
        &["annotate", odd, "--at", odd],
    ];
    let configs = ["key.toml", "value.toml", "goal.toml", "odd.toml"];
    let of_configs = configs.map(|config| ["check", "--config", config, &log]);
    for words in runs.into_iter().chain(of_configs.iter().map(|words| &words[..])) {
        let said = place.run(words);
        assert!(said.status.is_some_and(|status| status < 3), "{said:?}");
        assert!((said.out.clone() + &said.err).contains("odd"), "{words:?}: {said:?}");
        assert_harmless("the operator", words, &said.out);
        assert_harmless("the operator", words, &said.err);
    }
}
