//! A cache of the order of keys in a log's lines.
//!
//! A server writes the same keys in the same order in every line, and many of the same values. The text between two
//! relevant values is compared as a whole with what followed in earlier lines, so no key in it is parsed or looked up. The
//! cache is transparent: the same text, at the same nesting, leads to the same value.

use super::super::scan::Scanner;
use super::names::{Field, Scope};
use crate::bytes::Literal;

/// A graph of the positions in a line: a node per relevant value, an edge per text between two values.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// The first one is the beginning of a line.
    places: Vec<Place>,
}

/// The index of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceId(u16);

/// A position in a line: just after a value.
#[derive(Debug, Clone)]
struct Place {
    scope: Scope,
    /// The key of that value; empty for the beginning of a line.
    key: Vec<u8>,
    /// The edges to the next values, the most recently used one first.
    steps: Vec<Step>,
    /// Consecutive cache misses.
    missed: u8,
    reach: Reach,
}

/// How far the edges of a node reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the next relevant value: what is skipped is mostly constant.
    Field,
    /// To the next value of whatever key: it differs from line to line.
    Key,
}

/// The text between two values.
#[derive(Debug, Clone)]
struct Step {
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
    pub(super) behind: PlaceId,
}

/// Edges per node: the texts differ by client, and a handful covers most of them.
const MOST_STEPS: usize = 6;
/// After this many consecutive misses, the edges of a node reach to the next key only.
const MISSES: u8 = 8;
/// At most this many nodes, over all kinds of lines; keys beyond that are parsed without the cache.
const MOST_PLACES: usize = 128;
/// Longer texts are not cached: they rarely recur.
const LONGEST: usize = 512;

impl PlaceId {
    /// The beginning of a line.
    const BEGINNING: PlaceId = PlaceId(0);
    /// A position that is not cached.
    const NONE: PlaceId = PlaceId(u16::MAX);

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
        behind: PlaceId::NONE,
    };

    /// Before the first key of a line.
    pub(super) const BEGINNING: Stop =
        Stop { field: Field::Unknown, behind: PlaceId::BEGINNING, ..Stop::END };
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { places: vec![Place::new(Scope::LINE, b"")] }
    }
}

impl Shape {
    /// Follows the most recently used edge, if its text comes next.
    #[inline]
    pub(super) fn likely_step(&mut self, from: PlaceId, scanner: &mut Scanner) -> Option<&Stop> {
        let place = self.places.get_mut(from.index())?;
        let likely = place.steps.first().filter(|likely| scanner.step_over(&likely.written))?;
        place.missed = 0;
        Some(&likely.to)
    }

    /// Follows any other edge whose text comes next, and moves it to the front.
    pub(super) fn other_step(&mut self, from: PlaceId, scanner: &mut Scanner) -> Option<Stop> {
        let place = self.places.get_mut(from.index())?;
        let at = place.steps.iter().position(|step| scanner.step_over(&step.written))?;
        place.missed = 0;
        place.steps.swap(0, at);
        place.steps.first().map(|step| step.to)
    }

    /// How far the edges of a node reach.
    pub(super) fn reach(&self, from: PlaceId) -> Reach {
        self.places.get(from.index()).map_or(Reach::Field, |place| place.reach)
    }

    /// Adds an edge after a miss.
    pub(super) fn learn(&mut self, from: PlaceId, written: &[u8], to: Stop) {
        let Some(place) = self.places.get_mut(from.index()) else { return };
        place.missed = place.missed.saturating_add(1);
        if place.missed > MISSES && place.reach == Reach::Field {
            place.reach = Reach::Key;
            place.steps.clear();
        } else if written.len() <= LONGEST && !to.may_be_entered {
            place.remember(written, to);
        }
    }

    /// The node after the value of a key.
    pub(super) fn behind(&mut self, scope: Scope, key: &[u8]) -> PlaceId {
        let known = self.places.iter().position(|place| place.scope == scope && place.key == key);
        let number = known.unwrap_or(self.places.len());
        if number == MOST_PLACES || key.len() > LONGEST {
            return PlaceId::NONE;
        }
        if known.is_none() {
            self.places.push(Place::new(scope, key));
        }
        u16::try_from(number).map_or(PlaceId::NONE, PlaceId)
    }

    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }
}

impl Place {
    fn new(scope: Scope, key: &[u8]) -> Place {
        Place { scope, key: key.to_vec(), steps: Vec::new(), missed: 0, reach: Reach::Field }
    }

    fn remember(&mut self, written: &[u8], to: Stop) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push(Step { written: Literal::new(written), to });
        } else if let Some(last) = self.steps.last_mut() {
            last.written.become_text(written);
            last.to = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Flavour, Json};
    use super::MOST_PLACES;

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
        fn what_was_remembered_changes_nothing(lines in prop::collection::vec(line(), 1..40)) {
            let mut reader = Json::new(Flavour::ANY);
            for line in &lines {
                let mut anew = Json::new(Flavour::ANY);
                prop_assert_eq!(reader.read(line.as_bytes()), anew.read(line.as_bytes()), "{}", line);
            }
        }
    }

    #[test]
    fn lines_of_more_places_than_are_remembered_are_read_all_the_same() {
        let mut reader = Json::new(Flavour::ANY);
        for number in 0..3 * MOST_PLACES {
            let line = format!(
                r#"{{"key{number}":{{"number":"{number}"}},"ts":1793577600,"status":200,"uri":"/{number}"}}"#
            );
            let hit = reader.read(line.as_bytes()).expect("a hit");
            assert_eq!(hit.request.map(|request| request.path()), Some(format!("/{number}").as_bytes()));
        }
        assert_eq!(reader.shape.places(), MOST_PLACES);
    }
}
