//! A cache of the order of keys in a log's lines.
//!
//! A server writes the same keys in the same order in every line, and many of the same values. The text between two
//! relevant values is compared as a whole with what followed in earlier lines, so no key in it is parsed or looked up.
//! The cache is transparent: the same text, at the same nesting, leads to the same value.

use super::super::scan::Scanner;
use super::names::{Field, Scope};
use crate::bytes::Literal;

/// A graph of the positions in a line: a node per relevant value, an edge per text between two values.
#[derive(Debug, Clone)]
pub(super) struct KeyOrderCache {
    /// The first one is the beginning of a line.
    nodes: Vec<CacheNode>,
}

/// The index of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(u16);

/// A position in a line: just after a value.
#[derive(Debug, Clone)]
struct CacheNode {
    scope: Scope,
    /// The key of that value; empty for the beginning of a line.
    key: Vec<u8>,
    /// The edges to the next values, the most recently used one first.
    edges: Vec<Edge>,
    /// Consecutive cache misses.
    misses: u8,
    edge_scope: EdgeScope,
}

/// How far the edges of a node reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EdgeScope {
    /// To the next relevant value: what is skipped is mostly constant.
    Field,
    /// To the next value of whatever key: it differs from line to line.
    Key,
}

/// The text between two values.
#[derive(Debug, Clone)]
struct Edge {
    written: Literal,
    to: Stop,
}

/// The start of a value, or the end of the line's object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) field: Field,
    /// Whether it is a text, whose opening quote was consumed.
    pub(super) is_text: bool,
    /// Whether in other lines the value may be an object that is searched for fields.
    pub(super) may_be_entered: bool,
    pub(super) scope: Scope,
    /// The node after the value.
    pub(super) next_node: NodeId,
}

/// Edges per node: the texts differ by client, and a handful covers most of them.
const MOST_EDGES: usize = 6;
/// After this many consecutive misses, the edges of a node reach to the next key only.
const MISSES_BEFORE_SHORT_EDGES: u8 = 8;
/// At most this many nodes, over all kinds of lines; keys beyond that are parsed without the cache.
const MOST_NODES: usize = 128;
/// Longer texts are not cached: they rarely recur.
const LONGEST: usize = 512;

impl NodeId {
    /// The beginning of a line.
    const BEGINNING: NodeId = NodeId(0);
    /// A position that is not cached.
    const NONE: NodeId = NodeId(u16::MAX);

    fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl Stop {
    /// The end of the line's object.
    pub(super) const END: Stop = Stop {
        field: Field::End,
        is_text: false,
        may_be_entered: false,
        scope: Scope::LINE,
        next_node: NodeId::NONE,
    };

    /// Before the first key of a line.
    pub(super) const BEGINNING: Stop =
        Stop { field: Field::Unknown, next_node: NodeId::BEGINNING, ..Stop::END };
}

impl Default for KeyOrderCache {
    fn default() -> KeyOrderCache {
        KeyOrderCache { nodes: vec![CacheNode::new(Scope::LINE, b"")] }
    }
}

impl KeyOrderCache {
    /// Follows the most recently used edge, if its text comes next.
    #[inline]
    pub(super) fn follow_last_edge(&mut self, from: NodeId, scanner: &mut Scanner) -> Option<&Stop> {
        let node = self.nodes.get_mut(from.index())?;
        let likely = node.edges.first().filter(|likely| scanner.step_over(&likely.written))?;
        node.misses = 0;
        Some(&likely.to)
    }

    /// Follows any other edge whose text comes next, and moves it to the front.
    pub(super) fn follow_other_edge(&mut self, from: NodeId, scanner: &mut Scanner) -> Option<Stop> {
        let node = self.nodes.get_mut(from.index())?;
        let at = node.edges.iter().position(|edge| scanner.step_over(&edge.written))?;
        node.misses = 0;
        node.edges.swap(0, at);
        node.edges.first().map(|edge| edge.to)
    }

    /// How far the edges of a node reach.
    pub(super) fn edge_scope(&self, from: NodeId) -> EdgeScope {
        self.nodes.get(from.index()).map_or(EdgeScope::Field, |node| node.edge_scope)
    }

    /// Adds an edge after a miss.
    pub(super) fn learn(&mut self, from: NodeId, written: &[u8], to: Stop) {
        let Some(node) = self.nodes.get_mut(from.index()) else { return };
        node.misses = node.misses.saturating_add(1);
        if node.misses > MISSES_BEFORE_SHORT_EDGES && node.edge_scope == EdgeScope::Field {
            node.edge_scope = EdgeScope::Key;
            node.edges.clear();
        } else if written.len() <= LONGEST && !to.may_be_entered {
            node.add_edge(written, to);
        }
    }

    /// The node after the value of a key.
    pub(super) fn next_node(&mut self, scope: Scope, key: &[u8]) -> NodeId {
        let known = self.nodes.iter().position(|node| node.scope == scope && node.key == key);
        let number = known.unwrap_or(self.nodes.len());
        if number == MOST_NODES || key.len() > LONGEST {
            return NodeId::NONE;
        }
        if known.is_none() {
            self.nodes.push(CacheNode::new(scope, key));
        }
        u16::try_from(number).map_or(NodeId::NONE, NodeId)
    }

    #[cfg(test)]
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len()
    }
}

impl CacheNode {
    fn new(scope: Scope, key: &[u8]) -> CacheNode {
        CacheNode { scope, key: key.to_vec(), edges: Vec::new(), misses: 0, edge_scope: EdgeScope::Field }
    }

    /// Adds an edge; if the node is full, it replaces the last one.
    fn add_edge(&mut self, written: &[u8], to: Stop) {
        if self.edges.len() < MOST_EDGES {
            self.edges.push(Edge { written: Literal::new(written), to });
        } else if let Some(last) = self.edges.last_mut() {
            last.written.become_text(written);
            last.to = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Flavour, Json};
    use super::MOST_NODES;

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
            "log",
            "url",
            "response",
            "url.path",
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
        fn what_is_cached_changes_nothing(lines in prop::collection::vec(line(), 1..40)) {
            let mut reader = Json::new(Flavour::ANY);
            for line in &lines {
                let mut anew = Json::new(Flavour::ANY);
                prop_assert_eq!(reader.read(line.as_bytes()), anew.read(line.as_bytes()), "{}", line);
            }
        }
    }

    #[test]
    fn keys_beyond_what_the_cache_holds_are_read_all_the_same() {
        let mut reader = Json::new(Flavour::ANY);
        for number in 0..3 * MOST_NODES {
            let line = format!(
                r#"{{"key{number}":{{"number":"{number}"}},"ts":1793577600,"status":200,"uri":"/{number}"}}"#
            );
            let hit = reader.read(line.as_bytes()).expect("a hit");
            assert_eq!(hit.request.map(|request| request.path()), Some(format!("/{number}").as_bytes()));
        }
        assert_eq!(reader.key_order.nodes(), MOST_NODES);
    }
}
