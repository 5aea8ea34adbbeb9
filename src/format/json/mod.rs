//! Access logs as JSON lines: nginx with `escape=json`, Caddy, Traefik, and whatever uses the usual names; others where
//! the user says which field is where.
//!
//! Fields are known by their names, wherever they stand in the line.

mod found;
mod headers;
mod line;
mod mapping;
mod names;
mod rest;
mod shape;

use std::sync::Arc;

use super::Malformed;
use super::hit::Hit;
use super::scan::Scanner;
use super::stamp::StampReader;
use found::Found;
use line::Line;
use shape::Shape;

pub use mapping::{MappedField, Mapping};
pub(super) use rest::Rest;

/// A reader of JSON lines.
#[derive(Debug, Clone)]
pub struct Json {
    names: Names,
    shape: Shape,
    stamps: StampReader,
    scratch: Vec<u8>,
}

/// How fields are known.
#[derive(Debug, Clone)]
enum Names {
    /// By the names that are usual.
    Usual(Flavour),
    /// As the user has it.
    Mapped(Arc<Mapping>),
}

/// Whose lines they are: all are read alike, it is only said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Any,
    Caddy,
    Traefik,
}

impl Flavour {
    pub(super) fn named(name: &str) -> Flavour {
        match name {
            "caddy" => Flavour::Caddy,
            "traefik" => Flavour::Traefik,
            _ => Flavour::Any,
        }
    }

    /// Whose line it looks like.
    pub(super) fn of(line: &[u8]) -> Flavour {
        let has = |text: &[u8]| memchr::memmem::find(line, text).is_some();
        if has(b"\"DownstreamStatus\"") {
            Flavour::Traefik
        } else if has(b"\"request\":{") {
            Flavour::Caddy
        } else {
            Flavour::Any
        }
    }
}

impl Json {
    pub(super) fn new(flavour: Flavour) -> Json {
        Json::with(Names::Usual(flavour))
    }

    pub(super) fn mapped(mapping: Mapping) -> Json {
        Json::with(Names::Mapped(Arc::new(mapping)))
    }

    fn with(names: Names) -> Json {
        Json { names, shape: Shape::default(), stamps: StampReader::new(), scratch: Vec::new() }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.names {
            Names::Usual(Flavour::Any) => "JSON",
            Names::Usual(Flavour::Caddy) => "JSON (Caddy)",
            Names::Usual(Flavour::Traefik) => "JSON (Traefik)",
            Names::Mapped(_) => "JSON as mapped by [format]",
        }
    }

    /// Whether a host may be found: the usual names have one.
    pub(super) fn has_host(&self) -> bool {
        match &self.names {
            Names::Usual(_) => true,
            Names::Mapped(mapping) => mapping.has(MappedField::Host),
        }
    }

    /// What reads its stamps.
    pub(super) fn stamps_mut(&mut self) -> &mut StampReader {
        &mut self.stamps
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        let mut found = Found::default();
        find(&self.names, line, &mut self.shape, &mut found)?;
        found.hit(line.len(), &mut self.stamps, &mut self.scratch)
    }

    /// The fields that the user maps and that are empty or missing in all of these lines, with their paths.
    pub(super) fn unseen(&self, lines: &[&[u8]]) -> Vec<(MappedField, &str)> {
        let Names::Mapped(mapping) = &self.names else { return Vec::new() };
        let mut shape = Shape::default();
        let mut unseen: Vec<_> = mapping.fields().collect();
        for line in lines {
            let mut found = Found::default();
            if find(&self.names, line, &mut shape, &mut found).is_ok() {
                unseen.retain(|(field, _)| found.lacks(field.field()));
            }
        }
        unseen
    }
}

/// Finds what a line says.
fn find<'a>(
    names: &Names,
    line: &'a [u8],
    shape: &mut Shape,
    found: &mut Found<'a>,
) -> Result<(), Malformed> {
    let mut scanner = Scanner::of_object(line)?;
    match names {
        Names::Usual(_) => found.line(&mut Line::new(scanner, shape)),
        Names::Mapped(mapping) => mapping.find(found, &mut scanner),
    }
}
