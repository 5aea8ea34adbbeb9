//! One step of a format string along a line: the literal before a field, and the field's text.

use super::super::cursor::LineCursor;
use super::compile::{End, FieldOp};
use super::field::LogField;
use crate::bytes::{self, Literal};

/// The text of a field. Quoted fields are checked first: they are the longest and most frequent.
#[inline]
pub(super) fn field_text<'a>(step: &FieldOp, cursor: &mut LineCursor<'a>) -> &'a [u8] {
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
pub(super) fn skip_before(step: &FieldOp, cursor: &mut LineCursor) -> bool {
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
