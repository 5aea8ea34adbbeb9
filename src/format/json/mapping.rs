//! A user's mapping of JSON keys to fields: dotted paths compiled into a tree of keys.

use super::super::Malformed;
use super::super::fields::Unit;
use super::super::scan::{JsonValue, Scanner};
use super::line_fields::LineFields;
use super::names::Field;

/// A field that users can map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappedField {
    /// The time: RFC 3339, common log format, or a number since 1970 whose unit follows from its size.
    Time,
    /// The date in UTC, if the time field is a time of day.
    Date,
    /// The HTTP status.
    Status,
    /// A request line: `GET /a HTTP/1.1`.
    Request,
    /// The method.
    Method,
    /// Path and query, or a whole URL.
    Target,
    /// The query.
    Query,
    /// The client's address, or that of the nearest proxy.
    Address,
    /// The value of `X-Forwarded-For`.
    Forwarded,
    /// The user agent.
    Agent,
    /// The referrer.
    Referrer,
    /// The requested host.
    Host,
    /// The logged-in user.
    User,
    /// Any field that identifies visitors.
    Visitor,
    /// The time the server took.
    Duration(Unit),
    /// `1` if the client objects to tracking.
    OptOut,
}

impl MappedField {
    /// Its name in the config.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MappedField::Time => "time",
            MappedField::Date => "date",
            MappedField::Status => "status",
            MappedField::Request => "request",
            MappedField::Method => "method",
            MappedField::Target => "target",
            MappedField::Query => "query",
            MappedField::Address => "address",
            MappedField::Forwarded => "forwarded",
            MappedField::Agent => "agent",
            MappedField::Referrer => "referrer",
            MappedField::Host => "host",
            MappedField::User => "user",
            MappedField::Visitor => "visitor",
            MappedField::Duration(_) => "duration",
            MappedField::OptOut => "opt-out",
        }
    }

    pub(in super::super) fn field(self) -> Field {
        match self {
            MappedField::Time => Field::Time,
            MappedField::Date => Field::Date,
            MappedField::Status => Field::Status,
            MappedField::Request => Field::Request,
            MappedField::Method => Field::Method,
            MappedField::Target => Field::Target,
            MappedField::Query => Field::Query,
            MappedField::Address => Field::PeerAddress,
            MappedField::Forwarded => Field::Forwarded,
            MappedField::Agent => Field::Agent,
            MappedField::Referrer => Field::Referrer,
            MappedField::Host => Field::Host,
            MappedField::User | MappedField::Visitor => Field::User,
            MappedField::Duration(Unit::Seconds) => Field::LoadSeconds,
            MappedField::Duration(Unit::Millis) => Field::LoadMillis,
            MappedField::Duration(Unit::Micros) => Field::LoadMicros,
            MappedField::Duration(Unit::Nanos) => Field::LoadNanos,
            MappedField::OptOut => Field::Refusal,
        }
    }
}

/// A mapping of paths to fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    fields: Vec<(MappedField, String)>,
    root: Node,
}

/// A key with the fields it is mapped to, and the keys below it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Node {
    key: Box<[u8]>,
    fields: Vec<Field>,
    within: Vec<Node>,
}

impl Mapping {
    /// Dots of a path that may separate keys; what follows the last of them is one key. It bounds the tree, which grows
    /// exponentially with the dots.
    const MOST_DOTS: usize = 5;

    /// A mapping. `client.ip` is the key `ip` in the object `client`, or a key of that name. Of a list the first
    /// element counts.
    #[must_use]
    pub fn new(fields: Vec<(MappedField, String)>) -> Mapping {
        let mut root = Node::default();
        for (field, path) in &fields {
            root.insert(path.as_bytes(), field.field(), Mapping::MOST_DOTS);
        }
        Mapping { fields, root }
    }

    /// The fields and their paths.
    pub(in super::super) fn fields(&self) -> impl Iterator<Item = (MappedField, &str)> {
        self.fields.iter().map(|(field, path)| (*field, path.as_str()))
    }

    pub(super) fn has(&self, field: MappedField) -> bool {
        self.fields.iter().any(|(mapped, _)| *mapped == field)
    }

    /// The fields of a top-level key.
    pub(in super::super) fn fields_at(&self, key: &[u8]) -> &[Field] {
        let node = self.root.within.iter().find(|node| *node.key == *key);
        node.map_or(&[], |node| node.fields.as_slice())
    }

    /// Reads the fields of an object whose brace was read.
    pub(super) fn find<'a>(
        &self,
        found: &mut LineFields<'a>,
        scanner: &mut Scanner<'a>,
    ) -> Result<(), Malformed> {
        Walk { found, scanner }.object(&self.root)
    }
}

impl Node {
    /// Inserts a path in every reading of its dots.
    fn insert(&mut self, path: &[u8], field: Field, dots: usize) {
        self.child(path).fields.push(field);
        for dot in memchr::memchr_iter(b'.', path).take(dots) {
            self.child(&path[..dot]).insert(&path[dot + 1..], field, dots - 1);
        }
    }

    fn child(&mut self, key: &[u8]) -> &mut Node {
        let known = self.within.iter().position(|node| *node.key == *key);
        let at = known.unwrap_or_else(|| {
            self.within.push(Node { key: key.into(), ..Node::default() });
            self.within.len() - 1
        });
        &mut self.within[at]
    }
}

/// Reads a line along the tree, no deeper than the tree is.
struct Walk<'w, 'a> {
    found: &'w mut LineFields<'a>,
    scanner: &'w mut Scanner<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn object(&mut self, node: &Node) -> Result<(), Malformed> {
        while let Some(key) = self.scanner.key()? {
            let value = self.scanner.value()?;
            match node.within.iter().find(|child| *child.key == *key) {
                Some(child) => self.value(child, value)?,
                None => self.scanner.skip(value)?,
            }
        }
        Ok(())
    }

    fn value(&mut self, node: &Node, value: JsonValue<'a>) -> Result<(), Malformed> {
        match value {
            JsonValue::List if node.fields.contains(&Field::Forwarded) => {
                let list = self.scanner.inside(JsonValue::List)?;
                self.found.put(Field::Forwarded, JsonValue::Bare(list));
                Ok(())
            }
            JsonValue::List => self.first_of_list(node),
            _ => self.single(node, value),
        }
    }

    fn first_of_list(&mut self, node: &Node) -> Result<(), Malformed> {
        let Some(first) = self.scanner.element()? else { return Ok(()) };
        self.single(node, first)?;
        self.scanner.skip(JsonValue::List)
    }

    fn single(&mut self, node: &Node, value: JsonValue<'a>) -> Result<(), Malformed> {
        match value {
            JsonValue::Object if !node.within.is_empty() => self.object(node),
            JsonValue::Object | JsonValue::List => self.scanner.skip(value),
            JsonValue::Text(_) | JsonValue::Escaped(_) | JsonValue::Bare(_) => {
                node.fields.iter().for_each(|field| self.found.put(*field, value));
                Ok(())
            }
        }
    }
}
