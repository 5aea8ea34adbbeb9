//! Where quotes are in a text, sixty-four bytes looked at together.

use crate::bytes;

/// The quotes of a text that no backslash escapes, one after the other.
pub(super) struct Quotes<'a> {
    /// What was not looked at yet.
    ahead: &'a [u8],
    /// Where the bytes stand that are being looked at.
    block: usize,
    /// Those of them that are quotes and were not given yet, a bit for each.
    left: u64,
    /// Whether what comes next is escaped.
    escapes_next: bool,
}

const BLOCK: usize = 64;

impl<'a> Quotes<'a> {
    pub(super) fn of(text: &'a [u8]) -> Quotes<'a> {
        let mut quotes = Quotes { ahead: text, block: 0, left: 0, escapes_next: false };
        quotes.look_at_block();
        quotes
    }

    fn look_at_block(&mut self) {
        let (block, ahead) = match self.ahead.split_first_chunk() {
            Some((block, ahead)) => (*block, ahead),
            None => (padded(self.ahead), &self.ahead[..0]),
        };
        self.ahead = ahead;
        self.left = bytes::equal_of_64(&block, b'"');
        let backslashes = bytes::equal_of_64(&block, b'\\');
        if backslashes != 0 || self.escapes_next {
            self.left &= !self.escaped(backslashes);
        }
    }

    /// Which bytes of a block are escaped: those after a backslash that is not escaped itself.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(std::mem::take(&mut self.escapes_next));
        let mut left = backslashes & !escaped;
        while left != 0 {
            let backslash = left & left.wrapping_neg();
            self.escapes_next = backslash.leading_zeros() == 0;
            escaped |= backslash << 1;
            left &= !(backslash | backslash << 1);
        }
        escaped
    }
}

/// The last bytes of a text, with zeros behind them.
#[cold]
fn padded(text: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..text.len()].copy_from_slice(text);
    block
}

impl Iterator for Quotes<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            if self.ahead.is_empty() {
                return None;
            }
            self.block += BLOCK;
            self.look_at_block();
        }
        let quote = self.block + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(quote)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn quotes_are_found_that_no_backslash_escapes(text in "[a\"\\\\]{0,70}[a-c]{0,70}[b\"\\\\]{0,70}") {
            let text = text.as_bytes();
            let mut is_escaped = false;
            let is_quote = |byte: u8| {
                let (was_escaped, escapes) = (is_escaped, byte == b'\\' && !is_escaped);
                is_escaped = escapes;
                byte == b'"' && !was_escaped
            };
            let one_by_one: Vec<bool> = text.iter().copied().map(is_quote).collect();
            let expected: Vec<usize> = (0..text.len()).filter(|&at| one_by_one[at]).collect();
            prop_assert_eq!(Quotes::of(text).collect::<Vec<_>>(), expected);
        }
    }
}
