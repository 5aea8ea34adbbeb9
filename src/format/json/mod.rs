//! Access logs as JSON lines: nginx with `escape=json`, Caddy, Traefik, and others with the usual keys or with a
//! mapping from the user.
//!
//! Fields are recognized by key, in any order.

mod flavour;
mod headers;
mod inventory;
mod key_order;
pub(super) mod lazy_details;
mod line_fields;
mod line_walk;
mod mapping;
mod names;
mod proposal;

mod status;
mod survey;

use std::sync::Arc;

use super::fields::Unit;
use super::hit::Hit;
use super::scan::Scanner;
use super::stamp::StampReader;
use super::{Format, Malformed};
use key_order::KeyOrderCache;
use line_walk::LineWalk;

pub(super) use flavour::Flavour;
pub use inventory::FoundName;
pub(super) use inventory::{Inventory, names_found};
pub(super) use line_fields::{LineFields, Tuning};
pub use mapping::{MappedField, Mapping};
pub(super) use names::{Field, FieldNames, Scope};
pub use proposal::FormatTable;
pub(super) use survey::tuning;

/// A parser of JSON lines.
#[derive(Debug, Clone)]
pub struct Json {
    naming: Naming,
    tuning: Tuning,
    key_order: KeyOrderCache,
    stamps: StampReader,
    scratch: Vec<u8>,
}

/// How fields are recognized.
#[derive(Debug, Clone)]
enum Naming {
    /// By their usual keys.
    Usual(Flavour),
    /// By the user's mapping.
    Mapped(Arc<Mapping>),
}

/// Parsers that may fit these lines.
pub(super) fn candidates(sample: &[&[u8]]) -> Vec<Json> {
    let objects = sample.iter().filter(|line| line.trim_ascii_start().starts_with(b"{")).count();
    if objects * 2 <= sample.len() {
        return Vec::new();
    }
    let mut json = Json::new(Flavour::of(sample));
    json.tune(sample);
    vec![json]
}

impl Json {
    pub(super) fn new(flavour: Flavour) -> Json {
        Json::with(Naming::Usual(flavour))
    }

    pub(super) fn mapped(mapping: Mapping) -> Json {
        Json::with(Naming::Mapped(Arc::new(mapping)))
    }

    fn with(naming: Naming) -> Json {
        Json {
            naming,
            tuning: Tuning::default(),
            key_order: KeyOrderCache::default(),
            stamps: StampReader::new(),
            scratch: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.naming {
            Naming::Usual(flavour) => flavour.name(),
            Naming::Mapped(_) => "JSON as mapped by [format]",
        }
    }

    /// Learns from many lines what a single one does not tell.
    pub(super) fn tune(&mut self, sample: &[&[u8]]) {
        let Naming::Usual(flavour) = self.naming else { return };
        if self.tuning.is_told {
            return;
        }
        let flavour = if flavour == Flavour::named("json") { Flavour::of(sample) } else { flavour };
        let mut key_order = KeyOrderCache::default();
        let found = sample.iter().filter_map(|line| {
            let mut found = LineFields::default();
            find(&self.naming, line, &mut key_order, &mut found).is_ok().then_some(found)
        });
        self.tuning = Tuning { untimed: self.tuning.untimed, ..tuning(found) };
        if flavour.counts_millis() {
            self.tuning.unit = Unit::Millis;
        }
    }

    /// The user's mapping, if there is one.
    pub(super) fn mapping(&self) -> Option<&Arc<Mapping>> {
        match &self.naming {
            Naming::Usual(_) => None,
            Naming::Mapped(mapping) => Some(mapping),
        }
    }

    /// Whether lines may have a host: one of the usual keys is.
    pub(super) fn has_host(&self) -> bool {
        match &self.naming {
            Naming::Usual(_) => true,
            Naming::Mapped(mapping) => mapping.has(MappedField::Host),
        }
    }

    /// The parser of its time stamps, in its current state.
    pub(super) fn stamps(&self) -> &StampReader {
        &self.stamps
    }

    /// The parser of its time stamps.
    pub(super) fn stamps_mut(&mut self) -> &mut StampReader {
        &mut self.stamps
    }

    /// Accepts lines without a time from now on: it is taken from their surroundings.
    pub(super) fn take_time_from_around(&mut self) {
        self.tuning.untimed = Some(Format::NO_TIME);
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        let mut found = LineFields::default();
        find(&self.naming, line, &mut self.key_order, &mut found)?;
        found.hit(line.len(), self.tuning, &mut self.stamps, &mut self.scratch)
    }

    /// The mapped fields that are empty or missing in all of these lines, with their paths.
    pub(super) fn unseen(&self, lines: &[&[u8]]) -> Vec<(MappedField, &str)> {
        let Naming::Mapped(mapping) = &self.naming else { return Vec::new() };
        let mut key_order = KeyOrderCache::default();
        let mut unseen: Vec<_> = mapping.fields().collect();
        for line in lines {
            let mut found = LineFields::default();
            if find(&self.naming, line, &mut key_order, &mut found).is_ok() {
                unseen.retain(|(field, _)| found.lacks(field.field()));
            }
        }
        unseen
    }
}

/// Finds the fields of a line.
fn find<'a>(
    naming: &Naming,
    line: &'a [u8],
    key_order: &mut KeyOrderCache,
    found: &mut LineFields<'a>,
) -> Result<(), Malformed> {
    let mut scanner = Scanner::of_object(line)?;
    match naming {
        Naming::Usual(_) => found.line(&mut LineWalk::new(scanner, key_order)),
        Naming::Mapped(mapping) => mapping.find(found, &mut scanner),
    }
}
