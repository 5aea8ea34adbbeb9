//! Where quotes are in a text, and what is not between them: sixty-four bytes looked at together.

use memchr::{memchr_iter, memchr3};

use crate::bytes;

/// The quotes of a text that no backslash escapes, one after the other.
pub(super) struct Quotes<'a> {
    blocks: Blocks<'a>,
    escapes: Escapes,
    /// Where the bytes stand that are being looked at.
    at: usize,
    /// Those of them that are quotes and were not given yet, a bit for each.
    left: u64,
}

/// Where an object or a list ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Where its closing bracket stands.
    pub(super) at: usize,
    /// Whether a backslash stands before that.
    pub(super) has_escapes: bool,
}

/// A text, sixty-four bytes after the other; zeros stand behind its last ones.
struct Blocks<'a> {
    /// What was not looked at yet.
    ahead: &'a [u8],
}

/// Which bytes are escaped, block after block.
#[derive(Default)]
struct Escapes {
    /// Whether what comes next is.
    next: bool,
}

const BLOCK: usize = 64;

/// Where an object or a list ends that was begun before this text, however deep it goes; `None` where it does not. Of
/// brackets of the other kind nothing is asked.
pub(super) fn end_of(text: &[u8], [open, close]: [u8; 2]) -> Option<End> {
    let (mut at, mut depth) = (0, 1_usize);
    let (mut is_text, mut has_escapes) = (false, false);
    loop {
        let rest = text.get(at..)?;
        let next = memchr3(open, close, b'\\', rest)?;
        is_text ^= !memchr_iter(b'"', &rest[..next]).count().is_multiple_of(2);
        at += next + 1;
        match rest[next] {
            b'\\' => {
                has_escapes = true;
                at += 1;
            }
            _ if is_text => {}
            bracket if bracket == open => depth += 1,
            _ if depth == 1 => return Some(End { at: at - 1, has_escapes }),
            _ => depth -= 1,
        }
    }
}

impl Escapes {
    /// Which bytes of a block are quotes that no backslash escapes, a bit for each.
    #[inline]
    fn quotes(&mut self, block: &[u8; BLOCK]) -> u64 {
        let quotes = bytes::equal_of_64(block, b'"');
        let backslashes = bytes::equal_of_64(block, b'\\');
        if backslashes == 0 && !self.next { quotes } else { quotes & !self.escaped(backslashes) }
    }

    /// Which bytes of a block are escaped: those after a backslash that is not escaped itself.
    #[cold]
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(std::mem::take(&mut self.next));
        let mut left = backslashes & !escaped;
        while left != 0 {
            let backslash = left & left.wrapping_neg();
            self.next = backslash.leading_zeros() == 0;
            escaped |= backslash << 1;
            left &= !(backslash | backslash << 1);
        }
        escaped
    }
}

fn blocks(text: &[u8]) -> Blocks<'_> {
    Blocks { ahead: text }
}

impl Iterator for Blocks<'_> {
    type Item = [u8; BLOCK];

    #[inline]
    fn next(&mut self) -> Option<[u8; BLOCK]> {
        let Some((block, ahead)) = self.ahead.split_first_chunk() else {
            let last = std::mem::take(&mut self.ahead);
            return (!last.is_empty()).then(|| padded(last));
        };
        self.ahead = ahead;
        Some(*block)
    }
}

/// The last bytes of a text, with zeros behind them.
#[cold]
fn padded(text: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..text.len()].copy_from_slice(text);
    block
}

impl<'a> Quotes<'a> {
    pub(super) fn of(text: &'a [u8]) -> Quotes<'a> {
        let (mut blocks, mut escapes) = (blocks(text), Escapes::default());
        let left = blocks.next().map_or(0, |block| escapes.quotes(&block));
        Quotes { blocks, escapes, at: 0, left }
    }
}

impl Iterator for Quotes<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.left = self.escapes.quotes(&self.blocks.next()?);
            self.at += BLOCK;
        }
        let quote = self.at + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(quote)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Which bytes are quotes that no backslash escapes, one by one.
    fn quotes(text: &[u8]) -> Vec<bool> {
        let mut is_escaped = false;
        let is_quote = |byte: u8| {
            let (was_escaped, escapes) = (is_escaped, byte == b'\\' && !is_escaped);
            is_escaped = escapes;
            byte == b'"' && !was_escaped
        };
        text.iter().copied().map(is_quote).collect()
    }

    /// What [`end_of`] says of braces, byte by byte.
    fn end_byte_by_byte(text: &[u8]) -> Option<usize> {
        let (mut depth, mut is_text) = (1, false);
        quotes(text).into_iter().zip(text).position(|(is_quote, byte)| {
            is_text ^= is_quote;
            depth += match byte {
                b'{' if !is_text => 1,
                b'}' if !is_text => -1,
                _ => 0,
            };
            depth == 0
        })
    }

    proptest! {
        #[test]
        fn quotes_are_found_that_no_backslash_escapes(text in "[a\"\\\\]{0,70}[a-c]{0,70}[b\"\\\\]{0,70}") {
            let text = text.as_bytes();
            let one_by_one = quotes(text);
            let expected: Vec<usize> = (0..text.len()).filter(|&at| one_by_one[at]).collect();
            prop_assert_eq!(Quotes::of(text).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn an_object_ends_where_its_braces_are_even(text in "[a\\[{]{0,3}([a-c]{0,30}([\"{}]|\\\\\"|\"[{}]\")){0,12}[a\\]]{0,70}}?") {
            let text = text.as_bytes();
            let end = end_of(text, [b'{', b'}']);
            prop_assert_eq!(end.map(|end| end.at), end_byte_by_byte(text));
            if let Some(End { at, has_escapes }) = end {
                prop_assert_eq!(has_escapes, text[..at].contains(&b'\\'));
            }
        }
    }
}
