use proptest::prelude::*;

use super::*;
use crate::classify::address::Address;

fn masked(text: &str) -> String {
    String::from_utf8(without_addresses(text.as_bytes()).into_owned()).expect("as it was, but for digits")
}

#[test]
fn r11_addresses_within_texts_are_masked_however_they_are_spelled() {
    for (text, expected) in [
        ("192.0.2.77 - - broken", "192.0.2.xx - - broken"),
        (
            "from 192.0.2.7:4711, 2001:db8:1:2::9 at 14:02:33",
            "from 192.0.2.x:4711, 2001:db8:1:x::x at 14:02:33",
        ),
        (r#"{"ip":"192.0.2.7","to":"[2001:db8::1]:443"}"#, r#"{"ip":"192.0.2.x","to":"[2001:db8::x]:443"}"#),
        (
            "2001:db8:1:2:3:4:5:6:4711 2001:db8::9: 2026:14:02:33",
            "2001:db8:1:x:x:x:x:x:xxxx 2001:db8::x: 2026:14:02:33",
        ),
        ("client:192.0.2.7 ::ffff:192.0.2.7", "client:192.0.2.x ::xxxx:xxx.x.x.x"),
        ("client:2001:db8:1:2::9", "client:2001:db8:1:x::x"),
        ("/backup-192.0.2.77.tar.gz, v192.0.2.77.", "/backup-192.0.2.xx.tar.gz, v192.0.2.xx."),
        ("/192%2E0%2e2%2E77/", "/192%2E0%2e2%2Exx/"),
        ("/192.0.2.%37%37/%2537%252E0.0.1", "/192.0.2.%xx%xx/%2537%252E0.0.x"),
        ("/192%25252E0%25252E2%25252E77", "/192%25252E0%25252E2%25252Exx"),
        ("/2001%3Adb8%3A1%3A2%3A%3A9", "/2001%3Adb8%3A1%3Ax%3A%3Ax"),
        (r"/192\x2e0\x2e2\x2e77 192\u002e0.2.7", r"/192\x2e0\x2e2\x2exx 192\u002e0.2.x"),
        ("/0xC0.0x0.0x2.0x4d /0xc000024d", "/0xC0.0x0.0x2.xxxx /xxxxxxxxxx"),
        ("/192.000.002.077", "/192.000.002.xxx"),
        ("http://3221226061/a http://192.589/", "http://xxxxxxxxxx/a http://192.xxx/"),
        ("user@192.0.2.77", "user@192.0.2.xx"),
        ("utm_source=2001:db8:1:222", "utm_source=2001:db8:1:xxx"),
    ] {
        assert_eq!(masked(text), expected);
        // Of hexadecimal numbers fewer than four are masked as well.
        if !expected.contains("0x") {
            assert_eq!(masked(expected), expected, "once is enough");
        }
    }
}

#[test]
fn r11_what_is_no_address_stays() {
    for text in [
        "24/Nov/2026:14:02:33 +0000 1.25 404",
        "2026:14:02:33",
        "/blog/2026/11/24/ten-tips-for-1999",
        "/download/app-10.0.19045.3448/",
        "/releases/v1.2.3",
        "/doc/Foo::Bar /std::vector",
        "/order/3221226061",
        "https://example.com:8443/a",
        "iphone-12-13-14-15",
        "",
    ] {
        assert!(matches!(masked(text), same if same == text), "{text}: {}", masked(text));
    }
}

#[test]
fn r11_a_host_may_be_made_of_an_address() {
    for (host, expected) in [
        ("192.0.2.77", "192.0.2.xx"),
        ("[2001:db8:1:2::9]", "[2001:db8:1:x::x]"),
        ("3221226061", "xxxxxxxxxx"),
        ("192.589", "192.xxx"),
        ("0xc000024d", "xxxxxxxxxx"),
        ("ec2-192-0-2-77.compute.example", "ec2-192-0-x-xx.compute.example"),
        ("192.0.2.77.nip.example", "192.0.2.xx.nip.example"),
        ("example.com", "example.com"),
        ("web-1-2.example", "web-1-2.example"),
        ("8080", "8080"),
        ("", ""),
    ] {
        assert_eq!(host_without_addresses(host), expected);
    }
}

#[test]
fn r11_of_an_address_that_is_cut_off_no_more_is_left_than_its_network() {
    assert_eq!(masked("2001:db8:1:2:3"), "2001:db8:1:x:x", "the line itself was cut short");
}

proptest! {
    #[test]
    fn r11_of_no_address_more_is_left_than_its_network(
        bits in any::<u128>(), zeros in 0..100_u32, is_v6 in any::<bool>(), escaped in any::<u64>(), rounds in 0..=4_usize,
        before in "[a-z:\" ]{0,3}[\" =/]", after in "[\" ,\\]].{0,5}",
    ) {
        let address = if is_v6 {
            // Some in the middle are left out.
            core::net::Ipv6Addr::from_bits(bits & !(u128::MAX >> 16 >> zeros << 16) | 1).to_string()
        } else {
            core::net::Ipv4Addr::from_bits(u32::try_from(bits >> 96).unwrap_or(0)).to_string()
        };
        let spelled = spelled(&address, escaped, rounds);
        let masked = masked(&format!("{before}{spelled}{after}"));
        let left = decoded_text(&masked[before.len()..before.len() + spelled.len()]);
        prop_assert_eq!(Address::parse(left.as_bytes()), Address::Name(left.as_bytes()), "{}", masked);
        prop_assert_eq!(masked.len(), before.len() + spelled.len() + after.len());
    }

    #[test]
    fn any_text_keeps_its_length(text in "[0-9a-fx.:%\\\\/@-]{0,60}") {
        prop_assert_eq!(masked(&text).len(), text.len());
        prop_assert_eq!(host_without_addresses(&text).len(), text.len());
    }
}

/// Some characters escaped, and the escapes so many times again.
fn spelled(address: &str, escaped: u64, rounds: usize) -> String {
    let escape = |(at, c): (usize, char)| {
        let is_escaped = rounds > 0 && escaped >> (at % 64) & 1 == 1;
        if is_escaped { format!("%{}{:02X}", "25".repeat(rounds - 1), u32::from(c)) } else { c.to_string() }
    };
    address.chars().enumerate().map(escape).collect()
}

fn decoded_text(text: &str) -> String {
    let mut level = Spelled::plain(text.as_bytes());
    while let Some(next) = decoded(&level) {
        level = next;
    }
    String::from_utf8_lossy(&level.bytes).into_owned()
}

/// R11: escapes are decoded four times at most, so that layers of them are no work without end.
#[test]
fn r11_escapes_are_decoded_four_times_and_no_more() {
    let behind = |layers: usize| format!("/192.0.2%{}2E77", "25".repeat(layers - 1));
    for layers in 1..=4 {
        let masked = without_addresses(behind(layers).as_bytes()).into_owned();
        assert!(masked.ends_with(b"xx"), "{layers} layers: {}", String::from_utf8_lossy(&masked));
    }
    for layers in [5, 30_000] {
        assert_eq!(
            without_addresses(behind(layers).as_bytes()),
            behind(layers).as_bytes(),
            "{layers} layers"
        );
    }
}
