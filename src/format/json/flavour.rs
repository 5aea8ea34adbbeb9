//! Whose lines of JSON they are: all are read alike, it is only said.

/// Who writes lines of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Flavour(Option<usize>);

/// Producers that `--format` has a word for or that can be told for certain: the word, the name for people, and what all of
/// their lines have. The first that fits counts.
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
    /// Nobody's in particular.
    pub(in super::super) const ANY: Flavour = Flavour(None);

    pub(in super::super) fn named(name: &str) -> Flavour {
        Flavour(PRODUCERS.iter().position(|(word, ..)| *word == name))
    }

    /// Whose lines most of these look like.
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

    /// Whether it is one whose lengths of time without a unit are milliseconds, however few they are.
    pub(super) fn counts_millis(self) -> bool {
        matches!(self.name(), "JSON (Rails)" | "JSON (Envoy)" | "JSON (APISIX)" | "JSON (bunyan)")
    }
}
