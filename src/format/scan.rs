//! A JSON tokenizer for one line.
//!
//! It is lenient where servers are sloppy, unlike libraries: invalid UTF-8, `\x22` in texts that nginx wrote without
//! `escape=json`, numbers that are missing or a dash.

use memchr::memchr;

use super::cursor::closing_quote;
use super::nesting::end_of;
use super::scratch::{ScratchText, written};
use super::{Malformed, Reason};
use crate::bytes::{self, Literal};

/// A cursor in a line of JSON.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'a> {
    /// The bytes ahead.
    rest: &'a [u8],
    /// The length of the whole line.
    length: usize,
}

/// Bytes that may follow a number.
const AFTER_NUMBER: [u8; 3] = [b',', b'}', b']'];

/// A value, or the beginning of one.
#[derive(Debug, Clone, Copy)]
pub(super) enum JsonValue<'a> {
    /// A text between quotes.
    Text(&'a [u8]),
    /// A text with escapes, raw.
    Escaped(&'a [u8]),
    /// A number, `true`, `false`, `null`, or anything else without quotes.
    Bare(&'a [u8]),
    /// An object has begun.
    Object,
    /// A list has begun.
    List,
}

impl<'a> Scanner<'a> {
    /// A scanner in the line's object.
    pub(super) fn of_object(line: &'a [u8]) -> Result<Scanner<'a>, Malformed> {
        let mut scanner = Scanner { rest: line, length: line.len() };
        scanner.skip_blanks();
        if scanner.skip_byte(b'{') { Ok(scanner) } else { Err(scanner.stop(Reason::Json)) }
    }

    /// A scanner in a part of a line, at the keys of an object.
    pub(super) fn within(part: &'a [u8]) -> Scanner<'a> {
        Scanner { rest: part, length: part.len() }
    }

    pub(super) fn stop(&self, reason: Reason) -> Malformed {
        Malformed { at: self.at(), reason }
    }

    fn next(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Skips `count` bytes; there must be as many.
    fn skip_bytes(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// Skips a byte if it comes next.
    fn skip_byte(&mut self, byte: u8) -> bool {
        let is_next = self.next() == Some(byte);
        self.skip_bytes(usize::from(is_next));
        is_next
    }

    pub(super) fn skip_blanks(&mut self) {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Reads the next key and moves to its value; `None` at the end of the object, which is consumed.
    pub(super) fn key(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        loop {
            match self.next() {
                Some(b'"') => break,
                Some(b',' | b' ' | b'\t' | b'\r' | b'\n') => self.skip_bytes(1),
                _ if self.skip_byte(b'}') => return Ok(None),
                _ => return Err(self.stop(Reason::Json)),
            }
        }
        self.skip_bytes(1);
        let name = match self.rest_of_plain_text() {
            Some(name) => name,
            None => self.rest_of_escaped_text()?,
        };
        self.skip_blanks();
        if !self.skip_byte(b':') {
            return Err(self.stop(Reason::Json));
        }
        self.skip_blanks();
        Ok(Some(name))
    }

    /// Number of bytes consumed.
    pub(super) fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    /// The bytes ahead.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The text between an earlier position and this one.
    pub(super) fn since(&self, earlier: Scanner<'a>) -> &'a [u8] {
        &earlier.rest[..self.at() - earlier.at()]
    }

    /// Whether a text begins here; consumes its opening quote.
    pub(super) fn begins_text(&mut self) -> bool {
        self.skip_byte(b'"')
    }

    /// Whether an object begins here; enters it.
    pub(super) fn begins_object(&mut self) -> bool {
        self.skip_byte(b'{')
    }

    /// Skips a literal if it comes next.
    #[inline]
    pub(super) fn step_over(&mut self, written: &Literal) -> bool {
        let is_here = written.begins(self.rest);
        if is_here {
            self.skip_bytes(written.len());
        }
        is_here
    }

    /// Skips a value.
    pub(super) fn skip_value(&mut self) -> Result<(), Malformed> {
        let value = self.value()?;
        self.skip(value)
    }

    /// Reads a value.
    pub(super) fn value(&mut self) -> Result<JsonValue<'a>, Malformed> {
        match self.next() {
            Some(b'"') => {
                self.skip_bytes(1);
                self.rest_of_text()
            }
            Some(b'{') => {
                self.skip_bytes(1);
                Ok(JsonValue::Object)
            }
            Some(b'[') => {
                self.skip_bytes(1);
                Ok(JsonValue::List)
            }
            Some(_) => Ok(JsonValue::Bare(self.bare())),
            None => Err(self.stop(Reason::Json)),
        }
    }

    /// Skips the rest of a value that was begun.
    pub(super) fn skip(&mut self, value: JsonValue) -> Result<(), Malformed> {
        match value {
            JsonValue::Object | JsonValue::List => self.inside(value).map(drop),
            JsonValue::Text(_) | JsonValue::Escaped(_) | JsonValue::Bare(_) => Ok(()),
        }
    }

    /// The raw contents of an object or list that was entered; consumes its end.
    pub(super) fn inside(&mut self, value: JsonValue) -> Result<&'a [u8], Malformed> {
        let rest = self.rest;
        let brackets = if matches!(value, JsonValue::List) { [b'[', b']'] } else { [b'{', b'}'] };
        let Some(end) = end_of(rest, brackets) else { return Err(self.unclosed()) };
        self.skip_bytes(end + 1);
        Ok(&rest[..end])
    }

    /// The first element of a list that was entered, if it is a scalar; skips the list.
    pub(super) fn first(&mut self) -> Result<Option<JsonValue<'a>>, Malformed> {
        let Some(first) = self.element()? else { return Ok(None) };
        self.skip(first)?;
        self.skip(JsonValue::List)?;
        Ok((!matches!(first, JsonValue::Object | JsonValue::List)).then_some(first))
    }

    /// The next element of a list that was entered; `None` at its end, which is consumed.
    pub(super) fn element(&mut self) -> Result<Option<JsonValue<'a>>, Malformed> {
        while matches!(self.next(), Some(b',' | b' ' | b'\t' | b'\r' | b'\n')) {
            self.skip_bytes(1);
        }
        match self.next() {
            Some(b']') => {
                self.skip_bytes(1);
                Ok(None)
            }
            Some(b'}') => Err(self.stop(Reason::Json)),
            _ => self.value().map(Some),
        }
    }

    /// The rest of a text whose opening quote was consumed, if it has no escapes; consumes its end.
    #[inline]
    pub(super) fn rest_of_plain_text(&mut self) -> Option<&'a [u8]> {
        let end = end_of_plain_text(self.rest)?;
        let (text, rest) = self.rest.split_at(end);
        let rest = rest.strip_prefix(b"\"")?;
        self.rest = rest;
        Some(text)
    }

    /// A number that ends here; consumes it.
    #[inline]
    pub(super) fn number(&mut self) -> Option<&'a [u8]> {
        let near = bytes::position_near(self.rest, AFTER_NUMBER);
        let end = near.or_else(|| self.far_end_of_number())?;
        let (text, rest) = self.rest.split_at(end);
        let is_number = text.first()?.is_ascii_digit() && text.last()?.is_ascii_digit();
        is_number.then(|| {
            self.rest = rest;
            text
        })
    }

    /// The rest of a text whose opening quote was consumed; consumes its end.
    #[inline]
    pub(super) fn rest_of_text(&mut self) -> Result<JsonValue<'a>, Malformed> {
        match self.rest_of_plain_text() {
            Some(text) => Ok(JsonValue::Text(text)),
            None => self.rest_of_escaped_text().map(JsonValue::Escaped),
        }
    }

    /// The same of a text in which something is escaped.
    #[inline(never)]
    fn rest_of_escaped_text(&mut self) -> Result<&'a [u8], Malformed> {
        let rest = self.rest;
        let Some(quote) = closing_quote(rest) else { return Err(self.unclosed()) };
        self.skip_bytes(quote + 1);
        Ok(&rest[..quote])
    }

    #[cold]
    fn unclosed(&mut self) -> Malformed {
        self.rest = b"";
        self.stop(Reason::Json)
    }

    /// The slow path for long numbers. Not inlined, to keep it out of the stack frame of the fast one.
    #[inline(never)]
    fn far_end_of_number(&self) -> Option<usize> {
        bytes::position(self.rest, AFTER_NUMBER)
    }

    fn bare(&mut self) -> &'a [u8] {
        let end = bytes::position(self.rest, AFTER_NUMBER).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text.trim_ascii_end()
    }
}

/// The position of the closing quote or of the first escape: mostly near.
#[inline]
fn end_of_plain_text(rest: &[u8]) -> Option<usize> {
    let ends = [b'"', b'\\'];
    bytes::position_near(rest, ends).or_else(|| bytes::position(rest, ends))
}

impl<'a> JsonValue<'a> {
    /// The raw value: empty for null, a dash, an object or a list.
    #[inline]
    pub(super) fn plain(self) -> &'a [u8] {
        match self {
            JsonValue::Text(b"-") | JsonValue::Bare(b"null" | b"-") | JsonValue::Object | JsonValue::List => {
                b""
            }
            JsonValue::Text(text) | JsonValue::Escaped(text) | JsonValue::Bare(text) => text,
        }
    }

    /// The value, unescaped into `scratch` if needed.
    pub(super) fn piece(self, scratch: &mut Vec<u8>) -> ScratchText<'a> {
        match self {
            JsonValue::Escaped(text) => written(scratch, |scratch| unescape(text, scratch)),
            value => ScratchText::Line(value.plain()),
        }
    }
}

/// Unescapes a text; invalid escapes are copied.
pub(super) fn unescape(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(backslash) = memchr(b'\\', rest) {
        into.extend_from_slice(&rest[..backslash]);
        rest = one_escape(&rest[backslash + 1..], into);
    }
    into.extend_from_slice(rest);
}

/// Unescapes one escape whose backslash came before `rest`; returns what follows it.
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
