//! What a line says, once it is read.

use super::request::Request;
use super::said::Said;
use super::{combined, json, pattern};
use crate::time::{Millis, Span};

/// One parsed line of input (design.md R1). Fields that the format or the line lacks are empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<'a> {
    /// When the server logged it.
    pub time: Millis,
    /// What was asked for; `None` where the request is empty, `-` or one word.
    pub request: Option<Request<'a>>,
    /// The answer's status, 100 to 999; 200 for events, which are told after they happened, and 0 where the client left
    /// before there was an answer (R1).
    pub status: u16,
    /// What an event says of itself; `None` for the lines of access logs, unless they name who was signed in.
    pub own: Option<Own<'a>>,
    /// The rest of the line, see [`Hit::details`].
    pub(super) rest: Rest<'a>,
}

/// What a hit says besides: only events need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details<'a> {
    /// The client's address, as written.
    pub address: &'a [u8],
    /// Where the client came from, as it says; empty where it does not.
    pub referrer: &'a [u8],
    /// The user agent; empty where the client named none.
    pub agent: &'a [u8],
    /// The host asked for; empty where the format does not say.
    pub host: &'a [u8],
    /// What a field says that the operator named as the visitor: one browser on one device, like an `anonymousId`;
    /// empty where there is none.
    pub visitor: &'a [u8],
    /// How long the server took; `None` where the log does not say.
    pub load: Option<Span>,
    /// Whether the client wants to be left alone.
    pub consent: Consent,
    /// What the browser said that it asks for.
    pub said: Said,
}

/// Whether the client lets itself be recognised (design.md R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// It did not say.
    #[default]
    NotSaid,
    /// `Sec-GPC: 1`, `DNT: 1` or `consent: false`: the hit is counted and never tied to a visitor.
    Refused,
}

/// What an event of section 5 of design.md says of itself; of a request only who was signed in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own<'a> {
    /// What it is.
    pub kind: OwnKind<'a>,
    /// The `userId`; empty where nobody is signed in.
    pub user: &'a [u8],
    /// The `anonymousId`, which stands for one browser on one device; empty where there is none.
    pub device: &'a [u8],
    /// What it was worth.
    pub value: Option<f64>,
    /// Which variant of an experiment was shown; empty where there is none.
    pub variant: &'a [u8],
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnKind<'a> {
    /// A page or screen was looked at.
    Page,
    /// An action, by its name.
    Track(&'a [u8]),
    /// It names a user, and is nothing that anyone did.
    Identify,
    /// What its request says (R2).
    Request,
}

/// Where the details are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rest<'a> {
    /// In the rest of a combined line, not looked at yet.
    Combined(combined::Rest<'a>),
    /// In the rest of a line in a format string, not looked at yet.
    Pattern(pattern::Rest<'a>),
    /// In the headers of a line of JSON, not looked into yet.
    Json(json::Rest<'a>),
    /// Here: the whole line had to be read.
    Read(Details<'a>),
}

impl Consent {
    /// Refused if either is.
    pub(super) fn or(self, other: Consent) -> Consent {
        if self == Consent::Refused { self } else { other }
    }
}

impl<'a> Hit<'a> {
    /// Whether the line may have headers that say what the hit is (R2.3).
    #[must_use]
    #[inline]
    pub fn may_have_headers(&self) -> bool {
        matches!(self.rest, Rest::Json(_) | Rest::Pattern(_))
    }

    /// What tells who sent a hit, as it is written: the address, the host before it and the rest of the line behind the
    /// size. Two hits with the same have the same sender; `None` where a format has no such parts.
    #[must_use]
    #[inline]
    pub fn sender_as_written(&self) -> Option<[&'a [u8]; 3]> {
        match &self.rest {
            Rest::Combined(rest) if self.own.is_none() => Some(rest.sender_as_written()),
            _ => None,
        }
    }

    /// Reads what the hit says besides. Most hits are assets, for which it is rarely looked at (R3), and it is the longest
    /// part of a line. What does not stand in the line as it is meant is written into
    /// `scratch`.
    #[must_use]
    #[inline(always)]
    pub fn details<'s>(&self, scratch: &'s mut Vec<u8>) -> Details<'s>
    where
        'a: 's,
    {
        match &self.rest {
            Rest::Combined(rest) => rest.details(),
            Rest::Pattern(rest) => rest.details(),
            Rest::Json(rest) => rest.details(scratch),
            Rest::Read(details) => *details,
        }
    }
}
