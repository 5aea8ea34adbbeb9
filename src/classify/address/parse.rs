//! Branch-free address parsing (SWAR). It runs for every event, and the number of digits per group is unpredictable, so
//! branches on it would be mispredicted.

use core::net::{Ipv4Addr, Ipv6Addr};

use wide::u8x16;

/// Parses four numbers without leading zeros, with dots between them.
pub(super) fn parse_v4(text: &[u8]) -> Option<Ipv4Addr> {
    let [mut low, mut high] = halves_with_dot(text)?;
    let (mut address, mut is_right) = (0, true);
    for _ in 0..4 {
        let (octet, digits) = octet(lowest(low));
        is_right &= (LEAST[digits]..256).contains(&octet);
        address = address << 8 | octet & 255;
        let read = 8 * (digits + 1);
        (low, high) = (low >> read | high << (64 - read), high >> read);
    }
    (is_right && low | high == 0).then(|| Ipv4Addr::from_bits(address))
}

/// The least number with so many digits. The entries for none and for four reject every octet.
const LEAST: [u32; 5] = [256, 0, 10, 100, 256];

#[expect(clippy::cast_possible_truncation, reason = "the lowest four bytes are meant")]
fn lowest(bytes: u64) -> u32 {
    bytes as u32
}

/// The bytes of an address as two little-endian words, with a dot appended; `None` if the length is out of range.
fn halves_with_dot(text: &[u8]) -> Option<[u64; 2]> {
    const DOT: u64 = b'.' as u64;
    match text.len() {
        7 => Some([text.iter().rev().fold(DOT, |bytes, &byte| bytes << 8 | u64::from(byte)), 0]),
        length @ 8..=15 => {
            // The second word ends at the last byte: drop the bytes that it shares with the first.
            let (low, last) =
                (u64::from_le_bytes(*text.first_chunk()?), u64::from_le_bytes(*text.last_chunk()?));
            let high = last.unbounded_shr(8 * (16 - u32::try_from(length).ok()?));
            Some([low, high | DOT << (8 * (length - 8))])
        }
        _ => None,
    }
}

/// The number before the first dot of four bytes, and its number of digits; out of range if they are not digits.
fn octet(four: u32) -> (u32, usize) {
    const ONES: u32 = u32::MAX / 255;
    let zero_at_dots = four ^ (ONES * u32::from(b'.'));
    let dots = zero_at_dots.wrapping_sub(ONES) & !zero_at_dots & (ONES << 7);
    let digits = dots.trailing_zeros() / 8;
    // Shifted so that the last digit is the highest byte; missing leading digits become zero.
    let numbers = (four ^ (ONES * u32::from(b'0'))).unbounded_shl(32 - 8 * digits);
    let too_large = (numbers | ((numbers & (ONES * 0x7f)) + ONES * 0x76)) & (ONES << 7);
    let [_, hundreds, tens, ones] = numbers.to_le_bytes();
    let octet = u32::from(hundreds) * 100 + u32::from(tens) * 10 + u32::from(ones);
    (octet | too_large, digits as usize)
}

/// Parses groups of up to four hexadecimal digits with colons between them; `::` stands for the missing groups.
pub(super) fn parse_v6(text: &[u8]) -> Option<Ipv6Addr> {
    let mut padded = [b':'; PADDED];
    padded[..MOST].get_mut(..text.len())?.copy_from_slice(text);
    let marks = V6Masks::of(&padded, text.len())?;
    let (mut address, mut count) = (0_u128, 0);
    let mut left = marks.beginnings;
    while left != 0 {
        address = address << 16 | u128::from(group(&padded, marks.colons, left.trailing_zeros()));
        (count, left) = (count + 1, left & (left - 1));
    }
    let Some(before) = marks.groups_before_gap() else {
        return (count == 8).then(|| Ipv6Addr::from_bits(address));
    };
    // `::` must stand for at least one group.
    (count < 8).then(|| Ipv6Addr::from_bits(with_gap(address, before, count)))
}

/// The longest address, `ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff`.
const MOST: usize = 39;
/// Padded with colons, so that the last group ends in one like the others; a multiple of 16 for vector loads.
const PADDED: usize = 48;

/// Bit masks over an address: bit n stands for byte n.
struct V6Masks {
    /// Colons, the padding included.
    colons: u64,
    /// The start of `::`, if any.
    gap: u64,
    /// The start of each group.
    beginnings: u64,
}

impl V6Masks {
    /// The masks of a text of this length; `None` if it is not an address. The number of groups is not checked.
    fn of(padded: &[u8; PADDED], length: usize) -> Option<V6Masks> {
        let (colons, hexadecimal) = colons_and_digits(padded);
        let text = !(u64::MAX << length);
        let (inside, digits) = (colons & text, hexadecimal & text);
        let gap = inside & inside >> 1;
        let single = inside & !(gap | gap << 1);
        let is_right = inside | digits == text
            // No group of five digits, at most one `::`, single colons only between groups.
            && digits & digits >> 1 & digits >> 2 & digits >> 3 & digits >> 4 == 0
            && gap & gap.wrapping_sub(1) == 0
            && single & !(digits << 1 & digits >> 1) == 0;
        is_right.then_some(V6Masks { colons, gap, beginnings: digits & !(digits << 1) })
    }

    /// The number of groups before `::`; `None` if there is none.
    fn groups_before_gap(&self) -> Option<u32> {
        (self.gap != 0).then(|| (self.beginnings & (self.gap - 1)).count_ones())
    }
}

/// Masks of the colons and of the hexadecimal digits.
fn colons_and_digits(padded: &[u8; PADDED]) -> (u64, u64) {
    let (pieces, _) = padded.as_chunks();
    pieces.iter().rev().fold((0, 0), |(colons, digits), piece| {
        let bytes = u8x16::new(*piece);
        let number = bytes - u8x16::splat(b'0');
        let letter = (bytes | u8x16::splat(0x20)) - u8x16::splat(b'a');
        let is_digit = number.simd_le(u8x16::splat(9)) | letter.simd_le(u8x16::splat(5));
        let is_colon = bytes.simd_eq(u8x16::splat(b':'));
        (colons << 16 | u64::from(is_colon.to_bitmask()), digits << 16 | u64::from(is_digit.to_bitmask()))
    })
}

/// The group that begins at `at`: one to four hexadecimal digits up to the next colon.
fn group(padded: &[u8; PADDED], colons: u64, at: u32) -> u32 {
    const ONES: u32 = u32::MAX / 255;
    let four = padded
        .get(at as usize..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |four| u32::from_le_bytes(*four));
    // SWAR hex decoding: a letter's low nibble is its value less nine.
    let values = (four & (ONES * 0xf)) + (four >> 6 & ONES) * 9;
    let length = (colons >> at).trailing_zeros();
    // Shifted so that the last digit is the highest byte; missing leading digits become zero.
    let [a, b, c, d] = values.unbounded_shl(32 - 8 * length).to_le_bytes().map(u32::from);
    a << 12 | b << 8 | c << 4 | d
}

/// Inserts the zeros that `::` stands for after the first `before` groups.
fn with_gap(groups: u128, before: u32, count: u32) -> u128 {
    let after = 16 * (count - before);
    let (front, back) = (groups.unbounded_shr(after), groups & !u128::MAX.unbounded_shl(after));
    front.unbounded_shl(16 * (8 - before)) | back
}

/// Parses the rare form whose last four bytes are written as IPv4.
pub(super) fn parse_dotted_v6(text: &[u8]) -> Option<Ipv6Addr> {
    let is_likely = text.contains(&b':') && text.contains(&b'.');
    is_likely.then(|| std::str::from_utf8(text).ok()?.parse().ok())?
}
