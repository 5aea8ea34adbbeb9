//! Walks a line from one relevant value to the next, by way of the key order cache.

use super::super::Malformed;
use super::super::scan::{JsonValue, Scanner};
use super::key_order::{EdgeScope, KeyOrderCache, Stop};
use super::names::{Field, FieldNames, KeyMeaning};

/// A line being read.
pub(super) struct LineWalk<'w, 'a> {
    pub(super) scanner: Scanner<'a>,
    /// The last stop.
    stop: Stop,
    cache: &'w mut KeyOrderCache,
}

impl<'w, 'a> LineWalk<'w, 'a> {
    /// The beginning of a line.
    pub(super) fn new(scanner: Scanner<'a>, cache: &'w mut KeyOrderCache) -> LineWalk<'w, 'a> {
        LineWalk { scanner, stop: Stop::BEGINNING, cache }
    }

    /// Moves to the next relevant value or to the end of the line's object; returns its field.
    #[inline]
    pub(super) fn next_field(&mut self) -> Result<Field, Malformed> {
        match self.cache.follow_last_edge(self.stop.next_node, &mut self.scanner) {
            Some(stop) => self.stop = *stop,
            None => self.stop = self.other_stop()?,
        }
        Ok(self.stop.field)
    }

    /// The current value, if it is a number or a text without escapes.
    #[inline]
    pub(super) fn plain_value(&mut self) -> Option<&'a [u8]> {
        if self.stop.is_text { self.scanner.rest_of_plain_text() } else { self.scanner.number() }
    }

    /// Whether the current value is an object; enters it if so.
    #[inline]
    pub(super) fn begins_object(&mut self) -> bool {
        !self.stop.is_text && self.scanner.begins_object()
    }

    /// The current value; of an object or a list only the opening bracket.
    pub(super) fn value(&mut self) -> Result<JsonValue<'a>, Malformed> {
        if self.stop.is_text {
            return self.scanner.rest_of_text();
        }
        self.scanner.skip_blanks();
        self.scanner.value()
    }

    #[inline(never)]
    fn other_stop(&mut self) -> Result<Stop, Malformed> {
        let from = self.stop.next_node;
        if let Some(stop) = self.cache.follow_other_edge(from, &mut self.scanner) {
            return Ok(stop);
        }
        let start = self.scanner;
        let stop = self.stop_by_keys(self.cache.edge_scope(from))?;
        self.cache.learn(from, self.scanner.since(start), stop);
        Ok(stop)
    }

    /// Finds the next stop key by key, without the cache.
    fn stop_by_keys(&mut self, edge_scope: EdgeScope) -> Result<Stop, Malformed> {
        let mut scope = self.stop.scope;
        loop {
            let Some(key) = self.scanner.key()? else {
                match scope.outside() {
                    Some(outside) => scope = outside,
                    None => return Ok(Stop::END),
                }
                continue;
            };
            let KeyMeaning { field, within } = FieldNames::usual().meaning(scope, key);
            match within {
                Some(within) if self.scanner.begins_object() => scope = within,
                _ if field == Field::Unknown && edge_scope == EdgeScope::Field => {
                    self.scanner.skip_value()?;
                }
                _ => {
                    let (is_text, next_node) = (self.scanner.begins_text(), self.cache.next_node(scope, key));
                    let may_be_entered = within.is_some() && !is_text;
                    return Ok(Stop { field, is_text, may_be_entered, scope, next_node });
                }
            }
        }
    }
}
