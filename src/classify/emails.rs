//! Replaces e-mail addresses in texts that are kept (R11).

const STAND_IN: &str = "(email)";

/// The text with each e-mail address in it replaced by `(email)`; `%40` counts as `@`.
pub(super) fn replaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, at_sign, after)) = split_at_sign(rest) {
        let domain = after.len() - after.trim_start_matches(in_domain).len();
        let local = before.trim_end_matches(in_local);
        if domain == 0 || local.len() == before.len() {
            out.push_str(before);
            out.push_str(at_sign);
            rest = after;
        } else {
            out.push_str(local);
            out.push_str(STAND_IN);
            rest = &after[domain..];
        }
    }
    out.push_str(rest);
    out
}

/// Whether the text may contain an address: a cheap check before [`replaced`].
pub(super) fn may_occur(text: &[u8]) -> bool {
    let escaped = |at: usize| memchr::memmem::find(&text[at..], b"%40").is_some();
    memchr::memchr(b'@', text).is_some() || memchr::memchr(b'%', text).is_some_and(escaped)
}

fn split_at_sign(text: &str) -> Option<(&str, &str, &str)> {
    let plain = text.find('@').map(|at| (at, 1));
    let escaped = text.find("%40").map(|at| (at, 3));
    let (at, length) = plain.into_iter().chain(escaped).min()?;
    Some((&text[..at], &text[at..at + length], &text[at + length..]))
}

fn in_local(c: char) -> bool {
    c.is_alphanumeric() || "._+-".contains(c)
}

fn in_domain(c: char) -> bool {
    c.is_alphanumeric() || ".-".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_addresses_are_replaced_and_handles_stay() {
        for (text, expected) in [
            ("spring sale", "spring sale"),
            ("to:jane.doe+x@example.com now", "to:(email) now"),
            ("jane%40example.com", "(email)"),
            ("a@b, c@d", "(email), (email)"),
            ("@handle", "@handle"),
            ("a@b@c", "(email)@c"),
            ("user@", "user@"),
        ] {
            assert_eq!(replaced(text), expected);
            assert_eq!(replaced(expected), expected, "once is enough");
        }
    }
}
