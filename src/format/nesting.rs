//! Finds the end of a JSON object or list.

use memchr::{memchr_iter, memchr2, memchr3};

use super::cursor::closing_quote;

/// The position of the closing bracket of an object or list opened before this text, at any nesting; `None` if there is
/// none. Brackets of the other kind are not matched.
pub(super) fn end_of(text: &[u8], brackets: [u8; 2]) -> Option<usize> {
    let [open, close] = brackets;
    let first = memchr2(open, close, text)?;
    if text[first] == close && is_behind_list(&text[..first]) {
        return Some(first);
    }
    end_bracket_by_bracket(text, brackets)
}

fn end_bracket_by_bracket(text: &[u8], [open, close]: [u8; 2]) -> Option<usize> {
    let (mut at, mut depth) = (0, 1_usize);
    loop {
        let rest = text.get(at..)?;
        let next = memchr3(open, close, b'\\', rest)?;
        at += next + 1;
        if is_in_text(&rest[..next]) {
            // Brackets within texts do not count.
            at += closing_quote(&rest[next..])?;
            continue;
        }
        match rest[next] {
            bracket if bracket == open => depth += 1,
            bracket if bracket == close && depth == 1 => return Some(at - 1),
            bracket if bracket == close => depth -= 1,
            _ => {}
        }
    }
}

/// Whether a text without escapes is still open at the end.
fn is_in_text(before: &[u8]) -> bool {
    !memchr_iter(b'"', before).count().is_multiple_of(2)
}

/// Whether a list of texts certainly ends here, so that nothing has to be matched: the common case for headers. The
/// quote before the bracket closes a text, because one that opens a text, or is escaped, has a different byte before
/// it.
pub(super) fn is_behind_list(before: &[u8]) -> bool {
    let [.., last, b'"', b']'] = before else { return false };
    !STANDS_BEFORE_TEXT[usize::from(*last)]
}

/// By byte: whether it may precede an opening or an escaped quote.
const STANDS_BEFORE_TEXT: [bool; 256] = {
    let (mut stands, mut next) = ([false; 256], 0);
    let bytes = b":,[{\\ \t\r\n";
    while next < bytes.len() {
        stands[bytes[next] as usize] = true;
        next += 1;
    }
    stands
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Naive reference implementation, byte by byte.
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
            prop_assert_eq!(end, end_byte_by_byte(text.as_bytes()), "{}", text);
        }
    }
}
