//! Reading along a line, field by field.

use memchr::memchr_iter;

use crate::bytes;

/// A cursor in a line.
#[derive(Clone, Copy)]
pub(super) struct LineCursor<'a> {
    /// The bytes ahead.
    rest: &'a [u8],
    /// The length of the whole line.
    length: usize,
}

impl<'a> LineCursor<'a> {
    pub(super) fn new(line: &'a [u8]) -> LineCursor<'a> {
        LineCursor { rest: line, length: line.len() }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    /// The bytes ahead.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Skips `count` bytes; there must be as many.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// Skips `text` if it comes next.
    #[inline]
    pub(super) fn skip_text(&mut self, text: &[u8]) -> bool {
        let after = self.rest.strip_prefix(text);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// Reads up to the next space and skips it; `None` if there is none or nothing before it.
    #[inline]
    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        let space = bytes::position_near(self.rest, [b' ']).or_else(|| self.far_space())?;
        (space > 0).then(|| self.read_to(space))
    }

    /// The slow path for long words. Not inlined, to keep it out of the stack frame of the fast one.
    #[inline(never)]
    fn far_space(&self) -> Option<usize> {
        bytes::position(self.rest, [b' '])
    }

    /// Reads up to the closing quote and skips it; `None` if it is missing.
    pub(super) fn quoted(&mut self) -> Option<&'a [u8]> {
        let end = closing_quote(self.rest)?;
        Some(self.read_to(end))
    }

    /// As [`LineCursor::quoted`], with the position of the first quote known; `None` if that quote does not close the
    /// field.
    #[inline]
    pub(super) fn quoted_to(&mut self, quote: usize) -> Option<&'a [u8]> {
        (!ends_in_escape(&self.rest[..quote])).then(|| self.read_to(quote))
    }

    /// Like [`LineCursor::quoted`], but a field whose closing quote is missing runs to the end of the line (R1).
    pub(super) fn quoted_or_rest(&mut self) -> &'a [u8] {
        self.quoted().unwrap_or_else(|| std::mem::take(&mut self.rest))
    }

    /// Reads up to a byte, and skips it.
    #[inline]
    fn read_to(&mut self, end: usize) -> &'a [u8] {
        let (field, after) = self.rest.split_at(end);
        self.rest = &after[1..];
        field
    }
}

/// The position of the quote that ends a field: the first without a backslash before it.
pub(super) fn closing_quote(field: &[u8]) -> Option<usize> {
    let quote = bytes::position(field, [b'"'])?;
    if ends_in_escape(&field[..quote]) { quote_after_escapes(field) } else { Some(quote) }
}

#[cold]
fn quote_after_escapes(field: &[u8]) -> Option<usize> {
    memchr_iter(b'"', field).find(|&quote| !ends_in_escape(&field[..quote]))
}

/// Whether the text ends in a backslash that escapes what follows and is not escaped itself.
#[inline]
fn ends_in_escape(text: &[u8]) -> bool {
    text.last() == Some(&b'\\') && !backslashes_at_end(text).is_multiple_of(2)
}

#[cold]
fn backslashes_at_end(text: &[u8]) -> usize {
    text.iter().rev().take_while(|&&byte| byte == b'\\').count()
}
