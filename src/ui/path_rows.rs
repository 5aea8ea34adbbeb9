//! The rows of the paths explorer: of its columns, its start and the list of whole paths.

use crate::query::analysis::ask::{PathSide, PathStart, WholePathsAsk};
use crate::query::filter::TextField;
use crate::query::view::{PathColumn, PathOther, PathRow, PathStep, PathsView, WholePathRow};

use super::explorer;
use super::pane::Pane;
use super::rows::{PaneRows, Picked};
use super::shown::Shown;

/// A row of a column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ColumnRow<'a> {
    /// A step that sessions took.
    Step(&'a PathRow),
    /// All steps that have no row of their own.
    Other(PathOther),
}

impl ColumnRow<'_> {
    /// How many sessions it is about.
    pub(crate) fn sessions(&self) -> u64 {
        match self {
            ColumnRow::Step(row) => row.sessions,
            ColumnRow::Other(other) => other.sessions,
        }
    }

    /// What the cursor follows.
    pub(crate) fn key(&self) -> String {
        match self {
            ColumnRow::Step(row) => format!("{:?}", row.step),
            ColumnRow::Other(_) => "other".to_owned(),
        }
    }
}

impl<'a> PaneRows<'a> {
    /// The paths, once the answer has them.
    pub(crate) fn paths(self) -> Option<&'a PathsView> {
        self.explored.filter(explorer::Explored::knows_start).and(self.shown.and_then(Shown::paths))
    }

    /// A column, once the answer has it.
    pub(crate) fn path_column(self, side: PathSide, nth: usize) -> Option<&'a PathColumn> {
        self.explored.filter(|explored| explored.knows(side, nth))?;
        let paths = self.paths()?;
        match side {
            PathSide::Before => paths.before.get(nth),
            PathSide::After => paths.after.get(nth),
        }
    }

    /// The rows of a column.
    pub(crate) fn path_rows(self, side: PathSide, nth: usize) -> Vec<ColumnRow<'a>> {
        let Some(column) = self.path_column(side, nth) else { return Vec::new() };
        let other = (column.other.rows > 0).then_some(ColumnRow::Other(column.other));
        column.rows.iter().map(ColumnRow::Step).chain(other).collect()
    }

    /// The whole paths.
    pub(crate) fn whole_paths(self) -> &'a [WholePathRow] {
        self.shown.and_then(Shown::whole_paths).map_or(&[], |paths| &paths.rows)
    }

    /// What Enter on a row of a column opens; `None` where a filter has no word for it.
    pub(super) fn picked_of_column(self, side: PathSide, nth: usize, line: usize) -> Option<Picked> {
        match self.path_rows(side, nth).get(line)? {
            ColumnRow::Step(row) => {
                let term = self.explored?.place.term(side, nth, &row.step)?;
                Some(Picked::Fact(term, name(&row.step).to_owned()))
            }
            ColumnRow::Other(_) => None,
        }
    }

    /// Whether the row on a line is a step that no filter has words for: groups stand for pages in the steps before it,
    /// none of which is chosen.
    pub(crate) fn has_no_term(self, pane: Pane, line: usize) -> bool {
        let Pane::PathColumn(side, nth) = pane else { return false };
        let is_step = matches!(self.path_rows(side, nth).get(line), Some(ColumnRow::Step(_)));
        is_step && self.picked_of_column(side, nth, line).is_none()
    }

    pub(super) fn picked_whole_path(self, line: usize) -> Option<Picked> {
        let path = self.whole_paths().get(line)?;
        let name = path.steps.each_ref().map(name).join(" > ");
        Some(Picked::Fact(WholePathsAsk::term(&path.steps), name))
    }

    /// What is behind the start; all sessions have an entry.
    pub(super) fn picked_start(self) -> Option<Picked> {
        let (field, name) = match &self.explored?.place.start {
            PathStart::Page(page) => (TextField::Page, page),
            PathStart::Group(group) => (TextField::Group, group),
            PathStart::Action(action) => (TextField::Action, action),
            PathStart::Entry | PathStart::Exit | PathStart::Event(_) => return None,
        };
        Some(Picked::Value(field, name.clone()))
    }
}

/// A step as it is copied.
fn name(step: &PathStep) -> &str {
    match step {
        PathStep::Entered => "entered",
        PathStep::Left => "left",
        PathStep::StillHere => "still here",
        PathStep::Page(name) | PathStep::Group(name) | PathStep::Action(name) => name,
    }
}
