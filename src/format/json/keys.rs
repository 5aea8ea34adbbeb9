//! The keys of the lines before, in their order.
//!
//! A server writes the same keys in every line, and many of the same values. A key that stands where it stood before is
//! known by comparing it as it is written, and so is a value that dwell has no use for: neither has to be searched for
//! its end. What was remembered never changes what is found, for a key or a value that is there as a whole is the same
//! one wherever it stands.

use super::super::Malformed;
use super::super::scan::{Key, Scanner};
use super::names::Field;
use crate::bytes::Literal;

/// The keys of the lines before; where in a line the reader is.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownKeys {
    keys: Vec<KnownKey>,
    /// Which one is likely to come next.
    next: usize,
}

#[derive(Debug, Clone)]
struct KnownKey {
    /// From the end of the value before it up to where its own began.
    written: Literal,
    field: Field,
    /// The last value that was stepped over there; empty where none was.
    skipped: Literal,
}

/// As many keys are remembered, of all kinds of lines; those that come after them are read as they are written.
const MOST: usize = 256;
/// How many keys may be left out of a line before it is taken to be of another kind: headers come and go.
const AHEAD: usize = 12;
/// What is longer than this is not worth to be remembered.
const LONGEST: usize = 512;

impl KnownKeys {
    /// Begins with another line.
    pub(super) fn begin_line(&mut self) {
        self.next = 0;
    }

    /// The number of the key that is likely to come next.
    pub(super) fn next_number(&self) -> usize {
        self.next
    }

    /// Goes on where that key is likely to come next.
    pub(super) fn go_on_at(&mut self, number: usize) {
        self.next = number;
    }

    /// How many keys are remembered.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// What the next key stands for, and steps up to its value; `None` where the object ends, and steps over its end.
    #[inline]
    pub(super) fn next(&mut self, scanner: &mut Scanner) -> Result<Option<Field>, Malformed> {
        match self.keys.get(self.next) {
            Some(known) if known.is_here(scanner) => {
                self.next += 1;
                scanner.skip_blanks();
                Ok(Some(known.field))
            }
            _ => self.another(scanner),
        }
    }

    /// The next key where it is not the one that is likely.
    #[inline(never)]
    fn another(&mut self, scanner: &mut Scanner) -> Result<Option<Field>, Malformed> {
        if scanner.ends_object() {
            return Ok(None);
        }
        let mut ahead = self.keys.iter().enumerate().skip(self.next).take(AHEAD);
        let found = ahead.find(|(_, known)| known.is_here(scanner));
        let Some((at, known)) = found else { return self.learn(scanner) };
        self.next = at + 1;
        scanner.skip_blanks();
        Ok(Some(known.field))
    }

    /// Steps over the value of the key that was read last.
    pub(super) fn skip_value(&mut self, scanner: &mut Scanner) -> Result<(), Malformed> {
        let known = self.next.checked_sub(1).and_then(|last| self.keys.get_mut(last));
        let Some(known) = known else { return scanner.skip_value().map(drop) };
        if !known.skipped.is_empty() && scanner.step_over(&known.skipped) {
            return Ok(());
        }
        let skipped = scanner.skip_value()?;
        // Where a number ends, what follows it says: it is no whole by itself.
        if matches!(skipped.first(), Some(b'"' | b'{' | b'[')) && skipped.len() <= LONGEST {
            known.skipped.become_text(skipped);
        }
        Ok(())
    }

    /// Reads a key that is not known at this place, and remembers it.
    #[cold]
    fn learn(&mut self, scanner: &mut Scanner) -> Result<Option<Field>, Malformed> {
        let Some(Key { name, written }) = scanner.key_as_written()? else { return Ok(None) };
        let field = Field::named(name);
        if self.keys.len() < MOST && written.len() <= LONGEST {
            let (written, skipped) = (Literal::new(written), Literal::default());
            self.keys.insert(self.next, KnownKey { written, field, skipped });
            self.next += 1;
        }
        Ok(Some(field))
    }
}

impl KnownKey {
    /// Whether it stands here; steps up to its value then.
    #[inline]
    fn is_here(&self, scanner: &mut Scanner) -> bool {
        scanner.step_over(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Flavour, Json};

    /// A line of some of these keys and values, in any order and with or without blanks.
    fn line() -> impl Strategy<Value = String> {
        let key = prop::sample::select(vec![
            "ts",
            "status",
            "request",
            "headers",
            "User-Agent",
            "uri",
            "host",
            "resp_headers",
            "size",
            "tls",
            "a\\\"b",
        ]);
        let value = prop::sample::select(vec![
            "1793577600.25",
            "200",
            "20",
            "2000",
            "null",
            "\"/a\"",
            "\"/a\\\"b\"",
            "\"\"",
            "[\"x\",\"y\"]",
            "[]",
            "{}",
            "{\"uri\":\"/b\",\"headers\":{\"User-Agent\":[\"z\"]}}",
            "{\"User-Agent\":\"z\",\"Host\":[{\"}\":1}]}",
            "{\"User-Agent\":\"z\"",
        ]);
        let blank = prop::sample::select(vec!["", "", " "]);
        let pair = (key, value, blank)
            .prop_map(|(key, value, blank)| format!("{blank}\"{key}\":{blank}{value}{blank}"));
        prop::collection::vec(pair, 0..9)
            .prop_map(|pairs| format!("{{\"ts\":1793577600,{}}}", pairs.join(",")))
    }

    proptest! {
        #[test]
        fn what_was_remembered_changes_nothing(lines in prop::collection::vec(line(), 1..20)) {
            let mut reader = Json::new(Flavour::Any);
            for line in &lines {
                let mut anew = Json::new(Flavour::Any);
                prop_assert_eq!(reader.read(line.as_bytes()), anew.read(line.as_bytes()), "{}", line);
            }
        }
    }

    #[test]
    fn more_keys_than_are_remembered_are_read_all_the_same() {
        let mut reader = Json::new(Flavour::Any);
        for number in 0..3 * super::MOST {
            let line =
                format!(r#"{{"key{number}":"{number}","ts":1793577600,"status":200,"uri":"/{number}"}}"#);
            let hit = reader.read(line.as_bytes()).expect("a hit");
            assert_eq!(hit.request.map(|request| request.path()), Some(format!("/{number}").as_bytes()));
        }
        assert_eq!(reader.memory.keys.len(), super::MOST);
    }
}
