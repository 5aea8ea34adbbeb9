//! Lines that may be quoted: addresses, e-mail addresses, secrets and queries are masked (R11).
//!
//! Masks keep the length, so that positions in a line stay valid.

use super::address::{AddressKeeping, LONGEST_ADDRESS, mask_addresses};
use super::scrub;

/// The beginning of a line as it may be quoted. Masked before it is cut: half an address would escape.
#[must_use]
pub fn beginning(line: &[u8], most: usize, addresses: AddressKeeping) -> Vec<u8> {
    let mut text = line[..line.len().min(most + LONGEST)].to_vec();
    redact(&mut text, addresses);
    text.truncate(most);
    text
}

/// A secret or an e-mail address that is cut short may not be known any more; longer ones are rare.
pub(super) const LONGEST: usize = if LONGEST_ADDRESS > 256 { LONGEST_ADDRESS } else { 256 };

/// The whole text as it may be quoted.
#[must_use]
pub fn text(said: &str, addresses: AddressKeeping) -> String {
    let mut text = said.as_bytes().to_vec();
    redact(&mut text, addresses);
    // Bytes of a character are masked all or none.
    String::from_utf8_lossy(&text).into_owned()
}

fn redact(text: &mut [u8], addresses: AddressKeeping) {
    mask_queries(text);
    for place in scrub::places(text) {
        mask(&mut text[place]);
    }
    if addresses == AddressKeeping::Masked {
        mask_addresses(text);
    }
}

/// Signs of an e-mail address and of its escapes stay, to show what was there.
fn mask(part: &mut [u8]) {
    let is_telling = |byte: &&mut u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    part.iter_mut().filter(is_telling).for_each(|byte| *byte = b'x');
}

/// Masks what follows a question mark, escaped or not, and pairs that are joined by `&`: some formats give a query a
/// field of its own.
fn mask_queries(text: &mut [u8]) {
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| !ends_word(**byte)).count();
        let word = &mut text[at..at + length];
        match query(word) {
            Some(from) => mask(&mut word[from..]),
            None if is_pairs(word) => mask(word),
            None => {}
        }
        at += length + 1;
    }
}

fn ends_word(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'|' | b'<' | b'>')
}

/// Where the query of a word begins.
fn query(word: &[u8]) -> Option<usize> {
    const MARKS: [&[u8]; 5] = [b"?", b"%3f", b"%3F", b"\\x3f", b"\\u003f"];
    let after = |mark: &&[u8]| memchr::memmem::find(word, mark).map(|at| at + mark.len());
    MARKS.iter().filter_map(after).min()
}

/// `a=1&b=2`
fn is_pairs(word: &[u8]) -> bool {
    let Some(joint) = memchr::memchr(b'&', word) else { return false };
    word[..joint].contains(&b'=') && word[joint..].contains(&b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_of_a_line_that_is_quoted_nothing_personal_is_left() {
        for (line, quoted) in [
            (
                "203.0.113.77 GET /reset?token=abc&u=7 HTTP/1.1",
                "203.0.113.xx GET /reset?xxxxx=xxx&x=x HTTP/1.1",
            ),
            (r#"{"uri":"/a\u003fid=7","args":"id=7&k=z"}"#, r#"{"uri":"/a\u003fxx=x","args":"xx=x&x=x"}"#),
            ("2026-11-30 GET /a id=7&session=q 443", "2026-11-30 GET /a xx=x&xxxxxxx=x 443"),
            ("user jane.doe@mail.example said", "user xxxx.xxx@xxxx.xxxxxxx said"),
            ("jane%2540mail.example", "xxxx%xxxxxxxx.xxxxxxx"),
            ("key 0123456789abcdef0123456789abcdef", "key xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
            ("ts=2026-11-30T13:20:00Z level=info path=/x", "ts=2026-11-30T13:20:00Z level=info path=/x"),
        ] {
            assert_eq!(text(line, AddressKeeping::Masked), quoted);
        }
    }

    #[test]
    fn r11_what_is_cut_off_is_masked_before() {
        let line = "from 2001:db8:1:2222:3:4:5:6 and 192.0.2.77 by jo@mail.example, key 0123456789abcdef0123";
        for most in 0..=line.len() + 1 {
            let shown = beginning(line.as_bytes(), most, AddressKeeping::Masked);
            let whole = text(line, AddressKeeping::Masked);
            assert_eq!(shown, whole.as_bytes()[..most.min(line.len())]);
        }
        let off =
            String::from_utf8(beginning(line.as_bytes(), 28, AddressKeeping::Whole)).expect("as it was");
        assert_eq!(off, "from 2001:db8:1:2222:3:4:5:6", "the operator asked for it");
    }
}
