//! Parses W3C extended logs (IIS, Tomcat, `CloudFront`): a `#Fields:` directive names the columns of later lines.
//!
//! Workers parse blocks of a file in parallel. The feeder keeps its own copy of the parser, updates it with each block
//! ([`W3c::follow`]), and hands each worker a copy in the state at the start of its block.

mod columns;
mod text;

use std::sync::Arc;

use memchr::{memchr, memmem};

use super::cookies::Cookies;
use super::details::{Consent, Details};
use super::fields::{self, without_port};
use super::forwarded::client;
use super::hit::{Hit, LazyDetails};
use super::request::Request;
use super::scratch::{ScratchText, with_query};
use super::{Malformed, Reason, when};
use crate::time::{Millis, Span};
use columns::{CLOUDFRONT, DIRECTIVE, Dialect, IIS, REAL_TIME, W3cColumn, W3cColumns, unit};
use text::{Text, decoded};

/// A parser of W3C extended logs.
#[derive(Debug, Clone)]
pub struct W3c {
    columns: Arc<W3cColumns>,
    scratch: Vec<u8>,
}

/// Candidate parsers for these lines. Without a preceding `#Fields:` they may have a server's default columns.
pub(super) fn candidates(sample: &[&[u8]]) -> Vec<W3c> {
    let mut usual = vec![W3c::iis(), W3c::cloudfront(), W3c::real_time()];
    let mut directives = sample.iter().filter(|line| line.starts_with(DIRECTIVE));
    if let Some(first) = directives.next() {
        usual.truncate(1);
        usual[0].directive(first);
    }
    usual
}

impl W3c {
    fn of(names: &[u8]) -> W3c {
        W3c { columns: Arc::new(W3cColumns::named(names)), scratch: Vec::new() }
    }

    /// The parser for the columns of a `#Fields:` line; `None` if the text is not one.
    pub(super) fn of_directive(text: &str) -> Option<W3c> {
        text.trim_ascii_start().as_bytes().strip_prefix(DIRECTIVE).map(W3c::of)
    }

    pub(super) fn iis() -> W3c {
        W3c::of(IIS)
    }

    pub(super) fn real_time() -> W3c {
        W3c::of(REAL_TIME)
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
        self.columns.columns.contains(&W3cColumn::Host)
    }

    /// Applies a directive; returns whether the line was a directive or a comment.
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
        let columns = W3cColumns::named(names);
        if columns != *self.columns {
            self.columns = Arc::new(columns);
        }
    }

    /// Applies the last `#Fields:` in a block of whole lines; returns whether there was one.
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
        let mut found = W3cFields::default();
        found.columns(line, &self.columns)?;
        let target = found.target(&mut self.scratch);
        let (referrer, agent, cookies) = (
            decoded(found.referrer, self.columns.dialect, &mut self.scratch),
            decoded(found.agent, self.columns.dialect, &mut self.scratch),
            decoded(found.cookies, self.columns.dialect, &mut self.scratch),
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
            size: found.size,
            visitor: b"",
            consent: found.consent,
            cookies: Cookies::of_header(cookies.text(scratch)),
            ..Details::default()
        };
        let request = Request::of_parts(found.method, target.text(scratch));
        Ok(Hit { time, request, status, own: None, lazy: LazyDetails::Read(details) })
    }
}

/// The fields of a line parsed so far.
#[derive(Default)]
struct W3cFields<'a> {
    date: &'a [u8],
    time: &'a [u8],
    timestamp: &'a [u8],
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
    cookies: Text<'a>,
    load: Option<Span>,
    size: u64,
    consent: Consent,
}

impl<'a> W3cFields<'a> {
    fn columns(&mut self, line: &'a [u8], columns: &W3cColumns) -> Result<(), Malformed> {
        let separator = if memchr(b'\t', line).is_some() { b'\t' } else { b' ' };
        let mut at = 0;
        let needed = columns.columns.iter().rposition(|column| *column != W3cColumn::Unknown);
        for (number, column) in columns.columns.iter().enumerate() {
            let Some(rest) = line.get(at..) else {
                // Trailing columns that are not used may be missing.
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

    fn put(
        &mut self,
        column: W3cColumn,
        text: Text<'a>,
        dialect: Dialect,
        at: usize,
    ) -> Result<(), Malformed> {
        let written = text.written;
        match column {
            W3cColumn::Date => self.date = written,
            W3cColumn::Time => self.time = written,
            W3cColumn::Timestamp => self.timestamp = written,
            W3cColumn::Address => self.address = written,
            W3cColumn::Client => self.client = written,
            W3cColumn::Forwarded => self.forwarded = written,
            W3cColumn::Method => self.method = written,
            W3cColumn::Path => self.path = written,
            W3cColumn::Query => self.query = written,
            W3cColumn::Host if !written.is_empty() => self.host = written,
            W3cColumn::Server => self.server = written,
            W3cColumn::Referrer => self.referrer = text,
            W3cColumn::Agent => self.agent = text,
            W3cColumn::Cookies => self.cookies = text,
            W3cColumn::Taken => self.load = fields::span(written, unit(dialect, written)),
            W3cColumn::Size => self.size = fields::size(written),
            W3cColumn::Refusal if written == b"1" => self.consent = Consent::Refused,
            W3cColumn::Status => {
                self.status = Some(fields::status(written).ok_or(Malformed { at, reason: Reason::Status })?);
            }
            W3cColumn::Host | W3cColumn::Refusal | W3cColumn::Unknown => {}
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

    /// Date and time, always in UTC.
    fn instant(&self) -> Option<Millis> {
        if !self.timestamp.is_empty() {
            let written = when::iso_utc(self.timestamp).map(|(time, _)| time);
            return written.or_else(|| when::number(self.timestamp));
        }
        let mut text = [b' '; 26];
        let length = self.date.len() + 1 + self.time.len();
        if self.date.len() != 10 || length > text.len() {
            return None;
        }
        text[..10].copy_from_slice(self.date);
        text[11..length].copy_from_slice(self.time);
        when::iso_utc(&text[..length]).map(|(time, _)| time)
    }

    fn target(&self, scratch: &mut Vec<u8>) -> ScratchText<'a> {
        with_query(ScratchText::Line(self.path), &ScratchText::Line(self.query), scratch)
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
        assert_eq!(w3c.columns.columns, [W3cColumn::Date, W3cColumn::Time, W3cColumn::Host]);
        assert!(!w3c.follow(b"lines\nlines\n"));
        assert_eq!(w3c.columns.columns, [W3cColumn::Date, W3cColumn::Time, W3cColumn::Host]);
    }
}
