//! E-mail addresses within a text.

use std::ops::Range;

/// `＠`, the full-width at sign, which people and input methods write for `@`.
const FULL_WIDTH: &[u8] = "＠".as_bytes();
/// What ends the name of a file is no top-level domain, as in `/npm/vue@next.min.js`.
const FILES: [&str; 14] =
    ["js", "mjs", "cjs", "css", "map", "json", "html", "htm", "php", "png", "jpg", "gif", "svg", "webp"];

/// Where addresses stand, in order.
pub(super) fn find(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some((sign, length)) = next_sign(text, from) {
        let start = found.last().map_or(0, |last| last.end);
        let local = text[start..sign].iter().rev().take_while(|byte| is_local(**byte)).count();
        let domain = domain(&text[sign + length..]);
        if local > 0 && domain > 0 {
            found.push(sign - local..sign + length + domain);
        }
        from = sign + length + domain;
    }
    found
}

fn next_sign(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let plain = memchr::memchr(b'@', &text[from..]).map(|at| (from + at, 1));
    let wide = memchr::memmem::find(&text[from..], FULL_WIDTH).map(|at| (from + at, FULL_WIDTH.len()));
    plain.into_iter().chain(wide).min()
}

/// RFC 5321 allows more; what else may stand in a path or a query separates there.
fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._+-'".contains(&byte) || !byte.is_ascii()
}

/// The length of the domain that a text begins with, or of an address in brackets; 0 if there is none.
fn domain(text: &[u8]) -> usize {
    if let Some(rest) = text.strip_prefix(b"[") {
        let length = rest.iter().position(|byte| *byte == b']').unwrap_or(0);
        let is_address =
            rest[..length].iter().all(|byte| byte.is_ascii_hexdigit() || b".:vIPx".contains(byte));
        return if length > 2 && is_address { length + 2 } else { 0 };
    }
    let in_domain = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-".contains(byte) || !byte.is_ascii();
    let length = text.iter().take_while(in_domain).count();
    let name = &text[..length];
    let trimmed = name.trim_ascii_end_matches(b'.');
    let Some(dot) = memchr::memrchr(b'.', trimmed) else { return 0 };
    let top = &trimmed[dot + 1..];
    let is_top = top.len() >= 2 && !top.iter().all(u8::is_ascii_digit) && !top[0].is_ascii_digit();
    let is_file = FILES.iter().any(|file| top.eq_ignore_ascii_case(file.as_bytes()));
    if dot > 0 && is_top && !is_file { trimmed.len() } else { 0 }
}

trait TrimEnd {
    fn trim_ascii_end_matches(&self, byte: u8) -> &[u8];
}

impl TrimEnd for [u8] {
    fn trim_ascii_end_matches(&self, byte: u8) -> &[u8] {
        let kept = self.iter().rposition(|one| *one != byte).map_or(0, |last| last + 1);
        &self[..kept]
    }
}
