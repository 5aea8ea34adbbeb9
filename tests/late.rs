//! R6, R7: late and out-of-order input, and the rates of a window, from fixtures: each file in `tests/fixtures/sessions`
//! lists the input round by round, with the expected result.
//!
//! A line is `TIME VISITOR METHOD PATH [STATUS [REFERRER]]`; the method `PREFETCH` is a prefetch by the browser. A
//! session is written as `VISITOR FIRST..LAST STATE: steps`, with pages by path, `+action`, and errors and redirects by
//! status; then ` from REFERRER`, if any. Sessions are ordered by their first event.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;

use std::collections::BTreeMap;
use std::path::Path;

use dwell::classify::address::AddressKeeping;
use dwell::classify::batch::InputId;
use dwell::classify::kind::Kind;
use dwell::engine::Setup;
use dwell::engine::log_clock::LogClock;
use dwell::engine::read_mode::ReadMode;
use dwell::query::question::{Question, Window};
use dwell::query::view::{InputState, Rate, SessionState};
use dwell::time::{Millis, Span};
use naive::Rules;
use naive::rig::{Rig, Told, everything, visitor_of};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The sentence of the rule that the case is about.
    says: String,
    #[serde(default = "one")]
    inputs: u16,
    /// The log goes on: no single line moves the clock.
    #[serde(default)]
    goes_on: bool,
    gap: Option<String>,
    lateness: Option<String>,
    active: Option<String>,
    round: Vec<Round>,
}

fn one() -> u16 {
    1
}

/// What happens in this order: states of inputs change, lines come in, the clock moves, all is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Round {
    /// What an input is doing from now on.
    states: BTreeMap<String, String>,
    /// All that was there is read: from now on the log's clock is taken to be right.
    caught_up_at: Option<String>,
    /// When the lines were written, by our clock; they were there before if this is absent.
    fresh_at: Option<String>,
    input: u16,
    lines: Vec<String>,
    /// The log's last line was read.
    finish: bool,
    /// What our clock shows when time moves on.
    clock: Option<String>,
    sessions: Option<Vec<String>>,
    late: Option<u64>,
    ahead: Option<u64>,
    /// How many hits are counted as pageviews.
    pageviews: Option<u64>,
    rates: Vec<Rates>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rates {
    window: String,
    settled: String,
    settled_before: String,
    now: String,
}

#[test]
fn r6_and_r7_hold_case_by_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sessions");
    let mut files: Vec<_> =
        folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no cases in {}", folder.display());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file");
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        play(&name, &case);
    }
}

fn play(name: &str, case: &Case) {
    let span = |text: &Option<String>, default| text.as_deref().map_or(default, span);
    let rules = Rules {
        gap: span(&case.gap, Span::minutes(30)),
        lateness: span(&case.lateness, Span::minutes(5)),
        active: span(&case.active, Span::minutes(5)),
        addresses: AddressKeeping::Masked,
    };
    let mut stage = Stage {
        rig: Rig::with(rules, case.inputs, 1, LogClock::Newest, |setup| Setup {
            read_mode: if case.goes_on { ReadMode::Live } else { setup.read_mode },
            ..setup
        }),
        goes_on: case.goes_on,
        wall: Millis::MIN,
        visitors: Vec::new(),
    };
    for (at, round) in case.round.iter().enumerate() {
        let about = format!("{name}, round {}: {}", at + 1, case.says);
        stage.hear(round);
        stage.check(round, &about);
    }
}

struct Stage {
    rig: Rig,
    goes_on: bool,
    /// What our clock shows.
    wall: Millis,
    visitors: Vec<String>,
}

impl Stage {
    fn hear(&mut self, round: &Round) {
        for (input, state) in &round.states {
            let input = InputId(input.parse().expect("an input's number"));
            self.rig.engine.set_input(input, |status| status.state = state_named(state));
        }
        if let Some(wall) = &round.caught_up_at {
            let newest = self.rig.engine.newest();
            self.rig.engine.clock_mut().caught_up(newest, time(wall), Span::hours(24));
        }
        self.hear_lines(round);
        if round.finish {
            self.rig.engine.finish();
        }
        if let Some(wall) = &round.clock {
            self.wall = time(wall);
            self.rig.engine.tick(self.wall);
        }
    }

    fn hear_lines(&mut self, round: &Round) {
        if let Some(wall) = &round.fresh_at {
            let times = round.lines.iter().map(|line| time(line.split(' ').next().unwrap_or_default()));
            self.wall = time(wall);
            if !self.goes_on {
                self.rig.engine.see_fresh(times.max().expect("fresh lines"), self.wall);
            }
        }
        let lines: String = round.lines.iter().map(|line| self.log_line(line)).collect();
        if self.goes_on && round.fresh_at.is_some() {
            self.rig.read_fresh(round.input, &lines, self.wall);
        } else if !lines.is_empty() {
            self.rig.read(round.input, 0, &lines);
        }
    }

    fn log_line(&mut self, line: &str) -> String {
        let words: Vec<_> = line.split(' ').collect();
        let [at, visitor, method, path, ref status @ ..] = words[..] else { panic!("no line: {line}") };
        if !self.visitors.iter().any(|known| known == visitor) {
            self.visitors.push(visitor.to_owned());
        }
        let stamp = time(at).utc().format("%d/%b/%Y:%H:%M:%S +0000");
        let (address, referrer) = (self.address(visitor), status.get(1).unwrap_or(&"-"));
        let status = status.first().unwrap_or(&"200");
        let (method, purpose) = if method == "PREFETCH" { ("GET", "prefetch") } else { (method, "-") };
        format!(
            "{address} - - [{stamp}] \"{method} {path} HTTP/1.1\" {status} 512 \"{referrer}\" \"{AGENT}\" - - {purpose}\n"
        )
    }

    fn address(&self, visitor: &str) -> String {
        let at = self.visitors.iter().position(|known| known == visitor).expect("a known visitor");
        format!("192.0.2.{}", at + 1)
    }

    fn check(&mut self, round: &Round, about: &str) {
        if let Some(sessions) = &round.sessions {
            let told: Vec<_> = self.rig.told(self.wall).iter().map(|told| self.text(told)).collect();
            assert_eq!(&told, sessions, "{about}");
        }
        if let Some(ahead) = round.ahead {
            assert_eq!(self.rig.engine.answer(&everything(), self.wall).intake.ahead, ahead, "{about}");
        }
        if let Some(late) = round.late {
            assert_eq!(self.rig.engine.answer(&everything(), self.wall).intake.late, late, "{about}");
        }
        if let Some(pageviews) = round.pageviews {
            let intake = self.rig.engine.answer(&everything(), self.wall).intake;
            assert_eq!(intake.kinds[Kind::Pageview as usize], pageviews, "{about}");
        }
        for rates in &round.rates {
            self.check_rates(rates, about);
        }
    }

    fn check_rates(&mut self, rates: &Rates, about: &str) {
        let question = Question { window: Window::Last(span(&rates.window)), ..everything() };
        let bounce = self.rig.engine.answer(&question, self.wall).bounce;
        let told = [bounce.settled, bounce.settled_before, bounce.now].map(rate_text);
        assert_eq!(told, [&*rates.settled, &*rates.settled_before, &*rates.now], "{about}, {}", rates.window);
    }

    fn text(&self, told: &Told) -> String {
        let known = |name: &&String| visitor_of("", &self.address(name), AGENT) == told.visitor;
        let name = self.visitors.iter().find(known).expect("a visitor");
        let state = match told.state {
            SessionState::Active => "active",
            SessionState::Open => "open",
            SessionState::Closed => "closed",
        };
        let happened: Vec<_> = told.steps.iter().map(step_text).collect();
        let bot = told.bot.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        let (start, end, from) = (clock(told.start), clock(told.end), from(&told.referrer));
        format!("{name} {start}..{end} {state}: {}{bot}{from}", happened.join(" "))
    }
}

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

fn step_text((_, what, page, status, _): &(Millis, String, String, u16, Option<Span>)) -> String {
    match what.as_str() {
        "view" => page.clone(),
        "error" | "redirect" => status.to_string(),
        action => format!("+{action}"),
    }
}

fn from(referrer: &str) -> String {
    if referrer.is_empty() { String::new() } else { format!(" from {referrer}") }
}

/// Bounced sessions of those that could bounce, to two decimals.
fn rate_text(rate: Rate) -> String {
    format!("{:.2} of {}", rate.bounced, rate.of)
}

fn state_named(name: &str) -> InputState {
    match name {
        "loading" => InputState::Loading,
        "live" => InputState::Live,
        "ended" => InputState::Ended,
        "failed" => InputState::Failed,
        other => panic!("no state is called {other}"),
    }
}

fn span(text: &str) -> Span {
    Span::parse(text).expect("a span")
}

/// A time of one day.
fn time(text: &str) -> Millis {
    let parts: Vec<i64> = text.split(':').map(|part| part.parse().expect("a time")).collect();
    let [hours, minutes, seconds] = parts[..] else { panic!("no time: {text}") };
    Millis(MIDNIGHT + ((hours * 60 + minutes) * 60 + seconds) * 1000)
}

fn clock(time: Millis) -> String {
    time.utc().format("%H:%M:%S").to_string()
}

/// 2026-11-24T00:00:00Z.
const MIDNIGHT: i64 = 1_795_478_400_000;
