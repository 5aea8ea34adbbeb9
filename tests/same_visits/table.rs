//! The README's table of formats, made of what dwell finds in lines of each.

#![expect(clippy::panic, reason = "what helps a test fails as the test would")]

use std::fmt::Write as _;

use dwell::format::{self, Details, FormatTable, detect};

use super::visits::Hit;
use super::{ANY, Format, Given, readme};

/// Who writes logs, in the order in which a newcomer would look for their server.
const GROUPS: &[(&str, &[&str])] = &[
    ("Web servers", &["nginx", "Apache", "Caddy", "IIS", "lighttpd"]),
    (
        "Proxies and caches",
        &[
            "HAProxy",
            "Traefik",
            "Envoy and Istio",
            "ingress-nginx",
            "Nginx Proxy Manager",
            "Kong",
            "APISIX",
            "Varnish",
            "Squid",
        ],
    ),
    ("Clouds", &["AWS", "Azure", "Cloudflare", "Fastly", "Google Cloud", "Heroku"]),
    (
        "Applications",
        &["Tomcat", "Java", "Node.js", "Python", "uWSGI", "Ruby", "Go", "Rust", ".NET", "Elixir"],
    ),
    ("Any program", &[ANY]),
];

/// Whether there is an address, an agent, a referrer, a host and a load time in the lines of a format.
type Cells = [bool; 5];

/// What one writer's logs under some names have in common.
struct Row {
    who: &'static str,
    names: Vec<&'static str>,
    cells: Cells,
    given: String,
}

/// The table, and the names that `--format` takes.
pub(super) fn of(formats: &[Format], hits: &[Hit]) -> String {
    let rows = rows(formats, hits);
    let mut table = String::from(
        "\n| log | address | agent | referrer | host | load time | what to give |\n\
         | --- | :-: | :-: | :-: | :-: | :-: | --- |\n",
    );
    for (group, writers) in GROUPS {
        writeln!(table, "| **{group}** | | | | | | |").expect("room");
        for row in writers.iter().flat_map(|who| rows.iter().filter(move |row| row.who == *who)) {
            table += &row.line();
        }
    }
    let names: Vec<_> = format::Format::NAMES.iter().map(|name| format!("`{name}`")).collect();
    table + &readme::paragraph(&format!("Names that `--format` takes: {}.", names.join(" ")))
}

/// Logs of one writer that say the same share a row.
fn rows(formats: &[Format], hits: &[Hit]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for format in formats {
        let (cells, given) = (cells(format, hits), given(format));
        for &(who, name) in format.of {
            assert!(GROUPS.iter().any(|(_, writers)| writers.contains(&who)), "{who} is in no group");
            match rows.iter_mut().find(|row| row.who == who && row.cells == cells && row.given == given) {
                Some(row) if row.names.contains(&name) => {}
                Some(row) => row.names.push(name),
                None => rows.push(Row { who, names: vec![name], cells, given: given.clone() }),
            }
        }
    }
    rows
}

impl Row {
    fn line(&self) -> String {
        let [address, agent, referrer, host, load] =
            self.cells.map(|is_there| if is_there { "✓" } else { "–" });
        let names = self.names.join(", ");
        let log = match (self.who, names.as_str()) {
            (ANY, names) => names.to_owned(),
            (who, "") => who.to_owned(),
            (who, names) => format!("{who}: {names}"),
        };
        format!("| {log} | {address} | {agent} | {referrer} | {host} | {load} | {} |\n", self.given)
    }
}

fn given(format: &Format) -> String {
    match format.given {
        Given::Nothing => "nothing".to_owned(),
        Given::Flag(string) => {
            let beginning: Vec<_> = string.split(' ').take(3).collect();
            format!("`--format '{} …'`", beginning.join(" "))
        }
        Given::Proposal => "`[format]`: `dwell check` proposes it".to_owned(),
    }
}

/// What dwell finds in lines of a format. It must be what was written, wherever it is there.
fn cells(format: &Format, hits: &[Hit]) -> Cells {
    let log = format.log(hits);
    let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
    let mut reader = reader(format, &lines);
    let lines: Vec<&[u8]> = lines.into_iter().filter(|line| !reader.directive(line)).collect();
    let mut all = [true; 5];
    for (line, hit) in lines.into_iter().zip(hits) {
        let mut scratch = Vec::new();
        let read = reader.read(line).unwrap_or_else(|stop| panic!("{}: {stop:?}", format.name()));
        let [address, agent, referrer, host, load] =
            cells_of(&read.details(&mut scratch), hit, &format.name());
        // Not every visitor comes from somewhere.
        let found = [address, agent, referrer || hit.referrer.is_empty(), host, load];
        all = std::array::from_fn(|at| all[at] && found[at]);
    }
    all
}

fn cells_of(details: &Details, hit: &Hit, name: &str) -> Cells {
    let is_there = |found: &[u8], wanted: &str, what: &str| {
        let found = String::from_utf8_lossy(found).into_owned();
        let is_absent = found.is_empty() || found == "-";
        assert!(is_absent || found.contains(wanted), "{name}: {what} {found}, which is {wanted}");
        !is_absent
    };
    let load = details.load.map(|load| load.0.abs_diff(hit.load));
    assert!(load.is_none_or(|off| off <= 1), "{name}: {:?}, which is {} ms", details.load, hit.load);
    [
        is_there(details.address, &hit.address, "address"),
        is_there(details.agent, hit.agent, "agent"),
        is_there(details.referrer, hit.referrer, "referrer"),
        is_there(details.host, "shop.example", "host"),
        load.is_some(),
    ]
}

fn reader(format: &Format, lines: &[&[u8]]) -> format::Format {
    match format.given {
        Given::Nothing => detect::detect(lines).expect("a format").format,
        Given::Flag(string) => format::Format::pattern(string).expect("a format string"),
        Given::Proposal => format::Format::mapped(FormatTable::of(lines).expect("a table").mapping()),
    }
}
