//! R11: no address is ever shown, in any field, spelling or format. Checks the complete answers behind every screen and
//! report, and the program's own output.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]
#[path = "support/setup.rs"]
mod setup;

use std::fmt::Write;
use std::process::Command;
use std::sync::Arc;

use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::Engine;
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::{
    Bots, BounceRule, CloseupAsk, Grouping, Measures, Order, Population, Question, SessionSort, SessionsAsk,
    TableAsk, TableSort,
};
use dwell::time::Millis;

use setup::setup;

/// Two addresses as they may be spelled.
const SPELLINGS: [&str; 19] = [
    "203.0.113.77",
    "203.0.113.77:4711",
    "203%2E0%2E113%2E77",
    "203%252E0%252E113%252E77",
    "%32%30%33.0.113.7%37",
    "0xcb.0x0.0x71.0x4d",
    "0xCB00714D",
    "203.000.113.077",
    "2001:db8:1:2::77",
    "2001:DB8:1:2::77",
    "[2001:db8:1:2::77]",
    "[2001:db8:1:2::77]:443",
    "2001:db8:1:2:0:0:0:77",
    "2001:0db8:0001:0002:0000:0000:0000:0077",
    "2001%3Adb8%3A1%3A2%3A%3A77",
    "2001%253adb8%253a1%253a2%253a%253a77",
    "::ffff:203.0.113.77",
    "::ffff:cb00:714d",
    "[::ffff:203.0.113.77]:80",
];
/// What an address is only where a host stands.
const HOSTS: [&str; 2] = ["3405803853", "203-0-113-77.isp.example"];
/// What is left of none of them.
const TELLING: [&str; 8] =
    ["203.0.113.77", "203.000.113.077", "0x4d", "714d", "1:2::77", "1:2:0", "0001:0002", "3405803853"];

/// A line of each format, with the fields that clients can fill in angle brackets.
const LINES: [(&str, &str); 12] = [
    (
        "combined",
        r#"<client> - <user> [24/Nov/2026:10:00:00 +0000] "GET <target> HTTP/1.1" 200 9 "<referrer>" "<agent>""#,
    ),
    (
        "vhost_combined",
        r#"<host> <client> - <user> [24/Nov/2026:10:00:00 +0000] "POST <target> HTTP/1.1" 303 9 "<referrer>" "<agent>""#,
    ),
    (
        "main",
        r#"192.0.2.1 - <user> [24/Nov/2026:10:00:00 +0000] "GET <target> HTTP/1.1" 200 9 "<referrer>" "<agent>" "<client>""#,
    ),
    (
        "$remote_addr [$time_iso8601] $host $request_method $uri $args $status \"$http_referer\" \"$http_user_agent\"",
        r#"<client> [2026-11-24T10:00:00+00:00] <host> GET <target> - 200 "<referrer>" "<agent>""#,
    ),
    (
        "%V %h %t \"%r\" %>s \"%{Referer}i\" \"%{User-Agent}i\"",
        r#"<host> <client> [24/Nov/2026:10:00:00 +0000] "GET <target> HTTP/1.1" 200 "<referrer>" "<agent>""#,
    ),
    (
        "json",
        r#"{"time":"2026-11-24T10:00:00Z","remote_addr":"<client>","request":"GET <target> HTTP/1.1","status":200,"host":"<host>","http_referer":"<referrer>","http_user_agent":"<agent>","remote_user":"<user>"}"#,
    ),
    (
        "caddy",
        r#"{"level":"info","ts":1795514400.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"<client>","client_ip":"<client>","method":"GET","host":"<host>","uri":"<target>","headers":{"User-Agent":["<agent>"],"Referer":["<referrer>"]}},"user_id":"<user>","status":200,"duration":0.1,"size":9}"#,
    ),
    (
        "traefik",
        r#"{"ClientHost":"<client>","RequestHost":"<host>","RequestMethod":"GET","RequestPath":"<target>","DownstreamStatus":200,"StartUTC":"2026-11-24T10:00:00Z","request_Referer":"<referrer>","request_User-Agent":"<agent>"}"#,
    ),
    (
        "events",
        r#"{"type":"track","event":"<user>","anonymousId":"<user>","userId":"<user>","timestamp":"2026-11-24T10:00:00Z","properties":{"url":"https://<host><target>","referrer":"<referrer>"},"context":{"userAgent":"<agent>","ip":"<client>"}}"#,
    ),
    (
        "w3c",
        "#Fields: date time c-ip cs-username cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) cs(Referer) cs-host\n2026-11-24 10:00:00 <client> <user> GET <target> - 200 <agent> <referrer> <host>",
    ),
    (
        "elb",
        r#"2026-11-24T10:00:00.000Z lb <client>:4711 10.0.0.1:80 0.1 0.1 0.1 200 200 0 9 "GET http://<host><target> HTTP/1.1" "<agent>" - -"#,
    ),
    (
        "alb",
        r#"https 2026-11-24T10:00:00.000Z app/lb/1 <client>:4711 10.0.0.1:80 0.1 0.1 0.1 200 200 0 9 "GET https://<host><target> HTTP/1.1" "<agent>" - - arn "Root=1" "<host>" "arn""#,
    ),
];

/// What stands in a field where no address does.
const USUAL: [(&str, &str); 6] = [
    ("<client>", "198.51.100.9"),
    ("<host>", "shop.example"),
    ("<user>", "-"),
    ("<target>", "/a"),
    ("<referrer>", "https://news.example/b"),
    ("<agent>", "Firefox/140.0"),
];

/// What clients can write into a field.
fn forged(field: &str, address: &str) -> Vec<String> {
    let with = |forms: &[&str]| forms.iter().map(|form| form.replace('@', address)).collect();
    match field {
        "<target>" => with(&[
            "/x/@",
            "/x-@.html",
            "/@/a",
            "/to/http://@/a",
            "/a?utm_source=@",
            "/a?utm_campaign=@&utm_medium=@",
            "/a?ref=@",
            "/a?ref=http://@/",
        ]),
        "<referrer>" => with(&["https://@/p", "https://news.example/@", "http://user@@/x"]),
        "<host>" => with(&["@"]),
        _ => with(&["@", "a @ b"]),
    }
}

/// Lines with every spelling in every field, one at a time; and some that cannot be read.
fn lines(template: &str) -> String {
    let mut lines = String::new();
    for (field, _) in USUAL.iter().filter(|(field, _)| template.contains(field)) {
        let hosts = if matches!(*field, "<host>" | "<referrer>") { &HOSTS[..] } else { &[] };
        for address in SPELLINGS.iter().chain(hosts) {
            for value in forged(field, address) {
                let line = USUAL
                    .iter()
                    .fold(template.replace(field, &value), |line, (field, usual)| line.replace(field, usual));
                writeln!(lines, "{line}").expect("a text grows");
            }
        }
    }
    for address in SPELLINGS {
        writeln!(lines, "broken, from {address} and {{\"ip\":\"{address}\"}}").expect("a text grows");
    }
    lines
}

/// All that faces are told of these lines.
fn told(format: &str, lines: &str) -> String {
    let setup = setup();
    let shared = Arc::new(Shared::new(VisitorKey::new(&[1; 16]), Arc::clone(&setup.agents)));
    let mut format = Format::named(format).or_else(|| Format::pattern(format).ok()).expect("a format");
    let (mut classifier, mut engine) = (Classifier::new(shared), Engine::new(setup));
    let mut told = String::new();
    // Of each batch only a few broken lines are kept: one line in each shows them all.
    for line in lines.lines() {
        let mut batch = Batch::default();
        classifier.read(line.as_bytes(), &mut format, Period::ALL, &mut batch);
        engine.apply(InputId(0), 0, &batch);
    }
    let view = engine.answer(&everything(), Millis(0));
    assert!(
        view.sessions.as_ref().is_some_and(|list| list.rows.len() > 10),
        "{}",
        lines.lines().next().unwrap_or_default()
    );
    write!(told, "{view:?}").expect("a text grows");
    for row in view.sessions.iter().flat_map(|list| &list.rows) {
        let timeline = engine.timeline(row.session, BounceRule::Single, Millis(0));
        write!(told, "{timeline:?}").expect("a text grows");
    }
    let closeup = Question { closeup: Some(CloseupAsk::Page("/a".to_owned())), ..everything() };
    write!(told, "{:?}", engine.answer(&closeup, Millis(0)).closeup).expect("a text grows");
    told
}

fn everything() -> Question {
    let table = |grouping| TableAsk {
        grouping,
        sort: TableSort::Count,
        order: Order::Descending,
        rows: 100_000,
        measures: Measures::CountsAndTimes,
    };
    let groupings = [
        Grouping::Source,
        Grouping::Campaign,
        Grouping::Page,
        Grouping::Entry,
        Grouping::Exit,
        Grouping::Browser,
        Grouping::System,
        Grouping::Site,
        Grouping::Action,
        Grouping::Bot,
    ];
    Question {
        bots: Bots::Included,
        tables: groupings.map(table).to_vec(),
        sessions: Some(SessionsAsk {
            population: Population::Seen,
            sort: SessionSort::Start,
            order: Order::Ascending,
            rows: 100_000,
        }),
        ..Question::about(Filter::default())
    }
}

/// Whether a text shows an address, as it stands or decoded up to five times.
fn shows_address(text: &str) -> Option<String> {
    let mut text = text.to_lowercase();
    for _ in 0..=5 {
        if let Some((at, telling)) = TELLING.iter().find_map(|telling| Some((text.find(telling)?, telling))) {
            let around: String =
                text.chars().skip(text[..at].chars().count().saturating_sub(60)).take(120).collect();
            return Some(format!("{telling} in …{around}…"));
        }
        text = decoded(&text);
    }
    None
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => out.extend([char::from(byte)].into_iter().chain(part[2..].chars())),
            None => out.extend(['%'].into_iter().chain(part.chars())),
        }
    }
    out
}

#[test]
fn r11_no_field_of_any_format_shows_an_address() {
    for (format, template) in LINES {
        let shown = shows_address(&told(format, &lines(template)));
        assert_eq!(shown, None, "{format}");
    }
}

/// What a run says, on both of its outputs.
fn run(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dwell"));
    let output = command
        .args(arguments)
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .env("TZ", "UTC")
        .output()
        .expect("it runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn r11_no_output_shows_an_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path of letters").to_owned()
    };
    let log = write("access.log", &lines(LINES[1].1));
    let broken = write("broken.log", "from 203.0.113.77 and 2001:db8:1:2::77\n");
    let script = write("complains.sh", "echo cannot reach 203.0.113.77 and 2001:db8:1:2::77 >&2; exit 3\n");
    let complains = format!("exec:sh {script}");
    for level in ["--privacy=standard", "--privacy=strict"] {
        for arguments in [
            &["report", &log][..],
            &["report", "--json", &log],
            &["report", "--csv=pages", &log],
            &["report", "--csv=sources", &log],
            &["report", "--sessions", &log],
            &["check", &log],
            &["check", &broken],
            &["report", &broken],
        ] {
            let said = run(&[arguments, &["--include-bots", level]].concat());
            assert!(!said.is_empty());
            assert_eq!(shows_address(&said), None, "{arguments:?} {level}");
        }
        let said = run(&["report", &complains, level]);
        assert!(said.contains("203.0.113.xx"), "{said}");
        assert_eq!(shows_address(&said), None, "{level}");
    }
}

#[test]
fn r11_strict_shows_no_line_that_could_not_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("access.log");
    let log = lines(LINES[0].1) + "secretword of nobody\n";
    std::fs::write(&path, log).expect("written");
    let broken = folder.path().join("broken.log");
    std::fs::write(&broken, "secretword of nobody\nsecretword again\n").expect("written");
    for path in [path, broken] {
        let path = path.to_str().expect("a path of letters");
        for arguments in [&["report", path][..], &["report", "--json", path], &["check", path]] {
            let strict = run(&[arguments, &["--privacy=strict"]].concat());
            assert!(!strict.contains("secretword"), "{arguments:?}: {strict}");
        }
    }
}
