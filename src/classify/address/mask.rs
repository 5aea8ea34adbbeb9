//! Addresses within lines: of those that could not be read, and are kept to be looked at, nobody knows where they stand.

use super::parse::parse_v4;

/// Masks all that looks like an address, as it would be masked elsewhere: of IPv4 the last number, of IPv6 what follows
/// the third colon or two in a row. Each digit becomes an `x`, so that everything else stays where it is (R11).
pub(crate) fn mask_addresses(text: &mut [u8]) {
    for word in text.split_mut(|byte| !may_be_of_address(*byte)) {
        if looks_like_v6(word) {
            let network = network_length(word);
            mask_digits(&mut word[network..]);
            continue;
        }
        // A port may stand behind it, and a name before it.
        for piece in word.split_mut(|byte| *byte == b':').filter(|piece| parse_v4(piece).is_some()) {
            let network = memchr::memrchr(b'.', piece).unwrap_or(0);
            mask_digits(&mut piece[network..]);
        }
    }
}

/// No address is longer, with its port.
pub(crate) const LONGEST_ADDRESS: usize = 64;

/// The first bytes of a line, with all that looks like an address masked. They are cut off afterwards: of half an address
/// nobody could tell that it is one.
#[must_use]
pub fn beginning_without_addresses(line: &[u8], most: usize) -> Vec<u8> {
    let mut text = line[..line.len().min(most + LONGEST_ADDRESS)].to_vec();
    mask_addresses(&mut text);
    text.truncate(most);
    text
}

fn may_be_of_address(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')
}

/// Of IPv6 either zeros are left out or there are many colons, also where its line was cut short. A time has three.
fn looks_like_v6(word: &[u8]) -> bool {
    memchr::memmem::find(word, b"::").is_some() || memchr::memchr_iter(b':', word).count() > 3
}

/// How much of an IPv6 address names its /48, as far as it can be told without counting the zeros that are left out.
fn network_length(address: &[u8]) -> usize {
    let third_colon = memchr::memchr_iter(b':', address).nth(2);
    let zeros = memchr::memmem::find(address, b"::");
    third_colon.into_iter().chain(zeros).min().unwrap_or(0)
}

fn mask_digits(part: &mut [u8]) {
    part.iter_mut().filter(|byte| byte.is_ascii_hexdigit()).for_each(|digit| *digit = b'x');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::address::Address;

    fn masked(text: &str) -> String {
        let mut text = text.as_bytes().to_vec();
        mask_addresses(&mut text);
        String::from_utf8(text).expect("as it was, but for digits")
    }

    #[test]
    fn r11_addresses_within_lines_are_masked() {
        for (text, expected) in [
            ("192.0.2.77 - - broken", "192.0.2.xx - - broken"),
            (
                "from 192.0.2.7:4711, 2001:db8:1:2::9 at 14:02:33",
                "from 192.0.2.x:4711, 2001:db8:1:x::x at 14:02:33",
            ),
            (
                r#"{"ip":"192.0.2.7","to":"[2001:db8::1]:443"}"#,
                r#"{"ip":"192.0.2.x","to":"[2001:db8::x]:443"}"#,
            ),
            (
                "2001:db8:1:2:3:4:5:6:4711 2001:db8::9: 2026:14:02:33",
                "2001:db8:1:x:x:x:x:x:xxxx 2001:db8::x: 2026:14:02:33",
            ),
            ("client:192.0.2.7 ::ffff:192.0.2.7", "client:192.0.2.x ::xxxx:xxx.x.x.x"),
            ("24/Nov/2026:14:02:33 +0000 1.25 404", "24/Nov/2026:14:02:33 +0000 1.25 404"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn of_an_address_that_is_cut_off_no_more_is_left_than_its_network() {
        let line = "from 2001:db8:1:2222:3:4:5:6 and 192.0.2.77";
        for most in 0..=line.len() + 1 {
            let shown = beginning_without_addresses(line.as_bytes(), most);
            assert_eq!(shown, masked(line).as_bytes()[..most.min(line.len())]);
        }
        assert_eq!(masked("2001:db8:1:2:3"), "2001:db8:1:x:x", "the line itself was cut short");
    }

    proptest! {
        #[test]
        fn of_no_address_more_is_left_than_its_network(
            bits in any::<u128>(), zeros in 0..100_u32, is_v6 in any::<bool>(), before in "[a-z:\" ]{0,3}[\" =]", after in "[\" ,\\]].{0,5}",
        ) {
            let address = if is_v6 {
                // Some in the middle are left out.
                core::net::Ipv6Addr::from_bits(bits & !(u128::MAX >> 16 >> zeros << 16) | 1).to_string()
            } else {
                core::net::Ipv4Addr::from_bits(u32::try_from(bits >> 96).unwrap_or(0)).to_string()
            };
            let masked = masked(&format!("{before}{address}{after}"));
            let left = &masked[before.len()..before.len() + address.len()];
            prop_assert_eq!(Address::parse(left.as_bytes()), Address::Name(left.as_bytes()), "{}", masked);
            prop_assert_eq!(masked.len(), before.len() + address.len() + after.len());
        }
    }
}
