//! Addresses: who sent a hit, according to the server, and how much of it is kept (design.md R4, R11).

mod mask;
mod parse;

use serde::{Deserialize, Serialize};

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::borrow::Cow;
use std::hash::Hasher;
use std::marker::PhantomData;

use siphasher::sip::SipHasher24;

use crate::format::without_port;
pub(super) use mask::{LONGEST_ADDRESS, mask_addresses};
pub use mask::{host_without_addresses, without_addresses};
use parse::{parse_dotted_v6, parse_v4, parse_v6};

/// A client's address, as far as it tells visitors apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address<'a> {
    /// IPv4, also if mapped into IPv6.
    V4(Ipv4Addr),
    /// IPv6; only its /64 counts (R4).
    V6(Ipv6Addr),
    /// A host name, or anything else that the server logged.
    Name(&'a [u8]),
}

impl<'a> Address<'a> {
    /// Parses an address; IPv6 may be in brackets.
    #[must_use]
    pub fn parse(text: &'a [u8]) -> Address<'a> {
        if let Some(address) = parse_v4(text) {
            return Address::V4(address);
        }
        let bare = text.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or(text);
        match parse_v6(bare).or_else(|| parse_dotted_v6(bare)) {
            Some(address) => address.to_ipv4_mapped().map_or(Address::V6(address), Address::V4),
            None => Address::in_other_spelling(text),
        }
    }

    /// An address in quotes or with a port, as some servers log it. Anything else is a name.
    #[cold]
    fn in_other_spelling(text: &'a [u8]) -> Address<'a> {
        let bare = text.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(text);
        let bare = without_port(bare);
        if bare.len() < text.len() { Address::parse(bare) } else { Address::Name(text) }
    }

    /// The address for a country lookup.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match *self {
            Address::V4(address) => Some(IpAddr::V4(address)),
            Address::V6(address) => Some(IpAddr::V6(address)),
            Address::Name(_) => None,
        }
    }

    /// The whole address in its usual notation.
    pub(super) fn whole(&self) -> Cow<'a, [u8]> {
        match self {
            Address::V4(address) => address.to_string().into_bytes().into(),
            Address::V6(address) => address.to_string().into_bytes().into(),
            Address::Name(name) => (*name).into(),
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

/// How much is kept of an address, and of texts that may contain one (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressKeeping {
    /// IPv4 by its /24, IPv6 by its /48.
    #[default]
    Masked,
    /// The whole address: the operator asked for it (`--privacy off`).
    Whole,
}

impl AddressKeeping {
    /// The part of a text that is kept. Every text that may contain an address passes through here.
    #[must_use]
    pub fn text(self, text: &[u8]) -> Cow<'_, [u8]> {
        match self {
            AddressKeeping::Masked => without_addresses(text),
            AddressKeeping::Whole => Cow::Borrowed(text),
        }
    }

    /// The same of a text in UTF-8.
    pub(super) fn of_text(self, text: &str) -> Cow<'_, str> {
        match self.text(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Masks leave UTF-8 as it is: they replace ASCII digits only.
            Cow::Owned(masked) => Cow::Owned(String::from_utf8(masked).unwrap_or_default()),
        }
    }

    /// The part of a host that is kept.
    #[must_use]
    pub fn host(self, host: &str) -> Cow<'_, str> {
        match self {
            AddressKeeping::Masked => host_without_addresses(host).into(),
            AddressKeeping::Whole => host.into(),
        }
    }
}

/// The kept part of an address: its network, or the id of a text, which is the whole address if the operator asked for
/// it, or the registrable domain of a client's host name (R11). Eight bytes, because every session stores one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct KeptAddress<Id> {
    bits: u64,
    numbered_by: PhantomData<Id>,
}

const TAG_TEXT: u64 = 1 << 56;
const TAG_V4: u64 = 4 << 56;
const TAG_V6: u64 = 6 << 56;
const TAGS: u64 = 0xff << 56;

impl<Id: From<u32> + Into<u32> + Copy> KeptAddress<Id> {
    /// The network of an address; nothing for a name, whose domain is interned instead.
    #[must_use]
    pub fn masked(address: &Address) -> KeptAddress<Id> {
        KeptAddress::of_bits(match *address {
            Address::V4(address) => TAG_V4 | u64::from(address.to_bits() >> 8),
            Address::V6(address) => {
                let [a, b, c, ..] = address.segments().map(u64::from);
                TAG_V6 | a << 32 | b << 16 | c
            }
            Address::Name(_) => 0,
        })
    }

    /// A whole address or a name's domain, by its id.
    #[must_use]
    pub fn numbered(id: Id) -> KeptAddress<Id> {
        KeptAddress::of_bits(TAG_TEXT | u64::from(id.into()))
    }

    /// The id of its text; `None` if only the network is kept.
    #[must_use]
    pub fn text_id(self) -> Option<Id> {
        let number = u32::try_from(self.bits ^ TAG_TEXT).ok()?;
        Some(Id::from(number))
    }

    /// Translates the id of its text, if it has one.
    #[must_use]
    pub fn renumbered<Other: From<u32> + Into<u32> + Copy>(
        self,
        translate: impl FnOnce(Id) -> Other,
    ) -> KeptAddress<Other> {
        match self.text_id() {
            Some(id) => KeptAddress::numbered(translate(id)),
            None => KeptAddress::of_bits(self.bits),
        }
    }

    fn of_bits(bits: u64) -> KeptAddress<Id> {
        KeptAddress { bits, numbered_by: PhantomData }
    }
}

/// Writes the network; nothing if none or the whole address is kept.
impl<Id> std::fmt::Display for KeptAddress<Id> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = |shift: u32, mask: u64| self.bits >> shift & mask;
        match self.bits & TAGS {
            TAG_V4 => write!(out, "{}.{}.{}.0/24", part(16, 0xff), part(8, 0xff), part(0, 0xff)),
            TAG_V6 => write!(out, "{:x}:{:x}:{:x}::/48", part(32, 0xffff), part(16, 0xffff), part(0, 0xffff)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::strings::WorkerLocalId;

    #[test]
    fn r11_addresses_are_kept_masked_only() {
        let masked = |text: &str| KeptAddress::<WorkerLocalId>::masked(&Address::parse(text.as_bytes()));
        for (text, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:abcd:1::9", "2001:db8:abcd::/48"),
            ("proxy.example", ""),
        ] {
            assert_eq!(
                (masked(text).to_string().as_str(), masked(text).text_id()),
                (network, None),
                "{text}"
            );
        }
    }

    #[test]
    fn r11_whole_addresses_are_kept_by_number() {
        for number in [0, 1, u32::MAX] {
            let kept = KeptAddress::numbered(WorkerLocalId(number));
            assert_eq!((kept.text_id(), kept.to_string()), (Some(WorkerLocalId(number)), String::new()));
            assert_eq!(
                kept.renumbered(|WorkerLocalId(number)| WorkerLocalId(!number)).text_id(),
                Some(WorkerLocalId(!number))
            );
        }
    }

    #[test]
    fn whole_addresses_are_written_as_people_write_them() {
        for (text, whole) in [
            ("192.0.2.77", "192.0.2.77"),
            ("[2001:DB8:0:0::9]", "2001:db8::9"),
            ("::ffff:192.0.2.77", "192.0.2.77"),
            ("proxy.example", "proxy.example"),
        ] {
            assert_eq!(*Address::parse(text.as_bytes()).whole(), *whole.as_bytes());
        }
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
