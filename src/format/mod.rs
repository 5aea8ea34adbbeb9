//! Formats: parse the bytes of a line into a hit.
//!
//! Takes one line without its newline, gives a [`Hit`] that borrows from it, or says what is [`Malformed`] and
//! where. Must not know where lines come from, nor what a hit will mean.

mod aws;
mod combined;
mod cookies;
mod cursor;
mod details;
pub mod detect;
mod durations;
mod encoded;
pub mod error_log;
mod events;
mod fields;
mod forwarded;
mod haproxy;
mod hit;
mod instant;
mod json;
mod keyed;
mod layout;
mod line_reader;
mod malformed;
mod nesting;
mod pattern;
mod readings;
mod request;
mod said;
mod scan;
mod scratch;
pub mod server_config;
mod spelling;
mod stamp;
mod stamps;
mod unwrap;
mod w3c;
mod when;
mod zone;

pub use combined::Combined;
pub use cookies::Cookies;
pub use details::{Consent, Details};
pub use events::Events;
pub use fields::{Unit, without_port};
pub use haproxy::Haproxy;
pub use hit::{Hit, Own, OwnKind};
pub use json::{FormatTable, FoundName, Json, MappedField, Mapping};
pub use keyed::Keyed;
pub use line_reader::{LineReader, Unknown};
pub use malformed::{Malformed, Reason};
pub use pattern::{Pattern, PatternError};
pub use readings::Readings;
pub use request::Request;
pub use said::{Destination, Purpose, Said};
pub use spelling::spelled;
pub use unwrap::Wrapped;
pub use w3c::W3c;
pub use zone::LogZone;

use stamp::StampReader;
use zone::LocalClock;

use crate::time::Millis;

/// The format of an input's lines.
#[derive(Debug, Clone)]
pub enum Format {
    /// The common and combined logs of Apache and nginx, and their variants.
    Combined(Combined),
    /// A `log_format` (nginx) or `LogFormat` (Apache) string, including the logs of AWS load balancers.
    Pattern(Pattern),
    /// Access logs as JSON lines.
    Json(Json),
    /// Events as JSON lines.
    Events(Events),
    /// LTSV and logfmt.
    Keyed(Keyed),
    /// W3C extended logs: IIS, `CloudFront`.
    W3c(W3c),
    /// `HAProxy`'s HTTP log.
    Haproxy(Haproxy),
    /// Any of them in wrappers: syslog headers, containers' prefixes, JSON around a line.
    Wrapped(Wrapped),
}

/// Lines of a block that are tried until one can be read.
const FIRST: usize = 8;

impl Format {
    /// The time of a hit whose line has none: its wrapper has it, see [`Wrapped`].
    pub const NO_TIME: Millis = Millis::MIN;

    /// Names that `--format` takes.
    pub const NAMES: [&'static str; 17] = [
        "common",
        "combined",
        "vhost_common",
        "vhost_combined",
        "main",
        "json",
        "caddy",
        "traefik",
        "events",
        "ltsv",
        "logfmt",
        "w3c",
        "iis",
        "cloudfront",
        "alb",
        "elb",
        "haproxy",
    ];

    /// The format of that name, as `--format` takes it; `None` where there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Format> {
        match name {
            "main" => Some(Format::Pattern(pattern::main())),
            "json" | "caddy" | "traefik" => Some(Format::Json(Json::new(json::Flavour::named(name)))),
            "events" => Some(Format::Events(Events::new())),
            "ltsv" => Some(Format::Keyed(Keyed::new(keyed::Syntax::Ltsv))),
            "logfmt" => Some(Format::Keyed(Keyed::new(keyed::Syntax::Logfmt))),
            "w3c" | "iis" => Some(Format::W3c(W3c::iis())),
            "cloudfront" => Some(Format::W3c(W3c::cloudfront())),
            "alb" => Some(Format::Pattern(aws::alb())),
            "elb" => Some(Format::Pattern(aws::elb())),
            "haproxy" => Some(Format::Haproxy(Haproxy::new())),
            _ => Combined::named(name).map(Format::Combined),
        }
    }

    /// The format that a `log_format` string of nginx, a `LogFormat` string of Apache or a `#Fields:` line describes.
    ///
    /// ```
    /// use dwell::format::Format;
    ///
    /// for (format, line) in [
    ///     (r#"$host $remote_addr [$time_local] "$request" $status"#,
    ///      r#"shop.example 192.0.2.7 [24/Nov/2026:15:02:33 +0100] "GET /pricing?utm_source=x HTTP/1.1" 200"#),
    ///     (r#"%v %h %t "%r" %>s"#,
    ///      r#"shop.example 192.0.2.7 [24/Nov/2026:15:02:33 +0100] "GET /pricing?utm_source=x HTTP/1.1" 200"#),
    ///     ("#Fields: date time c-ip cs-method cs-uri-stem sc-status",
    ///      "2026-11-24 14:02:33 192.0.2.7 GET /pricing 200"),
    /// ] {
    ///     let mut format = Format::pattern(format)?;
    ///     let hit = format.read(line.as_bytes()).expect("a line in that format");
    ///     assert_eq!(hit.time.rfc3339(), "2026-11-24T14:02:33.000Z");
    ///     assert_eq!(hit.request.map(|request| request.path()), Some(&b"/pricing"[..]));
    ///     assert_eq!(hit.status, 200);
    /// }
    ///
    /// // What every hit needs must be there.
    /// let error = Format::pattern(r#"$remote_addr "$request" $status"#).unwrap_err();
    /// assert!(error.to_string().contains("add [$time_local]"));
    /// # Ok::<_, dwell::format::PatternError>(())
    /// ```
    ///
    /// # Errors
    /// What the string lacks or leaves open, and where.
    pub fn pattern(text: &str) -> Result<Format, PatternError> {
        Format::pattern_with_visitor(text, "")
    }

    /// The same where one of its fields names the visitor (R4), written as in the string; none where that is empty.
    ///
    /// # Errors
    /// What the string lacks or leaves open, and where.
    pub fn pattern_with_visitor(text: &str, visitor: &str) -> Result<Format, PatternError> {
        if visitor.is_empty()
            && let Some(w3c) = W3c::of_directive(text)
        {
            return Ok(Format::W3c(w3c));
        }
        let pattern = Pattern::with_visitor(text, visitor)?;
        let named = pattern.well_known().and_then(Combined::named);
        Ok(named.map_or(Format::Pattern(pattern), Format::Combined))
    }

    /// The same format, with an optional syslog header before each line, as sockets receive them.
    #[must_use]
    pub fn in_syslog(self) -> Format {
        Format::Wrapped(Wrapped::new(&[unwrap::WrapperLayer::Syslog], self))
    }

    /// Accepts lines without a time from now on: the wrapper has it.
    pub fn take_time_from_around(&mut self) {
        match self {
            Format::Json(json) => json.take_time_from_around(),
            Format::Keyed(keyed) => keyed.take_time_from_around(),
            Format::Wrapped(wrapped) => wrapped.inner_mut().take_time_from_around(),
            _ => {}
        }
    }

    /// JSON lines whose fields are where a user says.
    #[must_use]
    pub fn mapped(mapping: Mapping) -> Format {
        Format::Json(Json::mapped(mapping))
    }

    /// Learns from many lines what a single one does not tell, such as the unit of a field called `duration`. Detection
    /// has done so already.
    pub fn tune(&mut self, sample: &[&[u8]]) {
        match self {
            Format::Json(json) => match keyed::mapped(json, sample) {
                Some(keyed) => *self = Format::Keyed(keyed),
                None => json.tune(sample),
            },
            Format::Keyed(keyed) => keyed.tune(sample),
            _ => {}
        }
    }

    /// The fields that a user maps and that none of these lines has, with their paths.
    #[must_use]
    pub fn unseen(&self, lines: &[&[u8]]) -> Vec<(MappedField, &str)> {
        match self {
            Format::Json(json) => json.unseen(lines),
            Format::Keyed(keyed) => keyed.unseen(lines),
            Format::Wrapped(wrapped) => wrapped.inner().unseen(lines),
            _ => Vec::new(),
        }
    }

    /// Reads one line, without its newline. A line that is a [`Format::directive`] is no hit.
    ///
    /// # Errors
    /// What is missing in the line, and where.
    pub fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        // Only `Combined` is inlined; inlining the others would enlarge this stack frame for every line.
        match self {
            Format::Combined(combined) => combined.read(line),
            Format::Pattern(pattern) => pattern.read(line),
            Format::Json(json) => json.read(line),
            Format::Events(events) => events.read(line),
            Format::Keyed(keyed) => keyed.read(line),
            Format::W3c(w3c) => w3c.read(line),
            Format::Haproxy(haproxy) => haproxy.read(line),
            Format::Wrapped(wrapped) => wrapped.read(line),
        }
    }

    /// Takes in a line that is no hit but changes how later lines are read (`#Fields:` in W3C logs). Returns whether
    /// the line was a directive or a comment.
    pub fn directive(&mut self, line: &[u8]) -> bool {
        match self {
            Format::W3c(w3c) => w3c.directive(line),
            Format::Wrapped(wrapped) => wrapped.directive(line),
            _ => false,
        }
    }

    /// Takes note of the last directive in a block of lines, as if they had been read, and of clocks that are set back
    /// meanwhile: the lines after the block follow it, whoever reads the block itself. Whether there was any.
    pub fn follow(&mut self, block: &[u8]) -> bool {
        match self {
            Format::W3c(w3c) => w3c.follow(block),
            Format::Wrapped(wrapped) if wrapped.inner().has_directives() => wrapped.follow(block),
            other => other.follow_clock(block),
        }
    }

    /// Whether lines may be directives, so that reading from the middle of an input depends on what is before.
    #[must_use]
    pub fn has_directives(&self) -> bool {
        match self {
            Format::W3c(_) => true,
            Format::Wrapped(wrapped) => wrapped.inner().has_directives(),
            _ => false,
        }
    }

    /// Sets the zone of stamps without one.
    #[must_use]
    pub fn in_zone(mut self, zone: &LogZone) -> Format {
        if let Format::Wrapped(wrapped) = self {
            return Format::Wrapped(wrapped.in_zone(zone));
        }
        if let Some(stamps) = self.stamps_mut() {
            stamps.set_zone(zone.clone());
        }
        self
    }

    /// The parser of its stamps; `None` if they are all in UTC.
    fn stamps_mut(&mut self) -> Option<&mut StampReader> {
        match self {
            Format::Combined(combined) => Some(combined.stamps_mut()),
            Format::Pattern(pattern) => Some(pattern.stamps_mut()),
            Format::Json(json) => Some(json.stamps_mut()),
            Format::Events(events) => Some(events.stamps_mut()),
            Format::Keyed(keyed) => Some(keyed.stamps_mut()),
            Format::Haproxy(haproxy) => Some(haproxy.stamps_mut()),
            Format::Wrapped(wrapped) => wrapped.inner_mut().stamps_mut(),
            Format::W3c(_) => None,
        }
    }

    /// What is known of the zone of its stamps.
    fn local_clock(&mut self) -> Option<LocalClock> {
        self.stamps_mut().map(|stamps| stamps.local_clock().clone())
    }

    /// Follows the log's clock through a block: where clocks are set back meanwhile, the lines after it are read by
    /// where it has come to (R6). Whether that makes a difference.
    fn follow_clock(&mut self, block: &[u8]) -> bool {
        let read = |format: &mut Format, line: &[u8]| format.read(line).is_ok();
        let mut lines = block.split(|&byte| byte == b'\n');
        if !lines.by_ref().take(FIRST).any(|line| read(self, line)) {
            return false;
        }
        let Some(first) = self.local_clock().filter(LocalClock::is_used) else { return false };
        let mut ahead = self.clone();
        block.rsplit(|&byte| byte == b'\n').take(FIRST).any(|line| read(&mut ahead, line));
        let last = ahead.local_clock().unwrap_or_default();
        if !first.may_be_set_back(&last) {
            return false;
        }
        for line in lines {
            read(self, line);
        }
        true
    }

    /// The format's display name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Format::Combined(combined) => combined.name(),
            Format::Pattern(pattern) => pattern.name().to_owned(),
            Format::Json(json) => json.name().to_owned(),
            Format::Events(_) => "events as JSON lines".to_owned(),
            Format::Keyed(keyed) => keyed.name().to_owned(),
            Format::W3c(w3c) => w3c.name().to_owned(),
            Format::Haproxy(_) => "HAProxy HTTP".to_owned(),
            Format::Wrapped(wrapped) => wrapped.name(),
        }
    }

    /// The inferred format string, if there is one: `--format` accepts it.
    #[must_use]
    pub fn worked_out_string(&self) -> Option<&str> {
        match self {
            Format::Pattern(pattern) => pattern.worked_out_string(),
            Format::Wrapped(wrapped) => wrapped.inner().worked_out_string(),
            _ => None,
        }
    }

    /// Whether lines have the requested host: then that host is the site's own (R9).
    #[must_use]
    pub fn has_host(&self) -> bool {
        match self {
            Format::Combined(combined) => combined.has_host(),
            Format::Pattern(pattern) => pattern.has_host(),
            Format::W3c(w3c) => w3c.has_host(),
            Format::Json(json) => json.has_host(),
            Format::Events(_) | Format::Keyed(_) | Format::Haproxy(_) => true,
            Format::Wrapped(wrapped) => wrapped.inner().has_host(),
        }
    }
}
