//! The several ways in which the lines of one input are read: logs change their format, or hold several.

use super::{Format, Hit, Malformed};

/// How the lines of one input are read: by the first of these formats that reads them.
///
/// They stay in the order in which they were found, so that a line is read alike by whoever reads it: an order that
/// followed their use would depend on which worker has seen which lines.
#[derive(Debug, Clone, Default)]
pub struct Readings(Vec<Format>);

impl From<Format> for Readings {
    fn from(format: Format) -> Readings {
        Readings(vec![format])
    }
}

impl Readings {
    /// Each costs every line that none reads; design.md section 5 allows so many.
    pub const MOST: usize = 4;

    /// All of them, the first one first.
    pub fn all(&mut self) -> &mut [Format] {
        &mut self.0
    }

    /// The first one; `None` as long as none is known.
    #[must_use]
    pub fn first(&self) -> Option<&Format> {
        self.0.first()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is known yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there may be no more.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.0.len() >= Readings::MOST
    }

    /// Adds one, for the lines that no other one reads.
    pub fn add(&mut self, format: Format) {
        if !self.is_full() {
            self.0.push(format);
        }
    }

    /// The first one is this, in the place of what it was.
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

    /// What `told` makes of the line's hit; `None` where none reads it.
    pub fn hit_of<T>(&mut self, line: &[u8], told: impl Fn(&Hit) -> T) -> Option<T> {
        self.0.iter_mut().find_map(|format| format.read(line).ok().map(|hit| told(&hit)))
    }

    /// Where the first one stops in a line that none reads. Where none is known, it is where a combined line would.
    #[must_use]
    pub fn malformed(&self, line: &[u8]) -> Malformed {
        let first = self.first().cloned().or_else(|| Format::named("combined"));
        let read = first.map(|mut format| format.read(line).map(drop));
        match read {
            Some(Err(malformed)) => malformed,
            // It can be read, but not plausibly: then nothing in it is what it seems.
            Some(Ok(())) | None => Malformed { at: 0, reason: super::Reason::Address },
        }
    }
}
