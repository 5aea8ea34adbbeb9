//! Runs the program of a format string on a line.

use super::super::cursor::LineCursor;
use super::super::fields::{self, Decimal, Unit, host_of, micros};
use super::super::hit::{Hit, LazyDetails};
use super::super::request::{NoQuote, Request};
use super::super::scratch::{ScratchText, with_query};
use super::super::stamp::{STAMP, StampReader};
use super::super::when::{self, Civil};
use super::super::{Format, Malformed, Reason, stamps};
use super::compile::{End, FieldOp, FormatProgram};
use super::field::{Clock, LogField};
use super::lazy_details::{Besides, PatternDetails, put_detail};
use super::step::{field_text, skip_before};
use crate::time::{Millis, Span};

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
    found.hit(program, stamps, scratch, &cursor, &early)
}

/// Parses the remainder of a line that begins as the common log does.
pub(super) fn read_on<'a>(
    program: &'a FormatProgram,
    stamps: &mut StampReader,
    scratch: &'a mut Vec<u8>,
    line: &'a [u8],
    begun: &Hit<'a>,
) -> Result<Hit<'a>, Malformed> {
    let LazyDetails::Combined(rest) = begun.lazy else { return Ok(*begun) };
    let (mut cursor, mut early) = (LineCursor::new(line), Besides::default());
    put_detail(&mut early, &LogField::Address, rest.address());
    early.details.size = rest.size();
    cursor.skip(line.len() - rest.after_size().len());
    if program.needed.is_empty() {
        let rest = rest_of(program, &cursor, early, begun.request);
        return Ok(Hit { lazy: rest, ..*begun });
    }
    let mut found = MandatoryFields::of(begun);
    found.steps(&program.needed, stamps, &mut cursor, &mut early)?;
    found.hit(program, stamps, scratch, &cursor, &early)
}

fn rest_of<'a>(
    program: &'a FormatProgram,
    cursor: &LineCursor<'a>,
    mut early: Besides<'a>,
    request: Option<Request<'a>>,
) -> LazyDetails<'a> {
    if early.details.host.is_empty() {
        early.details.host = request.map_or(b"", |request| host_in(request.target));
    }
    LazyDetails::Pattern(PatternDetails { steps: &program.details, text: cursor.rest(), early })
}

/// The host of a target that is a whole URL.
fn host_in(target: &[u8]) -> &[u8] {
    if target.starts_with(b"http") { host_of(target) } else { b"" }
}

impl<'a> MandatoryFields<'a> {
    /// Takes over what the common log's parser found.
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
        steps: &'a [FieldOp],
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
        early: &Besides<'a>,
    ) -> Result<Hit<'a>, Malformed> {
        let lacks = |reason| Malformed { at: cursor.at(), reason };
        let time = match self.clock.time(stamps) {
            None if program.is_timeless => Format::NO_TIME,
            time => time.ok_or(lacks(Reason::Time))?,
        };
        let status = self.status.ok_or(lacks(Reason::Status))?;
        let request = self.request(scratch);
        let rest = rest_of(program, cursor, *early, request);
        Ok(Hit { time, request, status, own: None, lazy: rest })
    }

    /// Stores a mandatory field. Returns whether it is valid.
    fn put(&mut self, field: &'a LogField, text: &'a [u8], early: &mut Besides<'a>) -> bool {
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
