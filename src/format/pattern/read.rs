//! Runs the program of a format string on a line.

use super::super::cursor::LineCursor;
use super::super::fields::{self, Decimal, Unit, absent_if_dash, before_port, host_of, micros};
use super::super::forwarded::client;
use super::super::hit::{self, Consent, Details, Hit};
use super::super::request::{NoQuote, Request};
use super::super::scratch::{ScratchText, with_query};
use super::super::stamp::{STAMP, StampReader};
use super::super::when::{self, Civil};
use super::super::{Format, Malformed, Reason, stamps};
use super::compile::{End, FieldOp, FormatProgram};
use super::field::{Clock, LogField};
use crate::bytes::{self, Literal};
use crate::time::{Millis, Span};

/// The unparsed remainder of a line.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct PatternDetails<'a> {
    steps: &'a [FieldOp],
    text: &'a [u8],
    /// Details found before it.
    early: Besides<'a>,
}

/// The details found so far.
#[derive(Debug, Clone, Copy, Default)]
struct Besides<'a> {
    details: Details<'a>,
    forwarded: &'a [u8],
    peer: &'a [u8],
}

impl PartialEq for PatternDetails<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.details() == other.details()
    }
}

/// The mandatory fields found so far.
#[derive(Default)]
struct MandatoryFields<'a> {
    clock: ClockParts,
    request: Option<Request<'a>>,
    method: &'a [u8],
    target: &'a [u8],
    path: &'a [u8],
    query: &'a [u8],
    status: Option<u16>,
}

/// The parts of the time found so far.
#[derive(Default)]
struct ClockParts {
    instant: Option<Millis>,
    civil: Option<Civil>,
    micros: u32,
}

impl ClockParts {
    fn time(&self, stamps: &mut StampReader) -> Option<Millis> {
        let instant = self.instant.or_else(|| self.civil.and_then(|civil| civil.instant(stamps)))?;
        Some(instant + Span(u64::from(self.micros / 1000)))
    }
}

/// Parses a line.
pub(super) fn read<'a>(
    program: &'a FormatProgram,
    stamps: &mut StampReader,
    scratch: &'a mut Vec<u8>,
    line: &'a [u8],
) -> Result<Hit<'a>, Malformed> {
    let mut cursor = LineCursor::new(line);
    let (mut found, mut early) = (MandatoryFields::default(), Besides::default());
    found.steps(&program.needed, stamps, &mut cursor, &mut early)?;
    found.hit(program, stamps, scratch, &cursor, early)
}

/// Parses the remainder of a line that begins as the common log does.
pub(super) fn read_on<'a>(
    program: &'a FormatProgram,
    stamps: &mut StampReader,
    scratch: &'a mut Vec<u8>,
    line: &'a [u8],
    begun: &Hit<'a>,
) -> Result<Hit<'a>, Malformed> {
    let hit::LazyDetails::Combined(rest) = begun.lazy else { return Ok(*begun) };
    let (mut cursor, mut early) = (LineCursor::new(line), Besides::default());
    put_detail(&mut early, &LogField::Address, rest.address());
    cursor.skip(line.len() - rest.after_size().len());
    if program.needed.is_empty() {
        let rest = rest_of(program, &cursor, early, begun.request);
        return Ok(Hit { lazy: rest, ..*begun });
    }
    let mut found = MandatoryFields::of(begun);
    found.steps(&program.needed, stamps, &mut cursor, &mut early)?;
    found.hit(program, stamps, scratch, &cursor, early)
}

fn rest_of<'a>(
    program: &'a FormatProgram,
    cursor: &LineCursor<'a>,
    mut early: Besides<'a>,
    request: Option<Request<'a>>,
) -> hit::LazyDetails<'a> {
    if early.details.host.is_empty() {
        early.details.host = request.map_or(b"", |request| host_in(request.target));
    }
    hit::LazyDetails::Pattern(PatternDetails { steps: &program.details, text: cursor.rest(), early })
}

/// The host of a target that is a whole URL.
fn host_in(target: &[u8]) -> &[u8] {
    if target.starts_with(b"http") { host_of(target) } else { b"" }
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

/// The text of a field. Quoted fields are checked first: they are the longest and most frequent.
#[inline]
fn field_text<'a>(step: &FieldOp, cursor: &mut LineCursor<'a>) -> &'a [u8] {
    match step.end {
        End::Quote => cursor.quoted_or_rest(),
        _ => unquoted(step, cursor),
    }
}

fn unquoted<'a>(step: &FieldOp, cursor: &mut LineCursor<'a>) -> &'a [u8] {
    let rest = cursor.rest();
    let length = match &step.end {
        End::Byte(byte) => end_at_byte(&step.field, *byte, rest),
        End::Text(text) => place_of_text(rest, text).unwrap_or(rest.len()),
        End::Line | End::Quote => rest.len(),
    };
    cursor.skip(length);
    &rest[..length]
}

fn end_at_byte(field: &LogField, byte: u8, rest: &[u8]) -> usize {
    match field {
        LogField::SkipList | LogField::Forwarded => end_of_list(rest, byte),
        _ => bytes::position(rest, [byte]).unwrap_or(rest.len()),
    }
}

/// Skips the literals before a field; returns whether they match.
#[inline]
fn skip_before(step: &FieldOp, cursor: &mut LineCursor) -> bool {
    skip(&step.before, cursor) && (step.behind_blanks.is_empty() || skip_behind_blanks(step, cursor))
}

#[inline(never)]
fn skip_behind_blanks(step: &FieldOp, cursor: &mut LineCursor) -> bool {
    step.behind_blanks.iter().all(|literal| {
        let blanks = cursor.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        cursor.skip(blanks);
        blanks > 0 && skip(literal, cursor)
    })
}

fn skip(literal: &Literal, cursor: &mut LineCursor) -> bool {
    let found = literal.begins(cursor.rest());
    if found {
        cursor.skip(literal.len());
    }
    found
}

/// The position of a short literal, searched by its first byte: mostly a space, and near.
fn place_of_text(rest: &[u8], text: &Literal) -> Option<usize> {
    let first = text.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes::position(&rest[from..], [first])?;
        if text.begins(&rest[at..]) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// The end of a list that may contain `, ` and ` : `.
fn end_of_list(rest: &[u8], end: u8) -> usize {
    let is_end = |&at: &usize| {
        let before = at.checked_sub(1).and_then(|before| rest.get(before));
        let within = matches!(before, Some(b',' | b':')) || rest.get(at + 1) == Some(&b':');
        end != b' ' || !within
    };
    memchr::memchr_iter(end, rest).find(is_end).unwrap_or(rest.len())
}

impl<'a> MandatoryFields<'a> {
    /// What the common log's reader found.
    fn of(begun: &Hit<'a>) -> MandatoryFields<'a> {
        MandatoryFields {
            clock: ClockParts { instant: Some(begun.time), ..ClockParts::default() },
            request: begun.request,
            status: Some(begun.status),
            ..MandatoryFields::default()
        }
    }

    fn steps(
        &mut self,
        steps: &[FieldOp],
        stamps: &mut StampReader,
        cursor: &mut LineCursor<'a>,
        early: &mut Besides<'a>,
    ) -> Result<(), Malformed> {
        for step in steps {
            let stop = |cursor: &LineCursor| Malformed { at: cursor.at(), reason: reason(&step.field) };
            if !skip_before(step, cursor) {
                return Err(stop(cursor));
            }
            let at_field = *cursor;
            let is_read = match &step.field {
                LogField::Time(clock) => self.clock.read(clock, stamps, cursor),
                LogField::Request if step.end == End::Quote => {
                    let request = Request::quoted(cursor);
                    self.request = request.unwrap_or_else(|NoQuote| Request::parse(cursor.quoted_or_rest()));
                    true
                }
                field => {
                    let text = field_text(step, cursor);
                    self.put(field, text, early)
                }
            };
            if !is_read {
                return Err(stop(&at_field));
            }
        }
        Ok(())
    }

    /// The hit, with the remainder of the line for its details.
    fn hit(
        self,
        program: &'a FormatProgram,
        stamps: &mut StampReader,
        scratch: &'a mut Vec<u8>,
        cursor: &LineCursor<'a>,
        early: Besides<'a>,
    ) -> Result<Hit<'a>, Malformed> {
        let lacks = |reason| Malformed { at: cursor.at(), reason };
        let time = match self.clock.time(stamps) {
            None if program.is_timeless => Format::NO_TIME,
            time => time.ok_or(lacks(Reason::Time))?,
        };
        let status = self.status.ok_or(lacks(Reason::Status))?;
        let request = self.request(scratch);
        let rest = rest_of(program, cursor, early, request);
        Ok(Hit { time, request, status, own: None, lazy: rest })
    }

    /// Stores a mandatory field. Returns whether it is valid.
    fn put(&mut self, field: &LogField, text: &'a [u8], early: &mut Besides<'a>) -> bool {
        match field {
            LogField::Request => self.request = Request::parse(text),
            LogField::Method => self.method = text,
            LogField::Target => self.target = text,
            LogField::Path => self.path = text,
            LogField::Query => self.query = text,
            LogField::Status => {
                self.status = fields::status(text);
                return self.status.is_some();
            }
            LogField::Skip | LogField::SkipList => {}
            detail => put_detail(early, detail, text),
        }
        true
    }

    /// The request, from its line or its parts.
    fn request(&self, scratch: &'a mut Vec<u8>) -> Option<Request<'a>> {
        if self.request.is_some() {
            return self.request;
        }
        let method = if self.method.is_empty() { b"GET" } else { self.method };
        if !self.target.is_empty() {
            return Request::of_parts(method, self.target);
        }
        scratch.clear();
        let target = match with_query(ScratchText::Line(self.path), &ScratchText::Line(self.query), scratch) {
            ScratchText::Line(path) => path,
            ScratchText::Written(range) => scratch.get(range)?,
        };
        Request::of_parts(method, target)
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
fn put_detail<'a>(found: &mut Besides<'a>, field: &LogField, text: &'a [u8]) {
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
        LogField::Refusal if text == b"1" => details.consent = Consent::Refused,
        LogField::Said(header) => details.said.hear(*header, text),
        _ => {}
    }
}

fn add_load(details: &mut Details, span: Option<Span>) {
    if let Some(span) = span {
        details.load = Some(details.load.unwrap_or_default() + span);
    }
}

impl ClockParts {
    /// Stores a part of the time; returns whether it is valid.
    fn read(&mut self, clock: &Clock, common: &mut StampReader, cursor: &mut LineCursor) -> bool {
        let rest = cursor.rest();
        let length = match clock {
            Clock::Common => common.read(rest).map(|time| {
                self.instant = Some(time);
                STAMP
            }),
            Clock::Iso => when::iso(rest, common).map(|(time, length)| {
                self.instant = Some(time);
                length
            }),
            Clock::Any => stamps::leading(rest, common).map(|found| {
                self.instant = Some(found.time);
                found.length
            }),
            Clock::Since1970(unit) => self.since_1970(rest, *unit),
            Clock::MillisOfSecond | Clock::MicrosOfSecond => {
                let (fraction, length) = micros(rest);
                self.micros = fraction;
                (length > 0).then_some(length)
            }
            Clock::Described(items) => {
                let civil = self.civil.get_or_insert(Civil::NEVER);
                when::read_items(items, rest, civil).map(|(epoch, length)| {
                    self.instant = epoch.or(self.instant);
                    length
                })
            }
        };
        length.map(|length| cursor.skip(length)).is_some()
    }

    fn since_1970(&mut self, rest: &[u8], unit: Unit) -> Option<usize> {
        let (Decimal { whole, micros }, length) = Decimal::prefix(rest)?;
        let millis = match unit {
            Unit::Seconds => whole.checked_mul(1000)? + u64::from(micros / 1000),
            Unit::Millis => whole,
            Unit::Micros => whole / 1000,
            Unit::Nanos => whole / 1_000_000,
        };
        self.instant = Some(Millis(i64::try_from(millis).ok()?));
        Some(length)
    }
}

fn reason(field: &LogField) -> Reason {
    use LogField::{
        Address, AddressAndPort, Forwarded, Method, Path, Peer, Query, Request, Status, Target, Time,
    };
    match field {
        Address | AddressAndPort | Forwarded | Peer => Reason::Address,
        Time(_) => Reason::Time,
        Request | Method | Target | Path | Query => Reason::Request,
        Status => Reason::Status,
        _ => Reason::Pattern,
    }
}
