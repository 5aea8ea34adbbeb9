//! Suggested formats work: each suggestion is extracted from the message and used, and gives the right sessions.

#![expect(clippy::expect_used, clippy::panic, reason = "what a test needs is there")]

#[path = "support/mod.rs"]
mod support;

use fastrand::Rng;
use serde_json::{Map, Value, json};
use support::place::{Place, Said};

/// Number of logs of each kind; `DWELL_PROPOSALS=1000` tries more.
const LOGS: usize = 16;

/// A request with all loggable fields.
struct Request {
    second: u32,
    address: String,
    method: &'static str,
    target: &'static str,
    status: u16,
    agent: &'static str,
    millis: u32,
}

const AGENTS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
    "curl/8.5.0",
];
const TARGETS: [&str; 6] =
    ["/", "/app.css", "/pricing?plan=a", "/docs/install", "/img/logo.png", "/search?q=a%20b"];

fn requests(random: &mut Rng) -> Vec<Request> {
    let one = |at: u32| Request {
        second: at * 7,
        address: format!("203.0.{}.{}", random.u8(1..9), random.u8(1..9)),
        method: if random.u8(..12) == 0 { "POST" } else { "GET" },
        target: random.choice(TARGETS).expect("one"),
        status: random.choice([200, 200, 200, 304, 404, 302]).expect("one"),
        agent: random.choice(AGENTS).expect("one"),
        millis: random.u32(3..900),
    };
    (0..80).map(one).collect()
}

impl Request {
    fn clock(&self) -> String {
        format!("{:02}:{:02}:{:02}", 14 + self.second / 3600, self.second / 60 % 60, self.second % 60)
    }

    fn iso(&self) -> String {
        format!("2026-11-24T{}Z", self.clock())
    }

    fn combined(&self) -> String {
        let Request { address, method, target, status, agent, .. } = self;
        let time = format!("24/Nov/2026:{} +0000", self.clock());
        format!("{address} - - [{time}] \"{method} {target} HTTP/1.1\" {status} 512 \"-\" \"{agent}\"")
    }
}

/// Field names that tell nothing about their meaning.
const WORDS: [&str; 14] = [
    "zeit", "wer", "womit", "wie", "was", "antwort", "q7", "x_1", "Feld", "knoten", "a.b", "k-9", "lage",
    "stufe",
];

/// Fields under names that nobody knows.
fn odd_fields(
    request: &Request,
    words: &[&'static str],
    random_line: bool,
    epoch: bool,
) -> Vec<(&'static str, Value)> {
    let time = if epoch { json!(1_795_528_800 + request.second) } else { json!(request.iso()) };
    let mut fields = vec![
        (words[0], time),
        (words[1], json!(request.address)),
        (words[2], json!(request.agent)),
        (words[3], json!(request.status)),
        (words[4], json!("web1")),
    ];
    if random_line {
        fields.push((words[5], json!(format!("{} {} HTTP/1.1", request.method, request.target))));
    } else {
        fields.push((words[5], json!(request.method)));
        fields.push((words[6], json!(request.target)));
    }
    fields
}

/// How odd fields are written: in one object, in one within, with labels, with equals signs.
#[derive(Clone, Copy, Debug)]
enum Syntax {
    Flat,
    Nested,
    Ltsv,
    Logfmt,
}

fn written(fields: &[(&str, Value)], syntax: Syntax) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let object = |fields: &[(&str, Value)]| {
        Value::Object(
            fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect::<Map<_, _>>(),
        )
    };
    match syntax {
        Syntax::Flat => object(fields).to_string(),
        Syntax::Nested => {
            let (outer, inner) = fields.split_at(2);
            let mut line = object(outer);
            line["innen"] = object(inner);
            line.to_string()
        }
        Syntax::Ltsv => {
            fields.iter().map(|(key, value)| format!("{key}:{}", text(value))).collect::<Vec<_>>().join("\t")
        }
        Syntax::Logfmt => {
            fields.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
        }
    }
}

/// The sessions of a log: when they began and ended, with how many pages, and where.
fn sessions(said: &Said) -> Vec<String> {
    let row = |row: &str| {
        let row: Value = serde_json::from_str(row).expect("JSON");
        ["start", "end", "pageviews", "actions", "entry", "exit"].map(|key| row[key].to_string()).join(" ")
    };
    let mut rows: Vec<_> = said.out.lines().map(row).collect();
    rows.sort();
    rows
}

const SESSIONS: [&str; 3] = ["--sessions", "--include-bots", "access.log"];

/// The sessions of the same requests in the combined format.
fn truth(requests: &[Request]) -> Vec<String> {
    let lines: String = requests.iter().map(|request| request.combined() + "\n").collect();
    let said = Place::new().file("access.log", lines).report(&SESSIONS);
    assert_eq!((said.status, said.err.as_str()), (Some(0), ""));
    sessions(&said)
}

/// The words that give back what a message proposes; a table goes into a file.
fn given_back(place: &Place, message: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = message.lines().collect();
    if let Some(start) = lines.iter().position(|line| *line == "[format]") {
        let table: Vec<&str> = lines[start..].iter().copied().take_while(|line| !line.is_empty()).collect();
        std::fs::write(place.path("own.toml"), table.join("\n")).expect("room");
        return Some(vec!["--config".to_owned(), "own.toml".to_owned()]);
    }
    let string = message.split_once("--format '")?.1;
    let end = string.find("'\n")?;
    Some(vec!["--format".to_owned(), string[..end].replace(r"'\''", "'")])
}

fn read_with(place: &Place, words: &[String]) -> Said {
    let words: Vec<&str> = words.iter().map(String::as_str).chain(SESSIONS).collect();
    place.report(&words)
}

/// The log is read rightly as it is; or what a report and `check` propose reads it rightly, each by itself.
#[track_caller]
fn proposals_read(log: &str, flags: &[&str], truth: &[String], what: &str) {
    let place = Place::new().file("access.log", log);
    let as_it_is = place.report(&[flags, &SESSIONS].concat());
    if as_it_is.err.is_empty() {
        assert_eq!(sessions(&as_it_is), truth, "{what}");
        return;
    }
    let report = place.report(&[flags, &["access.log"]].concat());
    let check = place.run(&[&["check"], flags, &["access.log"]].concat());
    for (face, message) in [("report", report.err), ("check", check.out)] {
        let words = given_back(&place, &message);
        let words = words.unwrap_or_else(|| panic!("{what}: {face} proposes nothing\n{message}"));
        let said = read_with(&place, &words);
        assert_eq!(sessions(&said), truth, "{what}: {words:?} of {face}\n{message}{}", said.err);
    }
}

fn logs() -> usize {
    std::env::var("DWELL_PROPOSALS").ok().and_then(|text| text.parse().ok()).unwrap_or(LOGS)
}

#[test]
fn a_table_is_proposed_for_fields_with_odd_names() {
    let mut random = Rng::with_seed(20_261_130);
    for _ in 0..logs() {
        let mut words = WORDS;
        random.shuffle(&mut words);
        let (is_line, is_epoch) = (random.bool(), random.bool());
        let syntaxes = [Syntax::Flat, Syntax::Nested, Syntax::Ltsv, Syntax::Logfmt];
        let syntax = random.choice(syntaxes).expect("one");
        let requests = requests(&mut random);
        let line =
            |request: &Request| written(&odd_fields(request, &words, is_line, is_epoch), syntax) + "\n";
        let log: String = requests.iter().map(line).collect();
        proposals_read(
            &log,
            &[],
            &truth(&requests),
            &format!("{syntax:?}: {}", log.lines().next().expect("a line")),
        );
    }
}

#[test]
fn a_table_is_proposed_within_wrappers_and_read_there() {
    let requests = requests(&mut Rng::with_seed(7));
    let words: Vec<&'static str> = WORDS.to_vec();
    let line = |request: &Request| {
        let line = written(&odd_fields(request, &words, false, false), Syntax::Flat);
        format!("{}.250000000Z stdout F {line}\n", request.iso().trim_end_matches('Z'))
    };
    let log: String = requests.iter().map(line).collect();
    proposals_read(&log, &[], &truth(&requests), "CRI");
}

#[test]
fn an_address_under_an_odd_name_is_proposed() {
    let requests = requests(&mut Rng::with_seed(8));
    let line = |request: &Request| {
        let fields = json!({
            "time": request.iso(), "besucher": request.address, "user_agent": request.agent, "method": request.method,
            "path": request.target, "status": request.status,
        });
        format!("{fields}\n")
    };
    let log: String = requests.iter().map(line).collect();
    proposals_read(&log, &[], &truth(&requests), "no address");
}

#[test]
fn a_string_is_proposed_where_the_one_that_was_given_leaves_something_out() {
    let requests = requests(&mut Rng::with_seed(9));
    let behind_proxy = |request: &Request| {
        let line = request.combined().replacen(&request.address, "10.0.0.1", 1);
        format!("{line} \"{}\" {}.{:03}\n", request.address, request.millis / 1000, request.millis % 1000)
    };
    let log: String = requests.iter().map(behind_proxy).collect();
    proposals_read(&log, &["--format", "combined"], &truth(&requests), "combined");
}

#[test]
fn what_was_worked_out_for_a_layout_reads_it_when_given() {
    let mut random = Rng::with_seed(10);
    for between in [" ", " | ", "\t"] {
        let requests = requests(&mut random);
        let mut order = [0, 1, 2, 3, 4];
        random.shuffle(&mut order);
        let line = |request: &Request| {
            let Request { address, method, target, status, agent, .. } = request;
            let fields = [
                format!("[{}]", request.iso()),
                address.clone(),
                format!("\"{method} {target} HTTP/1.1\""),
                status.to_string(),
                format!("\"{agent}\""),
            ];
            order.map(|at| fields[at].clone()).join(between) + "\n"
        };
        let log: String = requests.iter().map(line).collect();
        let place = Place::new().file("access.log", &log);
        let check = place.run(&["check", "access.log"]);
        let words = given_back(&place, &check.out).expect("a string that was worked out");
        let said = read_with(&place, &words);
        assert_eq!(sessions(&said), truth(&requests), "{words:?}: {}", log.lines().next().expect("a line"));
    }
}

#[test]
fn r11_a_proposal_that_would_show_an_address_is_left_out() {
    let requests = requests(&mut Rng::with_seed(11));
    let words: Vec<&'static str> = [&["203.0.113.77"], &WORDS[1..]].concat();
    let line = |request: &Request| written(&odd_fields(request, &words, false, false), Syntax::Flat) + "\n";
    let log: String = requests.iter().map(line).collect();
    let place = Place::new().file("access.log", log);
    for said in [place.report(&["access.log"]), place.run(&["check", "access.log"])] {
        assert!(!said.out.contains("203.0.113.77") && !said.err.contains("203.0.113.77"), "{said:?}");
    }
}
