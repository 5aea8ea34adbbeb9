//! Normalizes paths: one spelling per page (design.md R1).

use std::borrow::Cow;

use memchr::memchr;

use crate::bytes;

/// The normalized path.
///
/// `%XX` of an unreserved character is that character, and other escapes have upper-case digits (RFC 3986, 6.2.2);
/// bytes above 0x7F and the servers' own `\xXX` count as escapes; path parameters `;name=value` and blanks at the end
/// are dropped.
#[must_use]
pub fn spelled(path: &[u8]) -> Cow<'_, [u8]> {
    if is_spelled(path) { Cow::Borrowed(path) } else { Cow::Owned(respelled(path)) }
}

/// Whether the path is certainly normalized: it contains nothing that could be spelled otherwise.
fn is_spelled(path: &[u8]) -> bool {
    path.is_ascii() && path.last() != Some(&b' ') && bytes::position(path, [b'%', b';', b'\\']).is_none()
}

fn respelled(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len() + 16);
    let mut rest = path;
    while let Some(&byte) = rest.first() {
        let length = if let Some((value, length)) = escape(rest) {
            push_escape(value, &mut out);
            length
        } else if let Some(length) = parameter(rest) {
            length
        } else {
            push_raw(byte, &mut out);
            1
        };
        rest = &rest[length..];
    }
    let end = out.iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
    out.truncate(end);
    out
}

/// The byte of a leading escape, and the escape's length.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let (digits, length) = match *text {
        [b'%', high, low, ..] => ([high, low], 3),
        [b'\\', b'x', high, low, ..] => ([high, low], 4),
        _ => return None,
    };
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    Some((u8::try_from(high? << 4 | low?).unwrap_or(0), length))
}

/// The length of a leading path parameter `;name=value`.
fn parameter(text: &[u8]) -> Option<usize> {
    let parameter = text.strip_prefix(b";")?;
    let sign = memchr(b'=', parameter).filter(|&sign| sign > 0)?;
    let ends = |byte: &u8| matches!(byte, b'/' | b';');
    if parameter[..sign].iter().any(ends) {
        return None;
    }
    Some(1 + sign + parameter[sign..].iter().position(ends).unwrap_or(parameter.len() - sign))
}

fn push_escape(value: u8, out: &mut Vec<u8>) {
    let is_unreserved = value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~');
    if is_unreserved && !continues_escape(out, value) {
        out.push(value);
    } else {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        out.extend([b'%', DIGITS[usize::from(value >> 4)], DIGITS[usize::from(value & 15)]]);
    }
}

/// Whether the byte, decoded, would go on with what only looks like the start of an escape: `%%41` must not become `%A`,
/// which is another page as soon as a digit follows.
fn continues_escape(out: &[u8], value: u8) -> bool {
    match out {
        [.., b'\\'] => value == b'x',
        [.., b'%'] | [.., b'\\', b'x'] => value.is_ascii_hexdigit(),
        [.., b'%', digit] | [.., b'\\', b'x', digit] => {
            digit.is_ascii_hexdigit() && value.is_ascii_hexdigit()
        }
        _ => false,
    }
}

fn push_raw(byte: u8, out: &mut Vec<u8>) {
    if byte.is_ascii() { out.push(byte) } else { push_escape(byte, out) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(path: &str) -> String {
        String::from_utf8_lossy(&spelled(path.as_bytes())).into_owned()
    }

    #[test]
    fn r1_a_page_has_one_spelling() {
        for (written, page) in [
            ("/%7Euser/", "/~user/"),
            ("/%7euser/%41", "/~user/A"),
            ("/caf%c3%a9", "/caf%C3%A9"),
            ("/café", "/caf%C3%A9"),
            (r"/caf\xC3\xa9", "/caf%C3%A9"),
            (r"/a\x22b", "/a%22b"),
            ("/a%2fb%20c", "/a%2Fb%20c"),
            ("/cart;jsessionid=0A1B", "/cart"),
            ("/cart;v=1;w=2/item;x=/y", "/cart/item/y"),
            ("/a;b/c;=d", "/a;b/c;=d"),
            ("/a;b;c=d", "/a;b"),
            ("/a  ", "/a"),
            ("/a ;b=c", "/a"),
            ("/a%20", "/a%20"),
            ("/a%3Bb=c", "/a%3Bb=c"),
            ("/100%", "/100%"),
            ("/%4", "/%4"),
            ("/%zz/%%41", "/%zz/%%41"),
            ("/%%7A/%4%31/%%34%31", "/%z/%4%31/%%341"),
            (r"/\x3\x33/\%783", r"/\x3%33/\%783"),
            (r"/%2541\x", r"/%2541\x"),
            ("/plain", "/plain"),
            ("", ""),
        ] {
            assert_eq!(of(written), page, "{written}");
        }
    }

    #[test]
    fn r1_bytes_that_are_no_text_have_a_spelling_too() {
        assert_eq!(spelled(b"/\xff\x80").as_ref(), b"/%FF%80");
    }

    proptest! {
        #[test]
        fn r1_what_is_spelled_stays_as_it_is(path in "/([a-c~./ ]|%[0-9A-Fa-f]{2}|\\\\x[3-9][0-9a-f]|é|%[0-9]?|\\\\(x[0-9]?)?){0,12}") {
            let once = of(&path);
            // An escape that is decoded never becomes part of another one: `%25` stays.
            prop_assert_eq!(of(&once), once.clone(), "{}", path);
            prop_assert!(once.is_ascii());
        }
    }
}
