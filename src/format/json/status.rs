//! The status in a JSON line, in the spellings of its producers.

use super::super::fields;

/// Parses a status; some producers append its reason phrase.
#[inline]
pub(super) fn status(text: &[u8]) -> Option<u16> {
    fields::status(text).filter(|&status| status >= 100).or_else(|| status_and_words(text))
}

#[inline(never)]
fn status_and_words(text: &[u8]) -> Option<u16> {
    let (status, rest) = text.split_at_checked(3)?;
    if rest.starts_with(b" ") || rest == b".0" { fields::status(status) } else { None }
}

/// Whether a status field says that there was no answer.
pub(super) fn is_no_status(text: &[u8]) -> bool {
    matches!(text, b"0" | b"000" | b"-" | b"-1")
}
