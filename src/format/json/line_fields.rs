//! The fields of a JSON line, and the hit that they make.

use super::super::details::Consent;
use super::super::durations;
use super::super::fields::{NO_STATUS, Unit, host_of, is_address, without_port};
use super::super::hit::{Hit, LazyDetails, Own, OwnKind};
use super::super::request::Request;
use super::super::said::Said;
use super::super::scan::{JsonValue, unescape};
use super::super::scratch::{ScratchText, with_query, written};
use super::super::stamp::StampReader;
use super::super::{Malformed, Reason, instant};
use super::headers;
use super::lazy_details::JsonDetails;
use super::line_walk::LineWalk;
use super::names::Field;
use super::status::{is_no_status, status};
use crate::time::Millis;

/// The fields found in a line so far. If several keys have the same meaning, the first with a value counts.
#[derive(Default)]
pub(in super::super) struct LineFields<'a> {
    /// The raw text of each field; empty if missing, null or a dash.
    texts: [&'a [u8]; Field::TEXTS],
    /// Bit set of the texts that contain escapes.
    escaped: u32,
    consent: Consent,
    said: Said,
    /// The raw headers object, parsed lazily.
    headers: &'a [u8],
    is_of_error_log: bool,
}

/// What only many lines together can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Tuning {
    /// Whether lines were examined: the result holds for all later ones.
    pub(in super::super) is_told: bool,
    /// The unit of durations whose key does not name one.
    pub(in super::super) unit: Unit,
    /// Whether the host field is the client's address, for lines without an address field.
    pub(in super::super) host_is_address: bool,
    /// The time for lines without one, if those are accepted.
    pub(in super::super) untimed: Option<Millis>,
}

impl Default for Tuning {
    fn default() -> Tuning {
        Tuning { is_told: false, unit: Unit::Seconds, host_is_address: false, untimed: None }
    }
}

impl<'a> LineFields<'a> {
    /// Reads fields by their usual names up to the end of the line's object.
    pub(super) fn line(&mut self, line: &mut LineWalk<'_, 'a>) -> Result<(), Malformed> {
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

    fn value(&mut self, field: Field, line: &mut LineWalk<'_, 'a>) -> Result<(), Malformed> {
        let value = line.value()?;
        if matches!(value, JsonValue::List) {
            return self.list(field, line);
        }
        line.scanner.skip(value)?;
        self.put(field, value);
        Ok(())
    }

    /// Takes the first element of a list, but all of a list of addresses.
    fn list(&mut self, field: Field, line: &mut LineWalk<'_, 'a>) -> Result<(), Malformed> {
        if field == Field::Unknown {
            line.scanner.skip(JsonValue::List)?;
        } else if field == Field::Forwarded {
            let list = line.scanner.inside(JsonValue::List)?;
            self.put_plain(field, list);
        } else if let Some(first) = line.scanner.first()? {
            self.put(field, first);
        }
        Ok(())
    }

    /// Whether all mandatory fields were found.
    fn is_whole(&self) -> bool {
        let has_time = !self.first_of([Field::ExactTime, Field::Time, Field::LocalTime]).is_empty();
        has_time && !self.text(Field::Status).is_empty()
    }

    /// Stores the headers unparsed: most lines are assets, whose headers nobody needs. Earlier headers are parsed now,
    /// because they take precedence.
    fn headers(&mut self, line: &mut LineWalk<'_, 'a>) -> Result<(), Malformed> {
        let value = if line.begins_object() { JsonValue::Object } else { line.value()? };
        if !matches!(value, JsonValue::Object) {
            return line.scanner.skip(value);
        }
        let headers = line.scanner.inside(value)?;
        let earlier = std::mem::replace(&mut self.headers, headers);
        if !earlier.is_empty() {
            headers::each(earlier, &mut |field, value| self.put(field, value));
        }
        Ok(())
    }

    pub(in super::super) fn put(&mut self, field: Field, value: JsonValue<'a>) {
        if matches!(value, JsonValue::Escaped(_)) && self.text(field).is_empty() {
            self.escaped |= 1_u32.checked_shl(field as u32).unwrap_or_default();
        }
        match value {
            // A dash says nothing, except as status: then there was no answer.
            JsonValue::Text(b"-") | JsonValue::Bare(b"-") if field == Field::Status => {
                self.put_plain(field, b"-");
            }
            _ => self.put_plain(field, value.plain()),
        }
    }

    /// Stores a text without escapes.
    #[inline]
    fn put_plain(&mut self, field: Field, text: &'a [u8]) {
        let Some(place) = self.texts.get_mut(field as usize) else { return self.put_flag(field, text) };
        if place.is_empty() && field.takes(text) {
            *place = text;
        } else if field == Field::Status && is_no_status(text) {
            self.texts[Field::NoStatus as usize] = text;
        }
    }

    /// Evaluates fields that are flags rather than texts.
    #[inline(never)]
    fn put_flag(&mut self, field: Field, text: &[u8]) {
        if field.refuses(text) {
            self.consent = Consent::Refused;
        }
        if let Some(header) = field.said() {
            self.said.hear(header, text);
        }
        self.is_of_error_log |= field == Field::ErrorMark && !text.is_empty();
    }

    fn text(&self, field: Field) -> &'a [u8] {
        self.texts.get(field as usize).copied().unwrap_or_default()
    }

    /// The text of the first of these fields that is present.
    fn first_of<const N: usize>(&self, fields: [Field; N]) -> &'a [u8] {
        fields.into_iter().map(|field| self.text(field)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The time. A time of day is combined with the date field.
    fn time(&self, stamps: &mut StampReader) -> Option<Millis> {
        let time = self.first_of([Field::ExactTime, Field::Time, Field::LocalTime]);
        let date = self.text(Field::Date);
        if date.is_empty() {
            return instant::any(time, stamps);
        }
        instant::joined(date, time)
            .or_else(|| instant::any(time, stamps))
            .or_else(|| instant::any(date, stamps))
    }

    fn load(&self, tuning: Tuning) -> Option<(&'a [u8], Unit)> {
        let units = [Unit::Seconds, Unit::Millis, Unit::Micros, Unit::Nanos, tuning.unit, Unit::Seconds];
        let mut loads = Field::LOADS.into_iter().zip(units).map(|(field, unit)| (self.text(field), unit));
        loads.find(|(text, _)| !text.is_empty())
    }

    /// A duration whose key names no unit.
    pub(in super::super) fn load_without_unit(&self) -> Option<&'a [u8]> {
        Some(self.text(Field::Load)).filter(|text| text.last().is_some_and(u8::is_ascii_digit))
    }

    /// Whether the host is an address and there is no address field.
    pub(in super::super) fn address_in_host(&self) -> bool {
        self.address().is_empty() && is_address(without_port(self.text(Field::Host)))
    }

    pub(in super::super) fn has_host(&self) -> bool {
        !self.text(Field::Host).is_empty()
    }

    fn address(&self) -> &'a [u8] {
        self.first_of([Field::ClientAddress, Field::PeerAddress, Field::ConnectedAddress])
    }

    /// Whether a field is missing or invalid.
    pub(in super::super) fn lacks(&self, field: Field) -> bool {
        let text = self.text(field);
        match field {
            // Refusals are rare, so their absence says nothing.
            Field::Refusal => false,
            _ if field.is_load() => {
                self.load(Tuning::default()).is_none_or(|(text, unit)| durations::span(text, unit).is_none())
            }
            _ => text.is_empty(),
        }
    }

    /// The hit that a line of `length` bytes makes.
    pub(in super::super) fn hit(
        &mut self,
        length: usize,
        tuning: Tuning,
        stamps: &mut StampReader,
        scratch: &'a mut Vec<u8>,
    ) -> Result<Hit<'a>, Malformed> {
        self.choose_target();
        if self.escaped != 0 || !self.text(Field::Query).is_empty() {
            self.unescape_into(scratch);
        }
        let lacks = |reason| Malformed { at: length, reason };
        if self.is_of_error_log {
            return Err(lacks(Reason::ErrorLog));
        }
        let time = self.time(stamps).or(tuning.untimed).ok_or(lacks(Reason::Time))?;
        let request = self.request();
        let status = self.status(request.is_some()).ok_or(lacks(Reason::Status))?;
        Ok(Hit { time, request, status, own: self.own(), lazy: LazyDetails::Json(self.lazy_details(tuning)) })
    }

    /// The status. "No answer" is accepted only if there is a request.
    fn status(&self, is_request: bool) -> Option<u16> {
        let left = || (is_request && !self.text(Field::NoStatus).is_empty()).then_some(NO_STATUS);
        status(self.text(Field::Status)).or_else(left)
    }

    /// Chooses among several targets. Some servers call the path alone `request`.
    #[inline]
    fn choose_target(&mut self) {
        let request = self.text(Field::Request);
        if matches!(request.first(), Some(b'/')) || !host_of(request).is_empty() {
            self.move_text(Field::Request, Field::Target);
        }
        if !self.text(Field::WholeTarget).is_empty() {
            self.move_text(Field::WholeTarget, Field::Target);
        }
        if self.text(Field::Target).is_empty() {
            self.move_text(Field::Route, Field::Target);
        }
    }

    fn move_text(&mut self, from: Field, to: Field) {
        self.texts[to as usize] = std::mem::take(&mut self.texts[from as usize]);
        let is_escaped = self.escaped >> from as u32 & 1;
        self.escaped = self.escaped & !(1 << to as u32) | is_escaped << to as u32;
    }

    /// Unescapes texts into `scratch`, and appends the query to the target.
    #[inline(never)]
    fn unescape_into(&mut self, scratch: &'a mut Vec<u8>) {
        scratch.clear();
        let mut pieces: [ScratchText; Field::TEXTS] = std::array::from_fn(|number| {
            let text = self.texts[number];
            let is_escaped = self.escaped >> number & 1 == 1;
            if is_escaped {
                written(scratch, |scratch| unescape(text, scratch))
            } else {
                ScratchText::Line(text)
            }
        });
        let path = std::mem::take(&mut pieces[Field::Target as usize]);
        pieces[Field::Target as usize] = with_query(path, &pieces[Field::Query as usize], scratch);
        let scratch: &'a [u8] = scratch;
        self.texts = pieces.map(|piece| piece.text(scratch));
    }

    /// The logged-in user, which only a mapping can name.
    fn own(&self) -> Option<Own<'a>> {
        let user = self.text(Field::User);
        let own =
            Own { kind: OwnKind::Request, user, device: b"", value: None, variant: b"", properties: b"" };
        (!user.is_empty()).then_some(own)
    }

    fn request(&self) -> Option<Request<'a>> {
        let line = self.text(Field::Request);
        if !line.is_empty() {
            return Request::parse(line);
        }
        let method = self.text(Field::Method);
        Request::of_parts(method_in_capitals(method), self.text(Field::Target))
    }

    fn lazy_details(&self, tuning: Tuning) -> JsonDetails<'a> {
        let host = self.first_of([Field::Host, Field::ServerName]);
        let address = self.address();
        let (address, host) = if tuning.host_is_address && address.is_empty() {
            (self.text(Field::Host), self.text(Field::ServerName))
        } else {
            (address, host)
        };
        JsonDetails {
            address,
            forwarded: self.text(Field::Forwarded),
            referrer: self.text(Field::Referrer),
            agent: self.text(Field::Agent),
            host,
            target: self.text(Field::Target),
            load: self.load(tuning),
            consent: self.consent,
            said: self.said,
            size: self.text(Field::Size),
            cookies: self.text(Field::Cookies),
            headers: self.headers,
        }
    }
}

/// The method in upper case, because some libraries log it in lower case; `GET` if there is none.
fn method_in_capitals(method: &[u8]) -> &[u8] {
    const METHODS: [&[u8]; 7] = [b"GET", b"POST", b"HEAD", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"];
    match method.first() {
        None => b"GET",
        Some(b'a'..=b'z') => {
            METHODS.into_iter().find(|known| known.eq_ignore_ascii_case(method)).unwrap_or(method)
        }
        Some(_) => method,
    }
}
