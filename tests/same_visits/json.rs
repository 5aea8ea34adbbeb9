//! Formats that write a JSON object a line.

use serde_json::{Value, json};

use super::visits::Hit;
use super::{ANY, Format};

pub(super) const FORMATS: &[Format] = &[
    Format::new(&[("nginx", "JSON")], nginx).referring().timed(),
    Format::new(&[("Apache", "JSON")], apache).referring().timed(),
    Format::new(&[("Tomcat", "JSON")], tomcat).referring(),
    Format::new(&[("Caddy", "JSON")], |hit| caddy(hit).to_string()).referring().timed(),
    Format::new(&[("Caddy", "console")], caddy_console).referring().timed(),
    Format::new(&[("Traefik", "JSON")], traefik).referring().timed(),
    Format::new(&[("Envoy and Istio", "JSON")], envoy).timed(),
    Format::new(&[(ANY, "ECS (nested)")], ecs_nested).referring().timed(),
    Format::new(&[(ANY, "ECS (dotted)")], ecs_dotted).referring().timed(),
    Format::new(&[("Node.js", "pino")], pino).referring().timed(),
    Format::new(&[("Kong", "")], kong).referring().timed(),
    Format::new(&[("APISIX", "JSON")], apisix).referring().timed(),
    Format::new(&[("Cloudflare", "Logpush")], cloudflare).referring(),
    Format::new(&[("AWS", "CloudFront (JSON)")], cloudfront).referring().timed(),
    Format::new(&[("Google Cloud", "load balancer")], google).referring().timed(),
    Format::new(&[("Azure", "Application Gateway")], azure).timed(),
];

fn nginx(hit: &Hit) -> String {
    json!({
        "time_local": hit.clf_time(), "remote_addr": hit.address, "remote_user": "", "request": hit.request(),
        "status": hit.status.to_string(), "body_bytes_sent": "512", "request_time": hit.seconds(),
        "http_referrer": hit.referrer, "http_user_agent": hit.agent,
    })
    .to_string()
}

fn apache(hit: &Hit) -> String {
    let query = if hit.query.is_empty() { String::new() } else { format!("?{}", hit.query) };
    json!({
        "time": hit.stamp("%Y-%m-%dT%H:%M:%S+0000"), "remoteIP": hit.address, "host": "shop.example",
        "request": hit.path, "query": query, "method": hit.method, "status": hit.status.to_string(),
        "userAgent": hit.agent, "referer": hit.referrer_or_dash(), "duration": hit.load * 1000,
    })
    .to_string()
}

fn tomcat(hit: &Hit) -> String {
    json!({
        "host": hit.address, "logicalUserName": "-", "user": "-", "time": format!("[{}]", hit.clf_time()),
        "request": hit.request(), "statusCode": hit.status.to_string(), "size": "512",
        "requestHeaders": {"Referer": hit.referrer_or_dash(), "User-Agent": hit.agent},
    })
    .to_string()
}

/// What a client says of itself; a header that it does not send is not there.
fn headers(hit: &Hit, [agent, referrer]: [&str; 2], of: impl Fn(&str) -> Value) -> Value {
    let mut all = json!({ agent: of(hit.agent) });
    if !hit.referrer.is_empty() {
        all[referrer] = of(hit.referrer);
    }
    all
}

/// As applications see them.
pub(super) fn headers_with_host(hit: &Hit) -> Value {
    let mut all = headers(hit, ["user-agent", "referer"], |text| json!(text));
    all["host"] = json!("shop.example");
    all
}

fn caddy_request(hit: &Hit) -> Value {
    json!({
        "remote_ip": hit.address, "remote_port": "4711", "client_ip": hit.address, "proto": "HTTP/2.0",
        "method": hit.method, "host": "shop.example", "uri": hit.target(),
        "headers": headers(hit, ["User-Agent", "Referer"], |text| json!([text])),
    })
}

fn caddy(hit: &Hit) -> Value {
    json!({
        "level": "info", "ts": hit.at as f64, "logger": "http.log.access.log0", "msg": "handled request",
        "request": caddy_request(hit), "bytes_read": 0, "user_id": "", "duration": hit.load as f64 / 1000.0,
        "size": 512, "status": hit.status, "resp_headers": {},
    })
}

fn caddy_console(hit: &Hit) -> String {
    let rest = json!({
        "request": caddy_request(hit), "bytes_read": 0, "user_id": "", "duration": hit.load as f64 / 1000.0,
        "size": 512, "status": hit.status, "resp_headers": {},
    });
    format!("{}\tINFO\thttp.log.access.log0\thandled request\t{rest}", hit.stamp("%Y/%m/%d %H:%M:%S.000"))
}

fn traefik(hit: &Hit) -> String {
    json!({
        "ClientAddr": format!("{}:4711", hit.address), "ClientHost": hit.address, "Duration": hit.load * 1_000_000,
        "DownstreamStatus": hit.status, "RequestHost": "shop.example", "RequestMethod": hit.method,
        "RequestPath": hit.target(), "StartUTC": hit.iso_time(), "level": "info", "msg": "", "time": hit.iso_time(),
        "request_Referer": hit.referrer, "request_User-Agent": hit.agent,
    })
    .to_string()
}

fn envoy(hit: &Hit) -> String {
    json!({
        "authority": "shop.example", "bytes_received": 0, "bytes_sent": 512, "duration": hit.load,
        "downstream_remote_address": "10.0.0.1:4711", "method": hit.method, "path": hit.target(),
        "protocol": "HTTP/1.1", "response_code": hit.status, "response_flags": "-", "start_time": hit.iso_time(),
        "user_agent": hit.agent, "x_forwarded_for": hit.address, "upstream_host": "10.0.0.9:80",
    })
    .to_string()
}

fn ecs_nested(hit: &Hit) -> String {
    let mut line = json!({
        "@timestamp": hit.iso_time(), "ecs": {"version": "8.11.0"}, "event": {"duration": hit.load * 1_000_000},
        "source": {"address": hit.address, "ip": hit.address}, "url": {"original": hit.target()},
        "http": {"request": {"method": hit.method}, "response": {"status_code": hit.status}},
        "user_agent": {"original": hit.agent},
    });
    if !hit.referrer.is_empty() {
        line["http"]["request"]["referrer"] = json!(hit.referrer);
    }
    line.to_string()
}

fn ecs_dotted(hit: &Hit) -> String {
    json!({
        "@timestamp": hit.iso_time(), "ecs.version": "8.11.0", "event.duration": hit.load * 1_000_000,
        "source.ip": hit.address, "url.original": hit.target(), "http.request.method": hit.method,
        "http.request.referrer": hit.referrer, "http.response.status_code": hit.status,
        "user_agent.original": hit.agent,
    })
    .to_string()
}

fn pino(hit: &Hit) -> String {
    json!({
        "level": 30, "time": hit.at * 1000, "pid": 7, "hostname": "web1", "msg": "request completed",
        "req": {
            "id": 1, "method": hit.method, "url": hit.target(), "remoteAddress": format!("::ffff:{}", hit.address),
            "remotePort": 4711, "headers": headers_with_host(hit),
        },
        "res": {"statusCode": hit.status, "headers": {"content-length": "512"}}, "responseTime": hit.load,
    })
    .to_string()
}

fn kong(hit: &Hit) -> String {
    json!({
        "client_ip": hit.address, "started_at": hit.at * 1000,
        "latencies": {"request": hit.load, "kong": 0, "proxy": hit.load},
        "request": {
            "method": hit.method, "uri": hit.target(), "url": hit.url(), "size": 430,
            "headers": headers_with_host(hit),
        },
        "response": {"status": hit.status, "size": 512},
    })
    .to_string()
}

fn apisix(hit: &Hit) -> String {
    json!({
        "client_ip": hit.address, "start_time": hit.at * 1000, "latency": hit.load,
        "request": {
            "method": hit.method, "uri": hit.target(), "url": hit.url(), "size": 430,
            "headers": headers_with_host(hit),
        },
        "response": {"status": hit.status, "size": 512}, "upstream": "10.0.0.9:80",
    })
    .to_string()
}

fn cloudflare(hit: &Hit) -> String {
    json!({
        "ClientIP": hit.address, "ClientRequestHost": "shop.example", "ClientRequestMethod": hit.method,
        "ClientRequestURI": hit.target(), "ClientRequestReferer": hit.referrer,
        "ClientRequestUserAgent": hit.agent, "EdgeStartTimestamp": hit.iso_time(),
        "EdgeEndTimestamp": hit.iso_time(), "EdgeResponseBytes": 512, "EdgeResponseStatus": hit.status,
        "RayID": "3a6050bcbe121a87",
    })
    .to_string()
}

fn cloudfront(hit: &Hit) -> String {
    json!({
        "date": hit.stamp("%Y-%m-%d"), "time": hit.stamp("%H:%M:%S"), "c-ip": hit.address, "cs-method": hit.method,
        "cs(Host)": "d111111abcdef8.cloudfront.net", "x-host-header": "shop.example", "cs-uri-stem": hit.path,
        "cs-uri-query": if hit.query.is_empty() { "-" } else { hit.query }, "sc-status": hit.status.to_string(),
        "cs(Referer)": hit.referrer_or_dash(), "cs(User-Agent)": hit.agent.replace(' ', "%20"),
        "time-taken": hit.seconds(),
    })
    .to_string()
}

fn google(hit: &Hit) -> String {
    let mut request = json!({
        "requestMethod": hit.method, "requestUrl": hit.url(), "status": hit.status, "responseSize": "512",
        "userAgent": hit.agent, "remoteIp": hit.address, "latency": format!("{}s", hit.seconds()),
    });
    if !hit.referrer.is_empty() {
        request["referer"] = json!(hit.referrer);
    }
    json!({
        "insertId": "1x2y3z", "severity": "INFO", "timestamp": hit.iso_time(), "httpRequest": request,
        "resource": {"type": "http_load_balancer"},
    })
    .to_string()
}

fn azure(hit: &Hit) -> String {
    json!({
        "time": hit.iso_time(), "category": "ApplicationGatewayAccessLog",
        "operationName": "ApplicationGatewayAccess",
        "properties": {
            "clientIP": hit.address, "clientPort": "4711", "httpMethod": hit.method, "requestUri": hit.path,
            "requestQuery": hit.query, "userAgent": hit.agent, "httpStatus": hit.status, "httpVersion": "HTTP/1.1",
            "sentBytes": 512, "timeTaken": hit.load as f64 / 1000.0, "host": "shop.example",
        },
    })
    .to_string()
}
