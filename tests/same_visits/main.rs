//! The same visits, written down in every format that dwell finds by looking, make the same sessions with the same
//! sources; where the format says how long answers took, the same load times.

#![expect(clippy::expect_used, reason = "what a test needs is there")]
#![expect(clippy::cast_precision_loss, reason = "counts are small")]

mod apps;
mod json;
mod keyed;
mod table;
mod text;
mod visits;

#[path = "../support/readme.rs"]
mod readme;
#[path = "../support/mod.rs"]
mod support;

use dwell::format::FormatTable;
use serde_json::Value;

use support::place::Place;
use visits::{Hit, Session, Traffic, traffic};

/// The debug build reads a tenth: it is some twenty times slower.
const VISITS: usize = if cfg!(debug_assertions) { 2_000 } else { 20_000 };

/// A format: who writes it and under which name, how one line of it is written, what stands at the head of its file, and
/// what it says.
#[derive(Clone, Copy)]
struct Format {
    of: &'static [(&'static str, &'static str)],
    head: &'static str,
    line: fn(&Hit) -> String,
    given: Given,
    referrers: bool,
    loads: bool,
}

/// Who writes what is nobody's in particular.
const ANY: &str = "any program";

/// What has to be said for a format to be read.
#[derive(Clone, Copy)]
enum Given {
    Nothing,
    /// A string for `--format`.
    Flag(&'static str),
    /// The table that is worked out from the lines.
    Proposal,
}

impl Format {
    /// One that is found by looking and says neither referrers nor load times.
    const fn new(of: &'static [(&'static str, &'static str)], line: fn(&Hit) -> String) -> Format {
        Format { of, head: "", line, given: Given::Nothing, referrers: false, loads: false }
    }

    const fn given(self, given: Given) -> Format {
        Format { given, ..self }
    }

    const fn headed(self, head: &'static str) -> Format {
        Format { head, ..self }
    }

    const fn referring(self) -> Format {
        Format { referrers: true, ..self }
    }

    const fn timed(self) -> Format {
        Format { loads: true, ..self }
    }

    fn name(&self) -> String {
        self.of.iter().map(|(who, what)| format!("{who} {what}")).collect::<Vec<_>>().join(", ")
    }

    /// The words that have it read, in a place that holds its config.
    fn words(&self, config: &str) -> Vec<String> {
        match self.given {
            Given::Nothing => Vec::new(),
            Given::Flag(string) => vec!["--format".to_owned(), string.to_owned()],
            Given::Proposal => vec!["--config".to_owned(), config.to_owned()],
        }
    }

    fn log(&self, hits: &[Hit]) -> String {
        let lines: String = hits.iter().map(|hit| (self.line)(hit) + "\n").collect();
        format!("{}{lines}", self.head)
    }
}

#[test]
fn of_fields_in_an_order() {
    make_the_same_sessions(text::FORMATS);
}

#[test]
fn of_fields_with_names() {
    make_the_same_sessions(keyed::FORMATS);
}

#[test]
fn of_json() {
    make_the_same_sessions(json::FORMATS);
}

#[test]
fn of_json_of_applications() {
    make_the_same_sessions(apps::FORMATS);
}

#[test]
fn the_readme_says_what_is_found() {
    let formats = [text::FORMATS, keyed::FORMATS, json::FORMATS, apps::FORMATS].concat();
    readme::holds("formats", &table::of(&formats, &traffic(60).hits));
}

fn make_the_same_sessions(formats: &[Format]) {
    let traffic = traffic(VISITS);
    let wrong: Vec<_> = formats.iter().filter_map(|format| difference(format, &traffic)).collect();
    assert!(wrong.is_empty(), "{} formats are read otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

/// What dwell makes of the format that the visits are not.
fn difference(format: &Format, traffic: &Traffic) -> Option<String> {
    let log = format.log(&traffic.hits);
    let lines: Vec<_> = log.lines().take(SAMPLE).map(str::as_bytes).collect();
    let config = match format.given {
        Given::Proposal => FormatTable::of(&lines).map_or_else(String::new, |proposal| proposal.toml()),
        Given::Nothing | Given::Flag(_) => String::new(),
    };
    let place = Place::new().file("access.log", &log).file(CONFIG, config);
    let words = format.words(CONFIG);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let wrong = other_sessions(&place, &words, &traffic.sessions(format.referrers))
        .or_else(|| other_loads(&place, &words, format, traffic))?;
    let line = traffic.hits.first().map(format.line)?;
    Some(format!("{}: {wrong}\n    {line}", format.name()))
}

const CONFIG: &str = "own.toml";
/// As many lines as dwell looks at.
const SAMPLE: usize = 200;

fn other_sessions(place: &Place, words: &[&str], expected: &[Session]) -> Option<String> {
    let said = place
        .report(&[&["--sessions", "--include-bots", "--site", "shop.example", "access.log"], words].concat());
    if said.status != Some(0) {
        return Some(said.err);
    }
    if let Some(bot) = said.out.lines().find(|row| !row.contains(r#""bot":null"#)) {
        return Some(format!("a bot that is none: {bot}"));
    }
    let mut sessions: Vec<_> = said.out.lines().map(session).collect();
    sessions.sort();
    if sessions == expected {
        return None;
    }
    let (read, first) = (sessions.len(), sessions.iter().zip(expected).find(|(one, other)| one != other));
    Some(format!("{read} sessions for {}, the first that differs: {first:?}", expected.len()))
}

fn session(row: &str) -> Session {
    let row: Value = serde_json::from_str(row).expect("JSON");
    let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| row[key].as_u64().expect(key);
    let time = |key: &str| {
        let time = chrono::DateTime::parse_from_rfc3339(row[key].as_str().expect(key)).expect(key);
        time.timestamp()
    };
    let [entry, exit, channel, source] = ["entry", "exit", "channel", "source"].map(text);
    (time("start"), time("end"), number("pageviews"), number("actions"), entry, exit, channel, source)
}

fn other_loads(place: &Place, words: &[&str], format: &Format, traffic: &Traffic) -> Option<String> {
    let report = place.json(&[&["--include-bots", "access.log"], words].concat());
    let expected = traffic.loads();
    let is_wrong = |page: &&Value| {
        let load = page["load_mean_s"].as_f64();
        let path = page["page"].as_str().unwrap_or_default();
        match (format.loads, load) {
            // The mean is given in whole milliseconds.
            (true, Some(load)) => (load - expected[path]).abs() > 0.001,
            (says, load) => says || load.is_some(),
        }
    };
    let pages = report["pages"].as_array().expect("pages");
    assert!(!pages.is_empty(), "{}: {report}", format.name());
    let wrong = pages.iter().find(is_wrong)?;
    Some(format!("load times of {}: {}; {expected:?}", wrong["page"], wrong["load_mean_s"]))
}
