//! An inventory of the keys in JSON lines, at any depth, and of their values.

use super::super::Malformed;
use super::super::scan::{JsonValue, Scanner, unescape};
use super::names::{Field, FieldNames, Scope};

/// A key of JSON lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundName {
    /// The path of keys, joined with dots.
    pub path: String,
    /// The field that dwell reads it as, by its name in `[format]`; empty if unknown.
    pub taken_for: &'static str,
}

/// The keys of these lines whose values are not objects, in order of appearance.
pub(in super::super) fn names_found(sample: &[&[u8]]) -> Vec<FoundName> {
    let entries = Inventory::of(sample).entries.into_iter();
    entries.map(|entry| FoundName { path: entry.path, taken_for: entry.field.word() }).collect()
}

/// The keys of some lines.
#[derive(Default)]
pub(in super::super) struct Inventory {
    pub(super) entries: Vec<KeyStats>,
    /// Number of lines.
    pub(super) lines: usize,
}

/// A key and its values, one per line that has it.
pub(super) struct KeyStats {
    pub(super) path: String,
    /// Its usual meaning.
    pub(super) field: Field,
    pub(super) values: Vec<Vec<u8>>,
}

/// Enough lines to tell the meaning of a key.
const MOST_LINES: usize = 200;
/// Lines with more keys use data as keys.
const MOST_KEYS: usize = 400;
/// Deeper than any server nests.
const DEEPEST: usize = 6;

impl Inventory {
    pub(super) fn of(sample: &[&[u8]]) -> Inventory {
        let mut inventory = Inventory::default();
        for line in sample.iter().take(MOST_LINES) {
            if let Ok(mut scanner) = Scanner::of_object(line) {
                inventory.lines += 1;
                // The keys before a syntax error are kept.
                let _ = inventory.object(&mut scanner, Some(Scope::LINE), "", DEEPEST);
            }
        }
        inventory
    }

    /// The keys of flat lines.
    pub(in super::super) fn of_pairs<'a, L>(lines: impl Iterator<Item = L>) -> Inventory
    where
        L: Iterator<Item = (&'a [u8], JsonValue<'a>)>,
    {
        let mut inventory = Inventory::default();
        for line in lines.take(MOST_LINES) {
            inventory.lines += 1;
            for (key, value) in line {
                let field = FieldNames::usual().meaning(Scope::LINE, key).field;
                inventory.note(String::from_utf8_lossy(key).into_owned(), field, value);
            }
        }
        inventory
    }

    /// Walks an object whose brace was read; `scope` if it is searched for fields.
    fn object(
        &mut self,
        scanner: &mut Scanner,
        scope: Option<Scope>,
        path: &str,
        deeper: usize,
    ) -> Result<(), Malformed> {
        while let Some(key) = scanner.key()? {
            let name = String::from_utf8_lossy(key);
            let path = if path.is_empty() { name.into_owned() } else { format!("{path}.{name}") };
            let meaning = scope.map(|scope| FieldNames::usual().meaning(scope, key));
            match scanner.value()? {
                JsonValue::Object if deeper > 0 => {
                    let within = meaning.and_then(|meaning| meaning.within);
                    self.object(scanner, within, &path, deeper - 1)?;
                }
                JsonValue::List => {
                    if let Some(first) = scanner.first()? {
                        self.note(path, meaning.map_or(Field::Unknown, |meaning| meaning.field), first);
                    }
                }
                JsonValue::Object => scanner.skip(JsonValue::Object)?,
                value => self.note(path, meaning.map_or(Field::Unknown, |meaning| meaning.field), value),
            }
        }
        Ok(())
    }

    fn note(&mut self, path: String, field: Field, value: JsonValue) {
        let mut text = Vec::new();
        match value {
            JsonValue::Escaped(escaped) => unescape(escaped, &mut text),
            value => text.extend_from_slice(value.plain()),
        }
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.path == path) {
            entry.values.push(text);
        } else if self.entries.len() < MOST_KEYS {
            self.entries.push(KeyStats { path, field, values: vec![text] });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_with_what_they_are_taken_for() {
        let line: &[u8] = br#"{"when":"x","request":{"method":"GET","who":"y"},"list":["z"],"response":{"headers":{"a":1}},"status":200}"#;
        let found = names_found(&[line, line]);
        let found: Vec<_> = found.iter().map(|name| (name.path.as_str(), name.taken_for)).collect();
        let wanted = [
            ("when", ""),
            ("request.method", "method"),
            ("request.who", ""),
            ("list", ""),
            ("response.headers.a", ""),
            ("status", "status"),
        ];
        assert_eq!(found, wanted);
    }
}
