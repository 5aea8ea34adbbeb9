//! The field encodings of W3C logs: quoted, or with spaces replaced.

use memchr::{memchr, memmem};

use super::super::encoded::{append_percent_decoded, append_with_blanks};
use super::super::fields::absent_if_dash;
use super::super::scratch::{ScratchText, written};
use super::columns::Dialect;
use crate::bytes;

/// An encoded field.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Text<'a> {
    /// The text without surrounding quotes; empty for `-`.
    pub(super) written: &'a [u8],
    /// Quoted text is not encoded, but inner quotes are doubled.
    is_quoted: bool,
}

impl<'a> Text<'a> {
    /// The field at the start of the text, and its end.
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

/// The position of the closing quote: before a separator, or at the end of the line.
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

/// Decodes spaces.
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

/// Unescapes doubled quotes.
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
