//! The fields that a format string may have, whoever's string it is.

use super::super::fields::Unit;
use super::super::said::Header;
use super::super::when::Item;

/// What a field is to dwell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LogField {
    /// Nothing.
    Skip,
    /// Nothing, but it may hold commas and colons with spaces around them: several upstream servers.
    SkipList,
    Address,
    /// An address with its port.
    AddressAndPort,
    /// A list of addresses, as `X-Forwarded-For` has it.
    Forwarded,
    /// An address that counts where no other is there.
    Peer,
    Time(Clock),
    Request,
    Method,
    /// Path and query, or a whole URL.
    Target,
    Path,
    Query,
    Status,
    /// The host asked for.
    Host,
    /// The name that the server goes by; counts where the host asked for is not there.
    ServerName,
    Referrer,
    Agent,
    /// What the operator says names the visitor.
    Visitor,
    /// Several of them add up.
    Load(Unit),
    /// A load time that names its unit itself: `120ms`, `1.5s`.
    LoadWithUnit,
    /// `1` where the client wants to be left alone.
    Refusal,
    /// What the browser says of the request.
    Said(Header),
}

/// How a time is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clock {
    /// `24/Nov/2026:14:02:33 +0000`.
    Common,
    /// `2026-11-24T14:02:33+00:00`.
    Iso,
    /// A number since 1970, in this unit.
    Since1970(Unit),
    /// Thousandths of a second, to add to what else is there.
    MillisOfSecond,
    /// Millionths.
    MicrosOfSecond,
    /// In any way that servers write one, see `stamps`.
    Any,
    /// As `strftime` describes it.
    Described(Vec<Item>),
}

/// A piece of a format string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternPiece {
    /// A text that stands in every line.
    Literal(Vec<u8>),
    /// A field, its name in the string, and where that stands.
    Field(LogField, String, usize),
}

/// Adds to the literal at the end, or begins one.
pub(super) fn push_literal(pieces: &mut Vec<PatternPiece>, text: &[u8]) {
    if let Some(PatternPiece::Literal(literal)) = pieces.last_mut() {
        literal.extend_from_slice(text);
    } else if !text.is_empty() {
        pieces.push(PatternPiece::Literal(text.to_vec()));
    }
}

/// Makes the field of that name, written as in the string, the one that names the visitor. Whether there is one.
pub(super) fn name_visitor(pieces: &mut [PatternPiece], visitor: &str) -> bool {
    // nginx's names may stand in braces.
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
