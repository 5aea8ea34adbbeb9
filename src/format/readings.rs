//! The formats of one input: logs change their format, or mix several.

use super::{Format, Hit, Malformed};

/// The formats of one input: a line is parsed by the first of them that accepts it.
///
/// They stay in the order in which they were found, so that every worker parses a line alike. An order by use
/// (move-to-front) would depend on which worker has seen which lines.
#[derive(Debug, Clone, Default)]
pub struct Readings(Vec<Format>);

impl From<Format> for Readings {
    fn from(format: Format) -> Readings {
        Readings(vec![format])
    }
}

impl Readings {
    /// Each one costs time for every unreadable line; design.md section 5 allows this many.
    pub const MOST: usize = 4;

    /// All formats in order.
    pub fn all(&mut self) -> &mut [Format] {
        &mut self.0
    }

    /// The first one; `None` until one is known.
    #[must_use]
    pub fn first(&self) -> Option<&Format> {
        self.0.first()
    }

    /// Number of formats.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is known yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the limit is reached.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.len() >= Readings::MOST
    }

    /// Adds a format for the lines that no other one reads.
    pub fn add(&mut self, format: Format) {
        if !self.is_full() {
            self.0.push(format);
        }
    }

    /// Replaces the first one.
    pub fn set_first(&mut self, format: Format) {
        match self.0.first_mut() {
            Some(first) => *first = format,
            None => self.0.push(format),
        }
    }

    /// As [`Format::has_directives`], of any.
    #[must_use]
    pub fn has_directives(&self) -> bool {
        self.0.iter().any(Format::has_directives)
    }

    /// As [`Format::directive`], for the first one that takes note of the line.
    pub fn directive(&mut self, line: &[u8]) -> bool {
        self.0.iter_mut().any(|format| format.directive(line))
    }

    /// As [`Format::follow`]. Whether any took note of something.
    pub fn follow(&mut self, block: &[u8]) -> bool {
        self.0.iter_mut().fold(false, |any, format| format.follow(block) | any)
    }

    /// Applies `told` to the line's hit; `None` if no format reads it.
    pub fn hit_of<T>(&mut self, line: &[u8], told: impl Fn(&Hit) -> T) -> Option<T> {
        self.0.iter_mut().find_map(|format| format.read(line).ok().map(|hit| told(&hit)))
    }

    /// Where the first format fails on an unreadable line. If none is known, where a combined line would.
    #[must_use]
    pub fn malformed(&self, line: &[u8]) -> Malformed {
        let first = self.first().cloned().or_else(|| Format::named("combined"));
        let read = first.map(|mut format| format.read(line).map(drop));
        match read {
            Some(Err(malformed)) => malformed,
            // It parses, but not plausibly: no field is what it seems.
            Some(Ok(())) | None => Malformed { at: 0, reason: super::Reason::Address },
        }
    }
}
