//! A parsed line.

use std::borrow::Cow;

use super::combined::lazy_details::CombinedDetails;
use super::details::Details;
use super::json::lazy_details::JsonDetails;
use super::pattern::lazy_details::PatternDetails;
use super::request::Request;
use super::scan::{JsonValue, Scanner, unescape};
use crate::time::Millis;

/// One parsed line of input (design.md R1). Missing fields are empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<'a> {
    /// The time in the log.
    pub time: Millis,
    /// The request; `None` if it is empty, `-` or a single word.
    pub request: Option<Request<'a>>,
    /// The HTTP status, 100 to 999; 200 for events, which are sent after they happened, and 0 if the client left before
    /// an answer (R1).
    pub status: u16,
    /// What an event says of itself; `None` for lines of access logs, unless they name the logged-in user.
    pub own: Option<Own<'a>>,
    /// The unparsed remainder of the line, see [`Hit::details`].
    pub(super) lazy: LazyDetails<'a>,
}

/// What an event of section 5 of design.md says of itself; of a request only the logged-in user.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own<'a> {
    /// Its type.
    pub kind: OwnKind<'a>,
    /// The `userId`; empty if nobody is logged in.
    pub user: &'a [u8],
    /// The `anonymousId`, one browser on one device; empty if there is none.
    pub device: &'a [u8],
    /// Its value.
    pub value: Option<f64>,
    /// The variant of an experiment; empty if there is none.
    pub variant: &'a [u8],
    /// The inside of its `properties` object, as logged; empty if there is none.
    pub(super) properties: &'a [u8],
}

/// The type of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnKind<'a> {
    /// A page or screen was viewed.
    Page,
    /// An action, by its name.
    Track(&'a [u8]),
    /// A login: it names a user, and is no activity.
    Identify,
    /// A request, classified by R2.
    Request,
}

/// Where the details come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum LazyDetails<'a> {
    /// The unparsed remainder of a combined line.
    Combined(CombinedDetails<'a>),
    /// The unparsed remainder of a line with a format string.
    Pattern(PatternDetails<'a>),
    /// The unparsed headers of a JSON line.
    Json(JsonDetails<'a>),
    /// Already parsed, because the whole line had to be.
    Read(Details<'a>),
}

impl<'a> Own<'a> {
    /// A property by its name, if it is a text, a number or a truth value.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<Cow<'a, [u8]>> {
        let mut scanner = Scanner::within(self.properties);
        while let Some(key) = scanner.key().ok()? {
            let value = scanner.value().ok()?;
            match value {
                JsonValue::Object | JsonValue::List => scanner.skip(value).ok()?,
                JsonValue::Bare(b"null") => {}
                JsonValue::Text(text) | JsonValue::Bare(text) if key == name.as_bytes() => {
                    return Some(text.into());
                }
                JsonValue::Escaped(text) if key == name.as_bytes() => {
                    let mut unescaped = Vec::new();
                    unescape(text, &mut unescaped);
                    return Some(unescaped.into());
                }
                JsonValue::Text(_) | JsonValue::Bare(_) | JsonValue::Escaped(_) => {}
            }
        }
        None
    }
}

impl<'a> Hit<'a> {
    /// Whether the line may have headers that affect the kind (R2.3).
    #[must_use]
    #[inline]
    pub fn may_have_headers(&self) -> bool {
        matches!(self.lazy, LazyDetails::Json(_) | LazyDetails::Pattern(_))
    }

    /// The raw fields that identify the sender: the address, the host before it, and all that follows the size. Hits
    /// with equal fields have the same sender; `None` if a format has no such fields.
    #[must_use]
    #[inline]
    pub fn sender_as_written(&self) -> Option<[&'a [u8]; 3]> {
        match &self.lazy {
            LazyDetails::Combined(rest) if self.own.is_none() => Some(rest.sender_as_written()),
            _ => None,
        }
    }

    /// The bytes of the answer, where they are known without parsing the details.
    #[must_use]
    #[inline]
    pub fn size_at_hand(&self) -> Option<u64> {
        match &self.lazy {
            LazyDetails::Combined(rest) => Some(rest.size()),
            LazyDetails::Read(details) => Some(details.size),
            LazyDetails::Pattern(_) | LazyDetails::Json(_) => None,
        }
    }

    /// Parses the details on demand. Most hits are assets, which rarely need them (R3), and they are the longest part
    /// of a line. Unescaped texts are written into `scratch`.
    #[must_use]
    #[inline(always)]
    pub fn details<'s>(&self, scratch: &'s mut Vec<u8>) -> Details<'s>
    where
        'a: 's,
    {
        match &self.lazy {
            LazyDetails::Combined(rest) => rest.details(),
            LazyDetails::Pattern(rest) => rest.details(),
            LazyDetails::Json(rest) => rest.details(scratch),
            LazyDetails::Read(details) => *details,
        }
    }
}
