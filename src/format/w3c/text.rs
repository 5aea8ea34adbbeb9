//! The fields of a W3C log as they are written: in quotes, or with something in place of their spaces.

use memchr::{memchr, memmem};

use super::super::encoded::{append_percent_decoded, append_with_blanks};
use super::super::fields::absent_if_dash;
use super::super::scratch::{ScratchText, written};
use super::columns::Dialect;
use crate::bytes;

/// A field as it is written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Text<'a> {
    /// Without the quotes around it; empty for a dash.
    pub(super) written: &'a [u8],
    /// Nothing is encoded in quotes; a quote within is doubled.
    is_quoted: bool,
}

impl<'a> Text<'a> {
    /// The field that a text begins with, and where it ends.
    #[inline]
    pub(super) fn at_start(text: &'a [u8], separator: u8) -> (Text<'a>, usize) {
        if text.first() == Some(&b'"')
            && let Some(end) = closing_quote(text, separator)
        {
            return (Text { written: absent_if_dash(&text[1..end]), is_quoted: true }, end + 1);
        }
        let end = bytes::position(text, [separator]).unwrap_or(text.len());
        (Text { written: absent_if_dash(&text[..end]), is_quoted: false }, end)
    }
}

/// Where the quote is that ends a field which begins with one: before a separator, or at the line's end.
#[inline(never)]
fn closing_quote(text: &[u8], separator: u8) -> Option<usize> {
    let mut at = 1;
    loop {
        let quote = at + memchr(b'"', text.get(at..)?)?;
        match text.get(quote + 1) {
            Some(b'"') => at = quote + 2,
            None => return Some(quote),
            Some(next) if *next == separator => return Some(quote),
            Some(_) => at = quote + 1,
        }
    }
}

/// A text without the encoding of its spaces.
pub(super) fn decoded<'a>(text: Text<'a>, dialect: Dialect, scratch: &mut Vec<u8>) -> ScratchText<'a> {
    let Text { written: text, is_quoted } = text;
    match dialect {
        _ if is_quoted => undoubled(text, scratch),
        Dialect::Iis if text.contains(&b'+') => written(scratch, |scratch| append_with_blanks(text, scratch)),
        Dialect::CloudFront if text.contains(&b'%') => {
            written(scratch, |scratch| append_percent_decoded(text, scratch))
        }
        Dialect::Iis | Dialect::CloudFront => ScratchText::Line(text),
    }
}

/// A text whose quotes are not doubled any more.
fn undoubled<'a>(text: &'a [u8], scratch: &mut Vec<u8>) -> ScratchText<'a> {
    if memmem::find(text, b"\"\"").is_none() {
        return ScratchText::Line(text);
    }
    written(scratch, |scratch| {
        let mut rest = text;
        while let Some(at) = memmem::find(rest, b"\"\"") {
            scratch.extend_from_slice(&rest[..=at]);
            rest = &rest[at + 2..];
        }
        scratch.extend_from_slice(rest);
    })
}
