//! Parses text lines with named fields: LTSV (`host:192.0.2.7<tab>status:200`) and logfmt (`method=GET status=200`).
//! Uses the same field names as JSON.

mod pairs;

use std::sync::Arc;

use super::hit::Hit;
use super::json::{
    Field, FieldNames, FormatTable, Inventory, Json, LineFields, MappedField, Mapping, Scope, Tuning, tuning,
};
use super::stamp::StampReader;
use super::{Format, Malformed, Reason};
use pairs::{KeyValue, KeyValues};

/// A parser of LTSV or logfmt.
#[derive(Debug, Clone)]
pub struct Keyed {
    syntax: Syntax,
    /// The user's field mapping, if any.
    mapping: Option<Arc<Mapping>>,
    tuning: Tuning,
    /// Cache of key lookups by position in the line: consecutive lines mostly have the same keys in the same order.
    keys: Vec<KnownKey>,
    stamps: StampReader,
    scratch: Vec<u8>,
}

/// The syntax of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `key:value`, tab-separated.
    Ltsv,
    /// `key=value` and `key="a value"`, blank-separated.
    Logfmt,
}

#[derive(Debug, Clone)]
struct KnownKey {
    key: Vec<u8>,
    field: Field,
}

/// Cache size; more than any server writes. Keys beyond it are looked up every time.
const MOST_KEYS: usize = 64;
/// Minimum number of known names to recognize the syntax; prose may contain one or two by chance.
const LEAST_NAMES: usize = 4;

/// Candidate parsers for these lines.
pub(super) fn candidates(sample: &[&[u8]]) -> Vec<Keyed> {
    let fits = |syntax: Syntax| {
        let lines = sample.iter().filter(|line| names_in(syntax, line) >= LEAST_NAMES).count();
        lines * 2 > sample.len()
    };
    let found = [Syntax::Ltsv, Syntax::Logfmt].into_iter().filter(|syntax| fits(*syntax));
    let tuned = |syntax| {
        let mut keyed = Keyed::new(syntax);
        keyed.tune(sample);
        keyed
    };
    found.map(tuned).collect()
}

/// Applies a mapping given for JSON to lines that are not JSON but have its keys.
pub(super) fn mapped(json: &Json, sample: &[&[u8]]) -> Option<Keyed> {
    let mapping = json.mapping()?;
    let is_mapped = |pair: &KeyValue| !mapping.fields_at(pair.key).is_empty();
    let has_keys = |syntax: Syntax, line: &&&[u8]| {
        !line.starts_with(b"{") && KeyValues::of(syntax, line).filter(is_mapped).count() >= LEAST_MAPPED
    };
    let fits =
        |syntax: &Syntax| sample.iter().filter(|line| has_keys(*syntax, line)).count() * 2 > sample.len();
    let syntax = [Syntax::Ltsv, Syntax::Logfmt].into_iter().find(fits)?;
    let mapping = Some(Arc::clone(mapping));
    Some(Keyed { mapping, stamps: json.stamps().clone(), tuning: Tuning::default(), ..Keyed::new(syntax) })
}

/// Suggested `[format]` tables for lines with unknown keys.
pub(super) fn proposals(sample: &[&[u8]]) -> Vec<FormatTable> {
    let table = |syntax: Syntax| {
        let lines = sample.iter().filter(|line| !line.starts_with(b"{"));
        let pairs = lines.map(|line| KeyValues::of(syntax, line).map(|pair| (pair.key, pair.value)));
        FormatTable::of_keys(&Inventory::of_pairs(pairs))
    };
    [Syntax::Ltsv, Syntax::Logfmt].into_iter().filter_map(table).collect()
}

/// Minimum number of mapped keys: time, status and request.
const LEAST_MAPPED: usize = 3;

fn names_in(syntax: Syntax, line: &[u8]) -> usize {
    KeyValues::of(syntax, line).filter(|pair| field_of(pair.key) != Field::Unknown).count()
}

fn field_of(key: &[u8]) -> Field {
    FieldNames::usual().meaning(Scope::LINE, key).field
}

impl Keyed {
    pub(super) fn new(syntax: Syntax) -> Keyed {
        let tuning = Tuning { host_is_address: syntax == Syntax::Ltsv, ..Tuning::default() };
        let (keys, stamps, scratch) = (Vec::new(), StampReader::new(), Vec::new());
        Keyed { syntax, mapping: None, tuning, keys, stamps, scratch }
    }

    /// Mapped fields that are empty or missing in all of these lines, with their paths.
    pub(super) fn unseen(&self, lines: &[&[u8]]) -> Vec<(MappedField, &str)> {
        let Some(mapping) = &self.mapping else { return Vec::new() };
        let mut unseen: Vec<_> = mapping.fields().collect();
        for line in lines {
            let mut found = LineFields::default();
            for KeyValue { key, value } in KeyValues::of(self.syntax, line) {
                mapping.fields_at(key).iter().for_each(|field| found.put(*field, value));
            }
            unseen.retain(|(field, _)| found.lacks(field.field()));
        }
        unseen
    }

    /// Learns from a sample what a single line does not tell.
    pub(super) fn tune(&mut self, sample: &[&[u8]]) {
        if self.tuning.is_told || self.mapping.is_some() {
            return;
        }
        let lines = sample.iter().map(|line| {
            let mut found = LineFields::default();
            KeyValues::of(self.syntax, line).for_each(|pair| found.put(field_of(pair.key), pair.value));
            found
        });
        let told = tuning(lines);
        // In LTSV `host` is the client's address, unless another label is.
        let host_is_address = self.syntax == Syntax::Ltsv || told.host_is_address;
        self.tuning = Tuning { host_is_address, untimed: self.tuning.untimed, ..told };
    }

    pub(super) fn name(&self) -> &'static str {
        match (self.syntax, &self.mapping) {
            (Syntax::Ltsv, None) => "LTSV",
            (Syntax::Logfmt, None) => "logfmt",
            (Syntax::Ltsv, Some(_)) => "LTSV as mapped by [format]",
            (Syntax::Logfmt, Some(_)) => "logfmt as mapped by [format]",
        }
    }

    /// The timestamp parser.
    pub(super) fn stamps_mut(&mut self) -> &mut StampReader {
        &mut self.stamps
    }

    /// Accepts lines without a time from now on: the wrapper has it.
    pub(super) fn take_time_from_around(&mut self) {
        self.tuning.untimed = Some(Format::NO_TIME);
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        let (mut found, mut number) = (LineFields::default(), 0);
        let mut pairs = KeyValues::of(self.syntax, line);
        for KeyValue { key, value } in &mut pairs {
            match &self.mapping {
                None => found.put(field_at(&mut self.keys, number, key), value),
                Some(mapping) => mapping.fields_at(key).iter().for_each(|field| found.put(*field, value)),
            }
            number += 1;
        }
        if number == 0 {
            return Err(Malformed { at: 0, reason: Reason::Pairs });
        }
        if let Some(time) = pairs.leading_time() {
            found.put(Field::Date, time);
        }
        found.hit(line.len(), self.tuning, &mut self.stamps, &mut self.scratch)
    }
}

/// The field of the n-th key in a line.
#[inline]
fn field_at(keys: &mut Vec<KnownKey>, number: usize, key: &[u8]) -> Field {
    match keys.get(number) {
        Some(known) if known.key == key => known.field,
        _ => another_field_at(keys, number, key),
    }
}

#[inline(never)]
fn another_field_at(keys: &mut Vec<KnownKey>, number: usize, key: &[u8]) -> Field {
    let field = field_of(key);
    if let Some(known) = keys.get_mut(number) {
        known.key.clear();
        known.key.extend_from_slice(key);
        known.field = field;
    } else if number < MOST_KEYS {
        keys.push(KnownKey { key: key.to_vec(), field });
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_another_order_are_read_all_the_same() {
        let lines = [
            "time=2026-11-24T14:02:33Z method=GET path=/a status=200 ip=192.0.2.7",
            "ip=192.0.2.7 status=200 path=/a method=GET time=2026-11-24T14:02:33Z",
            "note=x ip=192.0.2.7 status=200 path=/a method=GET time=2026-11-24T14:02:33Z",
        ];
        let mut reader = Keyed::new(Syntax::Logfmt);
        for line in lines {
            let mut anew = Keyed::new(Syntax::Logfmt);
            assert_eq!(reader.read(line.as_bytes()), anew.read(line.as_bytes()));
            assert!(anew.read(line.as_bytes()).is_ok(), "{line}");
        }
    }

    #[test]
    fn a_line_without_a_time_may_leave_it_to_what_is_around_it() {
        let timeless = b"at=info method=GET path=/ fwd=192.0.2.7 status=200";
        let mut reader = Keyed::new(Syntax::Logfmt);
        assert!(reader.read(timeless).is_err());
        reader.take_time_from_around();
        reader.tune(&[timeless]);
        assert_eq!(reader.read(timeless).map(|hit| hit.time), Ok(Format::NO_TIME));
        let timed = b"time=2026-11-24T15:00:00Z method=GET path=/ status=200";
        assert_ne!(reader.read(timed).map(|hit| hit.time), Ok(Format::NO_TIME));
    }

    #[test]
    fn keys_may_stand_in_the_braces_of_a_span() {
        let line = "2026-11-24T14:02:33Z INFO request{method=POST uri=/a ip=192.0.2.7}: web: done status=302";
        let mut reader = Keyed::new(Syntax::Logfmt);
        let hit = reader.read(line.as_bytes()).expect("a hit");
        assert_eq!(hit.request.map(|request| request.method), Some(&b"POST"[..]));
        assert_eq!(hit.details(&mut Vec::new()).address, b"192.0.2.7");
    }

    #[test]
    fn prose_with_an_equals_sign_is_no_logfmt() {
        let lines: [&[u8]; 2] = [b"started with status=ok and method=fork", b"a=1 b=2 c=3 d=4 e=5"];
        assert!(candidates(&lines).is_empty());
    }
}
