//! Details of a line with a format string, read on demand for events only.

use super::super::cursor::LineCursor;
use super::super::details::{Consent, Details};
use super::super::fields::{self, absent_if_dash, before_port};
use super::super::forwarded::client;
use super::compile::FieldOp;
use super::field::LogField;
use super::step::{field_text, skip_before};
use crate::time::Span;

/// The unparsed remainder of a line.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct PatternDetails<'a> {
    pub(super) steps: &'a [FieldOp],
    pub(super) text: &'a [u8],
    /// Details found before it.
    pub(super) early: Besides<'a>,
}

/// The details found so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Besides<'a> {
    pub(super) details: Details<'a>,
    forwarded: &'a [u8],
    peer: &'a [u8],
}

impl PartialEq for PatternDetails<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.details() == other.details()
    }
}

impl<'a> PatternDetails<'a> {
    /// Parses the details. If the line deviates from the format string, the details found before count.
    pub(in super::super) fn details(&self) -> Details<'a> {
        let mut cursor = LineCursor::new(self.text);
        let mut found = self.early;
        for step in self.steps {
            if !skip_before(step, &mut cursor) {
                break;
            }
            let text = field_text(step, &mut cursor);
            put_detail(&mut found, &step.field, text);
        }
        Details { address: found.address(), ..found.details }
    }
}

impl<'a> Besides<'a> {
    fn address(&self) -> &'a [u8] {
        let address = self.details.address;
        let peer = if address.is_empty() { self.peer } else { address };
        if self.forwarded.is_empty() { peer } else { client(peer, self.forwarded) }
    }
}

/// Stores a field of the details; others are skipped.
pub(super) fn put_detail<'a>(found: &mut Besides<'a>, field: &'a LogField, text: &'a [u8]) {
    let details = &mut found.details;
    match field {
        LogField::Address => details.address = absent_if_dash(text),
        LogField::AddressAndPort => details.address = before_port(text),
        LogField::Forwarded => found.forwarded = text,
        LogField::Peer => found.peer = absent_if_dash(text),
        LogField::Referrer => details.referrer = absent_if_dash(text),
        LogField::Agent => details.agent = absent_if_dash(text),
        LogField::Visitor => details.visitor = absent_if_dash(text),
        LogField::Host if text != b"-" => details.host = text,
        LogField::ServerName if details.host.is_empty() => details.host = absent_if_dash(text),
        LogField::Load(unit) => add_load(details, fields::span(text, *unit)),
        LogField::LoadWithUnit => add_load(details, fields::span_with_unit(text)),
        LogField::Size => details.size = details.size.max(fields::size(text)),
        LogField::Refusal if text == b"1" => details.consent = Consent::Refused,
        LogField::CookieHeader => details.cookies.set_header(absent_if_dash(text)),
        LogField::Cookie(name) => details.cookies.set(name, absent_if_dash(text)),
        LogField::Said(header) => details.said.hear(*header, text),
        _ => {}
    }
}

fn add_load(details: &mut Details, span: Option<Span>) {
    if let Some(span) = span {
        details.load = Some(details.load.unwrap_or_default() + span);
    }
}
