//! Finds the client's address behind reverse proxies, from `X-Forwarded-For`.
//!
//! Any client can forge the header, and each proxy appends the address of its peer. So the list is trusted from its end,
//! as far as the operator's own proxies go: those have private addresses, or run on the same machine. The first address
//! that is not a proxy is the client; everything before it is unverified.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::fields::{ip, without_port};

/// The client's address: the peer, unless it is an own proxy; then the last address of the list that is not one either.
/// On a network where all addresses are private, the farthest one.
///
/// `peer` is empty if the format does not have it; then only the list counts.
pub(super) fn client<'a>(peer: &'a [u8], forwarded: &'a [u8]) -> &'a [u8] {
    if !matches!(forwarded, b"" | b"-") && is_own_proxy(peer) { farthest(peer, forwarded) } else { peer }
}

fn farthest<'a>(peer: &'a [u8], forwarded: &'a [u8]) -> &'a [u8] {
    let mut client = peer;
    for part in forwarded.rsplit(|&byte| byte == b',') {
        let address = without_port(trimmed(part));
        let Some(ip) = ip(address) else { break };
        client = address;
        if !is_private(ip) {
            break;
        }
    }
    client
}

/// The last element of a list; empty if it is not an address.
pub(super) fn last_address(list: &[u8]) -> &[u8] {
    let end = list.rsplit(|&byte| byte == b',').next().unwrap_or(list);
    let address = without_port(trimmed(end));
    if ip(address).is_some() { address } else { b"" }
}

/// Trims an element: W3C logs have `+` for the space after a comma, and JSON lists have quotes.
fn trimmed(part: &[u8]) -> &[u8] {
    let part = part.trim_ascii();
    let part = part.strip_prefix(b"\"").unwrap_or(part);
    let part = part.strip_suffix(b"\"").unwrap_or(part).trim_ascii();
    part.strip_prefix(b"+").unwrap_or(part)
}

/// Whether the peer is an own proxy, possibly connected by a Unix socket, which has no address.
fn is_own_proxy(peer: &[u8]) -> bool {
    matches!(peer, b"" | b"-" | b"unix:" | b"@") || ip(without_port(peer)).is_some_and(is_private)
}

pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => address.to_ipv4_mapped().map_or_else(|| is_private_v6(address), is_private_v4),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // RFC 6598: shared address space of providers and clusters.
    let is_shared = first == 100 && second & 0xc0 == 64;
    address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn holds(peer: &str, forwarded: &str, wanted: &str) {
        let found = client(peer.as_bytes(), forwarded.as_bytes());
        assert_eq!(String::from_utf8_lossy(found), wanted, "{peer} for {forwarded}");
    }

    #[test]
    fn r4_a_proxy_of_ones_own_is_believed_and_what_it_was_told_is_not() {
        holds("10.0.0.1", "203.0.113.9", "203.0.113.9");
        // The client claims to be 198.51.100.1.
        holds("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9");
        holds("127.0.0.1", "198.51.100.1,203.0.113.9, 10.0.0.2", "203.0.113.9");
        holds("::1", "2001:db8::1, fd00::2", "2001:db8::1");
        holds("::ffff:10.0.0.1", "203.0.113.9:4711", "203.0.113.9");
        holds("100.64.0.7", "203.0.113.9", "203.0.113.9");
        holds("unix:", "203.0.113.9,+169.254.0.1", "203.0.113.9");
        holds("", "203.0.113.9, 10.0.0.2", "203.0.113.9");
    }

    #[test]
    fn r4_who_asks_from_elsewhere_is_the_client_whatever_the_header_says() {
        holds("192.0.2.7", "203.0.113.9", "192.0.2.7");
        holds("2001:db8::7", "10.0.0.1", "2001:db8::7");
        holds("visitor.example", "203.0.113.9", "visitor.example");
    }

    #[test]
    fn r4_what_is_no_address_ends_the_list() {
        holds("10.0.0.1", "203.0.113.9, unknown", "10.0.0.1");
        holds("10.0.0.1", "203.0.113.9, _hidden, 10.0.0.2", "10.0.0.2");
        holds("10.0.0.1", "-", "10.0.0.1");
        holds("10.0.0.1", "", "10.0.0.1");
        holds("", "unknown", "");
    }

    #[test]
    fn r4_on_a_private_net_the_farthest_counts() {
        holds("10.0.0.1", "192.168.1.50, 10.0.0.2", "192.168.1.50");
    }
}
