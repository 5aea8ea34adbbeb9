//! Reading along a line of JSON.
//!
//! It is lenient where servers are sloppy: bytes that are no UTF-8, `\x22` in texts that nginx did not write with
//! `escape=json`, numbers that are missing or a dash. No library reads those.

use memchr::memchr;

use super::cursor::closing_quote;
use super::nesting::end_of;
use super::scratch::{Piece, written};
use super::{Malformed, Reason};
use crate::bytes::{self, Literal};

/// A place in a line of JSON.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'a> {
    /// What is left.
    rest: &'a [u8],
    /// The length of the whole line.
    length: usize,
}

/// What a number may stand before.
const AFTER_NUMBER: [u8; 3] = [b',', b'}', b']'];

/// What stands after a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    /// A text between quotes.
    Text(&'a [u8]),
    /// A text between quotes in which something is escaped, as it is written.
    Escaped(&'a [u8]),
    /// A number, `true`, `false`, `null`, or whatever stands there without quotes.
    Bare(&'a [u8]),
    /// An object has begun.
    Object,
    /// A list has begun.
    List,
}

impl<'a> Scanner<'a> {
    /// The scanner within the line's object.
    pub(super) fn of_object(line: &'a [u8]) -> Result<Scanner<'a>, Malformed> {
        let mut scanner = Scanner { rest: line, length: line.len() };
        scanner.skip_blanks();
        if scanner.skip_byte(b'{') { Ok(scanner) } else { Err(scanner.stop(Reason::Json)) }
    }

    /// The scanner within a part of a line: at the keys of an object.
    pub(super) fn within(part: &'a [u8]) -> Scanner<'a> {
        Scanner { rest: part, length: part.len() }
    }

    pub(super) fn stop(&self, reason: Reason) -> Malformed {
        Malformed { at: self.at(), reason }
    }

    fn next(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Steps over so many bytes; there must be as many.
    fn skip_bytes(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// Steps over a byte, if it is next.
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

    /// The next key, and steps up to its value; `None` where the object ends, and steps over its end.
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

    /// How many bytes of the line stand before this place.
    pub(super) fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// What stands between an earlier place and this one.
    pub(super) fn since(&self, earlier: Scanner<'a>) -> &'a [u8] {
        &earlier.rest[..self.at() - earlier.at()]
    }

    /// Whether a text begins here; steps over its opening quote then.
    pub(super) fn begins_text(&mut self) -> bool {
        self.skip_byte(b'"')
    }

    /// Whether an object begins here; steps into it then.
    pub(super) fn begins_object(&mut self) -> bool {
        self.skip_byte(b'{')
    }

    /// Steps over what stands here if it is this.
    #[inline]
    pub(super) fn step_over(&mut self, written: &Literal) -> bool {
        let is_here = written.begins(self.rest);
        if is_here {
            self.skip_bytes(written.len());
        }
        is_here
    }

    /// Steps over a value.
    pub(super) fn skip_value(&mut self) -> Result<(), Malformed> {
        let value = self.value()?;
        self.skip(value)
    }

    /// What stands here.
    pub(super) fn value(&mut self) -> Result<Value<'a>, Malformed> {
        match self.next() {
            Some(b'"') => {
                self.skip_bytes(1);
                self.rest_of_text()
            }
            Some(b'{') => {
                self.skip_bytes(1);
                Ok(Value::Object)
            }
            Some(b'[') => {
                self.skip_bytes(1);
                Ok(Value::List)
            }
            Some(_) => Ok(Value::Bare(self.bare())),
            None => Err(self.stop(Reason::Json)),
        }
    }

    /// Steps over the rest of a value that was begun.
    pub(super) fn skip(&mut self, value: Value) -> Result<(), Malformed> {
        match value {
            Value::Object | Value::List => self.inside(value).map(drop),
            Value::Text(_) | Value::Escaped(_) | Value::Bare(_) => Ok(()),
        }
    }

    /// What stands in an object or a list that was begun, as it is written; steps over its end.
    pub(super) fn inside(&mut self, value: Value) -> Result<&'a [u8], Malformed> {
        let rest = self.rest;
        let brackets = if matches!(value, Value::List) { [b'[', b']'] } else { [b'{', b'}'] };
        let Some(end) = end_of(rest, brackets) else { return Err(self.unclosed()) };
        self.skip_bytes(end + 1);
        Ok(&rest[..end])
    }

    /// The first element of a list that was begun, if it has no parts; steps over the list.
    pub(super) fn first(&mut self) -> Result<Option<Value<'a>>, Malformed> {
        let Some(first) = self.element()? else { return Ok(None) };
        self.skip(first)?;
        self.skip(Value::List)?;
        Ok((!matches!(first, Value::Object | Value::List)).then_some(first))
    }

    /// The next element of a list that was begun; `None` where the list ends, and steps over its end.
    pub(super) fn element(&mut self) -> Result<Option<Value<'a>>, Malformed> {
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

    /// The rest of a text whose opening quote was stepped over, if nothing in it is escaped; steps over its end then.
    #[inline]
    pub(super) fn rest_of_plain_text(&mut self) -> Option<&'a [u8]> {
        let end = end_of_plain_text(self.rest)?;
        let (text, rest) = self.rest.split_at(end);
        let rest = rest.strip_prefix(b"\"")?;
        self.rest = rest;
        Some(text)
    }

    /// A number that stands here with nothing behind it; steps over it then.
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

    /// The rest of a text whose opening quote was stepped over; steps over its end.
    #[inline]
    pub(super) fn rest_of_text(&mut self) -> Result<Value<'a>, Malformed> {
        match self.rest_of_plain_text() {
            Some(text) => Ok(Value::Text(text)),
            None => self.rest_of_escaped_text().map(Value::Escaped),
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

    /// Few numbers are so long, and what it takes to find their end is not made ready for all.
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

/// Where a text ends whose opening quote was stepped over, or where something in it is escaped: mostly near.
#[inline]
fn end_of_plain_text(rest: &[u8]) -> Option<usize> {
    let ends = [b'"', b'\\'];
    bytes::position_near(rest, ends).or_else(|| bytes::position(rest, ends))
}

impl<'a> Value<'a> {
    /// What it says, as it is written: empty for null, a dash and what has parts.
    #[inline]
    pub(super) fn plain(self) -> &'a [u8] {
        match self {
            Value::Text(b"-") | Value::Bare(b"null" | b"-") | Value::Object | Value::List => b"",
            Value::Text(text) | Value::Escaped(text) | Value::Bare(text) => text,
        }
    }

    /// What it says, unescaped into `scratch` where that is needed.
    pub(super) fn piece(self, scratch: &mut Vec<u8>) -> Piece<'a> {
        match self {
            Value::Escaped(text) => written(scratch, |scratch| unescape(text, scratch)),
            value => Piece::Line(value.plain()),
        }
    }
}

/// Writes a text without its escapes; what is no escape stays as it is.
pub(super) fn unescape(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(backslash) = memchr(b'\\', rest) {
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
