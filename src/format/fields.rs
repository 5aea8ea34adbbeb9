//! Fields that several formats share: numbers, durations, addresses, hosts.

use core::net::{IpAddr, Ipv6Addr};

use memchr::memchr;

use crate::bytes;
use crate::time::Span;

/// A field; `-` counts as empty.
pub(super) fn absent_if_dash(field: &[u8]) -> &[u8] {
    if field == b"-" { b"" } else { field }
}

/// A status: three digits, or a placeholder for a missing one.
pub(super) fn status(text: &[u8]) -> Option<u16> {
    let [a, b, c] = *text else { return no_status(text) };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    Some(digit(a)? * 100 + digit(b)? * 10 + digit(c)?)
}

/// Placeholders of servers for requests whose client left before an answer (R1): `-` and `0` of Apache and Squid, `000`
/// of `CloudFront`, which is three digits, `-1` of `HAProxy`.
pub(super) fn no_status(text: &[u8]) -> Option<u16> {
    matches!(text, b"-" | b"0" | b"-1").then_some(NO_STATUS)
}

/// The status of a hit that was never answered.
pub(super) const NO_STATUS: u16 = 0;

/// The bytes of an answer, up to the end of the text; 0 where no number stands, which is how servers log none.
pub(super) fn size(text: &[u8]) -> u64 {
    Decimal::parse(text).map_or(0, |size| size.whole)
}

/// A decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) whole: u64,
    /// The fraction in millionths.
    pub(super) micros: u32,
}

impl Decimal {
    /// Reads digits, with a fraction if there is one, up to the end of the text.
    pub(super) fn parse(text: &[u8]) -> Option<Decimal> {
        let (decimal, length) = Decimal::prefix(text)?;
        if length == text.len() {
            return Some(decimal);
        }
        Decimal::with_exponent(text)
    }

    /// Reads a number at the beginning of the text; also how many bytes it takes.
    #[inline]
    pub(super) fn prefix(text: &[u8]) -> Option<(Decimal, usize)> {
        let (whole, digits) = whole_number(text)?;
        if text.get(digits) != Some(&b'.') {
            return Some((Decimal { whole, micros: 0 }, digits));
        }
        let (micros, length) = micros_at(text, digits + 1);
        Some((Decimal { whole, micros }, digits + 1 + length))
    }

    /// The rare scientific notation: `1.5e-05`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "both are within their bounds"
    )]
    fn with_exponent(text: &[u8]) -> Option<Decimal> {
        let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
        let fits = (0.0..1e18).contains(&number);
        fits.then(|| Decimal { whole: number as u64, micros: (number.fract() * 1e6) as u32 })
    }
}

/// The number that a text begins with, and its number of digits; `None` if there are none or too many.
#[inline]
fn whole_number(text: &[u8]) -> Option<(u64, usize)> {
    let bytes = bytes::eight_from(text, 0);
    let digits = bytes::digits(bytes);
    let whole = bytes::number(bytes, digits);
    if digits < 8 { (digits > 0).then_some((whole, digits)) } else { long_number(whole, text) }
}

/// As `digits`, for a text that begins with at least eight digits, which `eight` already is.
#[inline]
fn long_number(first: u64, text: &[u8]) -> Option<(u64, usize)> {
    let bytes = bytes::eight_from(text, 8);
    let digits = bytes::digits(bytes);
    let whole = first * TENS[digits] + bytes::number(bytes, digits);
    if digits < 8 { Some((whole, 8 + digits)) } else { longer_number(whole, text) }
}

/// The same of one that begins with sixteen digits or more: microseconds and nanoseconds since 1970.
#[inline(never)]
fn longer_number(mut whole: u64, text: &[u8]) -> Option<(u64, usize)> {
    for (at, byte) in text.iter().enumerate().skip(16) {
        if !byte.is_ascii_digit() {
            return Some((whole, at));
        }
        whole = whole.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
    }
    Some((whole, text.len()))
}

/// Powers of ten.
const TENS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The first six digits of a fraction, and how many digits it has.
pub(super) fn micros(fraction: &[u8]) -> (u32, usize) {
    micros_at(fraction, 0)
}

/// The same of a fraction that begins at a place in a text.
#[inline]
fn micros_at(text: &[u8], start: usize) -> (u32, usize) {
    const KEPT: usize = 6;
    let bytes = bytes::eight_from(text, start);
    let digits = bytes::digits(bytes);
    let kept = digits.min(KEPT);
    let micros = bytes::number(bytes, kept) * TENS[KEPT - kept];
    let more = text.get(start + 8..).filter(|_| digits == 8).unwrap_or_default();
    let more = more.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (u32::try_from(micros).unwrap_or(0), digits + more)
}

/// The unit of a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

/// A duration; `None` for `-` and negative ones, which mean that it did not happen.
pub(super) fn span(text: &[u8], unit: Unit) -> Option<Span> {
    if unit == Unit::Seconds
        && let Some(span) = few_seconds(text)
    {
        return Some(span);
    }
    let Decimal { whole, micros } = Decimal::parse(text)?;
    let millis = match unit {
        Unit::Seconds => whole.checked_mul(1000)? + u64::from(micros / 1000),
        Unit::Millis => whole,
        Unit::Micros => whole / 1000,
        Unit::Nanos => whole / 1_000_000,
    };
    Some(Span(millis))
}

/// A duration with its unit: `120ms`, `1.5s`, `850µs`, `1m2.5s`, as Go writes it.
pub(super) fn span_with_unit(text: &[u8]) -> Option<Span> {
    let mut rest = text;
    let mut micros = 0_u64;
    while !rest.is_empty() {
        let (number, digits) = Decimal::prefix(rest)?;
        let unit = rest[digits..].iter().take_while(|byte| !byte.is_ascii_digit()).count();
        let scale: u64 = match &rest[digits..digits + unit] {
            b"h" => 3_600_000_000,
            b"m" => 60_000_000,
            b"s" => 1_000_000,
            b"ms" => 1000,
            b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1,
            b"ns" => return Some(Span(0)),
            _ => return None,
        };
        let part =
            number.whole.checked_mul(scale)?.checked_add(u64::from(number.micros) * scale / 1_000_000)?;
        micros = micros.checked_add(part)?;
        rest = &rest[digits + unit..];
    }
    (!text.is_empty()).then_some(Span(micros / 1000))
}

/// Fast path for the most common form: less than ten seconds with milliseconds.
fn few_seconds(text: &[u8]) -> Option<Span> {
    let [whole, b'.', a, b, c, finer @ ..] = text else { return None };
    let millis = [*whole, *a, *b, *c];
    let is_number = millis.iter().chain(finer).all(u8::is_ascii_digit);
    is_number.then(|| Span(millis.iter().fold(0, |number, digit| number * 10 + u64::from(digit & 0xf))))
}

/// An address without its port.
#[must_use]
pub fn without_port(text: &[u8]) -> &[u8] {
    // Most addresses have no port, and no colon near their end.
    let end = text.last_chunk().map(|end| bytes::first_equal_of_8(u64::from_le_bytes(*end), b':'));
    let colon = if end == Some(8) { None } else { memchr::memrchr(b':', text) };
    let Some(colon) = colon else { return text };
    let (address, port) = (&text[..colon], &text[colon + 1..]);
    let is_port = !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    // A bare IPv6 address has several colons, and what follows the last is not a port.
    let is_whole = memchr(b':', address).is_none() || address.ends_with(b"]");
    // Python programs append the port without brackets: no group of an IPv6 address has five digits.
    let is_surely_port = port.len() == 5;
    if is_port && (is_whole || is_surely_port) { address } else { text }
}

/// An address before the last colon, where a port always follows: IPv6 may stand there without brackets.
pub(super) fn before_port(text: &[u8]) -> &[u8] {
    memchr::memrchr(b':', text).map_or(text, |colon| &text[..colon])
}

/// Whether the text is an IP address, in brackets or not.
pub(super) fn is_address(text: &[u8]) -> bool {
    ip(text).is_some()
}

/// The IP address that the text is, in brackets or not.
pub(super) fn ip(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
}

/// Whether the text looks like a host name with a dot, perhaps with a port, and is no address or number.
pub(super) fn is_host(text: &[u8]) -> bool {
    let name = text.split(|&byte| byte == b':').next().unwrap_or(b"");
    let plain = name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    let top = name.rsplit(|&byte| byte == b'.').next().unwrap_or(b"");
    plain && name.contains(&b'.') && top.len() >= 2 && top.iter().all(u8::is_ascii_alphabetic)
}

/// The host of a URL with a scheme; empty where there is none.
pub(super) fn host_of(url: &[u8]) -> &[u8] {
    let scheme = memchr(b':', &url[..url.len().min(12)]).unwrap_or(url.len());
    let Some(rest) = url[scheme..].strip_prefix(b"://") else { return b"" };
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_of_time_are_read_in_their_unit() {
        assert_eq!(span(b"0.250", Unit::Seconds), Some(Span(250)));
        assert_eq!(span(b"12", Unit::Seconds), Some(Span(12_000)));
        assert_eq!(span(b"9.9999999", Unit::Seconds), Some(Span(9999)));
        assert_eq!(span(b"0.25", Unit::Seconds), Some(Span(250)));
        assert_eq!(span(b"1.234e-1", Unit::Seconds), Some(Span(123)));
        assert_eq!(span(b"12.345", Unit::Seconds), Some(Span(12_345)));
        assert_eq!(span(b"0.250", Unit::Millis), Some(Span(0)));
        assert_eq!(span(b"1.5e-1", Unit::Seconds), Some(Span(150)));
        assert_eq!(span(b"1234567", Unit::Micros), Some(Span(1234)));
        assert_eq!(span(b"5000000", Unit::Nanos), Some(Span(5)));
        for wrong in ["-", "-1", "", "x", "99999999999999999999", "1.x", "1.234x", "x.123"] {
            assert_eq!(span(wrong.as_bytes(), Unit::Seconds), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn few_seconds_are_read_as_all_are(text in "[0-9]{0,2}[.,]?[0-9]{0,8}[0-9e-]?") {
            if let Some(span) = few_seconds(text.as_bytes()) {
                let Decimal { whole, micros } = Decimal::parse(text.as_bytes()).expect("a number");
                prop_assert_eq!(span, Span(whole * 1000 + u64::from(micros / 1000)), "{}", text);
            }
        }
    }

    #[test]
    fn ports_are_left_out_and_ipv6_is_left_whole() {
        for (text, address) in [
            ("192.0.2.7:8080", "192.0.2.7"),
            ("[2001:db8::1]:443", "[2001:db8::1]"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:db8::1:54171", "2001:db8::1"),
            ("2001:db8::1:8080", "2001:db8::1:8080"),
            ("192.0.2.7", "192.0.2.7"),
        ] {
            assert_eq!(without_port(text.as_bytes()), address.as_bytes());
        }
        assert_eq!(before_port(b"2001:db8::1:443"), b"2001:db8::1");
    }
}
