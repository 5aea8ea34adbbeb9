//! The fields of a line that only events need.

use super::cookies::Cookies;
use super::said::Said;
use crate::time::Span;

/// The fields of a hit that only events need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details<'a> {
    /// The client's address, as logged.
    pub address: &'a [u8],
    /// The referrer; empty if there is none.
    pub referrer: &'a [u8],
    /// The user agent; empty if there is none.
    pub agent: &'a [u8],
    /// The requested host; empty if the format has none.
    pub host: &'a [u8],
    /// The field that the operator declared as the visitor: one browser on one device, like an `anonymousId`; empty if
    /// there is none.
    pub visitor: &'a [u8],
    /// The bytes of the answer; 0 if they are not logged.
    pub size: u64,
    /// The time that the server took, if logged.
    pub load: Option<Span>,
    /// Whether the client objects to tracking.
    pub consent: Consent,
    /// What the browser's headers say about the request.
    pub said: Said,
    /// The cookies that it brought, if logged.
    pub cookies: Cookies<'a>,
}

/// Whether the client consents to being recognized (design.md R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// It does not say.
    #[default]
    NotSaid,
    /// `Sec-GPC: 1`, `DNT: 1` or `consent: false`: the hit is counted, but never linked to a visitor.
    Refused,
}

impl Consent {
    /// Refused if either is.
    pub(super) fn or(self, other: Consent) -> Consent {
        if self == Consent::Refused { self } else { other }
    }
}
