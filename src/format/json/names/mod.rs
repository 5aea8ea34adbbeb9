//! What a field of a log stands for, and the names that it goes by.

mod headers;
mod table;

use super::super::durations;
use super::super::said::Header;

pub(in super::super) use table::{Meaning, Names, Scope};

/// What a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Field {
    /// The client's address, as a proxy says or as the server made it out.
    ClientAddress,
    /// The address that the server takes for the client's; counts where that one is missing.
    PeerAddress,
    /// Who was connected; counts where both are missing.
    ConnectedAddress,
    /// A list of addresses, as `X-Forwarded-For` has it.
    Forwarded,
    /// A time that needs no zone.
    ExactTime,
    /// A time, or one of the clock that belongs to a date; counts where that one is missing.
    Time,
    /// A time on the server's clock; counts where both are missing.
    LocalTime,
    /// A date, or a whole time; counts where all are missing.
    Date,
    /// A request line, a target alone, or an object that has the request's parts.
    Request,
    Method,
    /// The target as the client sent it, with its query.
    WholeTarget,
    /// A target, with its query or without; counts where that one is missing.
    Target,
    /// The route that served the request; counts where both are missing.
    Route,
    Query,
    Status,
    /// What stands in a status's place where there was no answer.
    NoStatus,
    /// The host asked for.
    Host,
    /// The name that the server goes by; counts where that one is missing.
    ServerName,
    Referrer,
    Agent,
    /// Who was signed in.
    User,
    LoadSeconds,
    LoadMillis,
    LoadMicros,
    LoadNanos,
    /// How long the server took, in a unit that the name does not tell.
    Load,
    /// How long the server behind this one took, in seconds; counts where nothing else is said.
    UpstreamSeconds,
    // Those before are texts; those after are none.
    /// `1` where the client wants to be left alone.
    Refusal,
    /// `false` where it did not consent.
    Consent,
    /// What the browser says of the request: `Sec-Purpose` and the like.
    Purpose,
    /// `Sec-Fetch-Dest`.
    Destination,
    /// `Accept`.
    Accept,
    /// That a script swaps whole pages: `HX-Boosted` and the like.
    Swap,
    /// An object of request headers.
    Headers,
    /// What the server answered: Caddy's last key, and much of its lines.
    Answer,
    /// The mark of an error log: the request has another line in the access log.
    ErrorMark,
    /// What dwell has no use for.
    Unknown,
    /// No field: the line's object has ended.
    End,
}

impl Field {
    /// So many fields are texts.
    pub(in super::super) const TEXTS: usize = Field::Refusal as usize;

    /// The fields that say how long the server took, the one that counts first.
    pub(super) const LOADS: [Field; 6] = [
        Field::LoadSeconds,
        Field::LoadMillis,
        Field::LoadMicros,
        Field::LoadNanos,
        Field::Load,
        Field::UpstreamSeconds,
    ];

    /// How long the server took, in some unit.
    pub(super) fn is_load(self) -> bool {
        Field::LOADS.contains(&self)
    }

    /// Whether the field may say this. A dash says nothing; and where a number is meant, a word is none: some servers write
    /// `"status":"ok"` beside a status by another name, or `"time":0.120` for how long they took.
    #[inline]
    pub(super) fn takes(self, text: &[u8]) -> bool {
        match self {
            Field::Status => super::found::status(text).is_some(),
            Field::LoadSeconds
            | Field::LoadMillis
            | Field::LoadMicros
            | Field::LoadNanos
            | Field::Load
            | Field::UpstreamSeconds => durations::is_duration(text),
            Field::ExactTime | Field::Time | Field::LocalTime | Field::Date => text.len() >= SHORTEST_TIME,
            _ => text != b"-",
        }
    }

    /// Whether this text in the field says that the client wants to be left alone (design.md R11).
    pub(super) fn refuses(self, text: &[u8]) -> bool {
        match self {
            Field::Refusal => text == b"1",
            Field::Consent => text == b"false",
            _ => false,
        }
    }

    /// The header by which the browser says what it asks for.
    pub(super) fn said(self) -> Option<Header> {
        match self {
            Field::Purpose => Some(Header::Purpose),
            Field::Destination => Some(Header::Destination),
            Field::Accept => Some(Header::Accept),
            Field::Swap => Some(Header::Swap),
            _ => None,
        }
    }

    /// What the field is for people, as `[format]` calls it; empty where it has no name there.
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

/// `14:02:33`, the time of a line that has its date in another field.
const SHORTEST_TIME: usize = 8;
