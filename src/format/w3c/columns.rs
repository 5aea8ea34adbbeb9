//! The columns of a W3C log, from its `#Fields:` directive.

use super::super::fields::Unit;

/// The parsed `#Fields:`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct W3cColumns {
    pub(super) columns: Vec<W3cColumn>,
    pub(super) dialect: Dialect,
}

/// The server's dialect: encoding of text and units differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Spaces are `+`, and `time-taken` is in milliseconds. Other servers quote text, and have fractional seconds.
    Iis,
    /// Text is percent-encoded, `time-taken` is in seconds.
    CloudFront,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum W3cColumn {
    Date,
    Time,
    /// Date and time in one field: a Unix time, or ISO 8601.
    Timestamp,
    Address,
    /// The client's DNS name, or its address if not resolved.
    Client,
    Forwarded,
    Method,
    Path,
    Query,
    Status,
    Host,
    /// The server's name; used if the requested host is missing.
    Server,
    Referrer,
    Agent,
    Taken,
    /// The bytes of the answer.
    Size,
    Refusal,
    Cookies,
    Unknown,
}

/// The default columns of IIS, for lines without a preceding `#Fields:`.
pub(super) const IIS: &[u8] =
    b"date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
    cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
/// The default columns of `CloudFront`, up to the last one that dwell uses.
pub(super) const CLOUDFRONT: &[u8] =
    b"date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
    cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header \
    cs-protocol cs-bytes time-taken";
/// The columns of `CloudFront`'s real-time logs with all fields; they have no directive.
pub(super) const REAL_TIME: &[u8] =
    b"timestamp c-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host cs-uri-stem \
    cs-bytes x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version \
    cs-user-agent cs-referer cs-cookie cs-uri-query x-edge-response-result-type x-forwarded-for";
pub(super) const DIRECTIVE: &[u8] = b"#Fields:";

impl W3cColumn {
    fn named(name: &[u8]) -> W3cColumn {
        match name.to_ascii_lowercase().as_slice() {
            b"date" => W3cColumn::Date,
            b"time" => W3cColumn::Time,
            b"timestamp" | b"x-timestamp" => W3cColumn::Timestamp,
            b"c-ip" => W3cColumn::Address,
            b"c-dns" => W3cColumn::Client,
            b"x-forwarded-for" | b"cs(x-forwarded-for)" => W3cColumn::Forwarded,
            b"cs-method" => W3cColumn::Method,
            b"cs-uri-stem" | b"cs-uri" => W3cColumn::Path,
            b"cs-uri-query" => W3cColumn::Query,
            b"sc-status" => W3cColumn::Status,
            b"cs-host" | b"x-host-header" | b"cs(host)" => W3cColumn::Host,
            b"s-dns" => W3cColumn::Server,
            b"sc-bytes" => W3cColumn::Size,
            b"time-taken" => W3cColumn::Taken,
            b"cs(user-agent)" | b"cs-user-agent" => W3cColumn::Agent,
            b"cs(referer)" | b"cs-referer" => W3cColumn::Referrer,
            b"cs(cookie)" | b"cs-cookie" => W3cColumn::Cookies,
            b"cs(dnt)" | b"cs(sec-gpc)" => W3cColumn::Refusal,
            _ => W3cColumn::Unknown,
        }
    }
}

impl W3cColumns {
    pub(super) fn named(names: &[u8]) -> W3cColumns {
        let names = names.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty());
        let is_edge = |name: &[u8]| name.starts_with(b"x-edge-");
        let dialect = if names.clone().any(is_edge) { Dialect::CloudFront } else { Dialect::Iis };
        W3cColumns { columns: names.map(W3cColumn::named).collect(), dialect }
    }
}

/// Milliseconds in IIS, seconds in `CloudFront`; fractions are always in seconds.
pub(super) fn unit(dialect: Dialect, text: &[u8]) -> Unit {
    if dialect == Dialect::CloudFront || text.contains(&b'.') { Unit::Seconds } else { Unit::Millis }
}
