//! Where an object or a list of JSON ends.

use memchr::{memchr, memchr_iter, memchr3};

use super::cursor::closing_quote;

/// Where an object or a list ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Where its closing bracket stands.
    pub(super) at: usize,
    /// Whether a backslash stands before that.
    pub(super) has_escapes: bool,
}

/// Where an object or a list ends that was begun before this text, however deep it goes; `None` where it does not. Of
/// brackets of the other kind nothing is asked.
pub(super) fn end_of(text: &[u8], [open, close]: [u8; 2]) -> Option<End> {
    let (mut at, mut depth, mut has_escapes) = (0, 1_usize, false);
    loop {
        let rest = text.get(at..)?;
        let next = memchr3(open, close, b'\\', rest)?;
        if rest[next] == close && depth == 1 && is_behind_list(&text[..at + next]) {
            return Some(End { at: at + next, has_escapes });
        }
        at += next + 1;
        if is_in_text(&rest[..next]) {
            // Nothing in a text counts, however much of it looks like a bracket.
            let quote = closing_quote(&rest[next..])?;
            has_escapes |= memchr(b'\\', &rest[next..next + quote]).is_some();
            at += quote;
            continue;
        }
        match rest[next] {
            bracket if bracket == open => depth += 1,
            bracket if bracket != close => has_escapes = true,
            _ if depth == 1 => return Some(End { at: at - 1, has_escapes }),
            _ => depth -= 1,
        }
    }
}

/// Whether a text is still open at the end of this, in which nothing is escaped.
fn is_in_text(before: &[u8]) -> bool {
    !memchr_iter(b'"', before).count().is_multiple_of(2)
}

/// Whether a list of texts has ended here for certain: most headers end so, and nothing has to be counted. The quote in
/// front of its bracket closes a text, for one that opens a text stands behind none but these.
fn is_behind_list(before: &[u8]) -> bool {
    matches!(before, [.., last, b'"', b']'] if !b":,[{\\ \t\r\n".contains(last))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Where the first bracket is that closes more than was opened before it, byte by byte.
    fn end_byte_by_byte(text: &[u8]) -> Option<usize> {
        let (mut depth, mut is_text, mut is_escaped) = (1, false, false);
        text.iter().position(|byte| {
            is_text ^= *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            depth += match byte {
                b'{' if !is_text => 1,
                b'}' if !is_text => -1,
                _ => 0,
            };
            depth == 0
        })
    }

    /// What may stand in an object: texts with all that matters outside of them.
    fn value() -> impl Strategy<Value = String> {
        let text = r#""([a\]\[{}:, ]|\\"|\\\\){0,40}""#.prop_map(String::from);
        text.prop_recursive(3, 20, 4, |value| {
            let pair = (value.clone(), value.clone()).prop_map(|(key, value)| format!("{key}:{value}"));
            prop_oneof![
                prop::collection::vec(value, 0..4).prop_map(|values| format!("[{}]", values.join(", "))),
                prop::collection::vec(pair, 0..4).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_object_ends_where_its_braces_are_even(values in prop::collection::vec(value(), 0..6), cut in 0..400_usize) {
            let mut text = format!("{}}},\"next\":[\"}}\"]}}", values.join(","));
            text.truncate(cut);
            let end = end_of(text.as_bytes(), [b'{', b'}']);
            prop_assert_eq!(end.map(|end| end.at), end_byte_by_byte(text.as_bytes()), "{}", text);
            if let Some(End { at, has_escapes }) = end {
                prop_assert_eq!(has_escapes, text[..at].contains('\\'));
            }
        }
    }
}
