//! The servers that people run, as Debian packages them: the same visits through each of them, in each way in which it
//! can write them down, make the same sessions.
//!
//! Every server is started here, on loopback, on ports and with a config of its own, in a folder that goes with it; the
//! system's own servers are left alone. One that is not installed is skipped, and that is said.

#![expect(clippy::expect_used, reason = "what a test needs is there")]

mod client;
mod listener;
mod server;
mod visits;

#[path = "../support/mod.rs"]
mod support;

use dwell::format::server_config::Server as Config;
use serde_json::Value;

use client::visit;
use listener::Listener;
use server::{Program, Server};
use support::place::Place;
use support::wait_until;
use visits::{Visit, everyone, lines_of};

/// How the lines of one way are read.
enum Format {
    /// Found by looking.
    Found,
    /// Said, as the server's config has it.
    Of(String),
}

/// The sessions of a log, without what is different in every run: times and aliases.
fn sessions(log: &str, format: &Format) -> Vec<Value> {
    let place = Place::new().file("access.log", log);
    let mut words = vec!["--sessions", "--include-bots", "--site", "shop.example", "access.log"];
    if let Format::Of(string) = format {
        words.extend(["--format", string]);
    }
    let said = place.report(&words);
    assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{log}");
    let mut rows: Vec<_> = said.out.lines().map(row).collect();
    rows.sort_by_key(Value::to_string);
    rows
}

fn row(line: &str) -> Value {
    let mut row: Value = serde_json::from_str(line).expect("JSON");
    let fields = row.as_object_mut().expect("an object");
    for own in ["start", "end", "duration_s", "visitor", "privacy"] {
        fields.remove(own).expect(own);
    }
    row
}

/// Every line was read, and hits are of the kinds that were asked for.
fn intake(log: &str, format: &Format) -> Value {
    let place = Place::new().file("access.log", log);
    let given = if let Format::Of(string) = format { string } else { "auto" };
    let report = place.json(&["access.log", "--format", given]);
    assert_eq!(report["input"]["malformed"], 0, "{log}");
    report["input"]["kinds"].clone()
}

#[track_caller]
fn same_sessions(way: &str, log: &str, format: &Format, visits: &[Visit]) {
    assert_eq!(log.lines().count(), lines_of(visits), "{way}: {log}");
    assert_eq!(sessions(log, format), visits::sessions(visits), "{way}: {log}");
    assert_eq!(intake(log, format), visits::kinds(visits), "{way}: {log}");
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
    let strings = |name: &str| {
        let path = server.path(name);
        let string = Config::Nginx.format_of(&server.config, path.to_str().expect("UTF-8"));
        Format::Of(string.expect("a format in the config"))
    };
    for (name, format) in
        [("json.log", Format::Found), ("timed.log", strings("timed.log")), ("tail.log", strings("tail.log"))]
    {
        same_sessions(name, &log_of(&server, name, lines), &format, &all);
    }
    let blind = visits::without_proxies(&all);
    same_sessions("combined.log", &log_of(&server, "combined.log", lines), &Format::Found, &blind);
    same_sessions("UDP", &listener.udp_lines(lines), &Format::Found, &blind);
    same_sessions("a Unix socket", &listener.unix_lines(lines), &Format::Found, &blind);
}

#[test]
fn apache() {
    let listener = Listener::new();
    let Some(server) = Server::start(&Program::APACHE, &listener) else { return };
    let all = everyone();
    visit(server.port, &all, |_| {});
    let lines = lines_of(&all);
    let path = server.path("timed.log");
    let string = Config::Apache.format_of(&server.config, path.to_str().expect("UTF-8"));
    let format = Format::Of(string.expect("a format in the config"));
    same_sessions("timed.log", &log_of(&server, "timed.log", lines), &format, &all);
    let blind = visits::without_proxies(&all);
    same_sessions("combined.log", &log_of(&server, "combined.log", lines), &Format::Found, &blind);
}

#[test]
fn caddy() {
    let listener = Listener::new();
    let Some(server) = Server::start(&Program::CADDY, &listener) else { return };
    let all = everyone();
    visit(server.port, &all, |_| {});
    let log = log_of(&server, "json.log", lines_of(&all));
    same_sessions("json.log", &log, &Format::Found, &all);
}

#[test]
fn haproxy() {
    let listener = Listener::new();
    let Some(server) = Server::start(&Program::HAPROXY, &listener) else { return };
    let all = everyone();
    visit(server.port, &all, |lines| listener.wait_for(lines));
    let lines = lines_of(&all);
    same_sessions("UDP", &listener.udp_lines(lines), &Format::Found, &all);
    same_sessions("a Unix socket", &listener.unix_lines(lines), &Format::Found, &all);
}
