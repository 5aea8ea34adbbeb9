//! SWAR: several bytes at once in one register. What runs for every line must not branch on each byte, because the
//! length of a name or number is unpredictable.
//!
//! Little-endian: the first byte of a text is the lowest of the number.

use wide::{u8x16, u8x32};

/// The position of the first byte that is one of `wanted`.
///
/// For short distances: memchr is faster once it has started.
#[inline]
#[must_use]
pub fn position<const N: usize>(text: &[u8], wanted: [u8; N]) -> Option<usize> {
    let (pieces, _) = text.as_chunks();
    for (nth, piece) in pieces.iter().enumerate() {
        if let Some(at) = position_of_32(piece, wanted) {
            return Some(nth * size_of_val(piece) + at);
        }
    }
    let Some(last) = text.last_chunk() else { return position_in_short(text, wanted) };
    position_of_32(last, wanted).map(|at| text.len() - size_of_val(last) + at)
}

/// As `position`, in fewer than 32 bytes: the first and the last 16 are compared at once; where they overlap they
/// agree.
#[inline(never)]
fn position_in_short<const N: usize>(text: &[u8], wanted: [u8; N]) -> Option<usize> {
    let equal = if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        equal_of_16(first, wanted) | equal_of_16(last, wanted) << (text.len() - 16)
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        let equal = equal_of_16(&(u128::from(first) | u128::from(last) << 64).to_le_bytes(), wanted);
        equal & 0xff | (equal >> 8) << (text.len() - 8)
    } else {
        return text.iter().position(|byte| wanted.contains(byte));
    };
    (equal != 0).then_some(equal.trailing_zeros() as usize)
}

/// The position of the first byte that is one of `wanted`, if among the first sixteen bytes of at least as many.
#[inline]
#[must_use]
pub fn position_near<const N: usize>(text: &[u8], wanted: [u8; N]) -> Option<usize> {
    let equal = equal_of_16(text.first_chunk()?, wanted);
    (equal != 0).then_some(equal.trailing_zeros() as usize)
}

/// Compares sixteen bytes; bit n of the mask stands for byte n.
#[inline]
fn equal_of_16<const N: usize>(bytes: &[u8; 16], wanted: [u8; N]) -> u32 {
    let bytes = u8x16::new(*bytes);
    let equal = wanted.into_iter().fold(u8x16::ZERO, |equal, byte| equal | bytes.simd_eq(u8x16::splat(byte)));
    equal.to_bitmask()
}

/// As `position`, in the first 32 bytes, compared at once.
#[inline]
fn position_of_32<const N: usize>(bytes: &[u8; 32], wanted: [u8; N]) -> Option<usize> {
    let bytes = u8x32::new(*bytes);
    let equal = wanted.into_iter().fold(u8x32::ZERO, |equal, byte| equal | bytes.simd_eq(u8x32::splat(byte)));
    let equal = equal.to_bitmask();
    (equal != 0).then_some(equal.trailing_zeros() as usize)
}

/// Whether two texts are equal; for texts that are often empty.
///
/// For zero bytes, some C libraries' `memcmp` still does a masked load. If the dangling address of an empty literal is
/// unmapped, that is slower on several processors than a whole line.
#[inline]
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

/// The position of the first byte equal to `byte`; 8 if there is none.
#[inline]
#[must_use]
pub fn first_equal_of_8(bytes: u64, byte: u8) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let zero_where_equal = bytes ^ (ONES * u64::from(byte));
    let equal = zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & (ONES << 7);
    equal.trailing_zeros() as usize / 8
}

/// Number of leading digits, at most 8.
#[inline]
#[must_use]
pub fn digits(bytes: u64) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let numbers = bytes ^ (ONES * u64::from(b'0'));
    // SWAR digit check: digits are below ten now; all other bytes have, or get by the addition, their high bit set.
    let others = (numbers | ((numbers & (ONES * 0x7f)) + ONES * 0x76)) & (ONES << 7);
    others.trailing_zeros() as usize / 8
}

/// Eight bytes of a text from `at`, padded with zeros.
#[inline]
#[must_use]
pub fn eight_from(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    if let Some(eight) = rest.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    match text.last_chunk() {
        Some(last) if !rest.is_empty() => u64::from_le_bytes(*last) >> (8 * (8 - rest.len())),
        _ => rest.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
    }
}

/// The number that the first digits make, which there must be: eight at most.
#[inline]
#[must_use]
pub fn number(bytes: u64, digits: usize) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    if digits == 0 {
        return 0;
    }
    // Zeros in front of it; then two digits become one number of two bytes, two of those one of four, and so on.
    let digits = (bytes ^ (ONES * u64::from(b'0'))) << (8 * (8 - digits));
    let twos = (digits.wrapping_mul((10 << 8) + 1) >> 8) & (u64::MAX / 0xffff * 0xff);
    let fours = (twos.wrapping_mul((100 << 16) + 1) >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul((10_000 << 32) + 1) >> 32
}

/// A text that may stand at the beginning of others: its first sixteen bytes are compared as one number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Literal {
    near: u128,
    /// Which bits of `near` count: a shorter text has fewer bytes.
    mask: u128,
    text: Vec<u8>,
}

impl Literal {
    const NEAR: usize = size_of::<u128>();

    /// A text to compare others with.
    #[must_use]
    pub fn new(text: &[u8]) -> Literal {
        let mut literal = Literal::default();
        literal.become_text(text);
        literal
    }

    /// Becomes another text.
    pub fn become_text(&mut self, text: &[u8]) {
        self.text.clear();
        self.text.extend_from_slice(text);
        let short = text.len().min(Literal::NEAR);
        let mut near = [0; Literal::NEAR];
        near[..short].copy_from_slice(&text[..short]);
        self.near = u128::from_le_bytes(near);
        let unused = (Literal::NEAR - short) * 8;
        self.mask = u128::MAX.checked_shr(u32::try_from(unused).unwrap_or(u32::MAX)).unwrap_or(0);
    }

    /// Whether a text begins so.
    #[inline]
    #[must_use]
    pub fn begins(&self, text: &[u8]) -> bool {
        let Some(near) = text.first_chunk() else { return text.starts_with(&self.text) };
        let is_near = (u128::from_le_bytes(*near) ^ self.near) & self.mask == 0;
        is_near && (self.text.len() <= Literal::NEAR || self.goes_on_in(text))
    }

    /// Whether a text begins like one that is longer than the bytes that lie near: the whole pieces of it, and its last
    /// bytes, whether or not they were in a piece already.
    #[inline]
    fn goes_on_in(&self, text: &[u8]) -> bool {
        let Some(text) = text.get(..self.text.len()) else { return false };
        let last = |text: &[u8]| text.last_chunk::<{ Literal::NEAR }>().copied();
        let pieces = |text| <[u8]>::as_chunks::<{ Literal::NEAR }>(text).0[1..].iter();
        last(text) == last(&self.text) && pieces(text).eq(pieces(&self.text))
    }

    /// Its first byte; `None` where it is empty.
    #[must_use]
    pub fn first(&self) -> Option<u8> {
        self.text.first().copied()
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether it is empty: every text begins so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_byte_is_found_wherever_it_is(text in "[./0-9\u{0}a]{0,50}", one in "[./0a]", other in "[19a]") {
            let (text, one, other) = (text.as_bytes(), one.as_bytes()[0], other.as_bytes()[0]);
            prop_assert_eq!(position(text, [one]), text.iter().position(|&byte| byte == one));
            let either = text.iter().position(|&byte| byte == one || byte == other);
            prop_assert_eq!(position(text, [one, other]), either);
            prop_assert_eq!(position_near(text, [one, other]), either.filter(|&at| at < 16 && text.len() >= 16));
            if let Some(&eight) = text.first_chunk() {
                let found = eight.iter().position(|&byte| byte == one).unwrap_or(8);
                prop_assert_eq!(first_equal_of_8(u64::from_le_bytes(eight), one), found);
            }
        }

        #[test]
        fn a_literal_is_the_same_byte_by_byte(text in "[ab]{0,40}", length in 0..40_usize, other in 0..80_usize) {
            let mut beginning = text.as_bytes()[..length.min(text.len())].to_vec();
            if let Some(byte) = beginning.get_mut(other) {
                *byte = b'c';
            }
            let compared = Literal::new(&beginning).begins(text.as_bytes());
            prop_assert_eq!(compared, text.as_bytes().starts_with(&beginning));
            // And where the text is the shorter one.
            let compared = Literal::new(text.as_bytes()).begins(&beginning);
            prop_assert_eq!(compared, beginning.starts_with(text.as_bytes()));
        }

        #[test]
        fn beyond_the_end_of_a_text_there_are_zeros(text in prop::collection::vec(any::<u8>(), 0..20), at in 0..25_usize) {
            let padded: Vec<_> = text.iter().copied().chain([0; 40]).skip(at).take(8).collect();
            prop_assert_eq!(eight_from(&text, at).to_le_bytes().to_vec(), padded);
        }

        #[test]
        fn digits_are_counted_as_one_by_one(text in prop::array::uniform8(prop_oneof![b'0'..=b'9', any::<u8>()])) {
            let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            prop_assert_eq!(digits(u64::from_le_bytes(text)), count);
            let written = text[..count].iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
            prop_assert_eq!(number(u64::from_le_bytes(text), count), written);
        }
    }
}
