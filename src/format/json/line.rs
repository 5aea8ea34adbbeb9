//! Walking along a line, from one field that counts to the next.

use super::super::Malformed;
use super::super::scan::Scanner;
use super::keys::KnownKeys;
use super::names::Field;
use super::passages::{Passage, Passages};

/// A line that is being read.
pub(super) struct Line<'w, 'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) level: Level,
    pub(super) memory: &'w mut Memory,
    pub(super) scratch: &'w mut Vec<u8>,
}

/// What the lines before were like. It never changes what is found in a line.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) keys: KnownKeys,
    pub(super) passages: Passages,
}

/// What a key is in: the same one may mean different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Object,
    Headers,
}

/// How deep in a line the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    /// So many objects it is in.
    objects: u8,
    in_headers: bool,
}

impl Level {
    /// In the line's own object.
    pub(super) const OUTERMOST: Level = Level { objects: 1, in_headers: false };

    /// How deep fields are looked for: `request` and its `headers`.
    const DEEPEST: u8 = 4;

    pub(super) fn place(self) -> Place {
        if self.in_headers { Place::Headers } else { Place::Object }
    }

    /// Within an object that a field begins here; `None` where none of it counts.
    fn within(self, field: Field) -> Option<Level> {
        match field {
            Field::Request if self.objects < Level::DEEPEST => {
                Some(Level { objects: self.objects + 1, ..self })
            }
            Field::Headers => Some(Level { in_headers: true, ..self }),
            _ => None,
        }
    }

    /// Where the reader is when what it is in has ended; `None` at the line's end.
    fn outside(self) -> Option<Level> {
        if self.in_headers {
            return Some(Level { in_headers: false, ..self });
        }
        (self.objects > 1).then(|| Level { objects: self.objects - 1, ..self })
    }
}

impl<'w, 'a> Line<'w, 'a> {
    /// At the beginning of a line.
    pub(super) fn new(
        scanner: Scanner<'a>,
        memory: &'w mut Memory,
        scratch: &'w mut Vec<u8>,
    ) -> Line<'w, 'a> {
        memory.keys.begin_line();
        Line { scanner, level: Level::OUTERMOST, memory, scratch }
    }

    /// The next field that counts, and steps up to its value; `None` where the line's object ends.
    #[inline]
    pub(super) fn next_field(&mut self) -> Result<Option<Field>, Malformed> {
        let Memory { keys, passages } = &mut *self.memory;
        if let Some(passage) = passages.step_over(keys.next_number(), self.level, &mut self.scanner) {
            self.level = passage.to;
            keys.go_on_at(passage.next);
            self.scanner.skip_blanks();
            return Ok(Some(passage.field));
        }
        self.look_for_field()
    }

    /// The same key by key; remembers the passage.
    fn look_for_field(&mut self) -> Result<Option<Field>, Malformed> {
        let (from, start, number) = (self.level, self.scanner.at(), self.memory.keys.next_number());
        let known = self.memory.keys.len();
        let Some(field) = self.field_by_keys()? else { return Ok(None) };
        let Memory { keys, passages } = &mut *self.memory;
        if keys.len() > known {
            // Keys count otherwise now.
            passages.forget();
        } else {
            let (to, next) = (self.level, keys.next_number());
            passages.learn(number, self.scanner.since(start), || Passage { from, to, field, next });
        }
        Ok(Some(field))
    }

    fn field_by_keys(&mut self) -> Result<Option<Field>, Malformed> {
        loop {
            let found = match self.level.place() {
                Place::Object => self.memory.keys.next(&mut self.scanner)?,
                // Caddy begins with another one in each line: none is likely.
                Place::Headers => self.scanner.key()?.map(Field::of_header),
            };
            match found {
                Some(field @ (Field::Request | Field::Headers)) if self.scanner.is_at_object() => {
                    self.enter(field)?;
                }
                Some(Field::Unknown | Field::Headers) => self.skip_value()?,
                Some(_) => return Ok(found),
                None => match self.level.outside() {
                    Some(outside) => self.level = outside,
                    None => return Ok(None),
                },
            }
        }
    }

    /// Goes into an object, or steps over it where it is too deep.
    fn enter(&mut self, field: Field) -> Result<(), Malformed> {
        let Some(within) = self.level.within(field) else { return self.skip_value() };
        self.level = within;
        self.scanner.value().map(drop)
    }

    /// Steps over the value of the key that was read last.
    pub(super) fn skip_value(&mut self) -> Result<(), Malformed> {
        match self.level.place() {
            Place::Object => self.memory.keys.skip_value(&mut self.scanner),
            Place::Headers => self.scanner.skip_value().map(drop),
        }
    }
}
