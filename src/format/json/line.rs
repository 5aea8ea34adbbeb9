//! Walks a line from one relevant value to the next, by way of the key order cache.

use super::super::Malformed;
use super::super::scan::{Scanner, Value};
use super::names::{Field, Meaning, Names};
use super::shape::{Reach, Shape, Stop};

/// A line being read.
pub(super) struct Line<'w, 'a> {
    pub(super) scanner: Scanner<'a>,
    /// The last stop.
    stop: Stop,
    shape: &'w mut Shape,
}

impl<'w, 'a> Line<'w, 'a> {
    /// The beginning of a line.
    pub(super) fn new(scanner: Scanner<'a>, shape: &'w mut Shape) -> Line<'w, 'a> {
        Line { scanner, stop: Stop::BEGINNING, shape }
    }

    /// Moves to the next relevant value or to the end of the line's object; returns its field.
    #[inline]
    pub(super) fn next_field(&mut self) -> Result<Field, Malformed> {
        match self.shape.likely_step(self.stop.behind, &mut self.scanner) {
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
    pub(super) fn value(&mut self) -> Result<Value<'a>, Malformed> {
        if self.stop.is_text {
            return self.scanner.rest_of_text();
        }
        self.scanner.skip_blanks();
        self.scanner.value()
    }

    #[inline(never)]
    fn other_stop(&mut self) -> Result<Stop, Malformed> {
        let from = self.stop.behind;
        if let Some(stop) = self.shape.other_step(from, &mut self.scanner) {
            return Ok(stop);
        }
        let start = self.scanner;
        let stop = self.stop_by_keys(self.shape.reach(from))?;
        self.shape.learn(from, self.scanner.since(start), stop);
        Ok(stop)
    }

    /// Finds the next stop key by key, without the cache.
    fn stop_by_keys(&mut self, reach: Reach) -> Result<Stop, Malformed> {
        let mut scope = self.stop.scope;
        loop {
            let Some(key) = self.scanner.key()? else {
                match scope.outside() {
                    Some(outside) => scope = outside,
                    None => return Ok(Stop::END),
                }
                continue;
            };
            let Meaning { field, within } = Names::usual().meaning(scope, key);
            match within {
                Some(within) if self.scanner.begins_object() => scope = within,
                _ if field == Field::Unknown && reach == Reach::Field => self.scanner.skip_value()?,
                _ => {
                    let (is_text, behind) = (self.scanner.begins_text(), self.shape.behind(scope, key));
                    let may_be_entered = within.is_some() && !is_text;
                    return Ok(Stop { field, is_text, may_be_entered, scope, behind });
                }
            }
        }
    }
}
