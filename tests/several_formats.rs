//! Logs in several formats with foreign lines between: each line is read as if its format were alone, by any worker and
//! however the input is split (design.md section 5).

#![expect(clippy::expect_used, clippy::panic, reason = "what helps a test fails as the test would")]
#[path = "support/setup.rs"]
mod setup;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use assert_cmd::Command;
use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::batch::InputId;
use dwell::classify::classifier::Shared;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::Setup;
use dwell::engine::open_input::{LineSource, OpenInput, ReadFrom};
use dwell::engine::run_once;
use dwell::engine::start::{Plan, start};
use dwell::format::{Format, LogZone};
use dwell::input::watch::Watch;
use dwell::input::{Read, Source, Trouble};
use dwell::query::filter::Filter;
use dwell::query::question::{Bots, Question};
use dwell::query::rules::Rules;
use dwell::query::view::View;
use dwell::time::Span;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use setup::setup;

/// A page that somebody looked at, so many seconds after the log's beginning.
#[derive(Debug, Clone, Copy)]
struct Visit {
    second: u32,
    visitor: u8,
    page: u8,
}

/// How a server writes it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Combined,
    Json,
    HostFirst,
    W3c,
    /// As combined, but without referrer and agent.
    Common,
}

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const FIELDS: &str = "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n";

/// Lines of other programs, some of which resemble access logs.
const FOREIGN: [&str; 6] = [
    "Listening on port 8080\n",
    "2026/11/24 14:02:33 [error] 17#17: *5 open() \"/srv/x\" failed (2: No such file), client: 192.0.2.9\n",
    "    at handler (/srv/app/index.js:17:3)\n",
    "{\"level\":\"info\",\"msg\":\"ready\"}\n",
    "192.0.2.9 - - [yesterday] \"GET / HTTP/1.1\" 200 5\n",
    "[Tue Nov 24 14:02:33 2026] [ssl:info] AH01964: Connection to child 7 established\n",
];

impl Visit {
    fn line(self, form: Form) -> String {
        let Visit { second, visitor, page } = self;
        let clock = format!("{:02}:{:02}:{:02}", 10 + second / 3600, second / 60 % 60, second % 60);
        let common = format!(
            "192.0.2.{visitor} - - [24/Nov/2026:{clock} +0000] \"GET /page-{page} HTTP/1.1\" 200 512"
        );
        let combined = format!("{common} \"-\" \"{AGENT}\"\n");
        match form {
            Form::Common => common + "\n",
            Form::Combined => combined,
            Form::HostFirst => format!("shop.example:443 {combined}"),
            Form::Json => format!(
                "{{\"time_iso8601\":\"2026-11-24T{clock}+00:00\",\"remote_addr\":\"192.0.2.{visitor}\",\"status\":\"200\",\
                 \"request\":\"GET /page-{page} HTTP/1.1\",\"http_referer\":\"\",\"http_user_agent\":\"{AGENT}\"}}\n"
            ),
            Form::W3c => format!(
                "2026-11-24 {clock} 192.0.2.{visitor} GET /page-{page} 200 {}\n",
                AGENT.replace(' ', "+")
            ),
        }
    }
}

/// An input that arrives in pieces.
struct Pieces(VecDeque<Vec<u8>>);

impl Pieces {
    /// So many lines in each piece, again and again.
    fn of(text: &str, sizes: &[usize]) -> Pieces {
        let mut lines = text.split_inclusive('\n').peekable();
        let mut pieces = VecDeque::new();
        for size in sizes.iter().cycle() {
            if lines.peek().is_none() {
                break;
            }
            pieces.push_back(lines.by_ref().take(*size).collect::<String>().into_bytes());
        }
        Pieces(pieces)
    }
}

impl Source for Pieces {
    fn name(&self) -> &'static str {
        "made up"
    }

    fn read(&mut self, block: &mut Vec<u8>, _: usize) -> Result<Read, Trouble> {
        let Some(piece) = self.0.pop_front() else { return Ok(Read::End) };
        block.extend_from_slice(&piece);
        Ok(Read::Lines)
    }
}

/// What was read, and every session: when it began and ended, with how many pages, and where.
#[derive(Debug, PartialEq)]
struct Told {
    lines: u64,
    hits: u64,
    malformed: u64,
    late: u64,
    formats: Vec<(String, u64)>,
    sessions: Vec<String>,
}

/// They take long to make.
static AGENTS: LazyLock<Arc<Agents>> = LazyLock::new(|| Arc::new(Agents::new(&AgentAdditions::default())));

fn told(source: Pieces, workers: usize, format: Option<Format>) -> Told {
    let agents = Arc::clone(&AGENTS);
    let setup = Setup {
        rules: Rules { lateness: Span::hours(6), ..Rules::default() },
        workers,
        agents: Arc::clone(&agents),
        ..setup()
    };
    let (name, source) = ("made up".to_owned(), Ok(LineSource::Stored(Box::new(source))));
    let inputs = vec![OpenInput {
        id: InputId(0),
        name,
        source,
        format,
        expected: None,
        zone: LogZone::default(),
        remarks: Vec::new(),
    }];
    let shared = Shared::new(VisitorKey::new(&[1; 16]), agents);
    let watch = Watch::nothing();
    let plan = Plan {
        inputs,
        since: ReadFrom::All,
        until: None,
        replay: None,
        deadline: None,
        watch,
        shared,
        measured: None,
    };
    let (engine, pipeline) = start(plan, setup).expect("threads");
    let mut sessions = Vec::new();
    let view = run_once::run::<Infallible>(
        engine,
        pipeline,
        &everything(),
        Some(&mut |row| {
            sessions.push(format!(
                "{} {} {} {:?} {:?}",
                row.start.0, row.end.0, row.pageviews, row.entry, row.exit
            ));
            Ok(())
        }),
    );
    let Ok(run_once::Outcome::Answer(view)) = view else { panic!("lines that are in order are read once") };
    // Rows come as sessions are sealed, which has no order where some are sealed at once.
    sessions.sort();
    Told { sessions, ..counts(&view) }
}

fn counts(view: &View) -> Told {
    let (intake, input) = (&view.intake, &view.intake.inputs[0]);
    let first = (input.format.clone(), 1);
    let also = input.also.iter().map(|also| (also.format.clone(), also.from_line));
    Told {
        lines: intake.lines,
        hits: intake.hits,
        malformed: intake.malformed,
        late: intake.late,
        formats: std::iter::once(first).chain(also).collect(),
        sessions: Vec::new(),
    }
}

fn everything() -> Question {
    Question { bots: Bots::Included, ..Question::about(Filter::default()) }
}

/// A visit and the form in which it is logged, or a line that is none.
type Line = Result<(Visit, Form), &'static str>;

/// Stretches of lines, each with its forms; as many as one to several hundred lines.
fn log(forms: &'static [Form], most_foreign: u32) -> impl Strategy<Value = Vec<Line>> {
    let stretch = (1..200_usize, prop::sample::subsequence(forms, 1..=forms.len()), 0..=most_foreign);
    (prop::collection::vec(stretch, 1..6), any::<u64>()).prop_map(|(stretches, seed)| {
        let (mut random, mut second, mut lines) = (fastrand::Rng::with_seed(seed), 0, Vec::new());
        for (length, forms, foreign) in stretches {
            for _ in 0..length {
                // What has the same stamp is in the order in which it was read, and unread lines are read later.
                second += random.u32(1..40);
                let visit = Visit { second, visitor: random.u8(1..6), page: random.u8(1..9) };
                lines.push(if random.u32(..100) < foreign {
                    Err(FOREIGN[random.usize(..FOREIGN.len())])
                } else {
                    Ok((visit, forms[random.usize(..forms.len())]))
                });
            }
        }
        lines
    })
}

fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    let mut before = None;
    for line in lines {
        let form = line.ok().map(|(_, form)| form);
        // As a server that starts anew names its columns.
        if form == Some(Form::W3c) && before != form {
            text += FIELDS;
        }
        text += &line.map_or_else(str::to_owned, |(visit, form)| visit.line(form));
        before = form;
    }
    text
}

/// Two lines among ten times as many that look alike may be anything: each form is there often enough to be told.
fn can_all_be_told(lines: &[Line]) -> bool {
    let foreign = lines.iter().filter(|line| line.is_err()).count();
    [Form::Combined, Form::Json].into_iter().all(|form| {
        let count = lines.iter().filter(|line| matches!(line, Ok((_, one)) if *one == form)).count();
        count == 0 || count >= 3 && count * 10 >= count + foreign
    })
}

fn pieces() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(1..120_usize, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lines_in_several_formats_are_read_as_in_one(lines in log(&[Form::Combined, Form::Json], 40), sizes in pieces()) {
        let visits: Vec<Visit> = lines.iter().filter_map(|line| line.ok()).map(|(visit, _)| visit).collect();
        prop_assume!(visits.len() > 3 && can_all_be_told(&lines));
        let alone: String = visits.iter().map(|visit| visit.line(Form::Combined)).collect();
        let truth = told(Pieces::of(&alone, &[1000]), 1, Format::named("combined"));
        let mixed = told(Pieces::of(&text(&lines), &sizes), 2, None);
        prop_assert_eq!(&mixed.sessions, &truth.sessions, "{:?}", mixed);
        prop_assert_eq!((mixed.hits, mixed.malformed), (truth.hits, (lines.len() - visits.len()) as u64));
    }

    #[test]
    fn neither_blocks_nor_workers_make_a_difference(
        lines in log(&[Form::Combined, Form::Json, Form::HostFirst, Form::W3c], 60),
        sizes in prop::collection::vec(pieces(), 2),
    ) {
        let text = text(&lines);
        let whole = told(Pieces::of(&text, &[usize::MAX >> 1]), 1, None);
        for (workers, sizes) in (2..).zip(&sizes) {
            prop_assert_eq!(&told(Pieces::of(&text, sizes), workers, None), &whole, "{} workers, {:?}", workers, sizes);
        }
    }
}

fn visits(seconds: std::ops::Range<u32>, form: Form) -> String {
    let visit =
        |second: u32| Visit { second, visitor: u8::try_from(second % 5 + 1).expect("small"), page: 1 };
    seconds.map(|second| visit(second).line(form)).collect()
}

/// The report on a file of these lines, and what was said besides.
fn report(text: &str, flags: &[&str]) -> (Value, String) {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("access.log"), text).expect("room");
    let mut command = Command::cargo_bin("dwell").expect("the program");
    command.current_dir(&folder).args(["report", "--json"]).args(flags).arg("access.log");
    let output = command.assert().success().get_output().clone();
    let notices = String::from_utf8(output.stderr).expect("text");
    (serde_json::from_slice(&output.stdout).expect("JSON"), notices)
}

#[test]
fn a_format_that_changes_in_mid_file_is_said_and_read() {
    let text = visits(0..2000, Form::Combined) + &visits(2000..3000, Form::Json);
    let (report, notices) = report(&text, &[]);
    assert_eq!(report["input"]["hits"], 3000);
    assert_eq!(report["input"]["malformed"], 0);
    assert_eq!(notices, "dwell: access.log: from line 2,001 on also read as JSON\n");
    assert_eq!(report["input"]["inputs"][0]["also"][0]["from_line"], 2001);
}

#[test]
fn lines_of_a_layout_that_leads_with_a_host_are_not_taken_for_the_one_before() {
    let text = visits(0..2000, Form::Combined) + &visits(2000..3000, Form::HostFirst);
    let (report, notices) = report(&text, &[]);
    assert_eq!((&report["input"]["hits"], &report["sessions"]["visitors"]), (&3000.into(), &10.into()));
    assert_eq!(notices, "dwell: access.log: from line 2,001 on also read as host + combined\n");
}

#[test]
fn lines_that_say_more_than_those_before_are_not_read_as_if_they_said_as_little() {
    for before in [20, 2000] {
        let text = visits(0..before, Form::Common) + &visits(before..before + 1000, Form::Combined);
        let (report, notices) = report(&text, &["--include-bots"]);
        assert_eq!(report["input"]["malformed"], 0);
        assert_eq!(report["input"]["hits"], before + 1000);
        // Few common lines are read as combined from the first one on.
        let said =
            if before < 1000 { "" } else { "dwell: access.log: from line 2,001 on also read as combined\n" };
        assert_eq!(notices, said);
        // The same addresses, once with an agent and once without.
        assert_eq!(report["sessions"]["visitors"], 10, "{before}: {notices}");
    }
}

#[test]
fn a_log_that_says_less_from_some_line_on_is_read_on() {
    let text = visits(0..2000, Form::Combined) + &visits(2000..3000, Form::Common);
    let (report, _) = report(&text, &[]);
    assert_eq!((&report["input"]["hits"], &report["input"]["malformed"]), (&3000.into(), &0.into()));
}

#[test]
fn a_format_that_was_named_reads_lines_that_say_more() {
    let (report, _) = report(&visits(0..100, Form::Combined), &["--format", "common"]);
    assert_eq!((&report["input"]["hits"], &report["input"]["malformed"]), (&100.into(), &0.into()));
}

#[test]
fn what_a_program_says_at_its_start_costs_itself_only() {
    for before in [1, 200, 5000] {
        let mut text = String::new();
        for line in 0..before {
            writeln!(text, "step {line}: {}", FOREIGN[line % 3].trim()).expect("room");
        }
        let (report, _) = report(&(text + &visits(0..300, Form::Combined)), &[]);
        assert_eq!(report["input"]["inputs"][0]["format"], "combined", "after {before} lines");
        assert_eq!((&report["input"]["hits"], &report["input"]["malformed"]), (&300.into(), &before.into()));
    }
}

#[test]
fn a_format_that_was_named_stays_the_only_one() {
    let text = visits(0..100, Form::Combined) + &visits(100..200, Form::Json);
    let (report, _) = report(&text, &["--format", "combined"]);
    assert_eq!((&report["input"]["hits"], &report["input"]["malformed"]), (&100.into(), &100.into()));
}
