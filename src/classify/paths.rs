//! A worker's cache of paths: their facts are derived once per distinct path.

use super::batch::Batch;
use super::kind::{PathFacts, Rule};
use super::path_keeping::PathKeeping;
use super::strings::{InternResult, LocalHashes, WorkerLocalId};
use crate::format::spelled;

/// Facts of paths. Of a path as it was logged no more than a hash is kept: it may hold personal data (R11).
#[derive(Debug)]
pub(super) struct Paths {
    written: LocalHashes,
    known: Vec<KnownPath>,
    /// How many of them have a page id.
    pages: u32,
    /// How many of them have an id in traffic.
    in_traffic: u32,
}

/// The id of a path as logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathNumber(WorkerLocalId);

#[derive(Debug)]
struct KnownPath {
    facts: PathFacts,
    /// Its page's id, once an event needed it. Spellings of the same page have different ids here; the program's
    /// dictionary merges them.
    page: Option<WorkerLocalId>,
    /// Its id among the paths of traffic, once a hit needed it.
    path: Option<WorkerLocalId>,
}

impl Paths {
    pub(super) fn new() -> Paths {
        Paths { written: LocalHashes::new(), known: Vec::new(), pages: 0, in_traffic: 0 }
    }

    /// The id of a path; the facts of a new one are derived.
    #[inline]
    pub(super) fn number(&mut self, path: &[u8], rules: &[Rule]) -> PathNumber {
        match self.written.number(path) {
            InternResult::Before(number) => PathNumber(number),
            InternResult::First(number) => {
                self.known.push(KnownPath { facts: PathFacts::of(path, rules), page: None, path: None });
                PathNumber(number)
            }
        }
    }

    /// The facts of a path.
    pub(super) fn facts(&self, PathNumber(number): PathNumber) -> &PathFacts {
        &self.known[number.index()].facts
    }

    /// The page's id; `written` is its path as logged. A new page is added to the batch in normalized spelling (R1), without personal data (R11).
    #[inline]
    pub(super) fn page(
        &mut self,
        (PathNumber(number), written): (PathNumber, &[u8]),
        keeping: PathKeeping,
        batch: &mut Batch,
    ) -> WorkerLocalId {
        match self.known[number.index()].page {
            Some(page) => page,
            None => self.new_page((number, written), keeping, batch),
        }
    }

    #[inline(never)]
    fn new_page(
        &mut self,
        (number, written): (WorkerLocalId, &[u8]),
        keeping: PathKeeping,
        batch: &mut Batch,
    ) -> WorkerLocalId {
        let page = WorkerLocalId(self.pages);
        self.pages += 1;
        batch.new.pages.push(&keeping.text(&spelled(written)));
        self.known[number.index()].page = Some(page);
        page
    }

    /// The path's id in traffic; `written` is the path as logged. It is another one, because a flood of paths that are no
    /// pages must not displace pages.
    #[inline]
    pub(super) fn path(
        &mut self,
        (PathNumber(number), written): (PathNumber, &[u8]),
        keeping: PathKeeping,
        batch: &mut Batch,
    ) -> WorkerLocalId {
        match self.known[number.index()].path {
            Some(path) => path,
            None => self.new_path((number, written), keeping, batch),
        }
    }

    #[inline(never)]
    fn new_path(
        &mut self,
        (number, written): (WorkerLocalId, &[u8]),
        keeping: PathKeeping,
        batch: &mut Batch,
    ) -> WorkerLocalId {
        let path = WorkerLocalId(self.in_traffic);
        self.in_traffic += 1;
        batch.new.paths.push(&keeping.text(&spelled(written)));
        self.known[number.index()].path = Some(path);
        path
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.written.bytes() + self.known.capacity() * size_of::<KnownPath>()
    }
}
