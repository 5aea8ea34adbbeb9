//! The rows of each pane: what names them, and what Enter, `-` and `y` take from them.

use crate::query::filter::{Term, TextField};
use crate::query::question::{Grouping, SessionRef};
use crate::query::view::SessionRow;

use super::lists::RowKey;
use super::opened::Opened;
use super::panes::{Content, Pane};
use super::shown::Shown;

/// Where rows come from.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// The latest answer.
    pub(crate) shown: Option<&'a Shown>,
    /// The open timeline.
    pub(crate) opened: Option<&'a Opened>,
}

/// A row that was picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Picked {
    /// A session, and its visitor's alias.
    Session(SessionRef, String),
    /// A value of a field.
    Value(TextField, String),
}

impl Picked {
    /// The filter's term for the row.
    pub(crate) fn term(&self) -> Term {
        match self {
            Picked::Session(_, alias) => Term::exactly(TextField::Visitor, alias),
            Picked::Value(field, value) => Term::exactly(*field, value),
        }
    }

    /// The row's name, as it is copied.
    pub(crate) fn name(&self) -> &str {
        match self {
            Picked::Session(_, name) | Picked::Value(_, name) => name,
        }
    }
}

impl<'a> Rows<'a> {
    /// What names the rows of a pane, in their order on the screen.
    pub(crate) fn keys(self, pane: Pane) -> Vec<RowKey> {
        match pane.content() {
            Content::Sessions => self.sessions().map(|row| RowKey::Session(row.session)).collect(),
            Content::Table(grouping) => {
                self.names(grouping).map(|key| RowKey::Name(key.to_owned())).collect()
            }
            Content::Steps => (0..self.steps()).map(RowKey::Step).collect(),
            Content::Others => self.others().iter().map(|row| RowKey::Session(row.session)).collect(),
            Content::Figures => Vec::new(),
        }
    }

    /// How many rows there are of a list that is asked for by its beginning.
    pub(crate) fn total(self, pane: Pane) -> u64 {
        let Some(shown) = self.shown else { return 0 };
        match pane.content() {
            Content::Sessions => shown.view().sessions.as_ref().map_or(0, |list| list.total),
            Content::Table(grouping) => shown.table(grouping).map_or(0, |(table, _)| table.total_rows),
            Content::Steps | Content::Others | Content::Figures => 0,
        }
    }

    /// The row on a line of a pane.
    pub(crate) fn pick(self, pane: Pane, line: usize) -> Option<Picked> {
        match pane.content() {
            Content::Sessions => self.sessions().nth(line).map(picked_session),
            Content::Table(grouping) => {
                Some(Picked::Value(field(grouping)?, self.names(grouping).nth(line)?.to_owned()))
            }
            Content::Steps => {
                let step = self.opened?.timeline()?.steps.get(line)?;
                Some(Picked::Value(TextField::Page, step.page.clone()))
            }
            Content::Others => self.others().get(line).map(picked_session),
            Content::Figures => None,
        }
    }

    fn sessions(self) -> impl Iterator<Item = &'a SessionRow> {
        self.shown.into_iter().flat_map(Shown::sessions).map(|held| &held.row)
    }

    fn names(self, grouping: Grouping) -> impl Iterator<Item = &'a str> {
        let table = self.shown.and_then(|shown| shown.table(grouping));
        table.into_iter().flat_map(|(_, rows)| rows).map(|held| held.row.key.as_str())
    }

    fn steps(self) -> usize {
        self.opened.and_then(Opened::timeline).map_or(0, |timeline| timeline.steps.len())
    }

    fn others(self) -> &'a [SessionRow] {
        self.opened.and_then(Opened::timeline).map_or(&[], |timeline| &timeline.others)
    }
}

fn picked_session(row: &SessionRow) -> Picked {
    Picked::Session(row.session, row.alias.clone())
}

/// The field that a table's rows are values of.
pub(crate) fn field(grouping: Grouping) -> Option<TextField> {
    Some(match grouping {
        Grouping::Channel => TextField::Channel,
        Grouping::Source => TextField::Source,
        Grouping::Campaign => TextField::Campaign,
        Grouping::Page => TextField::Page,
        Grouping::Entry => TextField::Entry,
        Grouping::Exit => TextField::Exit,
        Grouping::Country => TextField::Country,
        Grouping::Browser => TextField::Browser,
        Grouping::System => TextField::System,
        Grouping::Device => TextField::Device,
        Grouping::Site => TextField::Site,
        Grouping::Action => TextField::Action,
        Grouping::Bot => return None,
    })
}
