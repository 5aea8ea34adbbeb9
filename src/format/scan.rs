//! Reading along a line of JSON.
//!
//! It is lenient where servers are sloppy: bytes that are no UTF-8, `\x22` in texts that nginx did not write with
//! `escape=json`, numbers that are missing or a dash. No library reads those.

use memchr::memchr;

use super::cursor::closing_quote;
use super::scratch::{Piece, written};
use super::{Malformed, Reason};
use crate::bytes::{self, Literal};

/// A place in a line of JSON.
pub(super) struct Scanner<'a> {
    line: &'a [u8],
    at: usize,
}

/// A key.
pub(super) struct Key<'a> {
    pub(super) name: &'a [u8],
    /// All from the end of the value before it up to where its own begins.
    pub(super) written: &'a [u8],
}

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

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.next(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The next key, and steps up to its value; `None` where the object ends, and steps over its end.
    pub(super) fn key(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        Ok(self.key_as_written()?.map(|key| key.name))
    }

    /// The same with all that stands there up to the value.
    pub(super) fn key_as_written(&mut self) -> Result<Option<Key<'a>>, Malformed> {
        let start = self.at;
        loop {
            match self.next() {
                Some(b'"') => break,
                Some(b',' | b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                _ if self.ends_object() => return Ok(None),
                _ => return Err(self.stop(Reason::Json)),
            }
        }
        let (name, _) = self.text()?;
        self.skip_blanks();
        if self.next() != Some(b':') {
            return Err(self.stop(Reason::Json));
        }
        self.at += 1;
        self.skip_blanks();
        Ok(Some(Key { name, written: &self.line[start..self.at] }))
    }

    /// What stands from here on.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }

    /// Steps over so many bytes of the rest.
    pub(super) fn skip_bytes(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// How many bytes of the line stand before this place.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What stands between an earlier place and this one.
    pub(super) fn since(&self, earlier: usize) -> &'a [u8] {
        &self.line[earlier..self.at]
    }

    /// Whether an object begins here.
    pub(super) fn is_at_object(&self) -> bool {
        self.next() == Some(b'{')
    }

    /// Whether an object begins here; steps into it then.
    pub(super) fn begins_object(&mut self) -> bool {
        let begins = self.is_at_object();
        self.at += usize::from(begins);
        begins
    }

    /// Whether the object ends here; steps over its end then.
    pub(super) fn ends_object(&mut self) -> bool {
        let ends = self.next() == Some(b'}');
        self.at += usize::from(ends);
        ends
    }

    /// Steps over what stands here if it is this.
    #[inline]
    pub(super) fn step_over(&mut self, written: &Literal) -> bool {
        let is_here = written.begins(&self.line[self.at..]);
        self.at += if is_here { written.len() } else { 0 };
        is_here
    }

    /// Steps over a value; gives it as it is written.
    pub(super) fn skip_value(&mut self) -> Result<&'a [u8], Malformed> {
        let start = self.at;
        match self.next() {
            Some(b'"') => self.text().map(drop)?,
            Some(b'{' | b'[') => {
                self.at += 1;
                self.skip_to_end()?;
            }
            Some(_) => drop(self.bare()),
            None => return Err(self.stop(Reason::Json)),
        }
        Ok(&self.line[start..self.at])
    }

    /// What stands here.
    pub(super) fn value(&mut self) -> Result<Value<'a>, Malformed> {
        match self.next() {
            Some(b'"') => {
                let (text, has_escapes) = self.text()?;
                Ok(if has_escapes { Value::Escaped(text) } else { Value::Text(text) })
            }
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
            Value::Text(_) | Value::Escaped(_) | Value::Bare(_) => Ok(()),
        }
    }

    /// The first element of a list that was begun, if it has no parts; steps over the list.
    pub(super) fn first(&mut self) -> Result<Option<Value<'a>>, Malformed> {
        let Some(first) = self.element()? else { return Ok(None) };
        self.skip(first)?;
        self.skip_to_end()?;
        Ok((!matches!(first, Value::Object | Value::List)).then_some(first))
    }

    /// The next element of a list that was begun; `None` where the list ends, and steps over its end.
    pub(super) fn element(&mut self) -> Result<Option<Value<'a>>, Malformed> {
        while matches!(self.next(), Some(b',' | b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        match self.next() {
            Some(b']') => {
                self.at += 1;
                Ok(None)
            }
            Some(b'}') => Err(self.stop(Reason::Json)),
            _ => self.value().map(Some),
        }
    }

    /// The text whose opening quote stands here, and whether anything is escaped in it; steps over it.
    #[inline]
    fn text(&mut self) -> Result<(&'a [u8], bool), Malformed> {
        let rest = &self.line[self.at + 1..];
        let Some(quote) = bytes::position(rest, [b'"', b'\\']) else { return Err(self.unclosed()) };
        if rest[quote] == b'"' {
            self.at += quote + 2;
            return Ok((&rest[..quote], false));
        }
        let Some(quote) = closing_quote(rest) else { return Err(self.unclosed()) };
        self.at += quote + 2;
        Ok((&rest[..quote], true))
    }

    #[cold]
    fn unclosed(&mut self) -> Malformed {
        self.at = self.line.len();
        self.stop(Reason::Json)
    }

    fn bare(&mut self) -> &'a [u8] {
        let rest = &self.line[self.at..];
        let end = bytes::position(rest, [b',', b'}', b']']).unwrap_or(rest.len());
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

impl<'a> Value<'a> {
    /// A text between quotes, as it is written.
    pub(super) fn text(text: &'a [u8]) -> Value<'a> {
        if memchr(b'\\', text).is_some() { Value::Escaped(text) } else { Value::Text(text) }
    }

    /// What it says: empty for null, a dash and what has parts. Unescaped into `scratch` where that is needed.
    pub(super) fn piece(self, scratch: &mut Vec<u8>) -> Piece<'a> {
        match self {
            Value::Text(b"-") | Value::Bare(b"null" | b"-") | Value::Object | Value::List => Piece::default(),
            Value::Escaped(text) => written(scratch, |scratch| unescape(text, scratch)),
            Value::Text(text) | Value::Bare(text) => Piece::Line(text),
        }
    }
}

/// Writes a text without its escapes; what is no escape stays as it is.
fn unescape(text: &[u8], into: &mut Vec<u8>) {
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
