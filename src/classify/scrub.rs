//! Replaces personal data in paths, e-mail addresses and long tokens, before a page is interned (R11).

use std::borrow::Cow;

/// Replaces an e-mail address.
const EMAIL: &[u8] = b"{email}";
/// Replaces a long token.
const TOKEN: &[u8] = b"{token}";
/// The least length of a token: 128 bits in hexadecimal, as of a UUID or an MD5 sum.
const LONG: usize = 32;

/// The path with e-mail addresses and long tokens replaced, segment by segment.
#[must_use]
pub(super) fn scrub(path: &[u8]) -> Cow<'_, [u8]> {
    let needs = path.split(|&byte| byte == b'/').any(|part| stand_in(part).is_some());
    if !needs {
        return Cow::Borrowed(path);
    }
    let parts: Vec<_> = path.split(|&byte| byte == b'/').map(|part| stand_in(part).unwrap_or(part)).collect();
    Cow::Owned(parts.join(&b'/'))
}

fn stand_in(part: &[u8]) -> Option<&'static [u8]> {
    if is_email(part) {
        return Some(EMAIL);
    }
    is_token(part).then_some(TOKEN)
}

/// `name@host.tld`, also with an encoded `@`.
fn is_email(part: &[u8]) -> bool {
    let after_sign = |text: &[u8], sign: &[u8]| {
        let at = memchr::memmem::find(text, sign).filter(|&at| at > 0)?;
        Some(text[at + sign.len()..].to_vec())
    };
    let host = after_sign(part, b"@").or_else(|| after_sign(part, b"%40"));
    host.is_some_and(|host| {
        let dot = host.iter().position(|&byte| byte == b'.');
        dot.is_some_and(|dot| dot > 0 && dot + 2 < host.len() && host[dot + 1].is_ascii_alphabetic())
    })
}

/// Long and random: hexadecimal (also as a UUID), or letters of both cases mixed with digits.
fn is_token(part: &[u8]) -> bool {
    if part.len() < LONG {
        return false;
    }
    let count = |wanted: fn(&u8) -> bool| part.iter().filter(|byte| wanted(byte)).count();
    let digits = count(u8::is_ascii_digit);
    let hex = count(|byte| byte.is_ascii_hexdigit() || *byte == b'-') == part.len();
    let word = count(|byte| byte.is_ascii_alphanumeric() || b"-_.~=".contains(byte)) == part.len();
    let mixed = count(u8::is_ascii_uppercase) >= 4 && count(u8::is_ascii_lowercase) >= 4;
    let slug = part.split(|byte| b"-_.".contains(byte)).all(|piece| piece.len() < 16);
    digits >= 4 && (hex || (word && mixed && !slug))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_addresses_and_tokens_in_paths_are_replaced() {
        for (path, shown) in [
            ("/unsubscribe/jo.doe@mail.example/now", "/unsubscribe/{email}/now"),
            ("/u/jo%40mail.example", "/u/{email}"),
            ("/reset/0123456789abcdef0123456789abcdef", "/reset/{token}"),
            ("/item/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/item/{token}"),
            ("/s/dGhpcyBpcyBhIHNlY3JldCB0b2tlbiBvZiBtaW5lMTIzNDU2", "/s/{token}"),
        ] {
            assert_eq!(scrub(path.as_bytes()), shown.as_bytes(), "{path}");
        }
    }

    #[test]
    fn r11_ordinary_paths_stay_as_they_are() {
        for path in [
            "/blog/how-to-choose-a-web-server-in-2026-without-regret",
            "/@handle/status/1234567890123456789",
            "/filter/b1,p53/%D8%AA%DB%8C%D8%B4%D8%B1%D8%AA-%D9%85%D8%B1%D8%AF%D8%A7%D9%86%D9%87-2026",
            "/presentations/logstash-monitorama-2013/images/kibana-search.png",
            "/wiki/Long_Title_Of_An_Article_About_Something_From_1999",
            "",
        ] {
            assert!(matches!(scrub(path.as_bytes()), Cow::Borrowed(_)), "{path}");
        }
    }
}
