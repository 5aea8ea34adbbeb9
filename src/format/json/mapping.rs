//! Which field of a user's JSON is what: dotted paths, compiled into a tree of keys.

use super::super::Malformed;
use super::super::fields::Unit;
use super::super::scan::{Scanner, Value};
use super::found::Found;
use super::names::Field;

/// A field that a user maps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MappedField {
    /// When: RFC 3339, the common log's stamp, or a number since 1970, whose unit is found by its size.
    Time,
    /// The date in UTC, where the time is only that of the clock.
    Date,
    /// The answer's status.
    Status,
    /// A request line: `GET /a HTTP/1.1`.
    Request,
    /// The method alone.
    Method,
    /// Path and query, or a whole URL.
    Target,
    /// The query alone.
    Query,
    /// The client's address, or that of the proxy before the server.
    Address,
    /// What `X-Forwarded-For` said.
    Forwarded,
    /// The user agent.
    Agent,
    /// Where the client came from.
    Referrer,
    /// The host asked for.
    Host,
    /// Who was signed in.
    User,
    /// Any field that tells visitors apart.
    Visitor,
    /// How long the server took.
    Duration(Unit),
    /// `1` where the client wants to be left alone.
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

/// Where the fields are in a user's JSON lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    fields: Vec<(MappedField, String)>,
    root: Node,
}

/// A key, what its value stands for, and the keys within it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Node {
    key: Box<[u8]>,
    fields: Vec<Field>,
    within: Vec<Node>,
}

impl Mapping {
    /// The most dots that count in a path: what follows the last of them is one key.
    const MOST_DOTS: usize = 5;

    /// Fields and the paths to them: `client.ip` is `ip` in the object `client`, or a key of that name. Of a list its
    /// first element counts.
    #[must_use]
    pub fn new(fields: Vec<(MappedField, String)>) -> Mapping {
        let mut root = Node::default();
        for (field, path) in &fields {
            root.insert(path.as_bytes(), field.field(), Mapping::MOST_DOTS);
        }
        Mapping { fields, root }
    }

    /// The fields and the paths to them.
    pub(in super::super) fn fields(&self) -> impl Iterator<Item = (MappedField, &str)> {
        self.fields.iter().map(|(field, path)| (*field, path.as_str()))
    }

    pub(super) fn has(&self, field: MappedField) -> bool {
        self.fields.iter().any(|(mapped, _)| *mapped == field)
    }

    /// What a key stands for that is in no object.
    pub(in super::super) fn fields_at(&self, key: &[u8]) -> &[Field] {
        let node = self.root.within.iter().find(|node| *node.key == *key);
        node.map_or(&[], |node| node.fields.as_slice())
    }

    /// Reads the fields of an object that was begun.
    pub(super) fn find<'a>(&self, found: &mut Found<'a>, scanner: &mut Scanner<'a>) -> Result<(), Malformed> {
        Walk { found, scanner }.object(&self.root)
    }
}

impl Node {
    /// Adds a path in all the ways in which its dots can be meant.
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

/// Reading a line along the tree: as deep as that is, however deep the line.
struct Walk<'w, 'a> {
    found: &'w mut Found<'a>,
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

    fn value(&mut self, node: &Node, value: Value<'a>) -> Result<(), Malformed> {
        match value {
            Value::List if node.fields.contains(&Field::Forwarded) => {
                let list = self.scanner.inside(Value::List)?;
                self.found.put(Field::Forwarded, Value::Bare(list));
                Ok(())
            }
            Value::List => self.first_of_list(node),
            _ => self.single(node, value),
        }
    }

    fn first_of_list(&mut self, node: &Node) -> Result<(), Malformed> {
        let Some(first) = self.scanner.element()? else { return Ok(()) };
        self.single(node, first)?;
        self.scanner.skip(Value::List)
    }

    fn single(&mut self, node: &Node, value: Value<'a>) -> Result<(), Malformed> {
        match value {
            Value::Object if !node.within.is_empty() => self.object(node),
            Value::Object | Value::List => self.scanner.skip(value),
            Value::Text(_) | Value::Escaped(_) | Value::Bare(_) => {
                node.fields.iter().for_each(|field| self.found.put(*field, value));
                Ok(())
            }
        }
    }
}
