//! Which keys lines of JSON have, wherever they are, and what their values hold.

use super::super::Malformed;
use super::super::scan::{Scanner, Value, unescape};
use super::names::{Field, Names, Scope};

/// A key of JSON lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundName {
    /// The keys that lead to it, with dots between them.
    pub path: String,
    /// What dwell takes it for, as `[format]` calls that; empty where it does not know it.
    pub taken_for: &'static str,
}

/// The keys of these lines of JSON whose values are no objects, in the order in which they were met.
pub(in super::super) fn names_found(sample: &[&[u8]]) -> Vec<FoundName> {
    let entries = Inventory::of(sample).entries.into_iter();
    entries.map(|entry| FoundName { path: entry.path, taken_for: entry.field.word() }).collect()
}

/// All keys of some lines.
#[derive(Default)]
pub(in super::super) struct Inventory {
    pub(super) entries: Vec<Entry>,
    /// How many lines there are.
    pub(super) lines: usize,
}

/// A key, and what it says in each line that has it.
pub(super) struct Entry {
    pub(super) path: String,
    /// What its usual meaning is.
    pub(super) field: Field,
    pub(super) values: Vec<Vec<u8>>,
}

/// Enough lines to tell what a key means.
const MOST_LINES: usize = 200;
/// Lines with more keys have keys made of data.
const MOST_KEYS: usize = 400;
/// Deeper than any server goes.
const DEEPEST: usize = 6;

impl Inventory {
    pub(super) fn of(sample: &[&[u8]]) -> Inventory {
        let mut inventory = Inventory::default();
        for line in sample.iter().take(MOST_LINES) {
            if let Ok(mut scanner) = Scanner::of_object(line) {
                inventory.lines += 1;
                // What stands before the place at which a line breaks off is known all the same.
                let _ = inventory.object(&mut scanner, Some(Scope::LINE), "", DEEPEST);
            }
        }
        inventory
    }

    /// The keys of lines that have no objects.
    pub(in super::super) fn of_pairs<'a, L>(lines: impl Iterator<Item = L>) -> Inventory
    where
        L: Iterator<Item = (&'a [u8], Value<'a>)>,
    {
        let mut inventory = Inventory::default();
        for line in lines.take(MOST_LINES) {
            inventory.lines += 1;
            for (key, value) in line {
                let field = Names::usual().meaning(Scope::LINE, key).field;
                inventory.note(String::from_utf8_lossy(key).into_owned(), field, value);
            }
        }
        inventory
    }

    /// Goes through an object that was begun; `scope` where fields are looked for in it.
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
            let meaning = scope.map(|scope| Names::usual().meaning(scope, key));
            match scanner.value()? {
                Value::Object if deeper > 0 => {
                    let within = meaning.and_then(|meaning| meaning.within);
                    self.object(scanner, within, &path, deeper - 1)?;
                }
                Value::List => {
                    if let Some(first) = scanner.first()? {
                        self.note(path, meaning.map_or(Field::Unknown, |meaning| meaning.field), first);
                    }
                }
                Value::Object => scanner.skip(Value::Object)?,
                value => self.note(path, meaning.map_or(Field::Unknown, |meaning| meaning.field), value),
            }
        }
        Ok(())
    }

    fn note(&mut self, path: String, field: Field, value: Value) {
        let mut text = Vec::new();
        match value {
            Value::Escaped(escaped) => unescape(escaped, &mut text),
            value => text.extend_from_slice(value.plain()),
        }
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.path == path) {
            entry.values.push(text);
        } else if self.entries.len() < MOST_KEYS {
            self.entries.push(Entry { path, field, values: vec![text] });
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
