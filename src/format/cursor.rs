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
        let space = soon(b' ', rest).filter(|&space| space > 0)?;
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
pub(super) fn closing_quote(field: &[u8]) -> Option<usize> {
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

/// Where the byte is, which is soon: eight bytes are looked at together, before a search that is faster only once it
/// has begun.
pub(super) fn soon(byte: u8, text: &[u8]) -> Option<usize> {
    const NEAR: usize = 16;
    let mut from = 0;
    while from < NEAR
        && let Some(chunk) = text.get(from..).and_then(<[u8]>::first_chunk::<8>)
    {
        let found = equal_bytes(*chunk, byte);
        if found != 0 {
            return Some(from + found.trailing_zeros() as usize / 8);
        }
        from += 8;
    }
    memchr(byte, &text[from..]).map(|at| from + at)
}

/// The highest bit of the first byte that is this one, and perhaps those of bytes after it.
fn equal_bytes(chunk: [u8; 8], byte: u8) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let zero_where_equal = u64::from_le_bytes(chunk) ^ (ONES * u64::from(byte));
    zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_wherever_it_is() {
        for at in 0..40 {
            let mut text = vec![b'!'; 41];
            assert_eq!(soon(b' ', &text[..at]), None);
            text[at..].fill(b' ');
            assert_eq!(soon(b' ', &text), Some(at));
        }
    }
}
