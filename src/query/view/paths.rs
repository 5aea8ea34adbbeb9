//! Paths in a view: what visitors did before and after a start, step by step (R13).

use crate::time::Span;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathStep {
    /// Nothing before it: the session began.
    Entered,
    /// Nothing after it, and the session is no longer active.
    Left,
    /// Nothing after it so far: the session is active.
    StillHere,
    /// A view of a page, or several of it in a row.
    Page(String),
    /// Views of pages of one page group.
    Group(String),
    /// An action by its name.
    Action(String),
}

impl PathStep {
    /// Whether it is something that the visitor did, and not the beginning or the end of the session.
    #[must_use]
    pub fn is_event(&self) -> bool {
        matches!(self, PathStep::Page(_) | PathStep::Group(_) | PathStep::Action(_))
    }
}

/// What came before and after the first time that a session did something.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathsView {
    /// Sessions seen in the window that did it.
    pub sessions: u64,
    /// Of those, the ones that left right after it …
    pub exits: u64,
    /// … and the ones that are still there.
    pub still_here: u64,
    /// Of those, the ones that went the whole chosen way, to both sides.
    pub followed: u64,
    /// How many of them know how long the start took to load.
    pub loads: u64,
    /// Three of four of those took at most so long.
    pub load_p75: Span,
    /// Whether the start is a dead end: see [`DEAD_END_SHARE`].
    pub is_dead_end: bool,
    /// What came before, the nearest step first.
    pub before: Vec<PathColumn>,
    /// What came after, the nearest step first.
    pub after: Vec<PathColumn>,
}

/// All sessions at one step: those that went the chosen way up to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathColumn {
    /// How many there are; rows and `other` add up to it.
    pub sessions: u64,
    /// What they did there; most sessions first.
    pub rows: Vec<PathRow>,
    /// What has no row of its own.
    pub other: PathOther,
}

impl PathColumn {
    /// The share of the column's sessions, from 0 to 1.
    #[must_use]
    pub fn share(&self, sessions: u64) -> f64 {
        if self.sessions == 0 { 0.0 } else { sessions as f64 / self.sessions as f64 }
    }
}

/// Rows that are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PathOther {
    /// How many.
    pub rows: u64,
    /// Their sessions.
    pub sessions: u64,
}

impl PathOther {
    /// Takes in a row of so many sessions.
    pub(in crate::query) fn add(&mut self, sessions: u64) {
        self.rows += 1;
        self.sessions += sessions;
    }
}

/// A step that sessions took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRow {
    /// What it is.
    pub step: PathStep,
    /// Sessions that took it.
    pub sessions: u64,
    /// What stands out about it.
    pub mark: Option<PathMark>,
}

/// What stands out about a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathMark {
    /// It is the start again, or an earlier step of the chosen way.
    Loop,
    /// A page after which almost everyone leaves: see [`DEAD_END_SHARE`].
    DeadEnd,
}

/// A page is a dead end where at least so many of those who are no longer there left right after it …
pub const DEAD_END_SHARE: f64 = 0.9;
/// … and they are at least so many: of fewer, nine of ten are soon a chance.
pub const DEAD_END_LEAST: u64 = 10;
/// A column lists so many rows; `Entered`, `Left` and `StillHere` are always among them (R13).
pub const PATH_ROWS: usize = 20;
/// So many steps are looked at to each side (R13).
pub const PATH_COLUMNS: usize = 5;

/// The most frequent ways over three pages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WholePathsView {
    /// Sessions seen in the window.
    pub sessions: u64,
    /// The paths that most sessions went.
    pub rows: Vec<WholePathRow>,
    /// Paths that were counted and have no row.
    pub other: PathOther,
    /// Paths that were beyond what is counted: sessions that went any of them. Where it is not zero, rows are lower bounds.
    pub beyond: u64,
}

/// Three pages that were viewed one right after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholePathRow {
    /// The pages, or their page groups.
    pub steps: [PathStep; 3],
    /// Sessions that went so at least once.
    pub sessions: u64,
}

/// The steps after the pages that most sessions viewed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NextStepsView {
    /// The pages, most sessions first.
    pub pages: Vec<NextSteps>,
    /// Steps that were beyond what is counted. Where it is not zero, rows are lower bounds.
    pub beyond: u64,
}

/// What came after the first view of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NextSteps {
    /// The page.
    pub page: String,
    /// Sessions that viewed it.
    pub sessions: u64,
    /// The first and the second step after it.
    pub after: Vec<PathColumn>,
}
