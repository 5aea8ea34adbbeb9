//! Decodes escapes and remembers which bytes of the original each decoded byte came from.

use std::ops::Range;

/// Layers of escapes that are undone (R11): proxies and redirects encode what is encoded already.
pub(super) const MOST_DECODED: usize = 4;

/// Decoded bytes, each with its range in the original text.
#[derive(Debug)]
pub(super) struct Spelled {
    pub(super) bytes: Vec<u8>,
    pub(super) spans: Vec<Range<usize>>,
}

impl Spelled {
    /// A text without escapes.
    pub(super) fn plain(text: &[u8]) -> Spelled {
        Spelled { bytes: text.to_vec(), spans: (0..text.len()).map(|at| at..at + 1).collect() }
    }
}

impl Spelled {
    /// A text with its escapes undone, as far as they are.
    pub(super) fn decoded(text: &[u8]) -> Spelled {
        let mut level = Spelled::plain(text);
        for _ in 0..MOST_DECODED {
            match decoded(&level) {
                Some(next) => level = next,
                None => break,
            }
        }
        level
    }

    /// Where a stretch of it stands in the text; it is not empty.
    pub(super) fn place(&self, stretch: Range<usize>) -> Range<usize> {
        self.spans[stretch.start].start..self.spans[stretch.end - 1].end
    }
}

/// Undoes one layer of escapes; `None` if there are none.
pub(super) fn decoded(text: &Spelled) -> Option<Spelled> {
    let Spelled { bytes, spans } = text;
    memchr::memchr2(b'%', b'\\', bytes)?;
    let (mut next, mut at, mut is_changed) = (Spelled { bytes: Vec::new(), spans: Vec::new() }, 0, false);
    while at < bytes.len() {
        let (byte, length) = escape(&bytes[at..]).unwrap_or((bytes[at], 1));
        is_changed |= length > 1;
        next.bytes.push(byte);
        next.spans.push(spans[at].start..spans[at + length - 1].end);
        at += length;
    }
    is_changed.then_some(next)
}

/// The byte that a leading escape stands for, and the escape's length: `%2e` in URLs, `\x2e` from servers, `\u002e` in
/// JSON.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let (high, low, length) = match text {
        [b'%', high, low, ..] => (high, low, 3),
        [b'\\', b'x' | b'X', high, low, ..] => (high, low, 4),
        [b'\\', b'u', b'0', b'0', high, low, ..] => (high, low, 6),
        _ => return None,
    };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(*high)? << 4 | digit(*low)?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_decoded_byte_knows_its_place() {
        let decoded = Spelled::decoded(b"a%2540b%zz%");
        assert_eq!(decoded.bytes, b"a@b%zz%");
        assert_eq!([decoded.place(0..1), decoded.place(1..2), decoded.place(1..4)], [0..1, 1..6, 1..8]);
    }

    #[test]
    fn r11_escapes_are_decoded_four_times_at_most() {
        for (text, expected) in [("%25252540", "@"), ("%2525252540", "%40")] {
            assert_eq!(Spelled::decoded(text.as_bytes()).bytes, expected.as_bytes(), "{text}");
        }
    }
}
