//! The way that a session took: its pages and actions one after the other, a page that was loaded again as one step (R13).

use serde::{Deserialize, Serialize};

use crate::glob::Glob;
use crate::ids::{ActionId, PageId};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row, TimelineEntry};

use super::definitions::Definitions;
use super::event_matcher::with_spellings;
use super::renumber::{Numbers, Renumber};
use super::view::{PathStep, SessionState};

/// One step of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Node {
    /// Before its first step.
    Entered,
    Page(PageId),
    /// A page of the page group at this place among all that are defined.
    Group(u16),
    Action(ActionId),
    /// After its last step, once the session is no longer active.
    Left,
    /// After its last step so far.
    StillHere,
}

/// Whether page groups stand for their pages, and which page belongs to which.
#[derive(Debug, Clone, Default)]
pub(super) struct Folding {
    is_folded: bool,
    /// Pages that stand for themselves nonetheless: those that are named.
    named: Vec<Glob>,
    names: Vec<String>,
    paths: Vec<Vec<Glob>>,
    pages: Vec<PlacedPage>,
}

#[derive(Debug, Clone, Copy, Default)]
struct PlacedPage {
    /// The first group that has it.
    group: Option<u16>,
    /// Whether it is named itself.
    is_named: bool,
}

impl Folding {
    /// Groups stand for their pages or not; those for which `named` are patterns always stand for themselves.
    pub(super) fn new(definitions: &Definitions, is_folded: bool, named: Vec<Glob>) -> Folding {
        let groups = &definitions.groups;
        Folding {
            is_folded,
            named: with_spellings(named),
            names: groups.iter().map(|group| group.name.clone()).collect(),
            paths: groups.iter().map(|group| with_spellings(group.paths.clone())).collect(),
            pages: Vec::new(),
        }
    }

    /// Takes in the pages that came since the last time.
    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        for number in self.pages.len()..known.pages.len() {
            let text = known.pages.text(PageId(u32::try_from(number).unwrap_or(u32::MAX)));
            let has = |paths: &Vec<Glob>| paths.iter().any(|path| path.matches_page(&text));
            let group = self.paths.iter().position(has).and_then(|group| u16::try_from(group).ok());
            self.pages.push(PlacedPage { group, is_named: has(&self.named) });
        }
    }

    /// The group that a page belongs to.
    pub(super) fn group(&self, page: PageId) -> Option<u16> {
        self.pages.get(page.index()).and_then(|page| page.group)
    }

    /// The group of that name.
    pub(super) fn find(&self, name: &str) -> Option<u16> {
        self.names.iter().position(|one| one == name).and_then(|group| u16::try_from(group).ok())
    }

    /// The group at a place.
    pub(super) fn name(&self, group: u16) -> &str {
        self.names.get(usize::from(group)).map_or("", String::as_str)
    }

    /// The node of a page: the page itself, or its group.
    pub(super) fn page(&self, page: PageId) -> Node {
        let placed = self.pages.get(page.index()).copied().unwrap_or_default();
        let group = placed.group.filter(|_| self.is_folded && !placed.is_named);
        group.map_or(Node::Page(page), Node::Group)
    }

    fn node(&self, event: &TimelineEntry) -> Node {
        match event.what {
            EntryKind::Action(action) => Node::Action(action),
            _ => self.page(event.page),
        }
    }

    /// The node that a step of a question or a view names; `None` where no line has named it.
    pub(super) fn find_node(&self, step: &PathStep, known: &Dictionaries) -> Option<Node> {
        match step {
            PathStep::Entered => Some(Node::Entered),
            PathStep::Left => Some(Node::Left),
            PathStep::StillHere => Some(Node::StillHere),
            PathStep::Page(page) => known.pages.find(page.as_bytes()).map(Node::Page),
            PathStep::Group(name) => self.find(name).map(Node::Group),
            PathStep::Action(name) => known.actions.find(name.as_bytes()).map(Node::Action),
        }
    }

    /// How views call a node.
    pub(super) fn step(&self, node: Node, known: &Dictionaries) -> PathStep {
        match node {
            Node::Entered => PathStep::Entered,
            Node::Left => PathStep::Left,
            Node::StillHere => PathStep::StillHere,
            Node::Page(page) => PathStep::Page(known.pages.text(page).into_owned()),
            Node::Group(group) => PathStep::Group(self.name(group).to_owned()),
            Node::Action(action) => PathStep::Action(known.actions.text(action).into_owned()),
        }
    }

    /// Writes the way of a session into `nodes`, from [`Node::Entered`] to its end, and says of each event at which place
    /// of the way it stands. Equal neighbours are one step.
    pub(super) fn walk(
        &self,
        nodes: &mut Vec<Node>,
        row: &impl Row,
        state: SessionState,
        mut tell: impl FnMut(&TimelineEntry, usize),
    ) {
        nodes.clear();
        nodes.push(Node::Entered);
        for event in row.timeline().filter(|one| one.what.is_event()) {
            let node = self.node(&event);
            if nodes.last() != Some(&node) {
                nodes.push(node);
            }
            tell(&event, nodes.len() - 1);
        }
        nodes.push(if state == SessionState::Active { Node::StillHere } else { Node::Left });
    }
}

impl Renumber for Node {
    fn renumbered(self, numbers: &mut impl Numbers) -> Node {
        match self {
            Node::Page(page) => Node::Page(numbers.page(page)),
            Node::Action(action) => Node::Action(numbers.action(action)),
            Node::Entered | Node::Group(_) | Node::Left | Node::StillHere => self,
        }
    }
}
