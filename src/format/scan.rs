//! Reading along a line of JSON.
//!
//! It is lenient where servers are sloppy: bytes that are no UTF-8, `\x22` in texts that nginx did not write with
//! `escape=json`, numbers that are missing or a dash. No library reads those.

use memchr::memchr2;

use super::scratch::{Piece, written};
use super::{Malformed, Reason};

/// A place in a line of JSON.
pub(super) struct Scanner<'a> {
    line: &'a [u8],
    at: usize,
}

/// What stands after a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// A text between quotes, with or without escapes in it.
    Text(&'a [u8], Escapes),
    /// A number, `true`, `false`, `null`, or whatever stands there without quotes.
    Bare(&'a [u8]),
    /// An object has begun.
    Object,
    /// A list has begun.
    List,
}

/// Whether a text is written with escapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    None,
    Some,
}

impl<'a> Scanner<'a> {
    /// The scanner within the line's object.
    pub(super) fn of_object(line: &'a [u8]) -> Result<Scanner<'a>, Malformed> {
        let mut scanner = Scanner { line, at: 0 };
        scanner.skip_blanks();
        if scanner.next() == Some(b'{') {
            scanner.at += 1;
            return Ok(scanner);
        }
        Err(scanner.stop(Reason::Json))
    }

    pub(super) fn stop(&self, reason: Reason) -> Malformed {
        Malformed { at: self.at, reason }
    }

    fn next(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.next(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The next key, and steps over its colon; `None` where the object ends, and steps over its end.
    pub(super) fn key(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        loop {
            match self.next() {
                Some(b'"') => break,
                Some(b',' | b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(None);
                }
                _ => return Err(self.stop(Reason::Json)),
            }
        }
        let (key, _) = self.text()?;
        self.skip_blanks();
        if self.next() != Some(b':') {
            return Err(self.stop(Reason::Json));
        }
        self.at += 1;
        self.skip_blanks();
        Ok(Some(key))
    }

    /// What stands here.
    pub(super) fn value(&mut self) -> Result<Value<'a>, Malformed> {
        match self.next() {
            Some(b'"') => self.text().map(|(text, escapes)| Value::Text(text, escapes)),
            Some(b'{') => {
                self.at += 1;
                Ok(Value::Object)
            }
            Some(b'[') => {
                self.at += 1;
                Ok(Value::List)
            }
            Some(_) => Ok(Value::Bare(self.bare())),
            None => Err(self.stop(Reason::Json)),
        }
    }

    /// Steps over the rest of a value that was begun.
    pub(super) fn skip(&mut self, value: Value) -> Result<(), Malformed> {
        match value {
            Value::Object | Value::List => self.skip_to_end(),
            Value::Text(..) | Value::Bare(_) => Ok(()),
        }
    }

    /// The first element of a list that was begun, if it is a text or bare; steps over the list.
    pub(super) fn first(&mut self) -> Result<Option<Value<'a>>, Malformed> {
        self.skip_blanks();
        if self.next() == Some(b']') {
            self.at += 1;
            return Ok(None);
        }
        let first = self.value()?;
        self.skip(first)?;
        self.skip_to_end()?;
        Ok(matches!(first, Value::Text(..) | Value::Bare(_)).then_some(first))
    }

    fn text(&mut self) -> Result<(&'a [u8], Escapes), Malformed> {
        let start = self.at + 1;
        let (mut from, mut escapes) = (start, Escapes::None);
        loop {
            let rest = self.line.get(from..).unwrap_or(b"");
            let Some(found) = quote_or_backslash(rest) else {
                self.at = self.line.len();
                return Err(self.stop(Reason::Json));
            };
            let end = from + found;
            if self.line[end] == b'"' {
                self.at = end + 1;
                return Ok((&self.line[start..end], escapes));
            }
            escapes = Escapes::Some;
            from = end + 2;
        }
    }

    fn bare(&mut self) -> &'a [u8] {
        let rest = &self.line[self.at..];
        let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']');
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim_ascii_end()
    }

    /// Steps over the end of the object or list that was begun, however deep it goes.
    fn skip_to_end(&mut self) -> Result<(), Malformed> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Some(b'"') => {
                    self.text()?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(_) => {}
                None => return Err(self.stop(Reason::Json)),
            }
            self.at += 1;
        }
        Ok(())
    }
}

/// Where the next quote or backslash is. Most texts are short: eight bytes at a time are fast enough for them, and
/// long ones are left to who is faster once it has begun.
fn quote_or_backslash(text: &[u8]) -> Option<usize> {
    const SHORT: usize = 32;
    let mut from = 0;
    while from < SHORT
        && let Some(chunk) = text.get(from..).and_then(<[u8]>::first_chunk::<8>)
    {
        let found = has_byte(*chunk, b'"') | has_byte(*chunk, b'\\');
        if found != 0 {
            return Some(from + found.trailing_zeros() as usize / 8);
        }
        from += 8;
    }
    memchr2(b'"', b'\\', &text[from..]).map(|at| from + at)
}

/// The highest bit of the first byte that is this one, and perhaps those of bytes after it.
fn has_byte(chunk: [u8; 8], byte: u8) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let zero_where_equal = u64::from_le_bytes(chunk) ^ (ONES * u64::from(byte));
    zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & (ONES << 7)
}

impl<'a> Value<'a> {
    /// What it says: empty for null, a dash and what has parts. Unescaped into `scratch` where that is needed.
    pub(super) fn piece(self, scratch: &mut Vec<u8>) -> Piece<'a> {
        match self {
            Value::Text(text, Escapes::Some) => written(scratch, |scratch| unescape(text, scratch)),
            Value::Text(b"-", _) | Value::Bare(b"null" | b"-") | Value::Object | Value::List => {
                Piece::default()
            }
            Value::Text(text, Escapes::None) | Value::Bare(text) => Piece::Line(text),
        }
    }
}

/// Writes a text without its escapes; what is no escape stays as it is.
fn unescape(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        into.extend_from_slice(&rest[..backslash]);
        rest = one_escape(&rest[backslash + 1..], into);
    }
    into.extend_from_slice(rest);
}

/// Writes what the escape means whose backslash stood before `rest`; gives what follows it.
fn one_escape<'a>(rest: &'a [u8], into: &mut Vec<u8>) -> &'a [u8] {
    let Some((&letter, after)) = rest.split_first() else { return rest };
    match letter {
        b'n' => into.push(b'\n'),
        b't' => into.push(b'\t'),
        b'r' => into.push(b'\r'),
        b'b' => into.push(8),
        b'f' => into.push(12),
        b'x' if hex(after, 2).is_some() => {
            into.push(hex(after, 2).and_then(|byte| u8::try_from(byte).ok()).unwrap_or(b'?'));
            return &after[2..];
        }
        b'u' => return unicode(after, into),
        _ => into.push(letter),
    }
    after
}

/// Writes the character of `\uXXXX`, or of two such that are a pair.
fn unicode<'a>(digits: &'a [u8], into: &mut Vec<u8>) -> &'a [u8] {
    let Some(first) = hex(digits, 4) else {
        into.push(b'u');
        return digits;
    };
    let after = &digits[4..];
    let second = after.strip_prefix(b"\\u").and_then(|rest| hex(rest, 4));
    let (code, after) = match (first, second) {
        (0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
            (0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00), &after[6..])
        }
        _ => (first, after),
    };
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    into.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    after
}

fn hex(text: &[u8], digits: usize) -> Option<u32> {
    let digits = text.get(..digits)?;
    digits.iter().try_fold(0, |value, byte| char::from(*byte).to_digit(16).map(|digit| value << 4 | digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str) -> String {
        let mut into = Vec::new();
        unescape(text.as_bytes(), &mut into);
        String::from_utf8_lossy(&into).into_owned()
    }

    #[test]
    fn quotes_and_backslashes_are_found_wherever_they_are() {
        for byte in [b'"', b'\\'] {
            for at in 0..70 {
                let mut text = vec![b'#'; 71];
                assert_eq!(quote_or_backslash(&text[..at]), None);
                text[at] = byte;
                assert_eq!(quote_or_backslash(&text), Some(at), "{byte} at {at}");
            }
        }
    }

    #[test]
    fn escapes_are_undone() {
        for (text, wanted) in [
            (r#"a \"b\" \\ \/ c"#, r#"a "b" \ / c"#),
            (r"\u00e9\u0026\ud83d\ude00", "é&😀"),
            (r"\x22\xC3\xA9", "\"é"),
            (r"\ud83d \uZZ \xZ \", "\u{fffd} uZZ xZ "),
        ] {
            assert_eq!(unescaped(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_not_wanted_is_stepped_over() {
        let line = br#"{"a":{"b":["}",{"c":"\"]"}]},"d":-,"e":,"f":[["x"],"y"],"g":"z"}"#;
        let mut scanner = Scanner::of_object(line).expect("an object");
        let mut keys = Vec::new();
        while let Some(key) = scanner.key().expect("a key") {
            keys.push(String::from_utf8_lossy(key).into_owned());
            let value = scanner.value().expect("a value");
            scanner.skip(value).expect("its end");
        }
        assert_eq!(keys, ["a", "d", "e", "f", "g"]);
    }
}
