//! The headers of a request as Caddy writes them: `"headers":{"Accept":["*/*"],"Referer":["https://example.com/"]}`.
//!
//! They come in another order in each line, so nothing can be known of the next one. But where each is a name and a list
//! of one text, the quotes alone say where all of them are.

use memchr::memchr;

use super::super::Malformed;
use super::super::quotes::Quotes;
use super::super::scan::{Inside, Scanner, Value};
use super::names::Field;

/// Gives the headers of an object to `put` that dwell has a use for, as far as they can be read.
pub(super) fn each<'a>(object: Inside<'a>, mut put: impl FnMut(Field, Value<'a>)) {
    let mut headers = PlainHeaders::of(object.text);
    for PlainHeader { name, value: text } in headers.by_ref() {
        let field = Field::of_header(name);
        if field != Field::Unknown {
            let has_escapes = object.has_escapes && memchr(b'\\', text).is_some();
            put(field, Value::text(Inside { text, has_escapes }));
        }
    }
    let mut scanner = Scanner::within(&object.text[headers.read()..]);
    while let Ok(Some(name)) = scanner.key() {
        let field = Field::of_header(name);
        match value(field, &mut scanner) {
            Ok(Some(value)) => put(field, value),
            Ok(None) => {}
            Err(_) => return,
        }
    }
}

/// What a header says that has one value or a list of them; `None` where that is nothing.
fn value<'a>(field: Field, scanner: &mut Scanner<'a>) -> Result<Option<Value<'a>>, Malformed> {
    match scanner.value()? {
        // All addresses, as they are written.
        Value::List if field == Field::Forwarded => Ok(Some(Value::Bare(scanner.inside(Value::List)?.text))),
        Value::List => scanner.first(),
        Value::Object => scanner.skip(Value::Object).map(|()| None),
        value => Ok(Some(value)),
    }
}

/// Headers that are written so, from the first on. Ends before one that is written otherwise, and at the object's end.
struct PlainHeaders<'a> {
    text: &'a [u8],
    /// How much of the text was read.
    at: usize,
    quotes: Quotes<'a>,
}

/// A header's name, and its value as it is written.
struct PlainHeader<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl<'a> PlainHeaders<'a> {
    /// Of a text that begins within the object.
    fn of(text: &'a [u8]) -> PlainHeaders<'a> {
        PlainHeaders { text, at: 0, quotes: Quotes::of(text) }
    }

    /// How many bytes the headers take that were given so far, with the comma behind them.
    fn read(&self) -> usize {
        self.at
    }
}

impl<'a> Iterator for PlainHeaders<'a> {
    type Item = PlainHeader<'a>;

    #[inline]
    fn next(&mut self) -> Option<PlainHeader<'a>> {
        if self.text.get(self.at) != Some(&b'"') {
            return None;
        }
        let (opened, closed) = (self.quotes.next()?, self.quotes.next()?);
        let (begun, ended) = (self.quotes.next()?, self.quotes.next()?);
        let is_one_text = self.text[closed..=begun] == *b"\":[\"" && self.text.get(ended + 1) == Some(&b']');
        if !is_one_text {
            return None;
        }
        let is_last = self.text.get(ended + 2) != Some(&b',');
        self.at = ended + if is_last { 2 } else { 3 };
        Some(PlainHeader { name: &self.text[opened + 1..closed], value: &self.text[begun + 1..ended] })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Flavour, Json};

    /// A header, and how it is written: what stands for a blank is none or one.
    fn header() -> impl Strategy<Value = String> {
        let name =
            prop::sample::select(vec!["User-Agent", "Referer", "X-Forwarded-For", "Dnt", "Accept", "A\\\"b"]);
        let value = prop::sample::select(vec![
            "_[\"a\"]",
            "_[\"1\"]",
            "_[\"say \\\"hi\\\"\"]",
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

    proptest! {
        #[test]
        fn blanks_change_nothing(headers in prop::collection::vec(header(), 0..8)) {
            let headers = headers.join(",");
            let line =
                format!("{{\"request\":{{\"uri\":\"/\",\"headers\":{{{headers}}}}},\"ts\":1793577600,\"status\":200}}");
            let (tight, loose) = (line.replace('_', ""), line.replace('_', " "));
            let (mut one, mut other) = (Json::new(Flavour::Caddy), Json::new(Flavour::Caddy));
            let (tight, loose) = (one.read(tight.as_bytes()), other.read(loose.as_bytes()));
            prop_assert!(tight.is_ok());
            prop_assert_eq!(tight, loose);
        }
    }
}
