//! Values of campaign tags: decoded, without e-mail addresses, and bounded (R9, R11).

use std::borrow::Cow;

use super::scrub::{may_have_any, scrub_text};

/// The longest value, in bytes as a query has it. Names of campaigns and sources are far shorter.
const LONGEST_VALUE: usize = 100;

/// A value as people read it; empty if nothing is left of it.
pub(super) fn readable(raw: &[u8]) -> Cow<'_, str> {
    // A fast path: nearly all values are plain words, and this runs for every pageview with campaign tags.
    match std::str::from_utf8(raw) {
        Ok(text) if is_plain(raw) && !may_have_any(raw) => Cow::Borrowed(text),
        _ => Cow::Owned(decoded(raw)),
    }
}

/// Whether decoding would leave a value as it is.
fn is_plain(raw: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    raw.len() <= LONGEST_VALUE && raw.iter().all(plain)
}

fn decoded(raw: &[u8]) -> String {
    let bytes = percent_decoded(raw);
    let text = String::from_utf8_lossy(&bytes);
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let masked = scrub_text(&plain);
    shortened(masked.trim()).trim_end().to_owned()
}

/// The value cut to [`LONGEST_VALUE`].
fn shortened(value: &str) -> &str {
    let mut length = 0;
    let end = value.char_indices().find(|&(_, c)| {
        length += length_in_query(c.encode_utf8(&mut [0; 4]));
        length > LONGEST_VALUE
    });
    end.map_or(value, |(at, _)| &value[..at])
}

/// A value's length in a query, in bytes. Only bytes that would decode to something else are escaped.
pub(super) fn length_in_query(value: &str) -> usize {
    value.bytes().map(|byte| if matches!(byte, b'%' | b'&' | b'+') { "%25".len() } else { 1 }).sum()
}

/// A form's value decoded: `%41` is a byte, `+` a space, and a `%` without two digits stands for itself.
pub(super) fn percent_decoded(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        let (byte, next) = match (first, tail) {
            (b'+', _) => (b' ', tail),
            (b'%', [high, low, after @ ..]) => match hexadecimal(*high, *low) {
                Some(byte) => (byte, after),
                None => (b'%', tail),
            },
            _ => (*first, tail),
        };
        out.push(byte);
        rest = next;
    }
    out
}

fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}
