//! Reading along a line, field by field.

use memchr::memchr;

/// A place in a line.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a [u8]) -> Cursor<'a> {
        Cursor { line, at: 0 }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }

    /// Steps over so many bytes; there must be as many.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Steps over `text`, if it is next.
    pub(super) fn skip_text(&mut self, text: &[u8]) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Reads up to the next space and steps over it; `None` where there is no space or nothing before it.
    pub(super) fn word(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        let space = memchr(b' ', rest).filter(|&space| space > 0)?;
        self.at += space + 1;
        Some(&rest[..space])
    }

    /// Reads up to the closing quote and steps over it; `None` where it is missing.
    pub(super) fn quoted(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        let end = closing_quote(rest)?;
        self.at += end + 1;
        Some(&rest[..end])
    }

    /// Like [`Cursor::quoted`], but a field whose closing quote is missing runs to the end of the line (R1).
    pub(super) fn quoted_or_rest(&mut self) -> &'a [u8] {
        if let Some(field) = self.quoted() {
            return field;
        }
        let rest = self.rest();
        self.at = self.line.len();
        rest
    }
}

/// Where the quote is that ends a field: one that no backslash escapes.
fn closing_quote(field: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let quote = from + memchr(b'"', &field[from..])?;
        let backslashes = field[..quote].iter().rev().take_while(|&&byte| byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Some(quote);
        }
        from = quote + 1;
    }
}
