//! Heuristics on single values: does it look like an address, an agent, a path? Columns use the share of matches.

use super::super::fields::{ip, is_host, without_port};

/// HTTP and `WebDAV` methods seen in access logs.
const METHODS: [&[u8]; 12] = [
    b"GET",
    b"POST",
    b"HEAD",
    b"PUT",
    b"DELETE",
    b"OPTIONS",
    b"PATCH",
    b"CONNECT",
    b"TRACE",
    b"PROPFIND",
    b"REPORT",
    b"PURGE",
];

/// Known statuses, of RFC 9110 and common extensions; other three-digit numbers are mostly sizes.
const STATUSES: [&[u8]; 45] = [
    b"101", b"200", b"201", b"202", b"203", b"204", b"205", b"206", b"207", b"208", b"226", b"300", b"301",
    b"302", b"303", b"304", b"307", b"308", b"400", b"401", b"402", b"403", b"404", b"405", b"406", b"408",
    b"409", b"410", b"411", b"412", b"413", b"414", b"415", b"416", b"421", b"422", b"425", b"426", b"429",
    b"431", b"444", b"499", b"500", b"502", b"503",
];
const STATUSES_SELDOM: [&[u8]; 12] =
    [b"100", b"418", b"460", b"494", b"495", b"496", b"497", b"501", b"504", b"505", b"520", b"000"];

pub(super) fn is_method(text: &[u8]) -> bool {
    METHODS.contains(&text)
}

pub(super) fn is_status(text: &[u8]) -> bool {
    STATUSES.contains(&text) || STATUSES_SELDOM.contains(&text)
}

/// Squid's `TCP_MISS/200`.
pub(super) fn is_result_and_status(text: &[u8]) -> bool {
    let Some(slash) = memchr::memchr(b'/', text) else { return false };
    let (result, status) = (&text[..slash], &text[slash + 1..]);
    let is_part = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'_';
    !result.is_empty()
        && result.iter().all(is_part)
        && status.len() == 3
        && status.iter().all(u8::is_ascii_digit)
}

/// `GET /a HTTP/1.1`, with or without the protocol.
pub(super) fn is_request(text: &[u8]) -> bool {
    let mut words = text.split(|&byte| byte == b' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    is_method(method) && is_target(target)
}

/// A path, a full URL, or a target of `OPTIONS` or `CONNECT`.
pub(super) fn is_target(text: &[u8]) -> bool {
    text.starts_with(b"/") || is_url(text) || text == b"*"
}

pub(super) fn is_url(text: &[u8]) -> bool {
    memchr::memmem::find(&text[..text.len().min(16)], b"://").is_some_and(|at| at >= 2)
}

/// One address, optionally with a port.
pub(super) fn is_address(text: &[u8]) -> bool {
    ip(without_port(text)).is_some()
}

/// A comma-separated list of addresses.
pub(super) fn is_address_list(text: &[u8]) -> bool {
    let mut parts = text.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    parts.next().is_some_and(is_address)
        && parts.all(|part| is_address(part) || part == b"unknown" || part == b"-")
}

pub(super) fn has_several(text: &[u8]) -> bool {
    text.contains(&b',')
}

/// A publicly routed address; the operator's own proxies have private ones.
pub(super) fn is_public(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b',').next().unwrap_or(text).trim_ascii();
    ip(without_port(first)).is_some_and(|ip| !super::super::forwarded::is_private(ip))
}

/// A dotted host name whose last label is a word, optionally with a port.
pub(super) fn is_host_name(text: &[u8]) -> bool {
    is_host(text) && !is_url(text)
}

/// A host name under a known top-level domain, unlike the user name `john.doe`.
pub(super) fn is_known_host(text: &[u8]) -> bool {
    let name = text.split(|&byte| byte == b':').next().unwrap_or_default().to_ascii_lowercase();
    is_host(&name) && psl::suffix(&name).is_some_and(|suffix| suffix.is_known())
        || RESERVED.iter().any(|top| name.ends_with(top))
}

/// Special-use domains (RFC 2606, RFC 6762), common in examples and internal networks.
const RESERVED: [&[u8]; 6] = [b".example", b".test", b".invalid", b".localhost", b".local", b".internal"];

/// A user agent: a name with a version such as `Mozilla/5.0 (…` or `curl/8.5.0`, or a known library.
pub(super) fn is_agent(text: &[u8]) -> bool {
    let starts_as_name = text.first().is_some_and(u8::is_ascii_alphabetic);
    let product = text.split(|byte| matches!(byte, b' ' | b';' | b'(' | b'+')).next().unwrap_or_default();
    let versioned = memchr::memchr(b'/', product).is_some_and(|slash| {
        product.get(slash + 1).is_some_and(|byte| byte.is_ascii_digit() || byte.is_ascii_alphabetic())
    });
    let is_long = text.starts_with(b"Mozilla/") || memchr::memmem::find(text, b"bot").is_some();
    starts_as_name && !is_url(text) && (is_long || versioned && !has_status_or_type(text))
}

/// Excludes `TCP_MISS/200` and `text/html`, which have a slash but no version.
fn has_status_or_type(text: &[u8]) -> bool {
    const TYPES: [&[u8]; 7] =
        [b"text/", b"image/", b"application/", b"font/", b"video/", b"audio/", b"HTTP/"];
    is_result_and_status(text)
        || TYPES.iter().any(|name| text.starts_with(name))
        || is_constant(text)
        || text.iter().all(|byte| byte.is_ascii_lowercase() || b"/_-0123456789".contains(byte))
            && !memchr::memchr(b'/', text).and_then(|at| text.get(at + 1)).is_some_and(u8::is_ascii_digit)
}

/// A referrer: a URL.
pub(super) fn is_referrer(text: &[u8]) -> bool {
    is_url(text) || text.starts_with(b"android-app:")
}

/// Squid's peer status: `HIER_DIRECT/192.0.2.1`, `FIRSTUP_PARENT/192.0.2.1`.
fn is_constant(text: &[u8]) -> bool {
    let name = text.split(|&byte| byte == b'/').next().unwrap_or_default();
    name.contains(&b'_') && name.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
}

/// A query string: `?a=b` or `a=b`.
pub(super) fn is_query(text: &[u8]) -> bool {
    text.starts_with(b"?") || text.contains(&b'=') && !text.starts_with(b"/")
}

/// Splits off the port.
pub(super) fn name_and_port(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let Some(colon) = memchr::memrchr(b':', text) else { return (text, None) };
    let port = &text[colon + 1..];
    let is_port = !port.is_empty() && port.len() <= 5 && port.iter().all(u8::is_ascii_digit);
    if is_port { (&text[..colon], Some(port)) } else { (text, None) }
}

/// Whether an address has a port.
pub(super) fn has_port(text: &[u8]) -> bool {
    let first = text.split(|&byte| byte == b',').next().unwrap_or(text).trim_ascii();
    without_port(first).len() < first.len()
}

/// Whether a field label, such as `rt=`, denotes a response time.
pub(super) fn is_load_label(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 14] = [
        b"rt",
        b"reqtime",
        b"request_time",
        b"req_time",
        b"time",
        b"took",
        b"duration",
        b"latency",
        b"elapsed",
        b"response_time",
        b"resp_time",
        b"rtime",
        b"total",
        b"time_taken",
    ];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
