//! Lines of JSON as applications' libraries and smaller services write them, and some with names that nobody knows.

use serde_json::json;

use super::json::headers_with_host;
use super::visits::Hit;
use super::{ANY, Format, Given};

pub(super) const FORMATS: &[Format] = &[
    Format::new(&[("Fastly", "JSON")], fastly).referring(),
    Format::new(&[("AWS", "API Gateway")], api_gateway).timed(),
    Format::new(&[("Node.js", "bunyan")], bunyan).referring().timed(),
    Format::new(&[("Node.js", "winston")], winston).referring().timed(),
    Format::new(&[("Node.js", "morgan (JSON)")], morgan).referring().timed(),
    Format::new(&[("Ruby", "lograge")], lograge).timed(),
    Format::new(&[("Go", "slog (JSON)")], slog).referring().timed(),
    Format::new(&[("Go", "zap")], zap).timed(),
    Format::new(&[("Go", "zerolog")], zerolog).referring().timed(),
    Format::new(&[("Rust", "tracing")], tracing).timed(),
    Format::new(&[("Java", "logback")], logback).referring().timed(),
    Format::new(&[("Python", "structlog")], structlog),
    Format::new(&[("Python", "uvicorn (JSON)")], uvicorn),
    Format::new(&[(".NET", "Serilog")], serilog).timed(),
    Format::new(&[("Elixir", "Phoenix")], phoenix).referring().timed(),
    Format::new(&[(ANY, "JSON with other names")], unknown).given(Given::Proposal).referring().timed(),
];

fn fastly(hit: &Hit) -> String {
    json!({
        "timestamp": hit.stamp("%Y-%m-%dT%H:%M:%S+0000"), "client_ip": hit.address, "geo_country": "germany",
        "host": "shop.example", "url": hit.target(), "request_method": hit.method, "request_protocol": "HTTP/2",
        "request_referer": hit.referrer, "request_user_agent": hit.agent, "response_state": "HIT",
        "response_status": hit.status, "response_body_size": 512, "fastly_server": "cache-1",
    })
    .to_string()
}

fn api_gateway(hit: &Hit) -> String {
    json!({
        "requestTimeEpoch": hit.at * 1000, "requestTime": hit.clf_time(),
        "identity": {"sourceIp": hit.address, "userAgent": hit.agent}, "httpMethod": hit.method,
        "resourcePath": "/{proxy+}", "path": hit.target(), "status": hit.status, "domainName": "shop.example",
        "responseLatency": hit.load,
    })
    .to_string()
}

fn bunyan(hit: &Hit) -> String {
    json!({
        "name": "app", "hostname": "web1", "pid": 7, "level": 30,
        "req": {
            "method": hit.method, "url": hit.target(), "remoteAddress": hit.address, "remotePort": 4711,
            "headers": headers_with_host(hit),
        },
        "res": {"statusCode": hit.status, "header": "HTTP/1.1 200 OK"}, "latency": hit.load, "msg": "done",
        "time": hit.iso_time(), "v": 0,
    })
    .to_string()
}

fn winston(hit: &Hit) -> String {
    let mut headers = headers_with_host(hit);
    headers["x-forwarded-for"] = json!(hit.address);
    json!({
        "level": "info", "message": format!("HTTP {} {}", hit.method, hit.target()),
        "meta": {
            "req": {"url": hit.target(), "headers": headers, "method": hit.method, "httpVersion": "1.1"},
            "res": {"statusCode": hit.status}, "responseTime": hit.load,
        },
        "timestamp": hit.iso_time(),
    })
    .to_string()
}

fn morgan(hit: &Hit) -> String {
    json!({
        "remote-addr": hit.address, "remote-user": "-", "date": hit.stamp("%a, %d %b %Y %H:%M:%S GMT"),
        "method": hit.method, "url": hit.target(), "http-version": "1.1", "status": hit.status.to_string(),
        "content-length": "512", "referrer": hit.referrer_or_dash(), "user-agent": hit.agent,
        "response-time": format!("{}.250", hit.load),
    })
    .to_string()
}

fn lograge(hit: &Hit) -> String {
    json!({
        "method": hit.method, "path": hit.target(), "format": "html", "controller": "PagesController",
        "action": "show", "status": hit.status, "duration": hit.load as f64 + 0.25, "view": 0.5, "db": 0.1,
        "ip": hit.address, "host": "shop.example", "user_agent": hit.agent, "@timestamp": hit.iso_time(),
    })
    .to_string()
}

fn slog(hit: &Hit) -> String {
    json!({
        "time": hit.iso_time(), "level": "INFO", "msg": "request", "method": hit.method, "path": hit.target(),
        "status": hit.status, "duration": hit.load * 1_000_000, "remote_addr": format!("{}:4711", hit.address),
        "user_agent": hit.agent, "referer": hit.referrer, "host": "shop.example",
    })
    .to_string()
}

fn zap(hit: &Hit) -> String {
    json!({
        "level": "info", "ts": hit.at as f64 + 0.25, "caller": "app/log.go:7", "msg": hit.path, "status": hit.status,
        "method": hit.method, "path": hit.path, "query": hit.query, "ip": hit.address, "user-agent": hit.agent,
        "latency": hit.load as f64 / 1000.0, "time": hit.iso_time(),
    })
    .to_string()
}

fn zerolog(hit: &Hit) -> String {
    json!({
        "level": "info", "ip": hit.address, "user_agent": hit.agent, "referer": hit.referrer, "req_id": "r",
        "method": hit.method, "url": hit.target(), "status": hit.status, "size": 512,
        "duration": hit.load as f64 + 0.231, "time": hit.iso_time(), "message": "",
    })
    .to_string()
}

fn tracing(hit: &Hit) -> String {
    json!({
        "timestamp": hit.iso_time(), "level": "INFO",
        "fields": {
            "message": "finished processing request", "latency": format!("{} ms", hit.load), "status": hit.status,
        },
        "target": "tower_http::trace::on_response",
        "span": {
            "method": hit.method, "uri": hit.target(), "version": "HTTP/1.1", "client_ip": hit.address,
            "user_agent": hit.agent, "name": "request",
        },
    })
    .to_string()
}

fn logback(hit: &Hit) -> String {
    json!({
        "@timestamp": hit.iso_time(), "@version": "1",
        "message": format!("{} - - [{}] \"{}\" {} 512", hit.address, hit.clf_time(), hit.request(), hit.status),
        "method": hit.method, "protocol": "HTTP/1.1", "status_code": hit.status, "requested_url": hit.request(),
        "requested_uri": hit.path, "remote_host": hit.address, "content_length": 512, "elapsed_time": hit.load,
        "request_headers": headers_with_host(hit),
    })
    .to_string()
}

fn structlog(hit: &Hit) -> String {
    json!({
        "request_id": "r", "user_id": null, "ip": hit.address, "user_agent": hit.agent,
        "request": format!("{} {}", hit.method, hit.target()), "event": "request_finished", "code": hit.status,
        "timestamp": hit.iso_time(), "level": "info",
    })
    .to_string()
}

fn uvicorn(hit: &Hit) -> String {
    json!({
        "timestamp": hit.iso_time(), "level": "INFO", "logger": "uvicorn.access",
        "client_addr": format!("{}:4711", hit.address), "request_line": hit.request(), "status_code": hit.status,
    })
    .to_string()
}

fn serilog(hit: &Hit) -> String {
    json!({
        "@t": hit.stamp("%Y-%m-%dT%H:%M:%S.2500000Z"), "@mt": "HTTP {RequestMethod} {RequestPath} responded",
        "RequestMethod": hit.method, "RequestPath": hit.target(), "StatusCode": hit.status,
        "Elapsed": hit.load as f64 + 0.25, "ClientIp": hit.address, "UserAgent": hit.agent,
    })
    .to_string()
}

fn phoenix(hit: &Hit) -> String {
    json!({
        "message": format!("Sent {} in {}ms", hit.status, hit.load), "timestamp": hit.iso_time(),
        "http": {
            "url": hit.url(), "status_code": hit.status, "method": hit.method, "referer": hit.referrer,
            "request_id": "r", "useragent": hit.agent, "url_details": {"host": "shop.example", "port": 443},
        },
        "network": {"client": {"ip": hit.address}}, "duration": hit.load * 1_000_000,
    })
    .to_string()
}

/// Of a program of one's own.
fn unknown(hit: &Hit) -> String {
    json!({
        "zeit": hit.iso_time(), "wer": hit.address, "womit": hit.agent, "wie": hit.method, "was": hit.target(),
        "antwort": hit.status, "von_referer": hit.referrer, "server_host": "shop.example", "dauer_ms": hit.load,
        "knoten": "web1",
    })
    .to_string()
}
