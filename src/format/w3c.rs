//! W3C extended logs, as IIS, Tomcat and `CloudFront` write them: a `#Fields:` line names the columns of those after it.
//!
//! Several workers read blocks of one file at a time. Whoever hands the blocks out keeps its own copy, tells it of
//! each block ([`W3c::follow`]), and gives each worker the copy as it stood at its block's beginning.

use std::sync::Arc;

use memchr::{memchr, memmem};

use super::encoded::{append_percent_decoded, append_with_blanks};
use super::fields::{self, CLIENT_LEFT, Unit, absent_if_dash, without_port};
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
    /// Spaces are written as `+`, times taken in milliseconds; others put texts into quotes, and times taken have a
    /// fraction then.
    Iis,
    /// Texts are percent-encoded, times taken in seconds.
    CloudFront,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Date,
    Time,
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
        match name.to_ascii_lowercase().as_slice() {
            b"date" => Column::Date,
            b"time" => Column::Time,
            b"c-ip" => Column::Address,
            b"c-dns" => Column::Client,
            b"x-forwarded-for" | b"cs(x-forwarded-for)" => Column::Forwarded,
            b"cs-method" => Column::Method,
            b"cs-uri-stem" | b"cs-uri" => Column::Path,
            b"cs-uri-query" => Column::Query,
            b"sc-status" => Column::Status,
            b"cs-host" | b"x-host-header" | b"cs(host)" => Column::Host,
            b"s-dns" => Column::Server,
            b"time-taken" => Column::Taken,
            b"cs(user-agent)" => Column::Agent,
            b"cs(referer)" => Column::Referrer,
            b"cs(dnt)" | b"cs(sec-gpc)" => Column::Refusal,
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

    /// The reader of lines with these columns, as a `#Fields:` line names them; `None` where the text is none.
    pub(super) fn of_directive(text: &str) -> Option<W3c> {
        text.trim_ascii_start().as_bytes().strip_prefix(DIRECTIVE).map(W3c::of)
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
            host: found.host(),
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
    client: &'a [u8],
    forwarded: &'a [u8],
    method: &'a [u8],
    path: &'a [u8],
    query: &'a [u8],
    status: Option<u16>,
    host: &'a [u8],
    server: &'a [u8],
    referrer: Text<'a>,
    agent: Text<'a>,
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
            let (text, end) = Text::at_start(rest, separator);
            self.put(*column, text, columns.dialect, at)?;
            at += end + 1;
        }
        Ok(())
    }

    fn put(&mut self, column: Column, text: Text<'a>, dialect: Dialect, at: usize) -> Result<(), Malformed> {
        let written = text.written;
        match column {
            Column::Date => self.date = written,
            Column::Time => self.time = written,
            Column::Address => self.address = written,
            Column::Client => self.client = written,
            Column::Forwarded => self.forwarded = written,
            Column::Method => self.method = written,
            Column::Path => self.path = written,
            Column::Query => self.query = written,
            Column::Host if !written.is_empty() => self.host = written,
            Column::Server => self.server = written,
            Column::Referrer => self.referrer = text,
            Column::Agent => self.agent = text,
            Column::Taken => self.load = fields::span(written, unit(dialect, written)),
            Column::Refusal if written == b"1" => self.consent = Consent::Refused,
            Column::Status => {
                self.status = Some(status(written).ok_or(Malformed { at, reason: Reason::Status })?);
            }
            Column::Host | Column::Refusal | Column::Unknown => {}
        }
        Ok(())
    }

    fn host(&self) -> &'a [u8] {
        if self.host.is_empty() { self.server } else { self.host }
    }

    fn address(&self) -> &'a [u8] {
        let address = if self.address.is_empty() { self.client } else { self.address };
        client(without_port(address), self.forwarded)
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

/// A field as it is written.
#[derive(Debug, Clone, Copy, Default)]
struct Text<'a> {
    /// Without the quotes around it; empty for a dash.
    written: &'a [u8],
    /// Nothing is encoded in quotes; a quote within is doubled.
    is_quoted: bool,
}

impl<'a> Text<'a> {
    /// The field that a text begins with, and where it ends.
    #[inline]
    fn at_start(text: &'a [u8], separator: u8) -> (Text<'a>, usize) {
        if text.first() == Some(&b'"')
            && let Some(end) = closing_quote(text, separator)
        {
            return (Text { written: absent_if_dash(&text[1..end]), is_quoted: true }, end + 1);
        }
        let end = bytes::position(text, [separator]).unwrap_or(text.len());
        (Text { written: absent_if_dash(&text[..end]), is_quoted: false }, end)
    }
}

/// Where the quote is that ends a field which begins with one: before a separator, or at the line's end.
#[inline(never)]
fn closing_quote(text: &[u8], separator: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        let quote = at + memchr(b'"', text.get(at..)?)?;
        match text.get(quote + 1) {
            Some(b'"') => at = quote + 2,
            None => return Some(quote),
            Some(next) if *next == separator => return Some(quote),
            Some(_) => at = quote + 1,
        }
    }
}

/// A text without the encoding of its spaces.
fn decoded<'a>(text: Text<'a>, dialect: Dialect, scratch: &mut Vec<u8>) -> Piece<'a> {
    let Text { written: text, is_quoted } = text;
    match dialect {
        _ if is_quoted => undoubled(text, scratch),
        Dialect::Iis if text.contains(&b'+') => written(scratch, |scratch| append_with_blanks(text, scratch)),
        Dialect::CloudFront if text.contains(&b'%') => {
            written(scratch, |scratch| append_percent_decoded(text, scratch))
        }
        Dialect::Iis | Dialect::CloudFront => Piece::Line(text),
    }
}

/// A text whose quotes are not doubled any more.
fn undoubled<'a>(text: &'a [u8], scratch: &mut Vec<u8>) -> Piece<'a> {
    if memmem::find(text, b"\"\"").is_none() {
        return Piece::Line(text);
    }
    written(scratch, |scratch| {
        let mut rest = text;
        while let Some(at) = memmem::find(rest, b"\"\"") {
            scratch.extend_from_slice(&rest[..=at]);
            rest = &rest[at + 2..];
        }
        scratch.extend_from_slice(rest);
    })
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
