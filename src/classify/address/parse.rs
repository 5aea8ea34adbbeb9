//! Reading addresses as they are written. This is done for every event, and how many digits each number of an address has
//! nobody can guess: no branch depends on it.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::bytes;

/// Four numbers without leading zeros, each with a dot after it.
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

/// The least number of so many digits; none and four are wrong in an octet.
const LEAST: [u32; 5] = [256, 0, 10, 100, 256];

#[expect(clippy::cast_possible_truncation, reason = "the lowest four bytes are meant")]
fn lowest(bytes: u64) -> u32 {
    bytes as u32
}

/// The bytes of an address as two numbers, the first byte lowest in the first one, with a dot after them; `None` where it
/// is too short or long for one.
fn halves_with_dot(text: &[u8]) -> Option<[u64; 2]> {
    const DOT: u64 = b'.' as u64;
    match text.len() {
        7 => Some([text.iter().rev().fold(DOT, |bytes, &byte| bytes << 8 | u64::from(byte)), 0]),
        length @ 8..=15 => {
            // The last eight bytes, less those that are among the first ones.
            let (low, last) =
                (u64::from_le_bytes(*text.first_chunk()?), u64::from_le_bytes(*text.last_chunk()?));
            let high = last.unbounded_shr(8 * (16 - u32::try_from(length).ok()?));
            Some([low, high | DOT << (8 * (length - 8))])
        }
        _ => None,
    }
}

/// The number before the first dot of four bytes, and how many digits it has; too large a one where they are no digits.
fn octet(four: u32) -> (u32, usize) {
    const ONES: u32 = u32::MAX / 255;
    let zero_at_dots = four ^ (ONES * u32::from(b'.'));
    let dots = zero_at_dots.wrapping_sub(ONES) & !zero_at_dots & (ONES << 7);
    let digits = dots.trailing_zeros() / 8;
    // Shifted up, so that the last digit is the highest byte, and those before it are zero where there are none.
    let numbers = (four ^ (ONES * u32::from(b'0'))).unbounded_shl(32 - 8 * digits);
    let too_large = (numbers | ((numbers & (ONES * 0x7f)) + ONES * 0x76)) & (ONES << 7);
    let [_, hundreds, tens, ones] = numbers.to_le_bytes();
    let octet = u32::from(hundreds) * 100 + u32::from(tens) * 10 + u32::from(ones);
    (octet | too_large, digits as usize)
}

/// Groups of up to four hexadecimal digits with colons between them; two colons stand for as many zeros as are missing.
pub(super) fn parse_v6(text: &[u8]) -> Option<Ipv6Addr> {
    let mut groups = Groups::default();
    let mut at = 0;
    if text.starts_with(b"::") {
        groups.begin_gap()?;
        at = 2;
    }
    while at < text.len() {
        let (group, digits) = group(text, at);
        groups.push(group)?;
        at += digits;
        match &text[at..] {
            [] => break,
            [b':', b':', ..] => {
                groups.begin_gap()?;
                at += 2;
            }
            [b':', _, ..] => at += 1,
            // A single colon at the end, or no address.
            _ => return None,
        }
    }
    groups.address()
}

/// An IPv6 address whose last four bytes are written like an IPv4 one, which is seldom.
pub(super) fn parse_dotted_v6(text: &[u8]) -> Option<Ipv6Addr> {
    let is_likely = text.contains(&b':') && text.contains(&b'.');
    is_likely.then(|| std::str::from_utf8(text).ok()?.parse().ok())?
}

/// The number up to the next colon or the end, and how many digits it has; more than a group holds where that is not from
/// one to four digits.
fn group(text: &[u8], at: usize) -> (u32, usize) {
    let eight = bytes::eight_from(text, at);
    let digits = bytes::first_equal_of_8(eight, b':').min(text.len() - at);
    if !(1..=4).contains(&digits) {
        return (u32::MAX, digits);
    }
    // Shifted up, with zeros before the first digit.
    let four = eight << (64 - 8 * digits) | (ZEROS >> (8 * digits));
    let [.., a, b, c, d] = four.to_le_bytes().map(|byte| HEX[usize::from(byte)]);
    (a << 12 | b << 8 | c << 4 | d, digits)
}

const ZEROS: u64 = u64::MAX / 255 * (b'0' as u64);

/// What was read of an IPv6 address.
#[derive(Default)]
struct Groups {
    /// All groups, the last one lowest.
    address: u128,
    count: u32,
    /// How many groups stand before the two colons.
    gap: Option<u32>,
}

impl Groups {
    #[inline]
    fn push(&mut self, group: u32) -> Option<()> {
        self.address = self.address << 16 | u128::from(group);
        self.count += 1;
        (group <= 0xffff && self.count <= 8).then_some(())
    }

    fn begin_gap(&mut self) -> Option<()> {
        self.gap.replace(self.count).is_none().then_some(())
    }

    fn address(self) -> Option<Ipv6Addr> {
        let Groups { address, count, gap } = self;
        let Some(before) = gap else { return (count == 8).then(|| Ipv6Addr::from_bits(address)) };
        let after = 16 * (count - before);
        let (front, back) = (address.unbounded_shr(after), address & !u128::MAX.unbounded_shl(after));
        // The gap stands for one group at least.
        (count < 8).then(|| Ipv6Addr::from_bits(front.unbounded_shl(16 * (8 - before)) | back))
    }
}

/// What [`HEX`] says of a byte that is no digit: with it, a group is too large, wherever in the group it stands.
const NO_DIGIT: u32 = 1 << 16;

/// The value of each byte as a hexadecimal digit.
static HEX: [u32; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        values[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    values
};
