//! Walking along a line, from one field that counts to the next.

use super::super::Malformed;
use super::super::scan::Scanner;
use super::keys::KnownKeys;
use super::names::Field;
use super::passages::{Passage, Passages};

/// A line that is being read.
pub(super) struct Line<'w, 'a> {
    pub(super) scanner: Scanner<'a>,
    level: Level,
    memory: &'w mut Memory,
    pub(super) scratch: &'w mut Vec<u8>,
}

/// What the lines before were like. It never changes what is found in a line.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) keys: KnownKeys,
    pub(super) passages: Passages,
}

/// How deep in a line the reader is: in so many objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level(u8);

impl Level {
    /// In the line's own object.
    const OUTERMOST: Level = Level(1);

    /// How deep fields are looked for: those of `request` are in it, and it may be in others.
    const DEEPEST: u8 = 4;

    /// Within an object that begins here; `None` where none of it counts.
    fn within(self) -> Option<Level> {
        (self.0 < Level::DEEPEST).then_some(Level(self.0 + 1))
    }

    /// Where the reader is when the object it is in has ended; `None` at the line's end.
    fn outside(self) -> Option<Level> {
        (self.0 > 1).then(|| Level(self.0 - 1))
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
            match self.memory.keys.next(&mut self.scanner)? {
                Some(Field::Request) if self.scanner.is_at_object() => self.enter()?,
                Some(Field::Unknown) => self.skip_value()?,
                Some(field) => return Ok(Some(field)),
                None => match self.level.outside() {
                    Some(outside) => self.level = outside,
                    None => return Ok(None),
                },
            }
        }
    }

    /// Goes into an object, or steps over it where it is too deep.
    fn enter(&mut self) -> Result<(), Malformed> {
        let Some(within) = self.level.within() else { return self.skip_value() };
        self.level = within;
        self.scanner.value().map(drop)
    }

    /// Steps over the value of the key that was read last.
    pub(super) fn skip_value(&mut self) -> Result<(), Malformed> {
        self.memory.keys.skip_value(&mut self.scanner)
    }
}
