//! Host names: normalization, and the registrable domain.

use core::net::Ipv6Addr;

/// The host normalized: lower case, no port, no trailing dot, IPv6 in brackets. `None` if nothing is left.
pub(super) fn normal(host: &[u8]) -> Option<String> {
    if let Some(address) = std::str::from_utf8(host).ok().and_then(|host| host.parse::<Ipv6Addr>().ok()) {
        return Some(format!("[{address}]"));
    }
    let bare = without_port(host);
    (!bare.is_empty()).then(|| String::from_utf8_lossy(bare).to_lowercase())
}

/// The host without port and trailing dots; an IPv6 address keeps its brackets.
pub(super) fn without_port(host: &[u8]) -> &[u8] {
    let after_bracket =
        if host.starts_with(b"[") { memchr::memchr(b']', host).unwrap_or(host.len()) } else { 0 };
    let end = memchr::memchr(b':', &host[after_bracket..]).map_or(host.len(), |at| after_bracket + at);
    let mut bare = &host[..end];
    while let [rest @ .., b'.'] = bare {
        bare = rest;
    }
    bare
}

/// The host without a leading `www.`, unless that leaves no domain: `www.com`.
pub(super) fn without_www(host: &str) -> &str {
    host.strip_prefix("www.").filter(|domain| domain.contains('.')).unwrap_or(host)
}

/// The host and its parent domains: `mail.google.com`, `google.com`, `com`.
pub(super) fn upwards(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, above)| above))
}

/// The registrable domain: `google.co.uk` for `www.google.co.uk`. IP addresses and single labels are unchanged.
pub(super) fn registrable(host: &str) -> &str {
    if is_address(host) {
        return host;
    }
    psl::domain_str(host).unwrap_or(host)
}

/// The public suffix if a registry runs it, such as `co.uk`; `None` for private ones (`blogspot.com`) and `localhost`.
pub(super) fn country_suffix(host: &str) -> Option<&str> {
    if is_address(host) {
        return None;
    }
    let suffix = psl::suffix(host.as_bytes())?;
    let given_out = suffix.typ() == Some(psl::Type::Icann);
    given_out.then(|| host.get(host.len() - suffix.as_bytes().len()..)).flatten()
}

/// Whether it is an address, or one that was masked (R11).
fn is_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_masked = || {
        !last.is_empty()
            && last.bytes().all(|byte| byte == b'x')
            && host.starts_with(|c: char| c.is_ascii_digit())
    };
    host.starts_with('[') || last.bytes().all(|byte| byte.is_ascii_digit()) || is_masked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_compare_without_case_port_and_closing_dot() {
        for (host, expected) in [
            ("WWW.Example.COM:8080", "www.example.com"),
            ("example.com.", "example.com"),
            ("[2001:DB8::1]:443", "[2001:db8::1]"),
            ("localhost:3000", "localhost"),
        ] {
            assert_eq!(normal(host.as_bytes()).as_deref(), Some(expected));
        }
        assert_eq!(normal(b":80"), None);
    }

    #[test]
    fn r4_the_registrable_domain_follows_the_public_suffixes() {
        for (host, expected) in [
            ("www.google.co.uk", "google.co.uk"),
            ("a.b.example.com", "example.com"),
            ("kufli.blogspot.com", "kufli.blogspot.com"),
            ("localhost", "localhost"),
            ("192.0.2.7", "192.0.2.7"),
            ("[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(registrable(host), expected);
        }
    }

    #[test]
    fn only_what_registries_give_out_is_a_country() {
        assert_eq!(country_suffix("www.google.com.br"), Some("com.br"));
        assert_eq!(country_suffix("google.blogspot.com"), None);
        assert_eq!(country_suffix("localhost"), None);
        assert_eq!(country_suffix("192.0.2.7"), None);
    }
}
