//! Quoted lines, from `LiteSpeed` or CSV exports.

use super::super::cursor::closing_quote;
use super::super::scan::unescape;
use super::super::stamp::StampReader;
use super::super::stamps::leading;
use super::Peeled;

/// Length limit for the CSV fields before the line: time, host and the like.
const LONGEST_BEFORE: usize = 200;

/// The quoted line at the end of this one; a timestamp before it is its time.
pub(super) fn within<'a>(
    line: &'a [u8],
    written: &'a mut Vec<u8>,
    stamps: &mut StampReader,
) -> Option<Peeled<'a>> {
    let near = &line[..line.len().min(LONGEST_BEFORE)];
    let (before, quoted) = line.split_at(memchr::memchr(b'"', near)?);
    let inner = quoted.get(1..)?.trim_ascii_end().strip_suffix(b"\"")?;
    if !(before.is_empty() || before.ends_with(b",")) {
        return None;
    }
    let time = leading(before, stamps).map(|found| found.time);
    if before.is_empty() && is_as_litespeed_writes_it(inner) {
        return Some(Peeled { line: inner, time });
    }
    written.clear();
    if closing_quote(inner).is_none() && memchr::memchr(b'\\', inner).is_some() {
        unescape(inner, written);
    } else {
        single(inner, written)?;
        // Without doubled quotes, only fields before it prove that this is CSV.
        if before.is_empty() && written.len() == inner.len() {
            return None;
        }
    }
    Some(Peeled { line: written, time })
}

/// `LiteSpeed` does not escape inner quotes, so the line ends with two: `"192.0.2.7 - - […] "GET / …" … "agent""`.
fn is_as_litespeed_writes_it(inner: &[u8]) -> bool {
    let is_doubled = inner.ends_with(b"\"\"") || inner.starts_with(b"\"");
    inner.ends_with(b"\"") && !inner.ends_with(b"\\\"") && !is_doubled
}

/// Unescapes doubled quotes (RFC 4180, 2); `None` if there is a single one.
fn single(inner: &[u8], written: &mut Vec<u8>) -> Option<()> {
    let mut rest = inner;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        rest.get(quote + 1).filter(|&&byte| byte == b'"')?;
        written.extend_from_slice(&rest[..=quote]);
        rest = &rest[quote + 2..];
    }
    written.extend_from_slice(rest);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11)""#;

    fn without(line: &str) -> Option<String> {
        within(line.as_bytes(), &mut Vec::new(), &mut StampReader::new())
            .map(|peeled| String::from_utf8_lossy(peeled.line).into_owned())
    }

    #[test]
    fn a_line_in_quotes_is_what_stands_in_them() {
        let doubled = LINE.replace('"', "\"\"");
        let escaped = LINE.replace('"', "\\\"");
        for line in [
            format!("\"{LINE}\""),
            format!("\"{doubled}\""),
            format!("\"{escaped}\""),
            format!("1795528953250,\"{doubled}\"\r"),
            format!("2026-11-24T14:02:33Z,web1,nginx,\"{doubled}\""),
        ] {
            assert_eq!(without(&line).as_deref(), Some(LINE), "{line}");
        }
        for line in [LINE, "", "\"", "\"a\"", r#""a" "b""#, r#"a "b""#, r#""a","b""#] {
            assert_eq!(without(line), None, "{line}");
        }
    }
}
