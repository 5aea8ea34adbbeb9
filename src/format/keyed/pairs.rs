//! Iterates over the key-value pairs of an LTSV or logfmt line.

use super::super::cursor::closing_quote;
use super::super::scan::JsonValue;
use super::super::when;
use super::Syntax;
use crate::bytes;

/// A key-value pair.
pub(super) struct KeyValue<'a> {
    pub(super) key: &'a [u8],
    pub(super) value: JsonValue<'a>,
}

/// Iterator over pairs; skips everything else.
pub(super) struct KeyValues<'a> {
    syntax: Syntax,
    line: &'a [u8],
    rest: &'a [u8],
}

impl<'a> KeyValues<'a> {
    pub(super) fn of(syntax: Syntax, line: &'a [u8]) -> KeyValues<'a> {
        KeyValues { syntax, line, rest: line }
    }

    /// A timestamp before the first pair, added by a collector.
    pub(super) fn leading_time(&self) -> Option<JsonValue<'a>> {
        let is_time = self.syntax == Syntax::Logfmt && self.line.first()?.is_ascii_digit();
        let (_, length) = is_time.then(|| when::iso_utc(self.line))??;
        Some(JsonValue::Text(&self.line[..length]))
    }

    fn labelled(&mut self) -> Option<KeyValue<'a>> {
        while !self.rest.is_empty() {
            let end = bytes::position(self.rest, [b'\t']).unwrap_or(self.rest.len());
            let (part, rest) = self.rest.split_at(end);
            self.rest = rest.get(1..).unwrap_or_default();
            if let Some(colon) = bytes::position(part, [b':']) {
                return Some(KeyValue { key: &part[..colon], value: JsonValue::Text(&part[colon + 1..]) });
            }
        }
        None
    }

    fn assigned(&mut self) -> Option<KeyValue<'a>> {
        loop {
            let sign = bytes::position(self.rest, [b'='])?;
            let (before, after) = self.rest.split_at(sign);
            // Spans of Rust's `tracing` have fields in braces: `request{method=GET uri=/}: took=1`.
            let key = before.rsplit(|byte| matches!(byte, b' ' | b'\t' | b'{')).next().unwrap_or(before);
            let (value, rest) = value(&after[1..]);
            self.rest = rest;
            if !key.is_empty() {
                return Some(KeyValue { key, value });
            }
        }
    }
}

impl<'a> Iterator for KeyValues<'a> {
    type Item = KeyValue<'a>;

    #[inline]
    fn next(&mut self) -> Option<KeyValue<'a>> {
        match self.syntax {
            Syntax::Ltsv => self.labelled(),
            Syntax::Logfmt => self.assigned(),
        }
    }
}

/// A value, quoted or up to the next blank, and the text after it.
fn value(text: &[u8]) -> (JsonValue<'_>, &[u8]) {
    let Some(quoted) = text.strip_prefix(b"\"") else {
        let end = bytes::position(text, [b' ']).unwrap_or(text.len());
        let bare = &text[..end];
        return (JsonValue::Text(bare.strip_suffix(b"}:").unwrap_or(bare)), &text[end..]);
    };
    // A truncated last field without a closing quote extends to the end of the line (R1).
    let end = closing_quote(quoted).unwrap_or(quoted.len());
    let (inner, rest) = (&quoted[..end], quoted.get(end + 1..).unwrap_or_default());
    let is_escaped = memchr::memchr(b'\\', inner).is_some();
    (if is_escaped { JsonValue::Escaped(inner) } else { JsonValue::Text(inner) }, rest)
}
