//! Formats: how the bytes of a line become a hit.
//!
//! Takes one line without its newline, gives a [`Hit`] that borrows from it, or says what is [`Malformed`] and
//! where. Must not know where lines come from, nor what a hit will mean.

mod combined;
mod cursor;
pub mod detect;
mod stamp;

pub use combined::Combined;

use crate::time::{Millis, Span};

/// One parsed line of input (design.md R1). Fields that the format or the line lacks are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit<'a> {
    /// When the server logged it.
    pub time: Millis,
    /// The client's address, as written.
    pub address: &'a [u8],
    /// What was asked for; `None` where the request is empty, `-` or one word.
    pub request: Option<Request<'a>>,
    /// The answer's status, 100 to 999.
    pub status: u16,
    /// How long the server took.
    pub load: Option<Span>,
    /// The rest of the line, see [`Hit::details`].
    rest: combined::Rest<'a>,
}

/// What a hit says besides: only events need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Details<'a> {
    /// Where the client came from, as it says; empty where it does not.
    pub referrer: &'a [u8],
    /// The user agent; empty where the client named none.
    pub agent: &'a [u8],
    /// The host asked for; empty where the format does not say.
    pub host: &'a [u8],
}

impl<'a> Hit<'a> {
    /// Reads what the hit says besides. Most hits are assets, which are only counted (R5): for them this is never
    /// looked at, and it is the longest part of a line.
    #[must_use]
    pub fn details(&self) -> Details<'a> {
        self.rest.details()
    }
}

/// A request line, taken apart (design.md R1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// `GET`, `POST`, …
    pub method: &'a [u8],
    /// What follows the method, without the protocol: path and query, or a whole URL.
    pub target: &'a [u8],
}

impl<'a> Request<'a> {
    /// Splits at the first space; a trailing ` HTTP/n` is dropped, and what is left is the target (R1).
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Request<'a>> {
        let space = memchr::memchr(b' ', line)?;
        let target = without_protocol(&line[space + 1..]);
        (!target.is_empty()).then_some(Request { method: &line[..space], target })
    }
}

/// Drops a trailing ` HTTP/1.1` and the like.
fn without_protocol(target: &[u8]) -> &[u8] {
    // Nearly all lines end in HTTP/1.1 or HTTP/2.0: look there before searching.
    let digits = target.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    match target[..target.len() - digits].strip_suffix(b" HTTP/") {
        Some(rest) if digits > 0 => rest,
        _ => target,
    }
}

/// Why a line is not a hit, and at which byte of it reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed {
    /// The byte where reading stopped, from 0.
    pub at: usize,
    /// What was missing there.
    pub reason: Reason,
}

/// What a malformed line lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The client's address.
    Address,
    /// A time stamp.
    Time,
    /// A request in quotes.
    Request,
    /// A status of three digits.
    Status,
    /// The size of the answer.
    Size,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 5] =
        [Reason::Address, Reason::Time, Reason::Request, Reason::Status, Reason::Size];

    /// What was expected, for people.
    #[must_use]
    pub fn expected(self) -> &'static str {
        match self {
            Reason::Address => "the client's address",
            Reason::Time => "a time such as [24/Nov/2026:14:02:33 +0000]",
            Reason::Request => "a request in quotes",
            Reason::Status => "a status of three digits",
            Reason::Size => "the answer's size, or -",
        }
    }
}

/// How the lines of one input are read.
#[derive(Debug, Clone)]
pub enum Format {
    /// The common and combined logs of Apache and nginx, and their relatives.
    Combined(Combined),
}

impl Format {
    /// Reads one line, without its newline.
    ///
    /// # Errors
    /// What is missing in the line, and where.
    pub fn read<'a>(&mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        match self {
            Format::Combined(combined) => combined.read(line),
        }
    }

    /// The format of that name, as `--format` takes it; `None` where there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Format> {
        Combined::named(name).map(Format::Combined)
    }

    /// Names that `--format` takes.
    pub const NAMES: [&'static str; 4] = ["common", "combined", "vhost_common", "vhost_combined"];

    /// The format's name, for people.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Format::Combined(combined) => combined.name(),
        }
    }

    /// Whether lines name the host that was asked for: then that host is the site's own (R9).
    #[must_use]
    pub fn has_host(&self) -> bool {
        match self {
            Format::Combined(combined) => combined.has_host(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> Option<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Request::parse(line.as_bytes()).map(|request| (text(request.method), text(request.target)))
    }

    #[test]
    fn r1_a_request_splits_at_its_first_space() {
        let split = |method: &str, target: &str| Some((method.to_owned(), target.to_owned()));
        assert_eq!(request("GET /a HTTP/1.1"), split("GET", "/a"));
        assert_eq!(request("GET /a b c HTTP/2.0"), split("GET", "/a b c"));
        assert_eq!(request("GET /a"), split("GET", "/a"));
        assert_eq!(request("GET /1.1"), split("GET", "/1.1"));
        assert_eq!(request("GET HTTP/1.1"), split("GET", "HTTP/1.1"));
    }

    #[test]
    fn r1_a_request_that_is_empty_a_dash_or_one_word_is_none() {
        for line in ["", "-", "\\x16\\x03", "GET", "GET ", "GET  HTTP/1.1"] {
            assert_eq!(request(line), None, "{line}");
        }
    }
}
