//! Parsing speed of each format relative to combined: `cargo bench --bench formats`.
//!
//! Each figure is the best of several rounds over the same requests. `all` also parses the details of every line; a
//! normal run does so for events only.

use std::hint::black_box;
use std::time::{Duration, Instant};

use dwell::format::Format;

/// About as many lines as in a block of a run, so that they fit into the CPU cache.
const LINES: usize = 1000;
/// Passes over the lines per measurement.
const PASSES: usize = 50;
const ROUNDS: usize = 15;

/// One request.
struct Request {
    address: String,
    clock: String,
    target: String,
    referrer: &'static str,
    agent: &'static str,
}

const AGENTS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
];
const REFERRERS: [&str; 3] = ["https://www.google.com/", "-", "https://shop.example/products?page=2"];

fn requests() -> impl Iterator<Item = Request> {
    (0..LINES).map(|number| Request {
        address: format!("198.51.{}.{}", number / 7 % 256, number % 256),
        clock: format!("{:02}:{:02}:{:02}", number / 3600 % 24, number / 60 % 60, number % 60),
        target: format!("/products/{}/image-{}.jpg?size=large", number % 100, number % 977),
        referrer: REFERRERS[number % 3],
        agent: AGENTS[number / 5 % 3],
    })
}

type Shape = fn(&Request) -> String;

fn combined(request: &Request) -> String {
    let Request { address, clock, target, referrer, agent } = request;
    format!(
        "{address} - - [24/Nov/2026:{clock} +0000] \"GET {target} HTTP/1.1\" 200 5120 \"{referrer}\" \"{agent}\""
    )
}

fn nginx_json(request: &Request) -> String {
    let Request { address, clock, target, referrer, agent } = request;
    format!(
        "{{\"time_iso8601\":\"2026-11-24T{clock}+00:00\",\"remote_addr\":\"{address}\",\
         \"request\":\"GET {target} HTTP/1.1\",\"status\":200,\"body_bytes_sent\":5120,\
         \"http_referer\":\"{referrer}\",\"http_user_agent\":\"{agent}\",\"request_time\":0.012}}"
    )
}

fn caddy(request: &Request) -> String {
    let Request { address, target, referrer, agent, .. } = request;
    format!(
        "{{\"level\":\"info\",\"ts\":1795528953.2504,\"logger\":\"http.log.access.log0\",\
         \"msg\":\"handled request\",\"request\":{{\"remote_ip\":\"{address}\",\"remote_port\":\"49152\",\
         \"client_ip\":\"{address}\",\"proto\":\"HTTP/2.0\",\"method\":\"GET\",\"host\":\"shop.example\",\
         \"uri\":\"{target}\",\"headers\":{{\"Accept\":[\"text/html,application/xhtml+xml,*/*;q=0.8\"],\
         \"Accept-Encoding\":[\"gzip, deflate, br\"],\"Accept-Language\":[\"en-US,en;q=0.5\"],\
         \"User-Agent\":[\"{agent}\"],\"Referer\":[\"{referrer}\"],\"Sec-Fetch-Mode\":[\"navigate\"]}},\
         \"tls\":{{\"resumed\":false,\"version\":772,\"cipher_suite\":4865,\"proto\":\"h2\",\
         \"server_name\":\"shop.example\"}}}},\"bytes_read\":0,\"user_id\":\"\",\"duration\":0.012345,\
         \"size\":1034,\"status\":200,\"resp_headers\":{{\"Server\":[\"Caddy\"],\
         \"Content-Type\":[\"text/html; charset=utf-8\"],\"Etag\":[\"\\\"abc\\\"\"]}}}}"
    )
}

fn event(request: &Request) -> String {
    let Request { address, clock, target, referrer, agent } = request;
    format!(
        "{{\"type\":\"page\",\"anonymousId\":\"{address}\",\"properties\":{{\"url\":\"https://shop.example{target}\",\
         \"referrer\":\"{referrer}\",\"title\":\"Shop\"}},\"context\":{{\"ip\":\"{address}\",\
         \"userAgent\":\"{agent}\",\"library\":{{\"name\":\"analytics.js\",\"version\":\"4.1\"}}}},\
         \"messageId\":\"ajs-{clock}\",\"timestamp\":\"2026-11-24T{clock}.250Z\"}}"
    )
}

fn iis(request: &Request) -> String {
    let Request { address, clock, target, referrer, agent } = request;
    let (agent, target) = (agent.replace(' ', "+"), target.replace('?', " "));
    format!("2026-11-24 {clock} 10.0.0.1 GET {target} 443 - {address} {agent} {referrer} 200 0 0 46")
}

fn alb(request: &Request) -> String {
    let Request { address, clock, target, agent, .. } = request;
    format!(
        "https 2026-11-24T{clock}.250123Z app/shop/50dc6c495c0c9188 {address}:2817 10.0.0.1:80 0.001 0.010 0.002 200 \
         200 34 366 \"GET https://shop.example:443{target} HTTP/1.1\" \"{agent}\" ECDHE-RSA TLSv1.2 arn:aws:x \
         \"Root=1-5\" \"shop.example\" \"arn:aws:y\" 0 2026-11-24T{clock}.240000Z \"forward\" \"-\" \"-\""
    )
}

fn haproxy(request: &Request) -> String {
    let Request { address, clock, target, referrer, agent } = request;
    format!(
        "Nov 24 {clock} lb1 haproxy[14389]: {address}:33317 [24/Nov/2026:{clock}.250] http-in shop/web1 \
         10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {{shop.example|{referrer}|{agent}}} {{}} \
         \"GET {target} HTTP/1.1\""
    )
}

/// Combined plus one field, because combined itself has a dedicated parser.
const NGINX: &str = "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \
    \"$http_referer\" \"$http_user_agent\" $request_time";
const APACHE: &str = "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %T";

/// A different prefix, so that no part is parsed by the combined parser.
const OWN_ORDER: &str = "$remote_addr [$time_local] $request_time \"$request\" $status $body_bytes_sent \
    \"$http_referer\" \"$http_user_agent\"";

fn own_order(request: &Request) -> String {
    let Request { address, clock, target, referrer, agent } = request;
    format!(
        "{address} [24/Nov/2026:{clock} +0000] 0.012 \"GET {target} HTTP/1.1\" 200 5120 \"{referrer}\" \"{agent}\""
    )
}

fn timed(request: &Request) -> String {
    format!("{} 0.012", combined(request))
}

fn main() {
    let cases: [(&str, &str, Shape); 10] = [
        ("combined", "combined", combined),
        ("nginx log_format", NGINX, timed),
        ("Apache LogFormat", APACHE, timed),
        ("own order", OWN_ORDER, own_order),
        ("nginx JSON", "json", nginx_json),
        ("Caddy", "caddy", caddy),
        ("events", "events", event),
        ("IIS", "iis", iis),
        ("AWS ALB", "alb", alb),
        ("HAProxy", "haproxy", haproxy),
    ];
    println!(
        "{:<18} {:>9} {:>14} {:>10} {:>14} {:>10}",
        "format", "B/line", "lines/s", "x combined", "all", "x combined"
    );
    let mut base = None;
    for (name, format, shape) in cases {
        let block = requests().map(|request| shape(&request)).collect::<Vec<_>>().join("\n");
        let lines: Vec<&[u8]> = block.as_bytes().split(|&byte| byte == b'\n').collect();
        let format = Format::named(format).or_else(|| Format::pattern(format).ok());
        let Some(format) = format else { continue };
        let (read, all) = (best(&format, &lines, Reading::Hits), best(&format, &lines, Reading::Details));
        let (base_read, base_all) = *base.get_or_insert((read, all));
        let (slower, slower_all) = (ratio(read, base_read), ratio(all, base_all));
        println!(
            "{name:<18} {:>9} {:>14.0} {slower:>10.2} {:>14.0} {slower_all:>10.2}",
            block.len() / LINES,
            rate(read),
            rate(all)
        );
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Reading {
    Hits,
    Details,
}

fn best(format: &Format, lines: &[&[u8]], reading: Reading) -> Duration {
    (0..ROUNDS).map(|_| once(format.clone(), lines, reading)).min().unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn once(mut format: Format, lines: &[&[u8]], reading: Reading) -> Duration {
    let start = Instant::now();
    let (mut hits, mut scratch) = (0, Vec::new());
    for line in std::iter::repeat_n(lines, PASSES).flatten() {
        if let Ok(hit) = format.read(black_box(line)) {
            hits += 1;
            if reading == Reading::Details {
                black_box(hit.details(&mut scratch));
            }
            black_box(&hit);
        }
    }
    assert_eq!(hits, lines.len() * PASSES, "{}", format.name());
    start.elapsed()
}

fn rate(time: Duration) -> f64 {
    (LINES * PASSES) as f64 / time.as_secs_f64()
}

fn ratio(time: Duration, base: Duration) -> f64 {
    time.as_secs_f64() / base.as_secs_f64()
}
