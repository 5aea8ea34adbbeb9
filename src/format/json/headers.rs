//! Request headers as Caddy logs them: `"headers":{"Accept":["*/*"],"Referer":["https://example.com/"]}`.
//!
//! Their order differs from line to line, so the key order cache does not help. Nearly all are a name and a list of one
//! text; that form has a fast path.

use super::super::Malformed;
use super::super::cursor::closing_quote;
use super::super::details::Consent;
use super::super::nesting::is_behind_list;
use super::super::said::Said;
use super::super::scan::{JsonValue, Scanner};
use super::super::scratch::ScratchText;
use super::names::Field;
use crate::bytes;

/// The headers that dwell uses. Of repeated headers the first with a value counts.
#[derive(Default)]
pub(super) struct Headers<'a> {
    pub(super) referrer: ScratchText<'a>,
    pub(super) agent: ScratchText<'a>,
    pub(super) host: ScratchText<'a>,
    /// Addresses, in the syntax of `X-Forwarded-For`.
    pub(super) forwarded: ScratchText<'a>,
    pub(super) cookies: ScratchText<'a>,
    pub(super) consent: Consent,
    pub(super) said: Said,
}

impl<'a> Headers<'a> {
    /// Parses a headers object; texts with escapes are unescaped into `scratch`.
    pub(super) fn read(object: &'a [u8], scratch: &mut Vec<u8>) -> Headers<'a> {
        let mut headers = Headers::default();
        each(object, &mut |field, value| headers.put(field, value, scratch));
        headers
    }

    fn put(&mut self, field: Field, value: JsonValue<'a>, scratch: &mut Vec<u8>) {
        if field.refuses(value.plain()) {
            self.consent = Consent::Refused;
        }
        if let Some(header) = field.said() {
            return self.said.hear(header, value.plain());
        }
        let place = match field {
            Field::Referrer => &mut self.referrer,
            Field::Agent => &mut self.agent,
            Field::ServerName => &mut self.host,
            Field::Forwarded => &mut self.forwarded,
            Field::Cookies => &mut self.cookies,
            _ => return,
        };
        if place.is_empty() {
            *place = value.piece(scratch);
        }
    }
}

/// Calls `put` for each header that dwell uses, up to the first syntax error. `put` is called through a pointer because
/// it is called rarely: that keeps the scanning loop's state in registers.
pub(super) fn each<'a>(object: &'a [u8], put: &mut dyn FnMut(Field, JsonValue<'a>)) {
    let mut rest = object;
    // Ends at the last header, and at one that cannot be parsed.
    while let Some(header) = HeaderEntry::of_usual_kind(rest).or_else(|| HeaderEntry::of_any_kind(rest)) {
        rest = header.after;
        if header.field != Field::Unknown {
            put(header.field, header.value);
        }
    }
}

/// A header.
struct HeaderEntry<'a> {
    field: Field,
    value: JsonValue<'a>,
    /// The headers after it.
    after: &'a [u8],
}

impl<'a> HeaderEntry<'a> {
    /// Parses the first header if it is a list of one text, or one that dwell ignores.
    #[inline]
    fn of_usual_kind(headers: &'a [u8]) -> Option<HeaderEntry<'a>> {
        let headers = headers.strip_prefix(b",").unwrap_or(headers).strip_prefix(b"\"")?;
        let (name, rest) = headers.split_at(bytes::position(headers, [b'"'])?);
        let texts = rest.strip_prefix(b"\":[\"")?;
        if name.ends_with(b"\\") {
            return None;
        }
        let field = Field::of_header(name);
        let (value, after) = match field {
            Field::Unknown => (JsonValue::Bare(b""), after_texts(texts)?),
            _ => only_text(texts)?,
        };
        Some(HeaderEntry { field, value, after })
    }

    /// Parses the first header in whatever form.
    #[inline(never)]
    fn of_any_kind(headers: &'a [u8]) -> Option<HeaderEntry<'a>> {
        let mut scanner = Scanner::within(headers);
        let field = Field::of_header(scanner.key().ok()??);
        let value = value(field, &mut scanner).ok()?;
        let (field, value) = value.map_or((Field::Unknown, JsonValue::Bare(b"")), |value| (field, value));
        Some(HeaderEntry { field, value, after: scanner.rest() })
    }
}

/// Skips a list of texts; `None` unless its first bracket is certain to end it.
#[inline]
fn after_texts(texts: &[u8]) -> Option<&[u8]> {
    let (texts, after) = texts.split_at(bytes::position(texts, [b']'])? + 1);
    is_behind_list(texts).then_some(after)
}

/// The only text of a list, and what follows the list.
#[inline]
fn only_text(text: &[u8]) -> Option<(JsonValue<'_>, &[u8])> {
    let plain = bytes::position(text, [b'"', b'\\'])?;
    let end = if text[plain] == b'"' { plain } else { closing_quote(text)? };
    let (text, rest) = text.split_at(end);
    let value = if end == plain { JsonValue::Text(text) } else { JsonValue::Escaped(text) };
    Some((value, rest.strip_prefix(b"\"]")?))
}

/// The value of a header that has one value or a list; `None` if it is empty.
fn value<'a>(field: Field, scanner: &mut Scanner<'a>) -> Result<Option<JsonValue<'a>>, Malformed> {
    match scanner.value()? {
        // All addresses, unparsed.
        JsonValue::List if field == Field::Forwarded => {
            Ok(Some(JsonValue::Bare(scanner.inside(JsonValue::List)?)))
        }
        JsonValue::List => scanner.first(),
        JsonValue::Object => scanner.skip(JsonValue::Object).map(|()| None),
        value => Ok(Some(value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Flavour, Json};
    use super::*;

    /// A header, and how it is written: what stands for a blank is none or one.
    fn header() -> impl Strategy<Value = String> {
        let name =
            prop::sample::select(vec!["User-Agent", "Referer", "X-Forwarded-For", "Dnt", "Accept", "A\\\"b"]);
        let value = prop::sample::select(vec![
            "_[\"a\"]",
            "_[\"1\"]",
            "_[\"say \\\"hi\\\"\"]",
            "_[\"a[1]b\"]",
            "_[\"a\\\"]\"]",
            "_[\"\\\\\"]",
            "_[\"\"]",
            "_[]",
            "_[\"a\",\"b\"]",
            "_\"a\"",
            "_{\"a\":[\"b\"]}",
            "_1",
        ]);
        (name, value).prop_map(|(name, value)| format!("_\"{name}\":{value}"))
    }

    /// What is found where no header is taken for one of the usual kind.
    fn found_slowly(object: &[u8]) -> Vec<(Field, String)> {
        let (mut rest, mut found) = (object, Vec::new());
        while let Some(header) = HeaderEntry::of_any_kind(rest) {
            rest = header.after;
            if header.field != Field::Unknown {
                found.push((header.field, format!("{:?}", header.value)));
            }
        }
        found
    }

    /// A header as it is written, or what looks like one.
    fn written_header() -> impl Strategy<Value = String> {
        // Of addresses the quick way gives the one that there is, the slow one the whole list.
        let name = prop::sample::select(vec![
            "User-Agent",
            "REFERER",
            "Host",
            "dnt",
            "Sec-Gpc",
            "Sec-Xyz",
            "Accept",
            "A\\\"b",
            "A\\",
            "",
            "a]b",
        ]);
        let usual =
            prop::sample::select(vec![r#"["ab"]"#, r#"["a","]b"]"#, r#"["a[1]b","c"]"#, r#"["a,b:"]"#, "[]"]);
        let any = r#"(\[("([ab\[\]:,]|\\"|\\\\){0,40}"(,"([ab\[\]:,]|\\"|\\\\){0,40}")?)?\]|"a"|1|\{"Host":\["b"\]\})"#;
        let value = prop_oneof![usual.prop_map(str::to_owned), any];
        (name, value).prop_map(|(name, value)| format!("\"{name}\":{value}"))
    }

    proptest! {
        #[test]
        fn the_quick_way_finds_what_the_slow_one_does(headers in prop::collection::vec(written_header(), 0..8)) {
            let (object, mut found) = (headers.join(","), Vec::new());
            each(object.as_bytes(), &mut |field, value| found.push((field, format!("{value:?}"))));
            prop_assert_eq!(found, found_slowly(object.as_bytes()), "{}", object);
        }

        #[test]
        fn blanks_change_nothing(headers in prop::collection::vec(header(), 0..8)) {
            let headers = headers.join(",");
            let line =
                format!("{{\"request\":{{\"uri\":\"/\",\"headers\":{{{headers}}}}},\"ts\":1793577600,\"status\":200}}");
            let (tight, loose) = (line.replace('_', ""), line.replace('_', " "));
            let (mut one, mut other) = (Json::new(Flavour::named("caddy")), Json::new(Flavour::named("caddy")));
            let (tight, loose) = (one.read(tight.as_bytes()), other.read(loose.as_bytes()));
            prop_assert!(tight.is_ok());
            prop_assert_eq!(tight, loose);
        }

        /// What is not asked for is not unescaped either.
        #[test]
        fn an_escape_in_a_header_that_nobody_asks_for_changes_nothing(headers in prop::collection::vec(header(), 0..8)) {
            let read = |other: &str| {
                let headers: Vec<_> = headers.iter().map(String::as_str).chain([other]).collect();
                let line = format!(
                    "{{\"request\":{{\"host\":\"a.example\",\"headers\":{{{}}}}},\"ts\":1793577600,\"status\":200}}",
                    headers.join(",")
                );
                let mut reader = Json::new(Flavour::named("caddy"));
                reader.read(line.replace('_', "").as_bytes()).map(|hit| format!("{:?}", hit.details(&mut Vec::new())))
            };
            prop_assert_eq!(read("_\"Etag\":[\"a\"]"), read("_\"Etag\":[\"\\\"a\\\"\"]"));
        }
    }
}
