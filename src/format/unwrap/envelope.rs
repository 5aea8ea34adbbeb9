//! Lines inside a JSON object: Docker's json-file, `journalctl -o json`, and log collectors.

use super::super::scan::{JsonValue, Scanner, unescape};
use super::super::stamp::StampReader;
use super::super::when;
use super::Peeled;
use crate::time::Millis;

/// Keys of the line: `log` (Docker, Fluent Bit), `MESSAGE` (journald), `message` (Filebeat, Vector), `line` (Loki),
/// `textPayload` (Google Cloud), `_raw` (Splunk).
const LINE_KEYS: [&[u8]; 7] = [b"log", b"message", b"MESSAGE", b"line", b"textPayload", b"_raw", b"msg"];
/// Keys of the time: Fluent Bit uses `date`, Splunk `_time`; journald's is in microseconds.
const TIME_KEYS: [&[u8]; 8] = [
    b"time",
    b"@timestamp",
    b"timestamp",
    b"ts",
    b"__REALTIME_TIMESTAMP",
    b"_SOURCE_REALTIME_TIMESTAMP",
    b"date",
    b"_time",
];
/// Nested objects with line and time, in exports of Elasticsearch, Splunk and Datadog.
const INNER_KEYS: [&[u8]; 3] = [b"_source", b"result", b"content"];

/// The line inside the object, if any.
pub(super) fn opened<'a>(
    line: &'a [u8],
    written: &'a mut Vec<u8>,
    stamps: &mut StampReader,
) -> Option<Peeled<'a>> {
    if line.first() != Some(&b'{') {
        return None;
    }
    let found = Contents::of(line, stamps)?;
    let time = found.time;
    let inner = match found.line? {
        EnvelopedLine::AsWritten(text) => text,
        EnvelopedLine::Escaped(text) => {
            written.clear();
            unescape(text, written);
            written.as_slice()
        }
        EnvelopedLine::Bytes(list) => {
            written.clear();
            numbers(list, written)?;
            written.as_slice()
        }
    };
    // Docker includes the newline.
    let inner = inner.trim_ascii_end();
    (!inner.is_empty()).then_some(Peeled { line: inner, time })
}

/// The line as encoded in the object.
enum EnvelopedLine<'a> {
    AsWritten(&'a [u8]),
    Escaped(&'a [u8]),
    /// A list of bytes: journald's encoding of invalid UTF-8.
    Bytes(&'a [u8]),
}

#[derive(Default)]
struct Contents<'a> {
    line: Option<EnvelopedLine<'a>>,
    time: Option<Millis>,
}

impl<'a> Contents<'a> {
    fn of(line: &'a [u8], stamps: &mut StampReader) -> Option<Contents<'a>> {
        let mut scanner = Scanner::of_object(line).ok()?;
        let mut contents = Contents::default();
        while let Some(key) = scanner.key().ok()? {
            match scanner.value().ok()? {
                JsonValue::Object if INNER_KEYS.contains(&key) => contents.inner(&mut scanner, stamps)?,
                value => contents.value(key, value, &mut scanner, stamps)?,
            }
        }
        Some(contents)
    }

    /// Reads a nested object to its end.
    fn inner(&mut self, scanner: &mut Scanner<'a>, stamps: &mut StampReader) -> Option<()> {
        while let Some(key) = scanner.key().ok()? {
            let value = scanner.value().ok()?;
            self.value(key, value, scanner, stamps)?;
        }
        Some(())
    }

    fn value(
        &mut self,
        key: &[u8],
        value: JsonValue<'a>,
        scanner: &mut Scanner<'a>,
        stamps: &mut StampReader,
    ) -> Option<()> {
        let is_line = self.line.is_none() && LINE_KEYS.contains(&key);
        match value {
            JsonValue::Text(text) if is_line => self.line = Some(EnvelopedLine::AsWritten(text)),
            JsonValue::Escaped(text) if is_line => self.line = Some(EnvelopedLine::Escaped(text)),
            JsonValue::List if is_line => self.line = Some(EnvelopedLine::Bytes(scanner.inside(value).ok()?)),
            JsonValue::Text(text) | JsonValue::Bare(text)
                if self.time.is_none() && TIME_KEYS.contains(&key) =>
            {
                self.time = when::any(text, stamps);
            }
            value => scanner.skip(value).ok()?,
        }
        Some(())
    }
}

/// Parses comma-separated byte values.
fn numbers(list: &[u8], written: &mut Vec<u8>) -> Option<()> {
    for number in list.split(|&byte| byte == b',') {
        let digits = number.trim_ascii().trim_suffix_bracket();
        written.push(std::str::from_utf8(digits).ok()?.parse().ok()?);
    }
    Some(())
}

trait TrimBracket {
    fn trim_suffix_bracket(&self) -> &[u8];
}

impl TrimBracket for [u8] {
    fn trim_suffix_bracket(&self) -> &[u8] {
        self.strip_suffix(b"]").unwrap_or(self).trim_ascii()
    }
}
