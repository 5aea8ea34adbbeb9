//! Replaces personal data in texts of a log before they are interned: e-mail addresses and secrets (R11). Paths, tags,
//! referrers and properties all go through here.

mod email;
#[cfg(test)]
mod generators;
mod secret;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use super::spelling::Spelled;

/// Replaces an e-mail address.
const EMAIL: &[u8] = b"{email}";
/// Replaces a secret.
const TOKEN: &[u8] = b"{token}";

/// The text with e-mail addresses and secrets replaced. Escapes are decoded to find them; what is not replaced stays as it
/// was written.
#[must_use]
pub(super) fn scrub(text: &[u8]) -> Cow<'_, [u8]> {
    let found = found(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut scrubbed = Vec::with_capacity(text.len());
    let mut from = 0;
    for (place, stand_in) in found {
        scrubbed.extend_from_slice(&text[from..place.start]);
        scrubbed.extend_from_slice(stand_in);
        from = place.end;
    }
    scrubbed.extend_from_slice(&text[from..]);
    Cow::Owned(scrubbed)
}

/// Where e-mail addresses and secrets stand, in order.
pub(super) fn places(text: &[u8]) -> Vec<Range<usize>> {
    found(text).into_iter().map(|(place, _)| place).collect()
}

/// The same of a text that is UTF-8.
#[must_use]
pub(super) fn scrub_text(text: &str) -> Cow<'_, str> {
    match scrub(text.as_bytes()) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(scrubbed) => Cow::Owned(String::from_utf8_lossy(&scrubbed).into_owned()),
    }
}

/// Whether a text may have any: nearly all have none, and this runs for each new one.
#[must_use]
pub(super) fn may_have_any(text: &[u8]) -> bool {
    let has_sign = |byte: &u8| matches!(byte, b'@' | b'%' | b'\\' | 0xEF);
    text.iter().any(has_sign) || secret::may_occur(text)
}

/// Where personal data stands, and what stands in for it, in order.
fn found(text: &[u8]) -> Vec<(Range<usize>, &'static [u8])> {
    if !may_have_any(text) {
        return Vec::new();
    }
    let decoded = Spelled::decoded(text);
    let emails = email::find(&decoded.bytes);
    let is_apart =
        |one: &Range<usize>| emails.iter().all(|email| one.end <= email.start || email.end <= one.start);
    let secrets = secret::find(&decoded.bytes).into_iter().filter(is_apart).map(|secret| (secret, TOKEN));
    let mut found: Vec<_> = secrets.collect();
    found.extend(emails.iter().cloned().map(|email| (email, EMAIL)));
    found.sort_by_key(|(place, _)| place.start);
    found.into_iter().map(|(place, stand_in)| (decoded.place(place), stand_in)).collect()
}
