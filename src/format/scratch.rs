//! Texts that are not in the line verbatim: unescaped, or composed of several fields.
//!
//! A parser reuses one buffer for them, line after line.

use std::ops::Range;

/// A slice of the line or of the scratch buffer.
#[derive(Debug, Clone)]
pub(super) enum ScratchText<'a> {
    Line(&'a [u8]),
    Written(Range<usize>),
}

impl Default for ScratchText<'_> {
    fn default() -> Self {
        ScratchText::Line(b"")
    }
}

impl<'a> ScratchText<'a> {
    /// The text; `scratch` is the buffer of its line.
    pub(super) fn text<'s>(&self, scratch: &'s [u8]) -> &'s [u8]
    where
        'a: 's,
    {
        match self {
            ScratchText::Line(text) => text,
            ScratchText::Written(range) => scratch.get(range.clone()).unwrap_or(b""),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            ScratchText::Line(text) => text.is_empty(),
            ScratchText::Written(range) => range.is_empty(),
        }
    }
}

/// Appends what `write` writes, as a text of its own.
pub(super) fn written<'a>(scratch: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> ScratchText<'a> {
    let start = scratch.len();
    write(scratch);
    ScratchText::Written(start..scratch.len())
}

/// Appends a text to the one that is being written.
pub(super) fn append(piece: &ScratchText, scratch: &mut Vec<u8>) {
    match piece {
        ScratchText::Line(text) => scratch.extend_from_slice(text),
        ScratchText::Written(range) => scratch.extend_from_within(range.clone()),
    }
}

/// A path and its query as one target; the path alone if there is no query, or it has one already.
pub(super) fn with_query<'a>(
    path: ScratchText<'a>,
    query: &ScratchText<'a>,
    scratch: &mut Vec<u8>,
) -> ScratchText<'a> {
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
