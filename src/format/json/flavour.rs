//! The producers of JSON lines: all are read alike, the name is only for display.

/// The producer of JSON lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Flavour(Option<usize>);

/// Producers with a `--format` name or a certain signature: the name, the display name, and keys that all of their
/// lines have. The first match counts.
const PRODUCERS: [(&str, &str, &[&str]); 15] = [
    ("traefik", "JSON (Traefik)", &["\"DownstreamStatus\""]),
    ("", "JSON (Kong)", &["\"latencies\"", "\"started_at\""]),
    ("", "JSON (APISIX)", &["\"apisix_latency\""]),
    ("", "JSON (pino)", &["\"responseTime\"", "\"statusCode\"", "\"pid\""]),
    ("", "JSON (bunyan)", &["\"req\"", "\"hostname\"", "\"pid\"", "\"v\""]),
    ("caddy", "JSON (Caddy)", &["\"request\":{"]),
    ("", "JSON (Cloudflare)", &["\"EdgeStartTimestamp\""]),
    ("", "JSON (Envoy)", &["\"response_flags\""]),
    ("", "JSON (CloudFront)", &["\"cs-uri-stem\"", "\"c-ip\"", "\"cs-protocol\""]),
    ("", "JSON (Google Cloud)", &["\"httpRequest\"", "\"requestUrl\""]),
    ("", "JSON (Azure)", &["\"properties\"", "\"httpStatus"]),
    ("", "JSON (ECS)", &["\"@timestamp\"", "\"user_agent", "\"http"]),
    ("", "JSON (Rails)", &["\"controller\"", "\"action\"", "\"duration\""]),
    ("", "JSON (Tomcat)", &["\"statusCode\"", "\"logicalUserName\""]),
    ("json", "JSON", &[]),
];

impl Flavour {
    /// No producer in particular.
    pub(in super::super) const ANY: Flavour = Flavour(None);

    pub(in super::super) fn named(name: &str) -> Flavour {
        Flavour(PRODUCERS.iter().position(|(word, ..)| *word == name))
    }

    /// The producer that most of these lines look like.
    pub(super) fn of(sample: &[&[u8]]) -> Flavour {
        let looks_so = |signs: &[&str], line: &&&[u8]| {
            signs.iter().all(|sign| memchr::memmem::find(line, sign.as_bytes()).is_some())
        };
        let count = |signs: &[&str]| sample.iter().filter(|line| looks_so(signs, line)).count();
        Flavour(PRODUCERS.iter().position(|(_, _, signs)| count(signs) * 2 > sample.len()))
    }

    pub(super) fn name(self) -> &'static str {
        self.0.and_then(|number| PRODUCERS.get(number)).map_or("JSON", |(_, name, _)| name)
    }

    /// Whether its durations without a unit are always milliseconds, however small.
    pub(super) fn counts_millis(self) -> bool {
        matches!(self.name(), "JSON (Rails)" | "JSON (Envoy)" | "JSON (APISIX)" | "JSON (bunyan)")
    }
}
