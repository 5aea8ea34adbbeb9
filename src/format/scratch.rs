//! Texts that are not in the line verbatim: unescaped, or composed of several fields.
//!
//! A parser reuses one buffer for them, line after line.

use std::ops::Range;

/// A slice of the line or of the scratch buffer.
#[derive(Debug, Clone)]
pub(super) enum Piece<'a> {
    Line(&'a [u8]),
    Written(Range<usize>),
}

impl Default for Piece<'_> {
    fn default() -> Self {
        Piece::Line(b"")
    }
}

impl<'a> Piece<'a> {
    /// The text; `scratch` is the buffer of its line.
    pub(super) fn text<'s>(&self, scratch: &'s [u8]) -> &'s [u8]
    where
        'a: 's,
    {
        match self {
            Piece::Line(text) => text,
            Piece::Written(range) => scratch.get(range.clone()).unwrap_or(b""),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Piece::Line(text) => text.is_empty(),
            Piece::Written(range) => range.is_empty(),
        }
    }
}

/// Appends what `write` writes, as a text of its own.
pub(super) fn written<'a>(scratch: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> Piece<'a> {
    let start = scratch.len();
    write(scratch);
    Piece::Written(start..scratch.len())
}

/// Appends a text to the one that is being written.
pub(super) fn append(piece: &Piece, scratch: &mut Vec<u8>) {
    match piece {
        Piece::Line(text) => scratch.extend_from_slice(text),
        Piece::Written(range) => scratch.extend_from_within(range.clone()),
    }
}

/// A path and its query as one target; the path alone if there is no query, or it has one already.
pub(super) fn with_query<'a>(path: Piece<'a>, query: &Piece<'a>, scratch: &mut Vec<u8>) -> Piece<'a> {
    let start = query.text(scratch).first().copied();
    if matches!(start, None | Some(b'-')) || path.text(scratch).contains(&b'?') {
        return path;
    }
    written(scratch, |scratch| {
        append(&path, scratch);
        if start != Some(b'?') {
            scratch.push(b'?');
        }
        append(query, scratch);
    })
}
