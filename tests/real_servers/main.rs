//! The servers that people run, as Debian packages them: the same visits through each of them, in each way in which it
//! can write them down, make the same sessions.
//!
//! Every server is started here, on loopback, on ports and with a config of its own, in a folder that goes with it; the
//! system's own servers are left alone. One that is not installed is skipped, and that is said.

#![expect(clippy::expect_used, reason = "what a test needs is there")]

mod backend;
mod client;
mod listener;
mod server;
mod visits;

#[path = "../support/mod.rs"]
mod support;

use dwell::format::server_config::ConfiguredServer as Config;
use serde_json::Value;

use client::visit;
use listener::Listener;
use server::{Program, Server, ask};
use support::place::Place;
use support::wait_until;
use visits::{Visit, everyone, lines_of};

/// How the lines of a log are read.
enum Format {
    /// Found by looking.
    Found,
    /// Said, as the server's config has it.
    Of(String),
}

/// Whether a log says how long answers took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timed {
    No,
    Yes,
    /// By a number whose unit nothing tells when the server is quick: it is used, or said not to be.
    Perhaps,
}

/// What dwell says of a number that may be a load time.
const UNUSED_TIME: &str = "may be the time that the server took";

/// A log, and what must come of it.
struct Log<'a> {
    /// How the server was told to write it.
    way: &'static str,
    text: String,
    format: Format,
    /// What it can say of them.
    visits: &'a [Visit],
    /// Hits of nobody: connections on which nothing was asked, which some servers log.
    silent: usize,
    /// Lines at its head that say how it is to be read.
    head: usize,
    timed: Timed,
    /// Requests of different connections are logged in no order, even within a visit.
    in_no_order: bool,
}

impl<'a> Log<'a> {
    fn new(way: &'static str, text: String, visits: &'a [Visit]) -> Log<'a> {
        Log {
            way,
            text,
            format: Format::Found,
            visits,
            silent: 0,
            head: 0,
            timed: Timed::No,
            in_no_order: false,
        }
    }

    fn of(self, format: String) -> Log<'a> {
        Log { format: Format::Of(format), ..self }
    }

    fn timed(self) -> Log<'a> {
        Log { timed: Timed::Yes, ..self }
    }

    fn perhaps_timed(self) -> Log<'a> {
        Log { timed: Timed::Perhaps, ..self }
    }

    fn in_no_order(self) -> Log<'a> {
        Log { in_no_order: true, ..self }
    }

    /// What dwell makes of it that the visits are not.
    fn difference(&self) -> Option<String> {
        let Log { way, text, visits, silent, head, .. } = self;
        let lines = (text.lines().count(), lines_of(visits) + silent + head);
        let wrong = unequal("lines", &lines.0, &lines.1)
            .or_else(|| self.other_sessions())
            .or_else(|| self.other_figures())?;
        let beginning: Vec<_> = text.lines().take(3).collect();
        Some(format!("{way}: {wrong}\n{}", beginning.join("\n")))
    }

    fn other_sessions(&self) -> Option<String> {
        let words = ["--sessions", "--include-bots", "--site", "shop.example", "access.log"];
        let said = self.place().report(&[&words[..], &self.flags()].concat());
        if said.status != Some(0) {
            return Some(said.err);
        }
        let mut rows: Vec<_> = said.out.lines().map(row).collect();
        rows.sort_by_key(Value::to_string);
        // Where nobody's agent is logged, dwell says that bots cannot be told.
        let is_blind = self.visits.iter().all(|visit| visit.agent.is_empty());
        let is_said = said.err.contains("agent");
        let mut expected = visits::sessions(self.visits);
        if self.in_no_order {
            rows.iter_mut().chain(&mut expected).for_each(forget_order);
        }
        let [more, less] = [(&rows, &expected), (&expected, &rows)]
            .map(|(these, those)| these.iter().filter(|row| !those.contains(row)).collect::<Vec<_>>());
        let is_said_only = |part: &str| said.err.lines().all(|line| line.contains(part));
        let is_right = is_said == is_blind && is_said_only(if is_blind { "agent" } else { UNUSED_TIME });
        unequal("sessions", &more, &less)
            .or_else(|| unequal("number of sessions", &rows.len(), &expected.len()))
            .or_else(|| (!is_right).then(|| format!("it says {:?}", said.err)))
            .or_else(|| self.other_times(said.err.contains(UNUSED_TIME)))
    }

    fn other_figures(&self) -> Option<String> {
        let report = self.report();
        unequal("malformed", &report["input"]["malformed"], &Value::from(0))
            .or_else(|| unequal("kinds", &report["input"]["kinds"], &visits::kinds(self.visits, self.silent)))
    }

    /// Load times are there for all pages or none; `unused` is whether dwell says that it leaves some out.
    fn other_times(&self, unused: bool) -> Option<String> {
        let report = self.report();
        let pages = report["pages"].as_array().expect("pages");
        let timed = pages.iter().filter(|page| page["load_mean_s"].is_number()).count();
        let expected = match self.timed {
            Timed::No => (0, false),
            Timed::Perhaps if unused => (0, true),
            Timed::Yes | Timed::Perhaps => (pages.len(), false),
        };
        unequal("pages with load times, and whether some are left out", &(timed, unused), &expected)
    }

    fn report(&self) -> Value {
        self.place().json(&[&["access.log"], &self.flags()[..]].concat())
    }

    fn place(&self) -> Place {
        Place::new().file("access.log", &self.text)
    }

    fn flags(&self) -> Vec<&str> {
        match &self.format {
            Format::Found => Vec::new(),
            Format::Of(string) => vec!["--format", string],
        }
    }
}

fn unequal<T: PartialEq + std::fmt::Debug>(what: &str, is: &T, should: &T) -> Option<String> {
    (is != should).then(|| format!("{what}:\n  {is:?}\n  should be\n  {should:?}"))
}

/// Looks at all, so that what fails is told at once.
#[track_caller]
fn all_make_the_same_sessions(logs: &[Log]) {
    let wrong: Vec<_> = logs.iter().filter_map(Log::difference).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is the same in every run: no times and aliases.
fn row(line: &str) -> Value {
    let mut row: Value = serde_json::from_str(line).expect("JSON");
    let told = ["pageviews", "actions", "bounced", "entry", "exit", "channel", "source", "bot"];
    row.as_object_mut().expect("an object").retain(|key, _| told.contains(&key.as_str()));
    row
}

fn forget_order(row: &mut Value) {
    row.as_object_mut().expect("an object").retain(|key, _| key != "entry" && key != "exit");
}

/// A log of so many lines, once the server has written them.
fn log_of(server: &Server, name: &str, lines: usize) -> String {
    let read = || std::fs::read_to_string(server.path(name)).unwrap_or_default();
    wait_until(
        || read().matches('\n').count() >= lines,
        || format!("{name} has {}\n{}", read(), server.said()),
    );
    read()
}

#[test]
fn nginx() {
    let listener = Listener::new();
    let Some(server) = Server::start(&Program::NGINX, &listener) else { return };
    let all = everyone();
    visit(server.port, &all, |lines| listener.wait_for(lines));
    let lines = lines_of(&all);
    let blind = visits::without_proxies(&all);
    let log = |name| log_of(&server, name, lines);
    let of_config = |name| {
        let path = server.path(name);
        let string = Config::Nginx.format_of(&server.config, path.to_str().expect("UTF-8"));
        Log::new(name, log(name), &all).of(string.expect("a format in the config")).timed()
    };
    all_make_the_same_sessions(&[
        of_config("timed.log"),
        of_config("tail.log"),
        Log::new("timed.log, by looking", log("timed.log"), &all).timed(),
        Log::new("tail.log, by looking", log("tail.log"), &all).timed(),
        Log::new("json.log", log("json.log"), &all),
        Log::new("main.log", log("main.log"), &all),
        Log::new("rt.log", log("rt.log"), &blind).timed(),
        Log::new("combined.log", log("combined.log"), &blind),
        Log::new("UDP", listener.udp_lines(lines), &blind),
        Log::new("a Unix socket", listener.unix_lines(lines), &blind),
    ]);
}

#[test]
fn apache() {
    let Some(server) = Server::start(&Program::APACHE, &Listener::new()) else { return };
    let all = everyone();
    // It answers before it logs, and whichever of its processes serves the next connection may be quicker to log.
    let logs = ["combined.log", "common.log", "vhost_combined.log", "with_D.log", "json.log", "timed.log"];
    visit(server.port, &all, |lines| logs.iter().for_each(|name| drop(log_of(&server, name, lines))));
    let log = |name| log_of(&server, name, lines_of(&all));
    let path = server.path("timed.log");
    let string = Config::Apache.format_of(&server.config, path.to_str().expect("UTF-8"));
    let blind = visits::without_proxies(&all);
    let agentless = visits::without_agents(&blind);
    all_make_the_same_sessions(&[
        Log::new("timed.log", log("timed.log"), &all).of(string.expect("a format in the config")).timed(),
        // Its %D stands before the time, where numbers may be anything.
        Log::new("timed.log, by looking", log("timed.log"), &all),
        Log::new("common.log", log("common.log"), &agentless),
        Log::new("combined.log", log("combined.log"), &blind),
        Log::new("vhost_combined.log", log("vhost_combined.log"), &blind),
        Log::new("with_D.log", log("with_D.log"), &blind).perhaps_timed(),
        Log::new("json.log", log("json.log"), &blind).timed(),
    ]);
}

#[test]
fn caddy() {
    let all = everyone();
    let Some(json) = logged(&Program::CADDY, "json.log", &all) else { return };
    let Some(console) = logged(&Program::CADDY_CONSOLE, "console.log", &all) else { return };
    all_make_the_same_sessions(&[
        Log::new("JSON", json, &all).timed(),
        Log::new("console", console, &all).timed(),
    ]);
}

#[test]
fn haproxy() {
    let listener = Listener::new();
    let Some(server) = Server::start(&Program::HAPROXY, &listener) else { return };
    let all = everyone();
    visit(server.port, &all, |lines| listener.wait_for(lines));
    let lines = lines_of(&all);
    all_make_the_same_sessions(&[
        Log::new("UDP", listener.udp_lines(lines), &all).timed(),
        Log::new("a Unix socket", listener.unix_lines(lines), &all).timed(),
    ]);
}

#[test]
fn haproxy_without_captures() {
    let everyone = everyone();
    let all = visits::without_agents(&visits::without_proxies(&everyone));
    let log = |way, program| {
        let listener = Listener::new();
        let server = Server::start(program, &listener)?;
        visit(server.port, &everyone, |lines| drop(listener.udp_lines(lines)));
        Some(Log::new(way, listener.udp_lines(lines_of(&all)), &all))
    };
    let logs = [
        log("httplog", &Program::HAPROXY_PLAIN).map(Log::timed),
        log("httpslog", &Program::HAPROXY_TLS).map(Log::timed),
        log("httplog clf", &Program::HAPROXY_CLF),
    ];
    all_make_the_same_sessions(&logs.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn lighttpd() {
    let all = everyone();
    let blind = visits::without_proxies(&all);
    let (Some(plain), Some(timed)) = (
        logged(&Program::LIGHTTPD, "access.log", &all),
        logged(&Program::LIGHTTPD_TIMED, "access.log", &all),
    ) else {
        return;
    };
    all_make_the_same_sessions(&[
        Log::new("as it comes", plain, &blind),
        Log::new("with X-Forwarded-For and %D", timed, &all).perhaps_timed(),
    ]);
}

#[test]
fn varnish() {
    let Some(server) = Server::start(&Program::VARNISH, &Listener::new()) else { return };
    let all = everyone();
    visit(server.port, &all, |_| {});
    let lines = lines_of(&all);
    let work = server.path("work");
    let log = |format: &[&str]| {
        let words = [&["-n", work.to_str().expect("UTF-8"), "-d"], format].concat();
        let text = || ask("varnishncsa", &words);
        wait_until(|| text().lines().count() >= lines, text);
        text()
    };
    let blind = visits::without_proxies(&all);
    let timed = r#"%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i" "%{X-Forwarded-For}i" %D"#;
    all_make_the_same_sessions(&[
        Log::new("as it comes", log(&[]), &blind),
        Log::new("with X-Forwarded-For and %D", log(&["-F", timed]), &all).perhaps_timed(),
    ]);
}

#[test]
fn squid() {
    let Some(server) = Server::start(&Program::SQUID, &Listener::new()) else { return };
    // It leaves queries out unless told otherwise, writes quotes within quotes as they are, so that nobody can tell where
    // a field ends, and logs that a test has looked whether it listens.
    let plain: Vec<_> = everyone().into_iter().filter(|visit| !visit.agent.contains('"')).collect();
    let all = visits::without_queries(&visits::without_proxies(&plain));
    visit(server.port, &all, |_| {});
    let blind = visits::without_agents(&all);
    let log = |name| log_of(&server, name, lines_of(&all) + 1);
    let logs = [
        Log::new("native", log("native.log"), &blind).timed(),
        Log::new("common", log("common.log"), &blind),
        Log::new("combined", log("combined.log"), &all),
    ];
    all_make_the_same_sessions(&logs.map(|log| Log { silent: 1, ..log }));
}

#[test]
fn tomcat() {
    let Some(server) = Server::start(&Program::TOMCAT, &Listener::new()) else { return };
    let all = visits::without_proxies(&everyone());
    for page in visits::files(&all) {
        server.write(&format!("webapps/ROOT{page}"));
    }
    visit(server.port, &all, |_| {});
    let blind = visits::without_agents(&all);
    let log = |name| log_of(&server, name, lines_of(&all));
    let head = 3;
    let extended = log_of(&server, "extended.log", head + lines_of(&all));
    all_make_the_same_sessions(&[
        Log::new("as it comes", log("default.log"), &blind).in_no_order(),
        Log::new("combined", log("combined.log"), &all),
        Log::new("with milliseconds and %D", log("timed.log"), &all).perhaps_timed(),
        Log::new("JSON", log("json.log"), &all),
        Log { head, ..Log::new("extended", extended, &all).timed() },
    ]);
}

#[test]
fn gunicorn() {
    let all = everyone();
    let blind = visits::without_proxies(&all);
    let (Some(plain), Some(timed)) = (
        logged(&Program::GUNICORN, "access.log", &all),
        logged(&Program::GUNICORN_TIMED, "access.log", &all),
    ) else {
        return;
    };
    all_make_the_same_sessions(&[
        Log::new("as it comes", plain, &blind),
        Log::new("with X-Forwarded-For and %(D)s", timed, &all).perhaps_timed(),
    ]);
}

/// What a server with one log wrote of the visits.
fn logged(program: &Program, name: &str, visits: &[Visit]) -> Option<String> {
    let server = Server::start(program, &Listener::new())?;
    visit(server.port, visits, |_| {});
    Some(log_of(&server, name, lines_of(visits)))
}

#[test]
fn nginx_through_rsyslog() {
    let all = visits::without_proxies(&everyone());
    all_make_the_same_sessions(&through_rsyslog(&Program::NGINX, &all));
}

#[test]
fn haproxy_through_rsyslog() {
    let all = everyone();
    let logs = through_rsyslog(&Program::HAPROXY, &all);
    all_make_the_same_sessions(&logs.into_iter().map(Log::timed).collect::<Vec<_>>());
}

/// A server that logs to rsyslog, which writes files and sends the lines on.
fn through_rsyslog<'a>(program: &Program, visits: &'a [Visit]) -> Vec<Log<'a>> {
    let listener = Listener::new();
    let Some(rsyslog) = Server::start(&Program::RSYSLOG, &listener) else { return Vec::new() };
    let Some(server) = Server::start(program, &Listener::beside(rsyslog.port)) else { return Vec::new() };
    let lines = lines_of(visits);
    // One after the other: a datagram that finds no room is lost.
    visit(server.port, visits, |lines| drop(listener.udp_lines(lines)));
    let file = |name| Log::new(name, log_of(&rsyslog, name, lines), visits);
    vec![
        file("traditional.log"),
        file("iso.log"),
        file("rfc5424.log"),
        Log::new("forwarded by UDP", listener.udp_lines(lines), visits),
        Log::new("forwarded by TCP", listener.tcp_lines(lines), visits),
    ]
}
