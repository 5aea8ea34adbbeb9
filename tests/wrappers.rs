//! Wrapped lines read like the bare ones, whatever the collector.

#![allow(clippy::expect_used, clippy::panic, reason = "what a test needs is there")]

#[path = "support/readme.rs"]
mod readme;

use dwell::format::Format;
use dwell::format::detect::{detect, in_wrappers};

/// What a line says of a request.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    second: i64,
    address: String,
    target: String,
    status: u16,
    referrer: String,
    agent: String,
}

struct Request {
    minute: usize,
    second: usize,
    address: &'static str,
    method: &'static str,
    target: &'static str,
    status: u16,
    referrer: &'static str,
    agent: &'static str,
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const CURL: &str = "curl/8.5.0";

fn requests() -> Vec<Request> {
    let targets = ["/", "/app.css", "/pricing?plan=a", "/docs/install", "/missing"];
    let addresses = ["203.0.113.5", "198.51.100.77", "2001:db8::17"];
    let referrers = ["-", "https://www.example.com/", "https://www.google.com/"];
    let one = |at: usize| Request {
        minute: at / 60,
        second: at % 60,
        address: addresses[at % 3],
        method: if at % 11 == 5 { "POST" } else { "GET" },
        target: targets[at % 5],
        status: if at % 5 == 4 { 404 } else { 200 },
        referrer: referrers[at % 7 % 3],
        agent: if at % 9 == 8 { CURL } else { FIREFOX },
    };
    (0..40).map(one).collect()
}

type Writer = fn(&Request) -> String;

/// Formats, by what a server would write.
const FORMATS: [(&str, Writer); 6] = [
    ("combined", |r| {
        let Request { minute, second, address, method, target, status, referrer, agent } = r;
        format!(
            r#"{address} - - [24/Nov/2026:14:{minute:02}:{second:02} +0000] "{method} {target} HTTP/1.1" {status} 512 "{referrer}" "{agent}""#
        )
    }),
    ("nginx JSON", |r| {
        let Request { minute, second, address, method, target, status, referrer, agent } = r;
        format!(
            r#"{{"time":"2026-11-24T14:{minute:02}:{second:02}+00:00","remote_addr":"{address}","request":"{method} {target} HTTP/1.1","status":{status},"http_referer":"{referrer}","http_user_agent":"{agent}"}}"#
        )
    }),
    ("host first", |r| {
        let Request { minute, second, address, method, target, status, referrer, agent } = r;
        format!(
            r#"www.example.com:443 {address} - - [24/Nov/2026:14:{minute:02}:{second:02} +0000] "{method} {target} HTTP/1.1" {status} 512 "{referrer}" "{agent}""#
        )
    }),
    ("ISO time", |r| {
        let Request { minute, second, address, method, target, status, referrer, agent } = r;
        format!(
            r#"{address} - - [2026-11-24T14:{minute:02}:{second:02}+00:00] "{method} {target} HTTP/1.1" {status} 512 "{referrer}" "{agent}" "-""#
        )
    }),
    ("pipes", |r| {
        let Request { minute, second, address, method, target, status, referrer, agent } = r;
        format!(
            r"24/Nov/2026:14:{minute:02}:{second:02} +0000|{address}|{method} {target} HTTP/1.1|{status}|512|{referrer}|{agent}"
        )
    }),
    ("no time of its own", |r| {
        let Request { address, method, target, status, referrer, agent, .. } = r;
        format!(r#"{address} "{method} {target} HTTP/1.1" {status} 512 "{referrer}" "{agent}""#)
    }),
];

/// What puts a wrapper around the line of a request.
type Wrapper = fn(&Request, &str) -> String;

/// Wrappers, and whether they name the time.
const WRAPPERS: [(&str, Wrapper, bool); 19] = [
    (
        "syslog (RFC 3164)",
        |r, line| format!("<190>Nov 24 14:{:02}:{:02} web1 nginx: {line}", r.minute, r.second),
        false,
    ),
    (
        "syslog in a file",
        |r, line| format!("Nov 24 14:{:02}:{:02} web1 nginx[812]: {line}", r.minute, r.second),
        false,
    ),
    (
        "syslog (RFC 5424)",
        |r, line| format!("<190>1 2026-11-24T14:{:02}:{:02}Z web1 nginx 812 - - {line}", r.minute, r.second),
        true,
    ),
    (
        "rsyslog's own format",
        |r, line| format!("2026-11-24T14:{:02}:{:02}.250+00:00 web1 nginx[812]: {line}", r.minute, r.second),
        true,
    ),
    (
        "journalctl -o short-full",
        |r, line| format!("Tue 2026-11-24 14:{:02}:{:02} UTC web1 nginx[812]: {line}", r.minute, r.second),
        true,
    ),
    (
        "CRI",
        |r, line| format!("2026-11-24T14:{:02}:{:02}.193270460Z stdout F {line}", r.minute, r.second),
        true,
    ),
    ("docker logs -t", |r, line| format!("2026-11-24T14:{:02}:{:02}.250Z {line}", r.minute, r.second), true),
    ("Compose", |_, line| format!("web-1  | {line}"), false),
    ("Swarm", |_, line| format!("web_nginx.1.x7fq2@node1    | {line}"), false),
    ("PM2", |_, line| format!("0|www      | {line}"), false),
    ("Compose in colours", |_, line| format!("\u{1b}[36mweb-1  | \u{1b}[0m{line}"), false),
    (
        "Docker's json-file",
        |r, line| {
            let log = serde_json::to_string(&format!("{line}\n")).expect("a text");
            let (minute, second) = (r.minute, r.second);
            format!(
                r#"{{"log":{log},"stream":"stdout","time":"2026-11-24T14:{minute:02}:{second:02}.250Z"}}"#
            )
        },
        true,
    ),
    (
        "journalctl -o json",
        |r, line| {
            let message = serde_json::to_string(line).expect("a text");
            let micros = (1_795_528_800 + r.minute * 60 + r.second) * 1_000_000;
            format!(
                r#"{{"__REALTIME_TIMESTAMP":"{micros}","_HOSTNAME":"web1","PRIORITY":"6","MESSAGE":{message}}}"#
            )
        },
        true,
    ),
    (
        "Filebeat",
        |r, line| {
            let message = serde_json::to_string(line).expect("a text");
            let (minute, second) = (r.minute, r.second);
            format!(
                r#"{{"@timestamp":"2026-11-24T14:{minute:02}:{second:02}.250Z","host":{{"name":"web1"}},"log":{{"offset":7}},"message":{message}}}"#
            )
        },
        true,
    ),
    (
        "Elasticsearch's exports",
        |r, line| {
            let message = serde_json::to_string(line).expect("a text");
            let (minute, second) = (r.minute, r.second);
            format!(
                r#"{{"_index":"logs","_source":{{"@timestamp":"2026-11-24T14:{minute:02}:{second:02}.250Z","message":{message}}}}}"#
            )
        },
        true,
    ),
    (
        "CSV",
        |r, line| {
            let line = line.replace('"', "\"\"");
            format!("2026-11-24T14:{:02}:{:02}.250Z,web1,\"{line}\"", r.minute, r.second)
        },
        true,
    ),
    ("kubectl logs --prefix", |_, line| format!("[pod/web-7d8c/nginx] {line}"), false),
    ("Python's logging", |_, line| format!("INFO:werkzeug:{line}"), false),
    ("grep -n", |r, line| format!("/var/log/access.log.1:{}:{line}", r.minute * 60 + r.second + 1), false),
];

fn read(format: &Format, lines: &[String]) -> Vec<Said> {
    let (mut format, mut scratch) = (format.clone(), Vec::new());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut said = Vec::new();
    for line in lines {
        let Ok(hit) = format.read(line.as_bytes()) else { continue };
        let details = hit.details(&mut scratch);
        said.push(Said {
            second: hit.time.0 / 1000,
            address: text(details.address),
            target: hit.request.map_or_else(String::new, |request| text(request.target)),
            status: hit.status,
            referrer: text(details.referrer),
            agent: text(details.agent),
        });
    }
    said
}

fn detected(lines: &[String]) -> Option<Format> {
    let sample: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    detect(&sample).map(|found| found.format)
}

#[track_caller]
fn reads_like_the_truth(lines: &[String], truth: &[Said], what: &str) {
    let format = detected(lines).unwrap_or_else(|| panic!("{what}: no format for {}", lines[0]));
    assert_eq!(read(&format, lines), truth, "{what}, read as {}: {}", format.name(), lines[0]);
}

fn truth() -> Vec<Said> {
    let given = |text: &str| if text == "-" { String::new() } else { text.to_owned() };
    let one = |r: &Request| Said {
        second: i64::try_from(1_795_528_800 + r.minute * 60 + r.second).expect("a time"),
        address: r.address.to_owned(),
        target: r.target.to_owned(),
        status: r.status,
        referrer: given(r.referrer),
        agent: r.agent.to_owned(),
    };
    requests().iter().map(one).collect()
}

#[test]
fn any_format_in_any_wrapper_reads_like_the_format_alone() {
    let (requests, truth) = (requests(), truth());
    for (format, write) in FORMATS {
        let plain: Vec<String> = requests.iter().map(write).collect();
        let has_time = format != "no time of its own";
        if has_time {
            reads_like_the_truth(&plain, &truth, format);
        }
        for (wrapper, wrap, _) in WRAPPERS.into_iter().filter(|(.., names_time)| has_time || *names_time) {
            let lines: Vec<String> = requests.iter().zip(&plain).map(|(r, line)| wrap(r, line)).collect();
            reads_like_the_truth(&lines, &truth, &format!("{format} in {wrapper}"));
        }
    }
}

#[test]
fn the_readme_names_the_wrappers() {
    let names: Vec<_> = WRAPPERS.iter().map(|(name, ..)| *name).collect();
    let nested: Vec<_> = NESTED[1..3].iter().map(|(inner, outer)| format!("{inner} in {outer}")).collect();
    let text = format!(
        "What collectors put around lines comes off first, around any of these formats: {}. One may be in another, as {}.",
        names.join(", "),
        nested.join(" or ")
    );
    readme::holds("wrappers", &readme::paragraph(&text));
}

/// Wrappers that are met within others.
const NESTED: [(&str, &str); 8] = [
    ("syslog in a file", "Docker's json-file"),
    ("syslog in a file", "Compose in colours"),
    ("docker logs -t", "Compose"),
    ("PM2", "CRI"),
    ("syslog (RFC 3164)", "syslog (RFC 5424)"),
    ("Docker's json-file", "journalctl -o json"),
    ("Compose", "journalctl -o short-full"),
    ("CRI", "Filebeat"),
];

#[test]
fn wrappers_come_off_within_wrappers() {
    let (requests, truth) = (requests(), truth());
    let named = |name: &str| WRAPPERS.into_iter().find(|(one, ..)| *one == name).expect("a wrapper").1;
    for (format, write) in FORMATS.into_iter().filter(|(format, _)| *format != "no time of its own") {
        for (inner, outer) in NESTED {
            let line = |r: &Request| named(outer)(r, &named(inner)(r, &write(r)));
            let lines: Vec<String> = requests.iter().map(line).collect();
            reads_like_the_truth(&lines, &truth, &format!("{format} in {inner} in {outer}"));
        }
    }
}

#[test]
fn a_format_that_was_named_is_read_in_any_wrapper() {
    let (requests, truth) = (requests(), truth());
    let write = FORMATS[0].1;
    for (wrapper, wrap, _) in WRAPPERS {
        let lines: Vec<String> = requests.iter().map(|r| wrap(r, &write(r))).collect();
        let sample: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        let named = Format::named("combined").expect("a format");
        assert_eq!(read(&in_wrappers(&sample, named), &lines), truth, "{wrapper}: {}", lines[0]);
    }
}

#[test]
fn a_line_without_the_wrapper_is_read_as_it_stands() {
    let (requests, truth) = (requests(), truth());
    let wrap = WRAPPERS[7].1;
    let line =
        |(at, r): (usize, &Request)| if at % 4 == 3 { FORMATS[0].1(r) } else { wrap(r, &FORMATS[0].1(r)) };
    let lines: Vec<String> = requests.iter().enumerate().map(line).collect();
    reads_like_the_truth(&lines, &truth, "combined, mostly in Compose");
}
