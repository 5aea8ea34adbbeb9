//! What a line of JSON says, field by field, and the hit that it makes.

use super::super::fields::{self, host_of, without_port};
use super::super::forwarded::client;
use super::super::hit::{Consent, Details, Hit, Own, OwnKind, Rest};
use super::super::request::Request;
use super::super::scan::{Scanner, Value};
use super::super::scratch::{Piece, append, with_query, written};
use super::super::stamp::StampReader;
use super::super::{Malformed, Reason, when};
use super::headers::PlainHeaders;
use super::line::Line;
use super::names::Field;
use crate::time::Span;

/// A text and the rank of the field that it comes from.
#[derive(Default)]
struct Ranked<'a> {
    rank: u8,
    piece: Piece<'a>,
}

impl<'a> Ranked<'a> {
    fn put(&mut self, rank: u8, piece: Piece<'a>) {
        if !piece.is_empty() && (self.piece.is_empty() || rank > self.rank) {
            *self = Ranked { rank, piece };
        }
    }
}

/// What was found in a line so far.
#[derive(Default)]
pub(super) struct Found<'a> {
    address: Ranked<'a>,
    forwarded: Piece<'a>,
    time: Ranked<'a>,
    request: Piece<'a>,
    method: Piece<'a>,
    target: Piece<'a>,
    query: Piece<'a>,
    status: Option<u16>,
    host: Ranked<'a>,
    referrer: Piece<'a>,
    agent: Piece<'a>,
    load: Option<Span>,
    user: Piece<'a>,
    consent: Consent,
}

impl<'a> Found<'a> {
    /// Reads fields by their usual names, to the end of the line's object.
    pub(super) fn line(&mut self, line: &mut Line<'_, 'a>) -> Result<(), Malformed> {
        while let Some(field) = line.next_field()? {
            match field {
                Field::Answer if self.status.is_some() && !self.time.piece.is_empty() => return Ok(()),
                Field::Answer => line.skip_value()?,
                Field::Headers => self.headers(&mut line.scanner, line.scratch)?,
                _ => self.value(field, &mut line.scanner, line.scratch)?,
            }
        }
        Ok(())
    }

    fn value(
        &mut self,
        field: Field,
        scanner: &mut Scanner<'a>,
        scratch: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        match scanner.value()? {
            value @ (Value::Object | Value::List) => scanner.skip(value)?,
            value => self.put(field, value, scratch),
        }
        Ok(())
    }

    /// Reads what the client sent besides, in whichever order: Caddy begins with another header in each line.
    fn headers(&mut self, scanner: &mut Scanner<'a>, scratch: &mut Vec<u8>) -> Result<(), Malformed> {
        if !scanner.begins_object() {
            return scanner.skip_value().map(drop);
        }
        let mut headers = PlainHeaders::of(scanner.rest());
        for header in headers.by_ref() {
            let field = Field::of_header(header.name);
            if field != Field::Unknown {
                self.put(field, Value::text(header.value), scratch);
            }
        }
        scanner.skip_bytes(headers.read());
        while let Some(name) = scanner.key()? {
            match Field::of_header(name) {
                Field::Unknown => scanner.skip_value().map(drop)?,
                field => self.header(field, scanner, scratch)?,
            }
        }
        Ok(())
    }

    /// Headers have one value, or lists of them.
    fn header(
        &mut self,
        field: Field,
        scanner: &mut Scanner<'a>,
        scratch: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        let value = match scanner.value()? {
            Value::List if field == Field::Forwarded => {
                self.forwarded = joined(scanner, scratch)?;
                return Ok(());
            }
            Value::List => scanner.first()?,
            Value::Object => return scanner.skip(Value::Object),
            value => Some(value),
        };
        if let Some(value) = value {
            self.put(field, value, scratch);
        }
        Ok(())
    }

    pub(super) fn put(&mut self, field: Field, value: Value<'a>, scratch: &mut Vec<u8>) {
        let piece = value.piece(scratch);
        self.put_piece(field, piece, scratch);
    }

    pub(super) fn put_piece(&mut self, field: Field, piece: Piece<'a>, scratch: &[u8]) {
        let text = piece.text(scratch);
        match field {
            Field::Status => self.status = fields::status(text).or(self.status),
            Field::Load(unit) => self.load = fields::span(text, unit).or(self.load),
            Field::Refusal if text == b"1" => self.consent = Consent::Refused,
            Field::Consent if text == b"false" => self.consent = Consent::Refused,
            Field::Address(rank) => self.address.put(rank, piece),
            Field::Time(rank) => self.time.put(rank, piece),
            Field::Host(rank) => self.host.put(rank, piece),
            Field::Forwarded => self.forwarded = piece,
            Field::Request => self.request = piece,
            Field::Method => self.method = piece,
            Field::Target => put_if_empty(&mut self.target, piece),
            Field::Query => self.query = piece,
            Field::Referrer => self.referrer = piece,
            Field::Agent => self.agent = piece,
            Field::User => self.user = piece,
            Field::Refusal | Field::Consent | Field::Headers | Field::Answer | Field::Unknown => {}
        }
    }

    /// Whether the line says nothing of a field.
    pub(super) fn lacks(&self, field: Field) -> bool {
        match field {
            Field::Address(_) => self.address.piece.is_empty(),
            Field::Forwarded => self.forwarded.is_empty(),
            Field::Time(_) => self.time.piece.is_empty(),
            Field::Request => self.request.is_empty(),
            Field::Method => self.method.is_empty(),
            Field::Target => self.target.is_empty(),
            Field::Query => self.query.is_empty(),
            Field::Status => self.status.is_none(),
            Field::Host(_) => self.host.piece.is_empty(),
            Field::Referrer => self.referrer.is_empty(),
            Field::Agent => self.agent.is_empty(),
            Field::User => self.user.is_empty(),
            Field::Load(_) => self.load.is_none(),
            // Nearly nobody refuses, so that its absence says nothing.
            Field::Refusal | Field::Consent | Field::Headers | Field::Answer | Field::Unknown => false,
        }
    }

    /// The hit that a line of so many bytes makes.
    pub(super) fn hit<'s>(
        &mut self,
        length: usize,
        stamps: &mut StampReader,
        scratch: &'s mut Vec<u8>,
    ) -> Result<Hit<'s>, Malformed>
    where
        'a: 's,
    {
        self.target = with_query(std::mem::take(&mut self.target), &self.query, scratch);
        let lacks = |reason| Malformed { at: length, reason };
        let scratch = scratch.as_slice();
        let time = when::any(self.time.piece.text(scratch), stamps).ok_or(lacks(Reason::Time))?;
        let status = self.status.ok_or(lacks(Reason::Status))?;
        let request = self.request(scratch);
        let rest = Rest::Read(self.details(scratch));
        Ok(Hit { time, request, status, own: self.own(scratch), rest })
    }

    /// The user who was signed in, which only a mapping can tell.
    fn own<'s>(&self, scratch: &'s [u8]) -> Option<Own<'s>>
    where
        'a: 's,
    {
        let user = self.user.text(scratch);
        let own = Own { kind: OwnKind::Request, user, device: b"", value: None, variant: b"" };
        (!user.is_empty()).then_some(own)
    }

    fn address<'s>(&self, scratch: &'s [u8]) -> &'s [u8]
    where
        'a: 's,
    {
        client(without_port(self.address.piece.text(scratch)), self.forwarded.text(scratch))
    }

    fn request<'s>(&self, scratch: &'s [u8]) -> Option<Request<'s>>
    where
        'a: 's,
    {
        let line = self.request.text(scratch);
        if !line.is_empty() {
            return Request::parse(line);
        }
        let method = self.method.text(scratch);
        let method = if method.is_empty() { b"GET" } else { method };
        Request::of_parts(method, self.target.text(scratch))
    }

    fn details<'s>(&self, scratch: &'s [u8]) -> Details<'s>
    where
        'a: 's,
    {
        let host = match self.host.piece.text(scratch) {
            b"" => host_of(self.target.text(scratch)),
            host => host,
        };
        Details {
            address: self.address(scratch),
            referrer: self.referrer.text(scratch),
            agent: self.agent.text(scratch),
            host,
            load: self.load,
            consent: self.consent,
        }
    }
}

/// Of several names for the same thing, the first in the line counts.
fn put_if_empty<'a>(place: &mut Piece<'a>, piece: Piece<'a>) {
    if place.is_empty() {
        *place = piece;
    }
}

/// The elements of a list of addresses that was begun, as one text: a header that came several times.
pub(super) fn joined<'a>(scanner: &mut Scanner<'a>, scratch: &mut Vec<u8>) -> Result<Piece<'a>, Malformed> {
    let mut all = Piece::default();
    while let Some(value) = scanner.element()? {
        scanner.skip(value)?;
        let next = value.piece(scratch);
        all =
            if all.is_empty() { next } else { written(scratch, |scratch| append_both(&all, &next, scratch)) };
    }
    Ok(all)
}

fn append_both(all: &Piece, next: &Piece, scratch: &mut Vec<u8>) {
    append(all, scratch);
    scratch.push(b',');
    append(next, scratch);
}
