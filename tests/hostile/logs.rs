//! A log per format that holds every payload in every spelling in every field, and honest lines between.

use dwell::time::Millis;

use crate::payloads::{self, Spelling};

/// Lines of people, each of another visitor, for a page of its own.
pub(crate) const HONEST: usize = 200;

/// A format, and its lines with places for what clients can fill.
pub(crate) struct Template {
    pub(crate) name: &'static str,
    /// What `--format` is told.
    pub(crate) format: &'static str,
    /// What stands once, at the top.
    head: &'static str,
    line: &'static str,
}

/// What stands in a field where no payload does; the client is another one on each line.
const USUAL: [(&str, &str); 9] = [
    ("<client>", ""),
    ("<host>", "shop.example"),
    ("<user>", "-"),
    ("<method>", "GET"),
    ("<target>", "/a"),
    ("<tag>", "?utm_source=news"),
    ("<status>", "200"),
    ("<referrer>", "https://news.example/b"),
    ("<agent>", "Firefox/140.0"),
];

pub(crate) const TEMPLATES: [Template; 15] = [
    Template {
        name: "combined",
        format: "combined",
        head: "",
        line: r#"<client> - <user> [<clf>] "<method> <target><tag> HTTP/1.1" <status> 9 "<referrer>" "<agent>""#,
    },
    Template {
        name: "common behind a host",
        format: "vhost_common",
        head: "",
        line: r#"<host> <client> - <user> [<clf>] "<method> <target><tag> HTTP/1.1" <status> 9"#,
    },
    Template {
        name: "combined behind a host",
        format: "vhost_combined",
        head: "",
        line: r#"<host> <client> - <user> [<clf>] "<method> <target><tag> HTTP/1.1" <status> 9 "<referrer>" "<agent>""#,
    },
    Template {
        name: "a log_format of nginx",
        format: r#"$remote_addr [$time_iso8601] $host $request_method $uri$is_args$args $status "$http_referer" "$http_user_agent""#,
        head: "",
        line: r#"<client> [<iso>+00:00] <host> <method> <target><tag> <status> "<referrer>" "<agent>""#,
    },
    Template {
        name: "a LogFormat of Apache",
        format: r#"%V %h %u %t "%r" %>s "%{Referer}i" "%{User-Agent}i""#,
        head: "",
        line: r#"<host> <client> <user> [<clf>] "<method> <target><tag> HTTP/1.1" <status> "<referrer>" "<agent>""#,
    },
    Template {
        name: "JSON of nginx",
        format: "json",
        head: "",
        line: r#"{"time":"<iso>Z","remote_addr":"<client>","request":"<method> <target><tag> HTTP/1.1","status":"<status>","host":"<host>","http_referer":"<referrer>","http_user_agent":"<agent>","remote_user":"<user>"}"#,
    },
    Template {
        name: "Caddy",
        format: "caddy",
        head: "",
        line: r#"{"level":"info","ts":"<iso>Z","logger":"http.log.access","msg":"handled request","request":{"remote_ip":"<client>","client_ip":"<client>","method":"<method>","host":"<host>","uri":"<target><tag>","headers":{"User-Agent":["<agent>"],"Referer":["<referrer>"]}},"user_id":"<user>","status":<status>,"duration":0.1,"size":9}"#,
    },
    Template {
        name: "Traefik",
        format: "traefik",
        head: "",
        line: r#"{"ClientHost":"<client>","ClientUsername":"<user>","RequestHost":"<host>","RequestMethod":"<method>","RequestPath":"<target><tag>","DownstreamStatus":<status>,"StartUTC":"<iso>Z","request_Referer":"<referrer>","request_User-Agent":"<agent>"}"#,
    },
    Template {
        name: "events",
        format: "events",
        head: "",
        line: r#"{"type":"page","anonymousId":"<client>","userId":"<user>","timestamp":"<iso>Z","properties":{"url":"https://<host><target><tag>","referrer":"<referrer>"},"context":{"userAgent":"<agent>","ip":"<client>"},"event":"<method>"}"#,
    },
    Template {
        name: "W3C",
        format: "w3c",
        head: "#Fields: date time c-ip cs-username cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) cs(Referer) cs-host\n",
        line: "<w3c> <client> <user> <method> <target> <tag> <status> <agent> <referrer> <host>",
    },
    Template {
        name: "ELB",
        format: "elb",
        head: "",
        line: r#"<iso>.000Z lb <client>:4711 10.0.0.1:80 0.1 0.1 0.1 <status> 200 0 9 "<method> http://<host><target><tag> HTTP/1.1" "<agent>" - -"#,
    },
    Template {
        name: "ALB",
        format: "alb",
        head: "",
        line: r#"https <iso>.000Z app/lb/1 <client>:4711 10.0.0.1:80 0.1 0.1 0.1 <status> 200 0 9 "<method> https://<host><target><tag> HTTP/1.1" "<agent>" - - arn "Root=1" "<host>" "arn""#,
    },
    Template {
        name: "HAProxy",
        format: "haproxy",
        head: "",
        line: r#"<client>:33317 [<haproxy>] http-in~ shop/web1 10/0/30/69/109 <status> 2750 - - ---- 1/1/1/1/0 0/0 {<host>|<referrer>|<agent>} {} "<method> <target><tag> HTTP/1.1""#,
    },
    Template {
        name: "logfmt",
        format: "logfmt",
        head: "",
        line: r#"time=<iso>Z level=INFO msg="http request" method="<method>" path="<target><tag>" status=<status> duration=120ms remote_addr=<client> user_agent="<agent>" referer="<referrer>" host="<host>" user="<user>""#,
    },
    Template {
        name: "LTSV",
        format: "ltsv",
        head: "",
        line: "time:<clf>\thost:<client>\tuser:<user>\treq:<method> <target><tag> HTTP/1.1\tstatus:<status>\tsize:5\treferer:<referrer>\tua:<agent>\tvhost:<host>",
    },
];

impl Template {
    fn is_json(&self) -> bool {
        self.line.starts_with('{')
    }

    /// Lines that say how others are read.
    pub(crate) fn directives(&self) -> u64 {
        self.head.lines().count() as u64
    }

    /// The whole log, all of it at one instant; an honest line after every few.
    pub(crate) fn log(&self, at: Millis) -> Vec<u8> {
        let hostile = self.hostile_lines(at);
        let between = hostile.len().div_ceil(HONEST);
        let mut honest = (0..HONEST).map(|nth| self.honest_line(nth, at));
        let mut log = self.head.as_bytes().to_vec();
        for some in hostile.chunks(between) {
            log.extend(honest.next().into_iter().flatten());
            log.extend(some.iter().flatten());
        }
        log.extend(honest.flatten());
        log
    }

    fn hostile_lines(&self, at: Millis) -> Vec<Vec<u8>> {
        let (payloads, mut lines) = (payloads::all(), Vec::new());
        for (field, _) in USUAL.iter().filter(|(field, _)| self.line.contains(field)) {
            let line = filled(self.stamped(at), field);
            for (nth, payload) in payloads.iter().enumerate() {
                for spelling in Spelling::ALL {
                    let value = placed(field, nth, &spelling.of(payload, self.is_json()));
                    let client = format!("198.{}.{}.7", lines.len() / 250, lines.len() % 250);
                    let line = if *field == "<client>" { &line } else { &line.replace("<client>", &client) };
                    lines.push(with(line, field, &value));
                }
            }
        }
        let failing = self.stamped(at).replace("<status>", "404").replace("<client>", "198.0.0.1");
        let failing = filled(failing, "<target>");
        lines.extend(
            payloads.iter().map(|payload| with(&failing, "<target>", &[b"/", &payload[..]].concat())),
        );
        lines
    }

    fn honest_line(&self, nth: usize, at: Millis) -> Vec<u8> {
        let line =
            self.stamped(at).replace("<client>", &format!("203.0.113.{nth}")).replace("<target>", "/honest");
        (filled(line, "") + "\n").into_bytes()
    }

    fn stamped(&self, at: Millis) -> String {
        let utc = at.utc();
        let stamp = |form: &str| utc.format(form).to_string();
        let line = self.line.replace("<iso>", &stamp("%Y-%m-%dT%H:%M:%S"));
        let line = line.replace("<clf>", &stamp("%d/%b/%Y:%H:%M:%S +0000"));
        line.replace("<haproxy>", &stamp("%d/%b/%Y:%H:%M:%S.000"))
            .replace("<w3c>", &stamp("%Y-%m-%d %H:%M:%S"))
    }
}

/// What usually stands in all fields but one, and but the client.
fn filled(line: String, but: &str) -> String {
    let usual = USUAL.iter().filter(|(field, _)| *field != but && *field != "<client>");
    usual.fold(line, |line, (field, value)| line.replace(field, value))
}

/// The line with a value in all places of a field.
fn with(line: &str, field: &str, value: &[u8]) -> Vec<u8> {
    let mut pieces = line.split(field).map(str::as_bytes);
    let mut bytes = pieces.next().unwrap_or_default().to_vec();
    pieces.for_each(|piece| bytes.extend([value, piece].concat()));
    bytes.push(b'\n');
    bytes
}

/// A payload in its field, where it does most: at its very beginning, or behind what the field needs to be read.
fn placed(field: &str, nth: usize, payload: &[u8]) -> Vec<u8> {
    let (before, after) = match field {
        "<target>" => ("/", ""),
        "<tag>" if nth.is_multiple_of(3) => ("?utm_source=a&utm_medium=cpc&utm_campaign=", ""),
        "<tag>" if nth.is_multiple_of(2) => ("?utm_source=", "&utm_medium=cpc&utm_campaign=a"),
        "<tag>" => ("?utm_medium=m&utm_campaign=c&ref=", ""),
        "<referrer>" if nth.is_multiple_of(2) => ("https://", "/b"),
        "<referrer>" => ("https://news.example/", ""),
        _ => ("", ""),
    };
    [before.as_bytes(), payload, after.as_bytes()].concat()
}
