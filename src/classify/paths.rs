//! Paths that a worker knows: what each says of its requests is worked out once, and the next line looks it up.

use super::address::AddressKeeping;
use super::batch::Batch;
use super::kind::{PathFacts, Rule};
use super::scrub::scrub;
use super::strings::{Local, LocalStrings, Seen};
use crate::format::spelled;

/// Paths as the log has them, with what they say.
#[derive(Debug)]
pub(super) struct Paths {
    written: LocalStrings,
    known: Vec<Known>,
    /// How many of them are pages' by now.
    pages: u32,
}

/// The number of a path, as the log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathNumber(Local);

#[derive(Debug)]
struct Known {
    facts: PathFacts,
    /// Its page's number; none as long as no event has brought it. Several spellings of one page have several numbers,
    /// and the program's dictionary makes them one.
    page: Option<Local>,
}

impl Paths {
    pub(super) fn new() -> Paths {
        Paths { written: LocalStrings::new(), known: Vec::new(), pages: 0 }
    }

    /// The number of a path; what a new one says is worked out.
    #[inline]
    pub(super) fn number(&mut self, path: &[u8], rules: &[Rule]) -> PathNumber {
        match self.written.number(path) {
            Seen::Before(number) => PathNumber(number),
            Seen::First(number) => {
                self.known.push(Known { facts: PathFacts::of(path, rules), page: None });
                PathNumber(number)
            }
        }
    }

    /// What a path says of its requests.
    pub(super) fn facts(&self, PathNumber(number): PathNumber) -> &PathFacts {
        &self.known[number.index()].facts
    }

    /// The page's number. A new page is told to the batch in its one spelling (R1), without personal data (R11).
    #[inline]
    pub(super) fn page(
        &mut self,
        PathNumber(number): PathNumber,
        keeping: AddressKeeping,
        batch: &mut Batch,
    ) -> Local {
        match self.known[number.index()].page {
            Some(page) => page,
            None => self.new_page(number, keeping, batch),
        }
    }

    #[inline(never)]
    fn new_page(&mut self, number: Local, keeping: AddressKeeping, batch: &mut Batch) -> Local {
        let page = Local(self.pages);
        self.pages += 1;
        batch.new.pages.push(&keeping.text(&scrub(&spelled(self.written.text(number)))));
        self.known[number.index()].page = Some(page);
        page
    }

    /// How many bytes they take, roughly.
    pub(super) fn bytes(&self) -> usize {
        self.written.bytes() + self.known.capacity() * size_of::<Known>()
    }
}
