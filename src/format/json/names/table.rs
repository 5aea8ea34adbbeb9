//! The built-in keys from `table.txt`, as a tree of the objects that are searched for fields.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Field;

/// A stack of enclosing objects, packed into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super::super) struct Scope(u64);

impl Scope {
    /// The line's own object.
    pub(in super::super::super) const LINE: Scope = Scope(1);

    /// Bits per object number, counted from 1: at most 255 objects, nested up to eight deep.
    const BITS: u32 = 8;

    fn within(self, object: ObjectId) -> Option<Scope> {
        (self.0.leading_zeros() >= Scope::BITS)
            .then_some(Scope(self.0 << Scope::BITS | (u64::from(object.0) + 1)))
    }

    /// The enclosing object; `None` at the end of the line's own.
    pub(in super::super) fn outside(self) -> Option<Scope> {
        let outside = self.0 >> Scope::BITS;
        (outside > 0).then_some(Scope(outside))
    }

    fn object(self) -> usize {
        usize::try_from((self.0 & 0xff).saturating_sub(1)).unwrap_or(0)
    }
}

/// The meaning of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super::super) struct KeyMeaning {
    pub(in super::super::super) field: Field,
    /// The scope of the object under this key, if it is searched for fields.
    pub(in super::super) within: Option<Scope>,
}

/// The number of an object; 0 is the line itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ObjectId(u8);

#[derive(Debug, Clone, Copy)]
struct NameEntry {
    field: Field,
    object: Option<ObjectId>,
}

/// An object that is searched for fields.
#[derive(Debug, Default)]
struct Object {
    entries: HashMap<Vec<u8>, NameEntry>,
    /// Whether the keys of the line itself count in it too.
    is_like_line: bool,
}

/// The table.
#[derive(Debug)]
pub(in super::super::super) struct FieldNames {
    objects: Vec<Object>,
}

const TABLE: &str = include_str!("table.txt");
static NAMES: LazyLock<FieldNames> = LazyLock::new(FieldNames::of_table);

/// Longer keys are not in the table.
const LONGEST: usize = 64;

impl FieldNames {
    pub(in super::super::super) fn usual() -> &'static FieldNames {
        &NAMES
    }

    /// The meaning of a key in a scope.
    pub(in super::super::super) fn meaning(&self, scope: Scope, key: &[u8]) -> KeyMeaning {
        let entry = self.entry(scope.object(), key);
        let within = entry.and_then(|entry| entry.object).and_then(|object| scope.within(object));
        KeyMeaning { field: entry.map_or(Field::Unknown, |entry| entry.field), within }
    }

    fn entry(&self, object: usize, key: &[u8]) -> Option<NameEntry> {
        let here = self.objects.get(object)?;
        let of_line = || if here.is_like_line { self.objects[0].entry(key) } else { None };
        here.entry(key).or_else(of_line).or_else(|| self.entry_of_path(object, key))
    }

    /// The entry of a dotted key such as `url.path`, which may be a path.
    fn entry_of_path(&self, object: usize, key: &[u8]) -> Option<NameEntry> {
        // Bounds the recursion.
        let dot = memchr::memchr(b'.', key).filter(|_| key.len() <= LONGEST)?;
        let within = self.entry(object, &key[..dot])?.object?;
        self.entry(usize::from(within.0), &key[dot + 1..])
    }

    fn of_table() -> FieldNames {
        let mut names = FieldNames { objects: vec![Object::default()] };
        for (field, paths) in rows() {
            paths.split_whitespace().for_each(|path| names.add(field, path));
        }
        names
    }

    fn add(&mut self, field: Option<Field>, path: &str) {
        let (objects, key) = path.rsplit_once('.').unwrap_or(("", path));
        let mut at = 0;
        for object in objects.split('.').filter(|name| !name.is_empty()) {
            at = self.object(at, object);
        }
        if let Some(field) = field {
            self.objects[at].insert(key).field = field;
        } else {
            let object = self.object(at, key);
            self.objects[object].is_like_line = true;
        }
    }

    /// The object under a key of another one, which is added if new.
    fn object(&mut self, within: usize, name: &str) -> usize {
        let next = self.objects.len();
        let known = self.objects[within].insert(name).object.map(|object| usize::from(object.0));
        known.unwrap_or_else(|| {
            self.objects[within].insert(name).object = u8::try_from(next).ok().map(ObjectId);
            self.objects.push(Object::default());
            next
        })
    }
}

impl Object {
    fn insert(&mut self, name: &str) -> &mut NameEntry {
        let spelling = name.as_bytes().to_vec();
        self.entries.entry(spelling).or_insert(NameEntry { field: Field::Unknown, object: None })
    }

    /// The entry of a key; an exact match takes precedence.
    fn entry(&self, key: &[u8]) -> Option<NameEntry> {
        let mut spelt = [b'='; LONGEST + 1];
        let exact = spelt.get_mut(..=key.len())?;
        exact[1..].copy_from_slice(key);
        let found = self.entries.get(exact as &[u8]);
        found.or_else(|| self.entries.get(folded(key, &mut spelt))).copied()
    }
}

/// A key in the table's spelling; `spelt` has room for it.
fn folded<'k>(key: &[u8], spelt: &'k mut [u8; LONGEST + 1]) -> &'k [u8] {
    let mut length = 0;
    for byte in key.iter().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')) {
        spelt[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    &spelt[..length]
}

/// The rows of the table: a field, or `None` for objects that are like the line itself, and its keys.
fn rows() -> impl Iterator<Item = (Option<Field>, &'static str)> {
    TABLE.lines().filter(|line| !is_comment(line)).filter_map(row)
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

fn row(line: &'static str) -> Option<(Option<Field>, &'static str)> {
    let mut columns = line.split('|').map(str::trim);
    let (word, names, who) = (columns.next()?, columns.next()?, columns.next()?);
    let is_whole = !names.is_empty() && !who.is_empty() && columns.next().is_none();
    let field = if word == "inside" { None } else { Some(field(word)?) };
    is_whole.then_some((field, names))
}

fn field(word: &str) -> Option<Field> {
    let field = WORDS.into_iter().find(|(known, _)| *known == word);
    field.map(|(_, field)| field)
}

const WORDS: [(&str, Field); 36] = [
    ("client", Field::ClientAddress),
    ("peer", Field::PeerAddress),
    ("connected", Field::ConnectedAddress),
    ("forwarded", Field::Forwarded),
    ("exact-time", Field::ExactTime),
    ("time", Field::Time),
    ("local-time", Field::LocalTime),
    ("date", Field::Date),
    ("request", Field::Request),
    ("method", Field::Method),
    ("whole-target", Field::WholeTarget),
    ("target", Field::Target),
    ("route", Field::Route),
    ("query", Field::Query),
    ("status", Field::Status),
    ("host", Field::Host),
    ("server", Field::ServerName),
    ("referrer", Field::Referrer),
    ("agent", Field::Agent),
    ("user", Field::User),
    ("load-s", Field::LoadSeconds),
    ("load-ms", Field::LoadMillis),
    ("load-us", Field::LoadMicros),
    ("load-ns", Field::LoadNanos),
    ("load", Field::Load),
    ("upstream-s", Field::UpstreamSeconds),
    ("size", Field::Size),
    ("opt-out", Field::Refusal),
    ("consent", Field::Consent),
    ("purpose", Field::Purpose),
    ("destination", Field::Destination),
    ("accept", Field::Accept),
    ("swap", Field::Swap),
    ("headers", Field::Headers),
    ("answer", Field::Answer),
    ("error-mark", Field::ErrorMark),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn field_of(key: &str) -> Field {
        FieldNames::usual().meaning(Scope::LINE, key.as_bytes()).field
    }

    #[test]
    fn every_line_of_the_table_is_a_row_or_a_comment() {
        for line in TABLE.lines().filter(|line| !is_comment(line)) {
            assert!(row(line).is_some(), "{line}");
        }
    }

    #[test]
    fn a_name_stands_once_and_is_spelt_as_it_is_looked_up() {
        let mut seen = HashSet::new();
        for (field, names) in rows().filter(|(field, _)| field.is_some()) {
            for name in names.split_whitespace() {
                let mut spelt = [0; LONGEST + 1];
                let is_spelt_so =
                    name.starts_with('=') || folded(name.as_bytes(), &mut spelt) == name.as_bytes();
                assert!(is_spelt_so, "{name}");
                assert!(seen.insert(name), "{name} stands for {field:?} and for something else");
            }
        }
    }

    #[test]
    fn there_are_numbers_for_all_objects() {
        assert!(FieldNames::usual().objects.len() < 0xff);
    }

    #[test]
    fn spelling_does_not_matter_unless_the_table_says_so() {
        for key in ["remote_addr", "remoteAddr", "RemoteAddr", "remote-addr", "REMOTE_ADDR"] {
            assert_eq!(field_of(key), Field::PeerAddress, "{key}");
        }
        assert_eq!(field_of("Duration"), Field::LoadNanos);
        assert_eq!(field_of("duration"), Field::Load);
        assert_eq!(field_of("requestTime"), Field::Time);
        assert_eq!(field_of("request_time"), Field::LoadSeconds);
    }

    #[test]
    fn a_dot_leads_into_an_object() {
        assert_eq!(field_of("http.request.method"), Field::Method);
        assert_eq!(field_of("attributes.url.path"), Field::Target);
        assert_eq!(field_of("http.response.status_code"), Field::Status);
        assert_eq!(field_of("response.headers"), Field::Unknown);
        assert_eq!(field_of("log.file.path"), Field::Unknown);
        assert_eq!(field_of(&"req.".repeat(100_000)), Field::Unknown);
    }

    #[test]
    fn objects_within_objects_come_to_an_end() {
        let (names, mut scope, mut depth) = (FieldNames::usual(), Scope::LINE, 1);
        while let Some(within) = names.meaning(scope, b"request").within {
            (scope, depth) = (within, depth + 1);
        }
        assert_eq!(depth, 8);
        while let Some(outside) = scope.outside() {
            (scope, depth) = (outside, depth - 1);
        }
        assert_eq!((scope, depth), (Scope::LINE, 1));
    }
}
