//! Exploring paths: where they begin, and how keys go along the way (R13).

use crate::query::analysis::ask::{PathSide, PathStart, PathsAsk};
use crate::query::filter::{Filter, Term, TextField};
use crate::query::view::{PATH_COLUMNS, PathStep};

use super::super::action::Action;
use super::super::explorer;
use super::super::location::Location;
use super::super::pane::Pane;
use super::super::path_rows::ColumnRow;
use super::super::rows::Picked;
use super::App;

impl App {
    /// Explores paths: from the open page, from the row under the cursor, else from where sessions begin.
    pub(super) fn open_paths(&mut self) {
        let Some(ask) = self.paths_from_here() else {
            return self.say("Paths cannot begin here; on a page, an action, an entry or an exit they can.");
        };
        if self.location().paths.as_ref() == Some(&ask) {
            return self.say("Paths begin here already.");
        }
        let filter = without_open_page(self.location());
        let focus = explorer::first_focus(&ask);
        let place = Location {
            paths: Some(ask),
            filter,
            focus,
            page: None,
            study: None,
            opened: None,
            zoomed: false,
            ..self.location().clone()
        };
        self.step(place);
        self.forget_all_columns();
    }

    fn paths_from_here(&self) -> Option<PathsAsk> {
        let folded = self.location().paths.as_ref().is_some_and(|paths| paths.folded);
        let from = |start| PathsAsk { start, folded, ..PathsAsk::default() };
        match self.location().focus {
            Pane::PathColumn(side, nth) => match self.path_row(side, nth)? {
                ColumnRow::Step(row) => explorer::start_at(&row.step).map(from),
                ColumnRow::Other(_) => None,
            },
            Pane::WholePaths => self.whole_path_from_its_start(),
            _ => Some(from(self.start_of_paths())),
        }
    }

    /// The whole path under the cursor, chosen from its first page on.
    fn whole_path_from_its_start(&self) -> Option<PathsAsk> {
        let row = self.rows().whole_paths().get(self.lists.of(Pane::WholePaths).line())?;
        let [first, others @ ..] = &row.steps;
        let folded = self.location().paths.as_ref().is_some_and(|paths| paths.folded);
        Some(PathsAsk {
            start: explorer::start_at(first)?,
            after: others.to_vec(),
            before: Vec::new(),
            folded,
        })
    }

    fn start_of_paths(&self) -> PathStart {
        if let Some(page) = self.location().page.clone().filter(|_| self.location().opened.is_none()) {
            return PathStart::Page(page);
        }
        match self.picked() {
            Some(Picked::Value(TextField::Page | TextField::Entry, page)) => PathStart::Page(page),
            Some(Picked::Value(TextField::Action, action)) => PathStart::Action(action),
            _ => PathStart::Entry,
        }
    }

    fn path_row(&self, side: PathSide, nth: usize) -> Option<ColumnRow<'_>> {
        let line = self.lists.of(Pane::PathColumn(side, nth)).line();
        self.rows().path_rows(side, nth).get(line).copied()
    }

    /// Goes one column along; away from the start, the row under the cursor becomes part of the way. Returns false where
    /// there are no columns.
    pub(super) fn go_along(&mut self, towards: PathSide) -> bool {
        match (self.location().focus, self.location().paths.is_some()) {
            (Pane::PathColumn(side, nth), true) if side == towards => self.choose(side, nth),
            (Pane::PathColumn(_, 0), true) => self.trail.focus(Pane::PathStart),
            (Pane::PathColumn(side, nth), true) => self.trail.focus(Pane::PathColumn(side, nth - 1)),
            (Pane::PathStart, true) => self.leave_start(towards),
            _ => return false,
        }
        true
    }

    fn leave_start(&mut self, towards: PathSide) {
        let has_columns = |paths: &PathsAsk| explorer::columns(paths, towards) > 0;
        if self.location().paths.as_ref().is_some_and(has_columns) {
            self.trail.focus(Pane::PathColumn(towards, 0));
        } else {
            self.say(where_it_ends(towards));
        }
    }

    /// Chooses the row under the cursor, and goes on to what came next.
    fn choose(&mut self, side: PathSide, nth: usize) {
        let step = match self.path_row(side, nth) {
            Some(ColumnRow::Step(row)) if row.step.is_event() => row.step.clone(),
            Some(ColumnRow::Step(row)) if row.step == PathStep::StillHere => {
                return self.say("They are still here: what they do next is not known yet.");
            }
            Some(ColumnRow::Step(_)) => return self.say(where_it_ends(side)),
            Some(ColumnRow::Other(_)) => {
                return self.say("These are many steps; only one that has a row of its own can be followed.");
            }
            None => return,
        };
        if nth + 1 >= PATH_COLUMNS {
            let paths = self.key_of(Action::Paths);
            return self.say(format!(
                "{PATH_COLUMNS} steps are shown to each side; {paths} begins anew at this one."
            ));
        }
        let Some(place) = self.location().paths.clone() else { return };
        let next = explorer::with_step(&place, side, nth, &step);
        let focus = Pane::PathColumn(side, nth + 1);
        if next == place {
            return self.trail.focus(focus);
        }
        self.step(Location { paths: Some(next), focus, ..self.location().clone() });
        self.forget_columns(side, nth + 1);
    }

    fn forget_all_columns(&mut self) {
        for side in [PathSide::Before, PathSide::After] {
            self.forget_columns(side, 0);
        }
    }

    /// The columns from one on show other lists now.
    fn forget_columns(&mut self, side: PathSide, from: usize) {
        (from..PATH_COLUMNS).for_each(|nth| self.lists.forget(Pane::PathColumn(side, nth)));
    }

    /// Lets page groups stand for their pages, or pages for themselves again.
    pub(super) fn fold(&mut self) {
        let Some(place) = &self.location().paths else {
            return self.say(format!(
                "Pages are folded where paths are: {} shows them.",
                self.key_of(Action::Paths)
            ));
        };
        if self.settings.definitions.groups.is_empty() {
            return self
                .say("No page groups are defined. Add one to dwell.toml: [[group]] with name and paths.");
        }
        let paths = explorer::turned(place, &self.settings.definitions.groups);
        let focus = match self.location().focus {
            Pane::PathColumn(..) => explorer::first_focus(&paths),
            other => other,
        };
        self.step(Location { paths: Some(paths), focus, ..self.location().clone() });
        self.forget_all_columns();
    }
}

fn where_it_ends(side: PathSide) -> &'static str {
    match side {
        PathSide::Before => "The session began here: nothing came before.",
        PathSide::After => "The session ended here: nothing came after.",
    }
}

/// The filter without the term of the open page: the start of the paths says it.
fn without_open_page(place: &Location) -> Filter {
    let opened = place.page.as_ref().map(|page| Term::exactly(TextField::Page, page));
    let stays = |term: &&Term| Some(*term) != opened.as_ref();
    place
        .filter
        .terms()
        .iter()
        .filter(stays)
        .cloned()
        .fold(Filter::default(), |filter, term| filter.and(term))
}
