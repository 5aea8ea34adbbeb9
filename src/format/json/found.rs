//! What a line of JSON says, field by field, and the hit that it makes.

use super::super::fields::{self, Unit};
use super::super::hit::{self, Consent, Hit, Own, OwnKind};
use super::super::request::Request;
use super::super::scan::{Value, unescape};
use super::super::scratch::{Piece, with_query, written};
use super::super::stamp::StampReader;
use super::super::{Malformed, Reason, when};
use super::headers;
use super::line::Line;
use super::names::Field;
use super::rest::Rest;

/// What was found in a line so far. Of several names for the same thing, the first in the line counts that says
/// anything.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// What each field says, as it is written; empty where it is missing, null or a dash.
    texts: [&'a [u8]; Field::TEXTS],
    /// Those of them in which something is escaped, a bit for each.
    escaped: u32,
    consent: Consent,
    /// Not looked into yet.
    headers: &'a [u8],
}

impl<'a> Found<'a> {
    /// Reads fields by their usual names, to the end of the line's object.
    pub(super) fn line(&mut self, line: &mut Line<'_, 'a>) -> Result<(), Malformed> {
        loop {
            match line.next_field()? {
                Field::End => return Ok(()),
                Field::Answer if self.is_whole() => return Ok(()),
                Field::Headers => self.headers(line)?,
                field => match line.plain_value() {
                    Some(text) => self.put_plain(field, text),
                    None => self.value(field, line)?,
                },
            }
        }
    }

    fn value(&mut self, field: Field, line: &mut Line<'_, 'a>) -> Result<(), Malformed> {
        let value = line.value()?;
        line.scanner.skip(value)?;
        self.put(field, value);
        Ok(())
    }

    /// Whether all is found without which there is no hit.
    fn is_whole(&self) -> bool {
        !self.text(Field::Status).is_empty() && !self.time().is_empty()
    }

    /// Keeps the headers as they are written: of most lines nobody asks for them. Where there are others already, those
    /// are looked into now: they came first.
    fn headers(&mut self, line: &mut Line<'_, 'a>) -> Result<(), Malformed> {
        let value = if line.begins_object() { Value::Object } else { line.value()? };
        if !matches!(value, Value::Object) {
            return line.scanner.skip(value);
        }
        let headers = line.scanner.inside(value)?;
        let earlier = std::mem::replace(&mut self.headers, headers);
        if !earlier.is_empty() {
            headers::each(earlier, &mut |field, value| self.put(field, value));
        }
        Ok(())
    }

    pub(super) fn put(&mut self, field: Field, value: Value<'a>) {
        if matches!(value, Value::Escaped(_)) && self.text(field).is_empty() {
            self.escaped |= 1_u32.checked_shl(field as u32).unwrap_or_default();
        }
        self.put_plain(field, value.plain());
    }

    /// The same of a text in which nothing is escaped.
    #[inline]
    fn put_plain(&mut self, field: Field, text: &'a [u8]) {
        let Some(place) = self.texts.get_mut(field as usize) else { return self.put_consent(field, text) };
        if place.is_empty() && field.takes(text) {
            *place = text;
        }
    }

    /// Some fields are only asked whether they refuse.
    fn put_consent(&mut self, field: Field, text: &[u8]) {
        if field.refuses(text) {
            self.consent = Consent::Refused;
        }
    }

    fn text(&self, field: Field) -> &'a [u8] {
        self.texts.get(field as usize).copied().unwrap_or_default()
    }

    /// What the first of these fields says that is there.
    fn first_of<const N: usize>(&self, fields: [Field; N]) -> &'a [u8] {
        fields.into_iter().map(|field| self.text(field)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn time(&self) -> &'a [u8] {
        self.first_of([Field::ExactTime, Field::Time, Field::LocalTime])
    }

    fn load(&self) -> Option<(&'a [u8], Unit)> {
        let units = [
            (Field::LoadSeconds, Unit::Seconds),
            (Field::LoadMillis, Unit::Millis),
            (Field::LoadMicros, Unit::Micros),
            (Field::LoadNanos, Unit::Nanos),
        ];
        let mut loads = units.into_iter().map(|(field, unit)| (self.text(field), unit));
        loads.find(|(text, _)| !text.is_empty())
    }

    /// Whether the line says nothing of a field, or nothing that can be read.
    pub(super) fn lacks(&self, field: Field) -> bool {
        let text = self.text(field);
        match field {
            // Nearly nobody refuses, so that its absence says nothing.
            Field::Refusal => false,
            _ if field.is_load() => self.load().is_none_or(|(text, unit)| fields::span(text, unit).is_none()),
            _ => text.is_empty(),
        }
    }

    /// The hit that a line of so many bytes makes.
    pub(super) fn hit(
        &mut self,
        length: usize,
        stamps: &mut StampReader,
        scratch: &'a mut Vec<u8>,
    ) -> Result<Hit<'a>, Malformed> {
        if self.escaped != 0 || !self.text(Field::Query).is_empty() {
            self.write(scratch);
        }
        let lacks = |reason| Malformed { at: length, reason };
        let time = when::any(self.time(), stamps).ok_or(lacks(Reason::Time))?;
        let status = fields::status(self.text(Field::Status)).ok_or(lacks(Reason::Status))?;
        let (request, rest) = (self.request(), hit::Rest::Json(self.rest()));
        Ok(Hit { time, request, status, own: self.own(), rest })
    }

    /// Writes the texts that do not stand in the line as they are meant.
    fn write(&mut self, scratch: &'a mut Vec<u8>) {
        scratch.clear();
        let mut pieces: [Piece; Field::TEXTS] = std::array::from_fn(|number| {
            let text = self.texts[number];
            let is_escaped = self.escaped >> number & 1 == 1;
            if is_escaped { written(scratch, |scratch| unescape(text, scratch)) } else { Piece::Line(text) }
        });
        let path = std::mem::take(&mut pieces[Field::Target as usize]);
        pieces[Field::Target as usize] = with_query(path, &pieces[Field::Query as usize], scratch);
        let scratch: &'a [u8] = scratch;
        self.texts = pieces.map(|piece| piece.text(scratch));
    }

    /// The user who was signed in, which only a mapping can tell.
    fn own(&self) -> Option<Own<'a>> {
        let user = self.text(Field::User);
        let own = Own { kind: OwnKind::Request, user, device: b"", value: None, variant: b"" };
        (!user.is_empty()).then_some(own)
    }

    fn request(&self) -> Option<Request<'a>> {
        let line = self.text(Field::Request);
        if !line.is_empty() {
            return Request::parse(line);
        }
        let method = self.text(Field::Method);
        let method = if method.is_empty() { b"GET" } else { method };
        Request::of_parts(method, self.text(Field::Target))
    }

    fn rest(&self) -> Rest<'a> {
        Rest {
            address: self.first_of([Field::ClientAddress, Field::PeerAddress, Field::ConnectedAddress]),
            forwarded: self.text(Field::Forwarded),
            referrer: self.text(Field::Referrer),
            agent: self.text(Field::Agent),
            host: self.first_of([Field::Host, Field::ServerName]),
            target: self.text(Field::Target),
            load: self.load(),
            consent: self.consent,
            headers: self.headers,
        }
    }
}
