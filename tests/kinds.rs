//! R1, R2: kind and page spelling of random requests, compared with a naive second implementation.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

#[path = "naive/kinds.rs"]
#[allow(unreachable_pub, reason = "it is shared like the rest of the recount")]
mod naive;

use std::sync::Arc;

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::batch::Batch;
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::kind::Kind;
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::format::{Format, spelled};
use naive::{Asked, kind, path_and_query};
use proptest::prelude::*;
use proptest::sample::select;

/// Path components: those that rules mention, and near misses.
const PIECES: [&str; 64] = [
    "/",
    "/a",
    "/index",
    "/wiki",
    "/blob",
    "/wikis",
    "/api",
    "/apiary",
    "/graphql",
    "/rest",
    "/wp-json",
    "/feed",
    "/feed/",
    "/negotiate",
    "/_next/image",
    "/_next/static/x",
    "/_next",
    "/_image",
    "/_vercel/insights/",
    "/load.php",
    "/load-scripts.php",
    "/load-styles.php",
    "/wp-admin/admin-ajax.php",
    "/xmlrpc.php",
    "/customer/section/load",
    "/section/load",
    "/info/refs",
    "/healthz",
    "/readyz",
    ".data",
    ".rsc",
    ".css",
    ".JS",
    ".png",
    ".webmanifest",
    ".pdf",
    ".Zip",
    ".AppImage",
    ".html",
    ".",
    "%2ecss",
    "%2Fa",
    "%7Ejo",
    "~jo",
    "%zz",
    "%",
    "é",
    "\\xC3\\xA9",
    "%c3%a9",
    ";v=1",
    ";jsessionid=0A1B.x",
    ";",
    ";=",
    " b",
    "/.well-known/",
    "/javax.faces.resource/",
    "/socket.io/",
    "/ocs/",
    "/a-rather-long-name-of-a-page-that-goes-on",
    "/{wiki}",
    "/-",
    "/_",
    "/x.y/z",
    "/%77iki/",
];

fn asked() -> impl Strategy<Value = Asked> {
    let path = prop::collection::vec(select(PIECES.to_vec()), 1..5).prop_map(|pieces| pieces.concat());
    let query = select(vec![
        "",
        "",
        "",
        "?a=b",
        "?_rsc=1",
        "?a&wc-ajax=x",
        "?rest_route",
        "?x_rsc=1",
        "#x",
        "?utm_source=x",
    ]);
    let method = select(vec!["GET", "GET", "GET", "GET", "POST", "HEAD", "DELETE", "OPTIONS"]);
    let status = select(vec![
        "200", "200", "200", "203", "204", "206", "301", "304", "303", "404", "500", "499", "-", "0", "000",
        "-1", "101",
    ]);
    let referrer = select(vec!["-", "https://shop.example/a"]);
    (path, query, method, status, referrer).prop_map(|(path, query, method, status, referrer)| {
        let slash = if path.starts_with('/') { "" } else { "/" };
        Asked { method, target: format!("{slash}{path}{query}"), status, referrer }
    })
}

fn line(asked: &Asked) -> String {
    let Asked { method, target, status, referrer } = asked;
    format!(
        "192.0.2.1 - - [24/Nov/2026:14:02:33 +0000] \"{method} {target} HTTP/1.1\" {status} 9 \"{referrer}\" \"A/1\"\n"
    )
}

fn read(lines: &str) -> Batch {
    read_as(Format::named("combined").expect("a format"), lines)
}

fn read_as(mut format: Format, lines: &str) -> Batch {
    let agents = Arc::new(Agents::new(&AgentAdditions::default()));
    let mut classifier = Classifier::new(Arc::new(Shared::new(VisitorKey::new(&[7; 16]), agents)));
    let mut batch = Batch::default();
    classifier.read(lines.as_bytes(), &mut format, Period::ALL, &mut batch);
    batch
}

/// The kind of each hit.
fn kinds(format: Format, lines: &str) -> Vec<&'static str> {
    let batch = read_as(format, lines);
    batch.hits.iter().map(|hit| Kind::ALL[hit.kind_index()].name()).collect()
}

#[test]
fn r2_what_the_browser_said_counts_in_caddys_logs() {
    let line = |headers: &str| {
        format!(
            r#"{{"ts":1795529000.5,"request":{{"client_ip":"192.0.2.7","method":"GET","host":"shop.example","uri":"/x","headers":{{{headers}}}}},"status":200,"duration":0.01}}"#
        ) + "\n"
    };
    let lines = [
        r#""Accept":["text/html"],"Sec-Fetch-Dest":["document"]"#,
        r#""Accept":["*/*"],"Sec-Fetch-Dest":["empty"]"#,
        r#""Accept":["text/html"],"Sec-Fetch-Dest":["empty"],"Turbo-Frame":["x"]"#,
        r#""Sec-Fetch-Dest":["image"]"#,
        r#""Sec-Fetch-Dest":["iframe"]"#,
        r#""Sec-Purpose":["prefetch;prerender"],"Sec-Fetch-Dest":["document"]"#,
    ];
    let format = Format::named("caddy").expect("a format");
    let kinds = kinds(format, &lines.map(line).concat());
    assert_eq!(kinds, ["pageview", "api", "pageview", "asset", "other", "other"]);
}

#[test]
fn r2_what_the_browser_said_counts_in_format_strings_and_nginx_json() {
    let string = r#"$remote_addr [$time_local] "$request" $status $http_sec_fetch_dest $http_sec_purpose"#;
    let line =
        |said: &str| format!("192.0.2.7 [24/Nov/2026:14:02:33 +0000] \"GET /x HTTP/1.1\" 200 {said}\n");
    let lines = ["document -", "image -", "empty -", "- -", "document prefetch"];
    let by_string = kinds(Format::pattern(string).expect("a format"), &lines.map(line).concat());
    assert_eq!(by_string, ["pageview", "asset", "api", "pageview", "other"]);
    let line = |said: &str| {
        format!(
            r#"{{"time_iso8601":"2026-11-24T14:02:33+00:00","remote_addr":"192.0.2.7","request":"GET /x HTTP/1.1","status":"206",{said}}}"#
        ) + "\n"
    };
    let lines = [r#""http_sec_fetch_dest":"video""#, r#""http_sec_fetch_dest":"document""#];
    let by_name = kinds(Format::named("json").expect("a format"), &lines.map(line).concat());
    assert_eq!(by_name, ["asset", "other"]);
}

#[test]
fn r2_of_posthogs_automatic_events_three_count() {
    let line = |event: &str| {
        format!(
            r#"{{"event":"{event}","distinct_id":"a-1","properties":{{"$current_url":"https://shop.example/a"}},"timestamp":"2026-11-24T14:02:33Z"}}"#
        ) + "\n"
    };
    let events =
        ["$pageview", "$screen", "$autocapture", "$web_vitals", "$pageleave", "$rageclick", "signup"];
    let kinds = kinds(Format::named("events").expect("a format"), &events.map(line).concat());
    assert_eq!(kinds, ["pageview", "pageview", "action", "other", "other", "other", "action"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn r2_every_request_is_of_the_kind_that_a_second_reading_gives(asked in prop::collection::vec(asked(), 1..40)) {
        let batch = read(&asked.iter().map(line).collect::<String>());
        for (hit, asked) in batch.hits.iter().zip(&asked) {
            prop_assert_eq!(Kind::ALL[hit.kind_index()].name(), kind(asked), "{:?}", asked);
            prop_assert_eq!(hit.status(), asked.status.parse::<u16>().unwrap_or(0), "{:?}", asked);
        }
        prop_assert_eq!(batch.hits.len(), asked.len());
    }

    #[test]
    fn r1_every_page_has_the_spelling_that_a_second_reading_gives(asked in asked()) {
        let (page, _) = path_and_query(&asked.target);
        let path = asked.target.split(['?', '#']).next().expect("a path");
        let spelled = spelled(path.as_bytes()).into_owned();
        prop_assert_eq!(String::from_utf8_lossy(&spelled), page);
    }
}
