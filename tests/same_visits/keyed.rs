//! Formats of fields with names: W3C extended, labelled tabs, logfmt.

use super::visits::Hit;
use super::{ANY, Format, Given};

pub(super) const FORMATS: &[Format] = &[
    Format::new(&[("IIS", "W3C extended")], iis).headed(IIS).referring().timed(),
    Format::new(&[("Tomcat", "extended")], tomcat).headed(TOMCAT).referring().timed(),
    Format::new(&[("AWS", "CloudFront")], cloudfront).headed(CLOUDFRONT).referring().timed(),
    Format::new(&[(ANY, "W3C extended without `#Fields:`")], iis)
        .given(Given::Flag(COLUMNS))
        .referring()
        .timed(),
    Format::new(&[(ANY, "LTSV")], ltsv).referring().timed(),
    Format::new(&[(ANY, "logfmt"), ("Go", "slog (text)")], logfmt).referring().timed(),
    Format::new(&[("Heroku", "router")], heroku).timed(),
];

/// As the file's head would have it.
const COLUMNS: &str = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
    cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";

const IIS: &str = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-24 00:00:00\n\
    #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) \
    sc-status sc-substatus sc-win32-status time-taken\n";

fn iis(hit: &Hit) -> String {
    let [agent, referrer] = [hit.agent, hit.referrer_or_dash()].map(|text| text.replace(' ', "+"));
    let (time, query) = (hit.stamp("%Y-%m-%d %H:%M:%S"), or_dash(hit.query));
    format!(
        "{time} 10.0.0.9 {} {} {query} 443 - {} {agent} {referrer} {} 0 0 {}",
        hit.method, hit.path, hit.address, hit.status, hit.load
    )
}

const TOMCAT: &str = "#Fields: date time c-ip cs-method cs-uri sc-status time-taken cs(User-Agent) cs(Referer)\n\
    #Version: 2.0\n#Software: Apache Tomcat/10.1\n";

/// Seconds; texts in quotes.
fn tomcat(hit: &Hit) -> String {
    let (time, target, load) = (hit.stamp("%Y-%m-%d\t%H:%M:%S"), hit.target(), hit.seconds());
    let referrer = if hit.referrer.is_empty() { "-".to_owned() } else { format!("\"{}\"", hit.referrer) };
    let (address, method, status, agent) = (&hit.address, hit.method, hit.status, hit.agent);
    format!("{time}\t{address}\t{method}\t{target}\t{status}\t{load}\t\"{agent}\"\t{referrer}")
}

const CLOUDFRONT: &str = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem \
    sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header \
    cs-protocol cs-bytes time-taken\n";

fn cloudfront(hit: &Hit) -> String {
    let (time, agent, query) =
        (hit.stamp("%Y-%m-%d\t%H:%M:%S"), hit.agent.replace(' ', "%20"), or_dash(hit.query));
    let (address, method, path, status) = (&hit.address, hit.method, hit.path, hit.status);
    let (referrer, load) = (hit.referrer_or_dash(), hit.seconds());
    format!(
        "{time}\tFRA56-P1\t512\t{address}\t{method}\td111111abcdef8.cloudfront.net\t{path}\t{status}\t{referrer}\t{agent}\t\
         {query}\t-\tMiss\tSOX4xwn4XV6Q4rgb\tshop.example\thttps\t430\t{load}"
    )
}

/// Behind a proxy of one's own.
fn ltsv(hit: &Hit) -> String {
    format!(
        "time:{}\thost:10.0.0.1\tforwardedfor:{}\treq:{}\tstatus:{}\tsize:512\treferer:{}\tua:{}\treqtime:{}\tvhost:shop.example",
        hit.clf_time(),
        hit.address,
        hit.request(),
        hit.status,
        hit.referrer_or_dash(),
        hit.agent,
        hit.seconds()
    )
}

fn logfmt(hit: &Hit) -> String {
    format!(
        "time={} level=info msg=\"request completed\" remote_addr={} method={} path=\"{}\" status={} duration={}ms \
         referer=\"{}\" user_agent=\"{}\" host=shop.example",
        hit.iso_time(),
        hit.address,
        hit.method,
        hit.target(),
        hit.status,
        hit.load,
        hit.referrer,
        hit.agent
    )
}

fn heroku(hit: &Hit) -> String {
    format!(
        "{} heroku[router]: at=info method={} path=\"{}\" host=shop.example request_id=8601b555-6a83-4c12-8269-97c8e32cdb22 \
         fwd=\"{}\" dyno=web.1 connect=0ms service={}ms status={} bytes=512 protocol=https",
        hit.stamp("%Y-%m-%dT%H:%M:%S+00:00"),
        hit.method,
        hit.target(),
        hit.address,
        hit.load,
        hit.status
    )
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}
