//! Decodes user agents with encoded spaces: `Mozilla/5.0%20(X11)` in `CloudFront`, `Mozilla/5.0+(X11)` in IIS.

use super::scratch::{ScratchText, written};

/// The agent as sent by the client. Nearly all agents contain a space, so one without, but with an encoded one, is
/// decoded.
#[inline]
pub(super) fn agent<'a>(text: &'a [u8], scratch: &mut Vec<u8>) -> ScratchText<'a> {
    if memchr::memchr(b' ', text).is_some() { ScratchText::Line(text) } else { without_blanks(text, scratch) }
}

#[inline(never)]
fn without_blanks<'a>(text: &'a [u8], scratch: &mut Vec<u8>) -> ScratchText<'a> {
    let has = |part: &[u8]| memchr::memmem::find(text, part).is_some();
    if has(b"%20") || has(b"%2520") {
        written(scratch, |scratch| append_percent_decoded(text, scratch))
    } else if has(b"+(") || has(b")+") {
        written(scratch, |scratch| append_with_blanks(text, scratch))
    } else {
        ScratchText::Line(text)
    }
}

/// Decodes `+` to spaces.
pub(super) fn append_with_blanks(text: &[u8], scratch: &mut Vec<u8>) {
    scratch.extend(text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }));
}

/// Percent-decodes, twice if necessary: `CloudFront` used to encode twice (`%2520`).
pub(super) fn append_percent_decoded(text: &[u8], scratch: &mut Vec<u8>) {
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        let escape = if *byte == b'%' { after.strip_prefix(b"25").unwrap_or(after) } else { b"" };
        let digit = |at: usize| escape.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        if let (Some(high), Some(low)) = (digit(0), digit(1)) {
            scratch.push(u8::try_from(high << 4 | low).unwrap_or(b'?'));
            rest = &escape[2..];
        } else {
            scratch.push(*byte);
            rest = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_without_blanks_are_decoded() {
        for (text, wanted) in [
            ("Mozilla/5.0%20(X11;%20Linux%20x86_64)", "Mozilla/5.0 (X11; Linux x86_64)"),
            ("Mozilla/5.0%2520(X11;%2520Linux)", "Mozilla/5.0 (X11; Linux)"),
            ("Mozilla/5.0+(X11;+Linux+x86_64)", "Mozilla/5.0 (X11; Linux x86_64)"),
            ("Mozilla/5.0 (X11; a%20b) c+d", "Mozilla/5.0 (X11; a%20b) c+d"),
            ("C++Client/1.0", "C++Client/1.0"),
            ("", ""),
        ] {
            let mut scratch = Vec::new();
            let agent = agent(text.as_bytes(), &mut scratch);
            assert_eq!(String::from_utf8_lossy(agent.text(&scratch)), wanted);
        }
    }
}
