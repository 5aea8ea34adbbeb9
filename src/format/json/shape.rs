//! The shape that the lines before had.
//!
//! A server writes the same keys in the same order in every line, and many of the same values. What stood between one
//! value that counts and the next is known by comparing it as a whole: no key in it has to be looked for. The same
//! bytes, read from the same depth, lead to the same value: what was remembered never changes what is found.

use super::super::scan::Scanner;
use super::names::{Field, Scope};
use crate::bytes::Literal;

/// The places that lines were seen to have, and what leads from one to the next.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// The first one is a line's beginning.
    places: Vec<Place>,
}

/// The number of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceId(u16);

/// A place in a line: behind a value.
#[derive(Debug, Clone)]
struct Place {
    scope: Scope,
    /// The key of that value; empty at a line's beginning.
    key: Vec<u8>,
    /// What was seen to follow. The one that was met last comes first.
    steps: Vec<Step>,
    /// How many lines in a row had another one.
    missed: u8,
    reach: Reach,
}

/// How far the steps from a place go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To the next value that counts: what stands before it is mostly the same.
    Field,
    /// To the next value, whatever it is: it is another one in each line.
    Key,
}

/// A text that stands between two values.
#[derive(Debug, Clone)]
struct Step {
    written: Literal,
    to: Stop,
}

/// Where a value begins, or where the line's object has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) field: Field,
    /// Whether it is a text; its opening quote was stepped over then.
    pub(super) is_text: bool,
    /// Whether there may be an object in another line that fields are looked for in.
    pub(super) may_be_entered: bool,
    pub(super) scope: Scope,
    /// The place behind the value.
    pub(super) behind: PlaceId,
}

/// So many steps are remembered from one place: what is written there differs by client.
const MOST_STEPS: usize = 6;
/// Where so many lines in a row had a step of their own, steps are short from then on.
const MISSES: u8 = 8;
/// So many places are remembered, of all kinds of lines: those of others are read key by key.
const MOST_PLACES: usize = 128;
/// What is longer than this is not worth to be remembered.
const LONGEST: usize = 512;

impl PlaceId {
    /// A line's beginning.
    const BEGINNING: PlaceId = PlaceId(0);
    /// A place that is not remembered.
    const NONE: PlaceId = PlaceId(u16::MAX);

    fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl Stop {
    /// The line's object has ended.
    pub(super) const END: Stop = Stop {
        field: Field::End,
        is_text: false,
        may_be_entered: false,
        scope: Scope::LINE,
        behind: PlaceId::NONE,
    };

    /// Before a line's first key.
    pub(super) const BEGINNING: Stop =
        Stop { field: Field::Unknown, behind: PlaceId::BEGINNING, ..Stop::END };
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { places: vec![Place::new(Scope::LINE, b"")] }
    }
}

impl Shape {
    /// Steps from a place to the next value, if what stands there is what stood there in the line before.
    #[inline]
    pub(super) fn likely_step(&mut self, from: PlaceId, scanner: &mut Scanner) -> Option<&Stop> {
        let place = self.places.get_mut(from.index())?;
        let likely = place.steps.first().filter(|likely| scanner.step_over(&likely.written))?;
        place.missed = 0;
        Some(&likely.to)
    }

    /// The same for all that stood there in some line.
    pub(super) fn other_step(&mut self, from: PlaceId, scanner: &mut Scanner) -> Option<Stop> {
        let place = self.places.get_mut(from.index())?;
        let at = place.steps.iter().position(|step| scanner.step_over(&step.written))?;
        place.missed = 0;
        place.steps.swap(0, at);
        place.steps.first().map(|step| step.to)
    }

    /// How far steps from a place go.
    pub(super) fn reach(&self, from: PlaceId) -> Reach {
        self.places.get(from.index()).map_or(Reach::Field, |place| place.reach)
    }

    /// Remembers a step that was not known.
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

    /// The place behind the value of a key.
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
