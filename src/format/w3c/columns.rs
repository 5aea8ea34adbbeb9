//! The columns of a W3C log, as its `#Fields:` line names them.

use super::super::fields::Unit;

/// What the columns are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct W3cColumns {
    pub(super) columns: Vec<W3cColumn>,
    pub(super) dialect: Dialect,
}

/// Whose columns they are: they differ in how texts and times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Spaces are written as `+`, times taken in milliseconds; others put texts into quotes, and times taken have a
    /// fraction then.
    Iis,
    /// Texts are percent-encoded, times taken in seconds.
    CloudFront,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum W3cColumn {
    Date,
    Time,
    /// Date and time in one: seconds since 1970, or as ISO 8601 has it.
    Timestamp,
    Address,
    /// The client's name; its address where that was not looked up.
    Client,
    Forwarded,
    Method,
    Path,
    Query,
    Status,
    Host,
    /// The name that the server goes by; counts where the host is missing.
    Server,
    Referrer,
    Agent,
    Taken,
    Refusal,
    Unknown,
}

/// The columns that IIS writes unless told otherwise: for lines that no `#Fields:` stands before.
pub(super) const IIS: &[u8] =
    b"date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
    cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
/// The same for `CloudFront`, as far as dwell has a use for them.
pub(super) const CLOUDFRONT: &[u8] =
    b"date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
    cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header \
    cs-protocol cs-bytes time-taken";
/// The same for `CloudFront`'s real-time logs with all fields, which no directive stands before.
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
            b"time-taken" => W3cColumn::Taken,
            b"cs(user-agent)" | b"cs-user-agent" => W3cColumn::Agent,
            b"cs(referer)" | b"cs-referer" => W3cColumn::Referrer,
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

/// IIS counts milliseconds, `CloudFront` seconds; a fraction is always one of seconds.
pub(super) fn unit(dialect: Dialect, text: &[u8]) -> Unit {
    if dialect == Dialect::CloudFront || text.contains(&b'.') { Unit::Seconds } else { Unit::Millis }
}
