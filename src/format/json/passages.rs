//! What stood between one field that counts and the next in the lines before.
//!
//! A server writes much the same there in every line: keys that dwell has no use for, and often their values too. What
//! stood there before is known by comparing it as a whole. The same bytes, read from the same depth, lead to the same
//! field: what was remembered never changes what is found.

use super::super::scan::Scanner;
use super::line::Level;
use super::names::Field;
use crate::bytes::Literal;

/// The passages that were seen, by the number of the key that was likely to come where they begin.
#[derive(Debug, Clone, Default)]
pub(super) struct Passages {
    from_key: Vec<Seen>,
}

/// A passage: from a depth to another one, where the value of a field begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage {
    pub(super) from: Level,
    pub(super) to: Level,
    pub(super) field: Field,
    /// The number of the key that is likely to come next.
    pub(super) next: usize,
}

/// The passages that begin at one place.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// The one that was met last comes first.
    passages: Vec<(Literal, Passage)>,
    /// How many lines in a row had another one.
    missed: u8,
    /// For so many lines more none is looked for.
    rests: u8,
}

/// So many passages are remembered of one place: what is written there differs by client.
const MOST: usize = 4;
/// A place where so many lines in a row had a passage of their own …
const MISSES: u8 = 8;
/// … is left alone for so many lines: numbers that are always others stand there.
const REST: u8 = 56;
/// What is longer than this is not worth to be remembered.
const LONGEST: usize = 1024;

impl Passages {
    /// Steps over a passage that begins here, if one is known that stands here.
    #[inline]
    pub(super) fn step_over(
        &mut self,
        number: usize,
        level: Level,
        scanner: &mut Scanner,
    ) -> Option<Passage> {
        let seen = self.from_key.get_mut(number).filter(|seen| seen.rests == 0)?;
        let is_here =
            |(written, passage): &(Literal, Passage)| passage.from == level && scanner.step_over(written);
        let at = seen.passages.iter().position(is_here)?;
        seen.missed = 0;
        if at > 0 {
            seen.passages.swap(0, at);
        }
        seen.passages.first().map(|(_, passage)| *passage)
    }

    /// Remembers a passage that was not known.
    pub(super) fn learn(&mut self, number: usize, written: &[u8], passage: impl FnOnce() -> Passage) {
        if self.from_key.len() <= number {
            self.from_key.resize_with(number + 1, Seen::default);
        }
        let seen = &mut self.from_key[number];
        if seen.rests > 0 {
            seen.rests -= 1;
        } else if seen.missed == MISSES {
            (seen.missed, seen.rests) = (0, REST);
        } else if written.len() <= LONGEST {
            seen.missed += 1;
            seen.remember(written, passage());
        }
    }

    /// Forgets them all.
    pub(super) fn forget(&mut self) {
        self.from_key.clear();
    }
}

impl Seen {
    fn remember(&mut self, written: &[u8], passage: Passage) {
        if self.passages.len() < MOST {
            self.passages.push((Literal::new(written), passage));
        } else if let Some((last, of)) = self.passages.last_mut() {
            last.become_text(written);
            *of = passage;
        }
    }
}
