//! The fields of a log, and the keys they go by.

mod headers;
mod table;

use super::super::durations;
use super::super::said::Header;

pub(in super::super) use table::{FieldNames, KeyMeaning, Scope};

/// The meaning of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Field {
    /// The client's address, from a proxy or determined by the server.
    ClientAddress,
    /// The address that the server takes for the client's; used if the above is missing.
    PeerAddress,
    /// The connection's address; used if both are missing.
    ConnectedAddress,
    /// A list of addresses, in the syntax of `X-Forwarded-For`.
    Forwarded,
    /// A time that needs no zone.
    ExactTime,
    /// A time, or a time of day with a date field; used if the above is missing.
    Time,
    /// A time in the server's zone; used if both are missing.
    LocalTime,
    /// A date, or a complete time; used if all are missing.
    Date,
    /// A request line, a target alone, or an object with the parts of the request.
    Request,
    Method,
    /// The target as sent by the client, with its query.
    WholeTarget,
    /// A target, with or without query; used if the above is missing.
    Target,
    /// The route that served the request; used if both are missing.
    Route,
    Query,
    Status,
    /// The placeholder for a status if there was no answer.
    NoStatus,
    /// The requested host.
    Host,
    /// The server's name; used if the above is missing.
    ServerName,
    Referrer,
    Agent,
    /// The logged-in user.
    User,
    LoadSeconds,
    LoadMillis,
    LoadMicros,
    LoadNanos,
    /// The time the server took; the key does not name a unit.
    Load,
    /// The time the upstream took, in seconds; used if there is no other duration.
    UpstreamSeconds,
    /// The `Cookie` header.
    Cookies,
    /// The bytes of the answer.
    Size,
    // Fields above are texts, fields below are not.
    /// `1` if the client objects to tracking.
    Refusal,
    /// `false` if the client did not consent.
    Consent,
    /// The purpose of the request according to the browser: `Sec-Purpose` and the like.
    Purpose,
    /// `Sec-Fetch-Dest`.
    Destination,
    /// `Accept`.
    Accept,
    /// A script swaps whole pages: `HX-Boosted` and the like.
    Swap,
    /// An object of request headers.
    Headers,
    /// The response: Caddy's last key, and a large part of its lines.
    Answer,
    /// The mark of an error log: the request has a line of its own in the access log.
    ErrorMark,
    /// A key that dwell does not use.
    Unknown,
    /// The end of the line's object.
    End,
}

impl Field {
    /// Number of fields that are texts.
    pub(in super::super) const TEXTS: usize = Field::Refusal as usize;

    /// The durations, by precedence.
    pub(super) const LOADS: [Field; 6] = [
        Field::LoadSeconds,
        Field::LoadMillis,
        Field::LoadMicros,
        Field::LoadNanos,
        Field::Load,
        Field::UpstreamSeconds,
    ];

    /// Whether it is a duration.
    pub(super) fn is_load(self) -> bool {
        Field::LOADS.contains(&self)
    }

    /// Whether a text is valid for the field. A dash never is, nor a word for a number: some servers log
    /// `"status":"ok"` beside a status under another key, or a duration as `"time":0.120`.
    #[inline]
    pub(super) fn takes(self, text: &[u8]) -> bool {
        match self {
            Field::Status => super::status::status(text).is_some(),
            Field::LoadSeconds
            | Field::LoadMillis
            | Field::LoadMicros
            | Field::LoadNanos
            | Field::Load
            | Field::UpstreamSeconds => durations::is_duration(text),
            Field::ExactTime | Field::Time | Field::LocalTime | Field::Date => text.len() >= SHORTEST_TIME,
            Field::Size => text.first().is_some_and(u8::is_ascii_digit),
            _ => text != b"-",
        }
    }

    /// Whether this text means that the client objects to tracking (design.md R11).
    pub(super) fn refuses(self, text: &[u8]) -> bool {
        match self {
            Field::Refusal => text == b"1",
            Field::Consent => text == b"false",
            _ => false,
        }
    }

    /// The header behind it, if it describes the request.
    pub(super) fn said(self) -> Option<Header> {
        match self {
            Field::Purpose => Some(Header::Purpose),
            Field::Destination => Some(Header::Destination),
            Field::Accept => Some(Header::Accept),
            Field::Swap => Some(Header::Swap),
            _ => None,
        }
    }

    /// Its name in `[format]`; empty if it has none there.
    pub(in super::super) fn word(self) -> &'static str {
        match self {
            Field::ClientAddress | Field::PeerAddress | Field::ConnectedAddress => "address",
            Field::Forwarded => "forwarded",
            Field::ExactTime | Field::Time | Field::LocalTime | Field::Date => "time",
            Field::Request => "request",
            Field::Method => "method",
            Field::WholeTarget | Field::Target | Field::Route => "target",
            Field::Query => "query",
            Field::Status => "status",
            Field::Host | Field::ServerName => "host",
            Field::Referrer => "referrer",
            Field::Agent => "agent",
            Field::User => "user",
            field if field.is_load() => "duration",
            Field::Refusal => "opt-out",
            _ => "",
        }
    }
}

/// `14:02:33`, a time of day beside a date field.
const SHORTEST_TIME: usize = 8;
