//! W3C extended logs, as IIS and `CloudFront` write them: a `#Fields:` line names the columns of those after it.
//!
//! Several workers read blocks of one file at a time. Whoever hands the blocks out keeps its own copy, tells it of
//! each block ([`W3c::follow`]), and gives each worker the copy as it stood at its block's beginning.

use std::sync::Arc;

use memchr::{memchr, memmem};

use super::fields::{self, CLIENT_LEFT, Unit, absent_if_dash};
use super::forwarded::client;
use super::hit::{Consent, Details, Hit, Rest};
use super::request::Request;
use super::scratch::{Piece, with_query, written};
use super::{Malformed, Reason, when};
use crate::bytes;
use crate::time::{Millis, Span};

/// A reader of W3C extended lines.
#[derive(Debug, Clone)]
pub struct W3c {
    columns: Arc<Columns>,
    scratch: Vec<u8>,
}

/// What the columns are.
#[derive(Debug, PartialEq, Eq)]
struct Columns {
    columns: Vec<Column>,
    dialect: Dialect,
}

/// Whose columns they are: they differ in how texts and times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// Spaces are written as `+`, times taken in milliseconds.
    Iis,
    /// Texts are percent-encoded, times taken in seconds.
    CloudFront,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Date,
    Time,
    Address,
    Forwarded,
    Method,
    Path,
    Query,
    Status,
    Host,
    Referrer,
    Agent,
    Taken,
    Refusal,
    Unknown,
}

/// The columns that IIS writes unless told otherwise: for lines that no `#Fields:` stands before.
const IIS: &[u8] =
    b"date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
    cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
/// The same for `CloudFront`, as far as dwell has a use for them.
const CLOUDFRONT: &[u8] =
    b"date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
    cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header \
    cs-protocol cs-bytes time-taken";
const DIRECTIVE: &[u8] = b"#Fields:";

impl Column {
    fn named(name: &[u8]) -> Column {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        match name {
            b"date" => Column::Date,
            b"time" => Column::Time,
            b"c-ip" => Column::Address,
            b"x-forwarded-for" => Column::Forwarded,
            b"cs-method" => Column::Method,
            b"cs-uri-stem" | b"cs-uri" => Column::Path,
            b"cs-uri-query" => Column::Query,
            b"sc-status" => Column::Status,
            b"cs-host" | b"x-host-header" => Column::Host,
            b"time-taken" => Column::Taken,
            _ if is("cs(Host)") => Column::Host,
            _ if is("cs(User-Agent)") => Column::Agent,
            _ if is("cs(Referer)") => Column::Referrer,
            _ if is("cs(X-Forwarded-For)") => Column::Forwarded,
            _ if is("cs(DNT)") || is("cs(Sec-GPC)") => Column::Refusal,
            _ => Column::Unknown,
        }
    }
}

impl Columns {
    fn named(names: &[u8]) -> Columns {
        let names = names.split(u8::is_ascii_whitespace).filter(|name| !name.is_empty());
        let is_edge = |name: &[u8]| name.starts_with(b"x-edge-");
        let dialect = if names.clone().any(is_edge) { Dialect::CloudFront } else { Dialect::Iis };
        Columns { columns: names.map(Column::named).collect(), dialect }
    }
}

impl W3c {
    fn of(names: &[u8]) -> W3c {
        W3c { columns: Arc::new(Columns::named(names)), scratch: Vec::new() }
    }

    pub(super) fn iis() -> W3c {
        W3c::of(IIS)
    }

    pub(super) fn cloudfront() -> W3c {
        W3c::of(CLOUDFRONT)
    }

    pub(super) fn name(&self) -> &'static str {
        match self.columns.dialect {
            Dialect::Iis => "W3C extended",
            Dialect::CloudFront => "W3C extended (CloudFront)",
        }
    }

    pub(super) fn has_host(&self) -> bool {
        self.columns.columns.contains(&Column::Host)
    }

    /// Whether the line is a directive or a remark; takes note of its columns.
    pub(super) fn directive(&mut self, line: &[u8]) -> bool {
        if line.first() != Some(&b'#') {
            return false;
        }
        if let Some(names) = line.strip_prefix(DIRECTIVE) {
            self.set_columns(names);
        }
        true
    }

    fn set_columns(&mut self, names: &[u8]) {
        let columns = Columns::named(names);
        if columns != *self.columns {
            self.columns = Arc::new(columns);
        }
    }

    /// Takes note of the last `#Fields:` in a block of whole lines. Whether there was one.
    pub(super) fn follow(&mut self, block: &[u8]) -> bool {
        let at_line_start = |&at: &usize| at == 0 || block[at - 1] == b'\n';
        let Some(at) = memmem::rfind_iter(block, DIRECTIVE).find(at_line_start) else { return false };
        let names = &block[at + DIRECTIVE.len()..];
        let end = memchr(b'\n', names).unwrap_or(names.len());
        self.set_columns(&names[..end]);
        true
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        self.scratch.clear();
        let mut found = Found::default();
        found.columns(line, &self.columns)?;
        let target = found.target(&mut self.scratch);
        let (referrer, agent) = (
            decoded(found.referrer, self.columns.dialect, &mut self.scratch),
            decoded(found.agent, self.columns.dialect, &mut self.scratch),
        );
        let lacks = |reason| Malformed { at: line.len(), reason };
        let time = found.instant().ok_or(lacks(Reason::Time))?;
        let status = found.status.ok_or(lacks(Reason::Status))?;
        let scratch = self.scratch.as_slice();
        let details = Details {
            address: found.address(),
            referrer: referrer.text(scratch),
            agent: agent.text(scratch),
            host: found.host,
            load: found.load,
            consent: found.consent,
        };
        let request = Request::of_parts(found.method, target.text(scratch));
        Ok(Hit { time, request, status, own: None, rest: Rest::Read(details) })
    }
}

/// What was found in a line so far.
#[derive(Default)]
struct Found<'a> {
    date: &'a [u8],
    time: &'a [u8],
    address: &'a [u8],
    forwarded: &'a [u8],
    method: &'a [u8],
    path: &'a [u8],
    query: &'a [u8],
    status: Option<u16>,
    host: &'a [u8],
    referrer: &'a [u8],
    agent: &'a [u8],
    load: Option<Span>,
    consent: Consent,
}

impl<'a> Found<'a> {
    fn columns(&mut self, line: &'a [u8], columns: &Columns) -> Result<(), Malformed> {
        let separator = if memchr(b'\t', line).is_some() { b'\t' } else { b' ' };
        let mut at = 0;
        let needed = columns.columns.iter().rposition(|column| *column != Column::Unknown);
        for (number, column) in columns.columns.iter().enumerate() {
            let Some(rest) = line.get(at..) else {
                // Columns that nothing is read from may be missing.
                let complete = needed.is_none_or(|needed| number > needed);
                return if complete {
                    Ok(())
                } else {
                    Err(Malformed { at: line.len(), reason: Reason::Columns })
                };
            };
            let end = bytes::position(rest, [separator]).unwrap_or(rest.len());
            self.put(*column, absent_if_dash(&rest[..end]), columns.dialect, at)?;
            at += end + 1;
        }
        Ok(())
    }

    fn put(&mut self, column: Column, text: &'a [u8], dialect: Dialect, at: usize) -> Result<(), Malformed> {
        match column {
            Column::Date => self.date = text,
            Column::Time => self.time = text,
            Column::Address => self.address = text,
            Column::Forwarded => self.forwarded = text,
            Column::Method => self.method = text,
            Column::Path => self.path = text,
            Column::Query => self.query = text,
            Column::Host if !text.is_empty() => self.host = text,
            Column::Referrer => self.referrer = text,
            Column::Agent => self.agent = text,
            Column::Taken => self.load = fields::span(text, unit(dialect, text)),
            Column::Refusal if text == b"1" => self.consent = Consent::Refused,
            Column::Status => {
                self.status = Some(status(text).ok_or(Malformed { at, reason: Reason::Status })?);
            }
            Column::Host | Column::Refusal | Column::Unknown => {}
        }
        Ok(())
    }

    fn address(&self) -> &'a [u8] {
        client(self.address, self.forwarded)
    }

    /// Both are in UTC.
    fn instant(&self) -> Option<Millis> {
        let mut text = [b' '; 26];
        let length = self.date.len() + 1 + self.time.len();
        if self.date.len() != 10 || length > text.len() {
            return None;
        }
        text[..10].copy_from_slice(self.date);
        text[11..length].copy_from_slice(self.time);
        when::iso_utc(&text[..length]).map(|(time, _)| time)
    }

    fn target(&self, scratch: &mut Vec<u8>) -> Piece<'a> {
        with_query(Piece::Line(self.path), &Piece::Line(self.query), scratch)
    }
}

fn status(text: &[u8]) -> Option<u16> {
    // `CloudFront`'s way to say that the client left.
    if text == b"000" || text == b"0" { Some(CLIENT_LEFT) } else { fields::status(text) }
}

/// IIS counts milliseconds, `CloudFront` seconds; a fraction is always one of seconds.
fn unit(dialect: Dialect, text: &[u8]) -> Unit {
    if dialect == Dialect::CloudFront || text.contains(&b'.') { Unit::Seconds } else { Unit::Millis }
}

/// A text without the encoding of its spaces.
fn decoded<'a>(text: &'a [u8], dialect: Dialect, scratch: &mut Vec<u8>) -> Piece<'a> {
    match dialect {
        Dialect::Iis if text.contains(&b'+') => written(scratch, |scratch| {
            scratch.extend(text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }));
        }),
        Dialect::CloudFront if text.contains(&b'%') => {
            written(scratch, |scratch| append_percent_decoded(text, scratch))
        }
        Dialect::Iis | Dialect::CloudFront => Piece::Line(text),
    }
}

/// `CloudFront` once encoded twice (`%2520`): both are undone.
fn append_percent_decoded(text: &[u8], scratch: &mut Vec<u8>) {
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let escape = if *byte == b'%' { after.strip_prefix(b"25").unwrap_or(after) } else { b"" };
        let digit = |at: usize| escape.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        if let (Some(high), Some(low)) = (digit(0), digit(1)) {
            scratch.push(u8::try_from(high << 4 | low).unwrap_or(b'?'));
            rest = &escape[2..];
        } else {
            scratch.push(*byte);
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_directive_of_a_block_counts_for_what_follows_it() {
        let block = b"#Fields: date time c-ip\n1 #Fields: x\n#Fields: date time cs(Host)\nlines\n";
        let mut w3c = W3c::iis();
        assert!(w3c.follow(block));
        assert_eq!(w3c.columns.columns, [Column::Date, Column::Time, Column::Host]);
        assert!(!w3c.follow(b"lines\nlines\n"));
        assert_eq!(w3c.columns.columns, [Column::Date, Column::Time, Column::Host]);
    }
}
