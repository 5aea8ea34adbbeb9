//! Addresses: who sent a hit, as far as the server says, and what of it is kept (design.md R4, R11).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::hash::Hasher;

use siphasher::sip128::SipHasher24;

use crate::bytes;

/// A client's address, as far as visitors are told apart by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address<'a> {
    /// IPv4, also where it was mapped into IPv6.
    V4(Ipv4Addr),
    /// IPv6; only its /64 counts (R4).
    V6(Ipv6Addr),
    /// A host name, or whatever else the server wrote.
    Name(&'a [u8]),
}

impl<'a> Address<'a> {
    /// Reads an address; brackets around IPv6 are left out.
    #[must_use]
    pub fn parse(text: &'a [u8]) -> Address<'a> {
        if let Some(address) = parse_v4(text) {
            return Address::V4(address);
        }
        let bare = text.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or(text);
        match parse_v6(bare) {
            Some(address) => address.to_ipv4_mapped().map_or(Address::V6(address), Address::V4),
            None => Address::Name(text),
        }
    }

    /// The address for look-ups of its place.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match *self {
            Address::V4(address) => Some(IpAddr::V4(address)),
            Address::V6(address) => Some(IpAddr::V6(address)),
            Address::Name(_) => None,
        }
    }

    /// The masked address, which is all of it that is kept (R11).
    #[must_use]
    pub fn network(&self) -> Network {
        match *self {
            Address::V4(address) => Network(TAG_V4 | u64::from(address.to_bits() >> 8)),
            Address::V6(address) => {
                let [a, b, c, ..] = address.segments().map(u64::from);
                Network(TAG_V6 | a << 32 | b << 16 | c)
            }
            Address::Name(_) => Network(0),
        }
    }

    pub(super) fn hash_into(&self, hasher: &mut SipHasher24) {
        match *self {
            Address::V4(address) => hasher.write_u64(TAG_V4 | u64::from(address.to_bits())),
            Address::V6(address) => {
                hasher.write_u64(TAG_V6);
                hasher.write(&address.octets()[..8]);
            }
            Address::Name(name) => {
                hasher.write_u64(name.len() as u64);
                hasher.write(name);
            }
        }
    }
}

/// Four numbers without leading zeros, each with a dot after it. This is read for every event, and how many digits each
/// of them has nobody can guess: no branch depends on it.
fn parse_v4(text: &[u8]) -> Option<Ipv4Addr> {
    let mut bytes = packed_with_dot(text)?;
    let (mut address, mut is_right) = (0, true);
    for _ in 0..4 {
        let digits = bytes::digits(lowest(bytes)).min(4);
        let (octet, after) = (octet(bytes, digits), bytes >> (8 * digits));
        is_right &= (LEAST[digits]..256).contains(&octet) && lowest(after) & 255 == u64::from(b'.');
        address = address << 8 | octet & 255;
        bytes = after >> 8;
    }
    (is_right && bytes == 0).then(|| Ipv4Addr::from_bits(address))
}

#[expect(clippy::cast_possible_truncation, reason = "the lowest eight bytes are meant")]
fn lowest(bytes: u128) -> u64 {
    bytes as u64
}

/// The least number of so many digits; none and four are wrong in an octet.
const LEAST: [u32; 5] = [256, 0, 10, 100, 256];

/// The bytes of an address as one number, the first one lowest, with a dot after them; `None` where it is too short or
/// long for one.
fn packed_with_dot(text: &[u8]) -> Option<u128> {
    let bytes = match text.len() {
        7 => text.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u128::from(byte)),
        length @ 8..=15 => {
            // Two halves, which overlap where there are fewer than sixteen.
            let (low, high) = (text.first_chunk()?, text.last_chunk()?);
            u128::from(u64::from_le_bytes(*low)) | u128::from(u64::from_le_bytes(*high)) << (8 * (length - 8))
        }
        _ => return None,
    };
    Some(bytes | u128::from(b'.') << (8 * text.len()))
}

/// The number that so many digits spell, at most three of which count.
fn octet(bytes: u128, digits: usize) -> u32 {
    // Shifted up, so that the last digit is the highest byte, and those before it are zero where there are none.
    let [.., hundreds, tens, ones] = ((lowest(bytes) & NUMBERS) << (64 - 8 * digits.max(1))).to_le_bytes();
    u32::from(hundreds) * 100 + u32::from(tens) * 10 + u32::from(ones)
}

/// The lower half of each byte: of a digit, its number.
const NUMBERS: u64 = u64::MAX / 255 * 15;

/// Groups of up to four hexadecimal digits with colons between them; two colons stand for as many zeros as are
/// missing. An address that ends in a dotted one is seldom.
fn parse_v6(text: &[u8]) -> Option<Ipv6Addr> {
    let mut groups = Groups::default();
    let mut before = None;
    for &byte in text {
        match (HEX[usize::from(byte)], byte) {
            (NO_DIGIT, b':') if groups.digits > 0 => groups.end_group()?,
            (NO_DIGIT, b':') if before == Some(b':') => groups.begin_gap()?,
            // Only a gap may stand at the beginning: a group or the end would find none.
            (NO_DIGIT, b':') if before.is_none() => groups.single_colon = true,
            (NO_DIGIT, b'.') => return std::str::from_utf8(text).ok()?.parse().ok(),
            (NO_DIGIT, _) => return None,
            (digit, _) => groups.digit(digit)?,
        }
        before = Some(byte);
    }
    groups.address()
}

/// What was read of an IPv6 address.
#[derive(Default)]
struct Groups {
    /// All groups, the last one lowest.
    address: u128,
    count: u32,
    /// How many groups stand before the two colons.
    gap: Option<u32>,
    group: u32,
    /// How many digits the last group has so far.
    digits: u32,
    /// It began with one colon.
    single_colon: bool,
}

impl Groups {
    #[inline]
    fn digit(&mut self, digit: u8) -> Option<()> {
        self.group = self.group << 4 | u32::from(digit);
        self.digits += 1;
        (self.digits <= 4 && !self.single_colon).then_some(())
    }

    #[inline]
    fn end_group(&mut self) -> Option<()> {
        self.address = self.address << 16 | u128::from(self.group);
        (self.group, self.digits) = (0, 0);
        self.count += 1;
        (self.count <= 8).then_some(())
    }

    fn begin_gap(&mut self) -> Option<()> {
        self.single_colon = false;
        self.gap.replace(self.count).is_none().then_some(())
    }

    fn address(mut self) -> Option<Ipv6Addr> {
        if self.digits > 0 {
            self.end_group()?;
        } else if self.gap != Some(self.count) {
            // It ends in a single colon, or is empty.
            return None;
        }
        let Groups { address, count, gap, .. } = self;
        let Some(before) = gap else { return (count == 8).then(|| Ipv6Addr::from_bits(address)) };
        let after = 16 * (count - before);
        let (front, back) = (address.unbounded_shr(after), address & !u128::MAX.unbounded_shl(after));
        // The gap stands for one group at least.
        (count < 8).then(|| Ipv6Addr::from_bits(front.unbounded_shl(16 * (8 - before)) | back))
    }
}

/// What [`HEX`] says of a byte that is no digit.
const NO_DIGIT: u8 = u8::MAX;

/// The value of each byte as a hexadecimal digit.
static HEX: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        values[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    values
};

/// A masked address: IPv4 by its /24, IPv6 by its /48 (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Network(pub u64);

const TAG_V4: u64 = 4 << 56;
const TAG_V6: u64 = 6 << 56;

impl std::fmt::Display for Network {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = |shift: u32, mask: u64| self.0 >> shift & mask;
        match self.0 >> 56 {
            4 => write!(out, "{}.{}.{}.0/24", part(16, 0xff), part(8, 0xff), part(0, 0xff)),
            6 => write!(out, "{:x}:{:x}:{:x}::/48", part(32, 0xffff), part(16, 0xffff), part(0, 0xffff)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r11_addresses_are_kept_masked_only() {
        let masked = |text: &str| Address::parse(text.as_bytes()).network().to_string();
        assert_eq!(masked("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(masked("2001:db8:abcd:1::9"), "2001:db8:abcd::/48");
        assert_eq!(masked("proxy.example"), "");
    }

    proptest! {
        #[test]
        fn addresses_are_those_that_the_standard_library_reads(
            text in "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}|[0-9a-fA-F]{0,5}(::?[0-9a-f]{0,5}){0,9}(:[0-9.]{7})?|[0-9a-g:.]{0,40}",
        ) {
            let read = match text.parse::<IpAddr>() {
                Ok(IpAddr::V4(address)) => Some(IpAddr::V4(address)),
                Ok(IpAddr::V6(address)) => Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)),
                Err(_) => None,
            };
            prop_assert_eq!(Address::parse(text.as_bytes()).ip(), read, "{}", text);
        }

        #[test]
        fn every_address_is_read_as_it_is_written(v4 in any::<u32>(), v6 in any::<u128>(), zeros in 0..128_u32) {
            let v4 = Ipv4Addr::from_bits(v4);
            prop_assert_eq!(Address::parse(v4.to_string().as_bytes()).ip(), Some(IpAddr::V4(v4)));
            let v6 = Ipv6Addr::from_bits(v6 & u128::MAX.unbounded_shl(zeros));
            prop_assert_eq!(Address::parse(v6.to_string().as_bytes()).ip(), Some(v6.to_canonical()));
        }
    }

    #[test]
    fn odd_addresses_are_names() {
        for text in ["1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.a", "", "-", "host", "::g"] {
            assert_eq!(Address::parse(text.as_bytes()), Address::Name(text.as_bytes()), "{text}");
        }
    }
}
