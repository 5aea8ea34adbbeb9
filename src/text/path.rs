//! Readable paths: percent-encoded UTF-8 is decoded, for display only.

use super::harmless::{Shown, harmless};
use super::unseen::is_unseen;

/// The path with percent-encoded letters decoded (`/caf%C3%A9` → `/café`), made harmless.
///
/// Encoded ASCII stays encoded: `%2F`, `%20` or `%2e` would be misread. So does what is not UTF-8 or not harmless.
#[must_use]
pub fn readable_path(path: &str) -> Shown<'_> {
    match decoded(path) {
        None => harmless(path),
        Some(decoded) => Shown::from(decoded),
    }
}

/// The path with all its escapes decoded, as somebody may type it.
#[must_use]
pub fn decoded_path(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let (before, escapes) = rest.split_at(at);
        let length = escapes_at_start(escapes);
        bytes.extend_from_slice(before.as_bytes());
        bytes.extend((0..length).step_by(3).filter_map(|at| byte_at(escapes, at)));
        // A percent sign without two digits is literal.
        let taken = length.max(1);
        bytes.extend_from_slice(&escapes.as_bytes()[length..taken]);
        rest = &escapes[taken..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The path decoded; `None` if it has no escapes.
fn decoded(path: &str) -> Option<String> {
    let mut rest = path;
    let mut readable = String::new();
    while let Some(at) = rest.find('%') {
        let (before, escapes) = rest.split_at(at);
        let length = escapes_at_start(escapes);
        readable.push_str(before);
        if length == 0 {
            readable.push('%');
            rest = &escapes[1..];
            continue;
        }
        let (run, after) = escapes.split_at(length);
        push_run(&mut readable, run);
        rest = after;
    }
    readable.push_str(rest);
    (readable != path).then_some(readable)
}

/// The length of the leading run of `%XX`.
fn escapes_at_start(text: &str) -> usize {
    let is_escape = |three: &&[u8]| matches!(three, [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    3 * text.as_bytes().chunks(3).take_while(is_escape).count()
}

/// Appends a run of escapes: decoded if that is readable, otherwise as is.
fn push_run(readable: &mut String, run: &str) {
    let bytes: Vec<u8> = (0..run.len()).step_by(3).filter_map(|at| byte_at(run, at)).collect();
    let mut escape = 0;
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let length = character.len_utf8();
            if character.is_ascii() || is_unseen(character) {
                readable.push_str(&run[3 * escape..3 * (escape + length)]);
            } else {
                readable.push(character);
            }
            escape += length;
        }
        let invalid = chunk.invalid().len();
        readable.push_str(&run[3 * escape..3 * (escape + invalid)]);
        escape += invalid;
    }
}

fn byte_at(run: &str, at: usize) -> Option<u8> {
    u8::from_str_radix(run.get(at + 1..at + 3)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_are_decoded_and_all_else_stays() {
        for (path, shown) in [
            ("/pricing", "/pricing"),
            ("/caf%C3%A9/%E6%97%A5%e6%9c%ac", "/café/日本"),
            ("/a%20b%2Fc%2e%2E/%25C3", "/a%20b%2Fc%2e%2E/%25C3"),
            ("/%C3%A9%2F%C3%A9", "/é%2Fé"),
            ("/%FF%C3%A9%C3/", "/%FFé%C3/"),
            ("/%E2%80%AE%1B%C2%9B", "/%E2%80%AE%1B%C2%9B"),
            ("/100%/%4/%zz%", "/100%/%4/%zz%"),
            ("/\u{1b}[m%C3%A9", "/␛[mé"),
            ("%CC%81", "‹U+0301›"),
        ] {
            assert_eq!(readable_path(path), shown);
        }
    }

    #[test]
    fn all_escapes_are_decoded_as_somebody_may_type_them() {
        for (path, typed) in
            [("/my%20file/caf%C3%A9", "/my file/café"), ("/100%", "/100%"), ("/%%2F%zz", "/%/%zz")]
        {
            assert_eq!(decoded_path(path), typed);
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_harmless(path in "(/|%[0-9A-F]{2}|%E2%80%[89AB][0-9A-F]|%|[a-z]|\\PC|\\pC){0,20}") {
            let shown = readable_path(&path).into_owned();
            prop_assert_eq!(harmless(&shown), shown.as_str());
        }
    }
}
