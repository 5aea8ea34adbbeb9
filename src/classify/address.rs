//! Addresses: who sent a hit, as far as the server says, and what of it is kept (design.md R4, R11).

mod parse;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::hash::Hasher;

use siphasher::sip::SipHasher24;

use parse::{parse_dotted_v6, parse_v4, parse_v6};

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
        match parse_v6(bare).or_else(|| parse_dotted_v6(bare)) {
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
            Address::V4(address) => {
                hasher.write_u8(4);
                hasher.write_u32(address.to_bits());
            }
            Address::V6(address) => {
                hasher.write_u8(6);
                hasher.write_u64(u64::try_from(address.to_bits() >> 64).unwrap_or(0));
            }
            Address::Name(name) => {
                hasher.write_u8(0);
                hasher.write_u64(name.len() as u64);
                hasher.write(name);
            }
        }
    }
}

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
    fn colons_stand_where_the_standard_library_has_them() {
        for text in [
            "::",
            ":::",
            ":",
            "::1",
            ":1",
            "1::",
            "1:",
            ":1::2",
            "1::2:",
            "1::2::3",
            "1:::2",
            "12345::",
            "::12345",
            "1:2:3:4:5:6:7:8",
            ":1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
        ] {
            let read = Address::parse(text.as_bytes()).ip();
            assert_eq!(read, text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn odd_addresses_are_names() {
        for text in ["1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.a", "", "-", "host", "::g"] {
            assert_eq!(Address::parse(text.as_bytes()), Address::Name(text.as_bytes()), "{text}");
        }
    }
}
