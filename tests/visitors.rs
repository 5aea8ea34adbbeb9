//! R4: visitor identity by host, device, user id or a chosen field.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]
#[path = "support/setup.rs"]
mod setup;

use std::sync::Arc;

use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::site::{IdScope, Sites};
use dwell::classify::visitor::VisitorKey;
use dwell::engine::Engine;
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::{Bots, Order, Population, Question, SessionSort, SessionsAsk};
use dwell::time::Millis;

use setup::setup;

/// How visitors are told apart, and the entry page and number of pages of each session then.
struct Reading {
    format: Format,
    sites: Sites,
    ids: IdScope,
}

impl Reading {
    fn by(format: &str) -> Reading {
        let named = Format::named(format).or_else(|| Format::pattern(format).ok());
        Reading { format: named.expect("a format"), sites: Sites::default(), ids: IdScope::Everywhere }
    }

    fn sessions(mut self, lines: &[String], filter: &str) -> Vec<(String, u32)> {
        let setup = setup();
        let shared = Shared {
            sites: self.sites,
            ids: self.ids,
            ..Shared::new(VisitorKey::new(&[1; 16]), Arc::clone(&setup.agents))
        };
        let mut engine = Engine::new(setup);
        let (mut classifier, mut batch) = (Classifier::new(Arc::new(shared)), Batch::default());
        classifier.read(lines.concat().as_bytes(), &mut self.format, Period::ALL, &mut batch);
        engine.apply(InputId(0), 0, &batch);
        let rows = engine.answer(&question(filter), Millis(0)).sessions.expect("a list").rows;
        rows.iter().map(|row| (row.entry.clone().unwrap_or_default(), row.pageviews)).collect()
    }
}

fn question(filter: &str) -> Question {
    Question {
        bots: Bots::Included,
        sessions: Some(SessionsAsk {
            population: Population::Seen,
            sort: SessionSort::Start,
            order: Order::Ascending,
            rows: 100,
        }),
        ..Question::about(Filter::parse(filter).expect("a filter"))
    }
}

/// One visitor asks these hosts for pages `/0`, `/1`, …, a minute apart.
fn visit(hosts: &[&str]) -> Vec<String> {
    let line = |(minute, host): (usize, &&str)| {
        format!(
            "{host} 192.0.2.1 - - [24/Nov/2026:10:{minute:02}:00 +0000] \"GET /{minute} HTTP/1.1\" 200 9 \"-\" \"Firefox\"\n"
        )
    };
    hosts.iter().enumerate().map(line).collect()
}

fn entries(sessions: Vec<(String, u32)>) -> Vec<String> {
    sessions.into_iter().map(|(entry, _)| entry).collect()
}

const ONE_SITE: [&str; 4] = ["www.example.com", "example.com", "Example.com:443", "checkout.example.com."];

#[test]
fn r4_a_visit_that_goes_on_to_a_subdomain_goes_on() {
    let reading = Reading::by("vhost_combined");
    assert_eq!(reading.sessions(&visit(&ONE_SITE), ""), [("/0".to_owned(), 4)]);
    let strangers = visit(&["jane.github.io", "joe.github.io", "192.0.2.80", "192.0.2.81", "intranet"]);
    assert_eq!(Reading::by("vhost_combined").sessions(&strangers, "").len(), 5);
}

#[test]
fn r4_hosts_that_are_named_are_one_site_and_others_are_themselves() {
    let lines = visit(&["example.com", "shop.example.org", "www.other.example", "pay.other.example"]);
    let reading =
        Reading { sites: Sites::naming(["example.com", "example.org"]), ..Reading::by("vhost_combined") };
    assert_eq!(entries(reading.sessions(&lines, "")), ["/0", "/2", "/3"]);
}

#[test]
fn r4_filters_know_sites_and_hosts() {
    let lines = visit(&["WWW.example.com:443", "other.example"]);
    for (filter, found) in [
        ("site:example.com", &["/0"][..]),
        ("site:www.example.com", &[]),
        ("host:www.example.com", &["/0"]),
        ("host:example.com", &[]),
        ("host:*.com,other*", &["/0", "/1"]),
        ("-host:other.example", &["/0"]),
    ] {
        assert_eq!(entries(Reading::by("vhost_combined").sessions(&lines, filter)), found, "{filter}");
    }
}

/// A page by a device on a site, or on none.
fn event(minute: u32, device: &str, host: &str) -> String {
    let url = if host.is_empty() { String::new() } else { format!("\"url\":\"https://{host}/{minute}\",") };
    format!(
        "{{\"type\":\"page\",\"anonymousId\":\"{device}\",\"timestamp\":\"2026-11-24T10:{minute:02}:00Z\",\
         \"properties\":{{{url}\"path\":\"/{minute}\"}},\"context\":{{\"userAgent\":\"Firefox/130.0\"}}}}\n"
    )
}

#[test]
fn r4_ids_mean_the_same_everywhere_unless_sites_are_tenants() {
    let lines = [
        event(0, "d", "a.example"),
        event(1, "d", ""),
        event(2, "d", "b.example"),
        event(3, "e", "a.example"),
    ];
    assert_eq!(entries(Reading::by("events").sessions(&lines, "")), ["/0", "/3"]);
    let tenants = Reading { ids: IdScope::PerSite, ..Reading::by("events") };
    assert_eq!(entries(tenants.sessions(&lines, "")), ["/0", "/1", "/2", "/3"]);
}

#[test]
fn r4_any_field_of_a_format_string_can_name_the_visitor() {
    let nginx = "$remote_addr [$time_local] \"$request\" $status \"$http_user_agent\" \"$cookie_sid\" $host";
    let apache = "%h %t \"%r\" %>s \"%{User-Agent}i\" \"%{sid}C\" %V";
    let line = |minute: u32, host: u32, cookie: &str| {
        format!(
            "192.0.2.{host} [24/Nov/2026:10:{minute:02}:00 +0000] \"GET /{minute} HTTP/1.1\" 200 \"Firefox\" \"{cookie}\" a.example\n"
        )
    };
    // One cookie from two addresses, two cookies from one address, and two requests that bear none.
    let lines = [line(0, 1, "x"), line(1, 2, "x"), line(2, 2, "y"), line(3, 2, "-"), line(4, 2, "-")];
    for (format, field) in [(nginx, "$cookie_sid"), (nginx, "${cookie_sid}"), (apache, "%{sid}C")] {
        let format = Format::pattern_with_visitor(format, field).expect("a format");
        let reading = Reading { format, ..Reading::by("common") };
        let expected = [("/0".to_owned(), 2), ("/2".to_owned(), 1), ("/3".to_owned(), 2)];
        assert_eq!(reading.sessions(&lines, ""), expected, "{field}");
    }
    let error = Format::pattern_with_visitor(nginx, "$cookie_id").err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("no field $cookie_id")));
}
