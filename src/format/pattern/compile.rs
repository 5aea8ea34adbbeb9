//! Compiles the pieces of a format string into a program that parses a line.
//!
//! Most strings begin as the common log does. That part is left to its hand-written parser, which is the fastest; the
//! program covers the fields after it.

use super::error::PatternError;
use super::field::{Clock, LogField, PatternPiece};
use crate::bytes::Literal;

/// A compiled format string.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FormatProgram {
    pub(super) beginning: LinePrefix,
    /// The operations up to the last mandatory field.
    pub(super) needed: Vec<FieldOp>,
    /// The operations for the details.
    pub(super) details: Vec<FieldOp>,
    /// Whether no field has the time: the wrapper has it.
    pub(super) is_timeless: bool,
}

/// How a line begins, before the operations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum LinePrefix {
    #[default]
    Nothing,
    /// `address ident user [time] "request" status size`.
    CommonLog,
}

/// An operation: a literal that must match, a field, and how the field ends.
#[derive(Debug, PartialEq)]
pub(super) struct FieldOp {
    pub(super) before: Literal,
    /// Literals that must follow it, each after any number of blanks: two blanks in a format string mean that.
    pub(super) behind_blanks: Box<[Literal]>,
    pub(super) field: LogField,
    pub(super) end: End,
}

/// How a field ends.
#[derive(Debug, PartialEq)]
pub(super) enum End {
    /// At the end of the line.
    Line,
    /// At a quote without a backslash before it.
    Quote,
    /// Before this byte.
    Byte(u8),
    /// Before this text.
    Text(Literal),
}

impl FormatProgram {
    pub(super) fn has_host(&self) -> bool {
        let mut steps = self.needed.iter().chain(&self.details);
        steps.any(|step| matches!(step.field, LogField::Host | LogField::ServerName))
    }
}

/// A field with the literals around it.
struct PlacedField {
    before: Vec<u8>,
    field: LogField,
    name: String,
    at: usize,
}

/// Whether a line must have its time, or its wrapper may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum TimeFrom {
    Line,
    Around,
}

/// Compiles the pieces of a format string of this length.
pub(super) fn program(
    pieces: Vec<PatternPiece>,
    length: usize,
    from: TimeFrom,
) -> Result<FormatProgram, PatternError> {
    let (mut placed, after) = placed(pieces);
    let is_timeless = !placed.iter().any(|one| is_whole_time(&one.field));
    if is_timeless && from == TimeFrom::Line {
        return Err(PatternError::NoTime { length });
    }
    require(&placed, length)?;
    one_status(&mut placed);
    let common = common_fields(&placed, &after);
    let beginning = if common == 0 { LinePrefix::Nothing } else { LinePrefix::CommonLog };
    placed.drain(..common);
    let mut steps = steps(merged(placed)?, after);
    let last_needed = steps.iter().rposition(|step| is_needed(&step.field));
    let details = steps.split_off(last_needed.map_or(0, |last| last + 1));
    Ok(FormatProgram { beginning, needed: steps, details, is_timeless })
}

/// How the fields of a common log are separated: nginx has a dash where Apache has `%l`.
const COMMON: [&[&[u8]]; 2] =
    [&[b"", b" - ", b" [", b"] \"", b"\" ", b" "], &[b"", b" ", b" ", b" [", b"] \"", b"\" ", b" "]];

/// How many of the first fields are those of a common log; 0 if any is missing.
fn common_fields(placed: &[PlacedField], after: &[u8]) -> usize {
    let begins_with = |befores: &&&[&[u8]]| {
        let next = placed.get(befores.len()).map_or(after, |one| &one.before);
        let is_set_apart = matches!(next.first(), None | Some(b' '));
        is_set_apart && placed.len() >= befores.len() && is_common(&placed[..befores.len()], befores)
    };
    COMMON.iter().find(begins_with).map_or(0, |befores| befores.len())
}

fn is_common(placed: &[PlacedField], befores: &[&[u8]]) -> bool {
    let stands = |(one, before): (&PlacedField, &&[u8])| one.before == *before;
    let [address, skipped @ .., time, request, status, size] = placed else { return false };
    placed.iter().zip(befores).all(stands)
        && address.field == LogField::Address
        && skipped.iter().all(|one| one.field == LogField::Skip)
        && time.field == LogField::Time(Clock::Common)
        && request.field == LogField::Request
        && status.field == LogField::Status
        && matches!(size.name.as_str(), "$body_bytes_sent" | "$bytes_sent" | "%b" | "%B" | "%O")
}

/// Each field with the literal before it, and the literal after all.
fn placed(pieces: Vec<PatternPiece>) -> (Vec<PlacedField>, Vec<u8>) {
    let mut placed = Vec::new();
    let mut before = Vec::new();
    for piece in pieces {
        match piece {
            PatternPiece::Literal(text) => before.extend(text),
            PatternPiece::Field(field, name, at) => {
                placed.push(PlacedField { before: std::mem::take(&mut before), field, name, at });
            }
        }
    }
    (placed, before)
}

fn is_whole_time(field: &LogField) -> bool {
    matches!(field, LogField::Time(clock) if !matches!(clock, Clock::MillisOfSecond | Clock::MicrosOfSecond))
}

fn require(placed: &[PlacedField], length: usize) -> Result<(), PatternError> {
    let has = |wanted: fn(&LogField) -> bool| placed.iter().any(|one| wanted(&one.field));
    if !has(|field| matches!(field, LogField::Status)) {
        return Err(PatternError::NoStatus { length });
    }
    if !has(|field| matches!(field, LogField::Request | LogField::Target | LogField::Path)) {
        return Err(PatternError::NoRequest { length });
    }
    Ok(())
}

/// Apache's `%s` and `%>s` may both be present: the final one counts.
fn one_status(placed: &mut [PlacedField]) {
    let is_status = |one: &PlacedField| one.field == LogField::Status;
    if let Some(last) = placed.iter().rposition(|one| is_status(one) && one.name.contains('>')) {
        let others = placed.iter_mut().enumerate().filter(|(at, one)| *at != last && is_status(one));
        others.for_each(|(_, one)| one.field = LogField::Skip);
    }
}

/// Adjacent fields: some belong together, others cannot be separated.
fn merged(placed: Vec<PlacedField>) -> Result<Vec<PlacedField>, PatternError> {
    let mut merged: Vec<PlacedField> = Vec::new();
    for one in placed {
        let Some(last) = merged.last_mut().filter(|last| one.before.is_empty() && !ends_itself(&last.field))
        else {
            merged.push(one);
            continue;
        };
        match (&last.field, &one.field) {
            (LogField::Path, LogField::Query) => last.field = LogField::Target,
            // nginx's `$is_args` is the question mark between the two.
            (LogField::Path, LogField::Skip) if one.name == "$is_args" => {}
            // Where one ends and the other begins does not matter if neither is wanted.
            (LogField::Skip, LogField::Skip | LogField::Size) => {}
            (LogField::Size, LogField::Skip | LogField::Size) => last.field = LogField::Skip,
            // A path begins with a slash, which hosts and ports do not contain.
            (LogField::Host | LogField::ServerName | LogField::Skip, LogField::Target | LogField::Path) => {
                merged.push(one);
            }
            _ => {
                return Err(PatternError::NothingBetween {
                    at: one.at,
                    first: last.name.clone(),
                    second: one.name,
                });
            }
        }
    }
    Ok(merged)
}

/// Whether a field's length is implied by its type.
fn ends_itself(field: &LogField) -> bool {
    matches!(field, LogField::Time(_))
}

fn steps(placed: Vec<PlacedField>, after: Vec<u8>) -> Vec<FieldOp> {
    let fields = placed.len();
    let mut befores: Vec<Vec<u8>> = placed.iter().map(|one| one.before.clone()).collect();
    befores.push(after);
    let mut steps = Vec::with_capacity(fields);
    for (at, one) in placed.into_iter().enumerate() {
        let quoted = befores[at].ends_with(b"\"") && befores[at + 1].starts_with(b"\"");
        let end = if quoted && !ends_itself(&one.field) {
            // The closing quote is consumed with the field.
            befores[at + 1].remove(0);
            End::Quote
        } else {
            end(&befores[at + 1], at + 1 == fields)
        };
        let mut parts = split_at_blanks(&befores[at]).map(Literal::new);
        let before = parts.next().unwrap_or_else(|| Literal::new(b""));
        steps.push(FieldOp { before, behind_blanks: parts.collect(), field: one.field, end });
    }
    steps
}

/// Literals split at double blanks, which stand for any number of blanks.
fn split_at_blanks(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let Some(at) = memchr::memmem::find(text, b"  ") else {
            is_over = true;
            return Some(text);
        };
        let (part, rest) = (&text[..at], &text[at + 2..]);
        text = rest;
        Some(part)
    })
}

fn end(next: &[u8], is_last: bool) -> End {
    let first = split_at_blanks(next).next().unwrap_or_default();
    if first.is_empty() && !next.is_empty() {
        return End::Byte(b' ');
    }
    match first {
        [] if is_last => End::Line,
        [] => End::Byte(b'/'),
        [byte] => End::Byte(*byte),
        text => End::Text(Literal::new(text)),
    }
}

/// Whether the field is mandatory for a hit.
fn is_needed(field: &LogField) -> bool {
    !matches!(
        field,
        LogField::Skip
            | LogField::SkipList
            | LogField::Address
            | LogField::AddressAndPort
            | LogField::Forwarded
            | LogField::Peer
            | LogField::Host
            | LogField::ServerName
            | LogField::Referrer
            | LogField::Visitor
            | LogField::Agent
            | LogField::Load(_)
            | LogField::LoadWithUnit
            | LogField::Size
            | LogField::Refusal
            | LogField::CookieHeader
            | LogField::Cookie(_)
            | LogField::Said(_)
    )
}
