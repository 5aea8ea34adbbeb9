//! The fields of format strings, independent of the server.

use super::super::fields::Unit;
use super::super::said::Header;
use super::super::when::Item;

/// The meaning of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LogField {
    /// Ignored.
    Skip,
    /// Ignored; a list of upstream servers, which may contain `, ` and ` : `.
    SkipList,
    Address,
    /// An address with its port.
    AddressAndPort,
    /// A list of addresses: `X-Forwarded-For`.
    Forwarded,
    /// The peer's address; used if there is no other.
    Peer,
    Time(Clock),
    Request,
    Method,
    /// Path and query, or a full URL.
    Target,
    Path,
    Query,
    Status,
    /// The requested host.
    Host,
    /// The server's name; used if there is no requested host.
    ServerName,
    Referrer,
    Agent,
    /// The visitor id given by `--visitor`.
    Visitor,
    /// Response time; several fields add up.
    Load(Unit),
    /// Response time with a unit suffix: `120ms`, `1.5s`.
    LoadWithUnit,
    /// The bytes of the answer.
    Size,
    /// Opt-out of tracking (DNT, Sec-GPC); `1` is set.
    Refusal,
    /// The `Cookie` header.
    CookieHeader,
    /// The value of the cookie of this name.
    Cookie(String),
    /// A header by which the browser describes the request.
    Said(Header),
}

/// Time styles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clock {
    /// `24/Nov/2026:14:02:33 +0000`.
    Common,
    /// `2026-11-24T14:02:33+00:00`.
    Iso,
    /// A Unix time in this unit.
    Since1970(Unit),
    /// Milliseconds to add to the rest of the time.
    MillisOfSecond,
    /// Microseconds to add.
    MicrosOfSecond,
    /// Any style, see `stamps`.
    Any,
    /// A `strftime` format.
    Described(Vec<Item>),
}

/// A piece of a format string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternPiece {
    /// Literal text.
    Literal(Vec<u8>),
    /// A field, its name in the string, and its position.
    Field(LogField, String, usize),
}

/// Appends to the last literal, or starts one.
pub(super) fn push_literal(pieces: &mut Vec<PatternPiece>, text: &[u8]) {
    if let Some(PatternPiece::Literal(literal)) = pieces.last_mut() {
        literal.extend_from_slice(text);
    } else if !text.is_empty() {
        pieces.push(PatternPiece::Literal(text.to_vec()));
    }
}

/// Marks the field with this name, as written in the string, as the visitor id; returns whether it exists.
pub(super) fn name_visitor(pieces: &mut [PatternPiece], visitor: &str) -> bool {
    // nginx names may be in braces.
    let plain =
        visitor.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).map(|name| format!("${name}"));
    let wanted = plain.as_deref().unwrap_or(visitor);
    let mut found = false;
    for piece in pieces {
        if let PatternPiece::Field(field, name, _) = piece
            && name == wanted
        {
            *field = LogField::Visitor;
            found = true;
        }
    }
    found
}
