//! A way made ready for scanning (R13).

use crate::glob::Glob;
use crate::ids::ActionId;
use crate::query::definitions::Definitions;
use crate::query::event_matcher::{is_any, refresh_pages, with_spellings};
use crate::query::filter::{Way, WayStep};
use crate::query::matching_ids::MatchingIds;
use crate::query::moment::Moment;
use crate::query::walk::{Folding, Node};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

/// A way against the strings known so far.
#[derive(Debug, Clone)]
pub(super) struct WayMatcher {
    steps: Vec<CompiledStep>,
    first: Option<usize>,
    /// Where the way names a group, groups stand for their pages, but for those that it names by themselves.
    folding: Folding,
}

#[derive(Debug, Clone)]
enum CompiledStep {
    Any,
    Is(Node),
    Pages(Vec<Glob>, MatchingIds),
    Actions(Glob, MatchingIds),
    Groups(Glob),
}

impl WayMatcher {
    pub(super) fn new(way: &Way, definitions: &Definitions) -> WayMatcher {
        let is_folded = way.steps().iter().any(|step| matches!(step, WayStep::Group(_)));
        let named = way.steps().iter().filter_map(|step| match step {
            WayStep::Page(page) => Some(page.clone()),
            _ => None,
        });
        let folding = Folding::new(definitions, is_folded, named.collect());
        let steps = way.steps().iter().map(CompiledStep::new).collect();
        WayMatcher { steps, first: way.first(), folding }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.folding.refresh(known);
        self.steps.iter_mut().for_each(|step| step.refresh(known));
    }

    /// Whether a session went that way.
    pub(super) fn matches(&self, row: &impl Row, moment: &Moment) -> bool {
        let mut nodes = Vec::new();
        self.folding.walk(&mut nodes, row, moment.state(row.end()), |_, _| {});
        let Some(first) = self.first else {
            return nodes.windows(self.steps.len()).any(|window| self.takes(window));
        };
        let start = nodes.iter().position(|node| self.steps[first].is(*node, &self.folding));
        let window = start.and_then(|start| start.checked_sub(first)).and_then(|from| nodes.get(from..));
        window.and_then(|rest| rest.get(..self.steps.len())).is_some_and(|window| self.takes(window))
    }

    fn takes(&self, window: &[Node]) -> bool {
        self.steps.iter().zip(window).all(|(step, node)| step.is(*node, &self.folding))
    }
}

impl CompiledStep {
    fn new(step: &WayStep) -> CompiledStep {
        match step {
            WayStep::Any => CompiledStep::Any,
            WayStep::Entered => CompiledStep::Is(Node::Entered),
            WayStep::Left => CompiledStep::Is(Node::Left),
            WayStep::StillHere => CompiledStep::Is(Node::StillHere),
            WayStep::Page(glob) => {
                CompiledStep::Pages(with_spellings(vec![glob.clone()]), MatchingIds::default())
            }
            WayStep::Action(glob) => CompiledStep::Actions(glob.clone(), MatchingIds::default()),
            WayStep::Group(glob) => CompiledStep::Groups(glob.clone()),
        }
    }

    fn refresh(&mut self, known: &Dictionaries) {
        match self {
            CompiledStep::Pages(globs, pages) => refresh_pages(pages, globs, known),
            CompiledStep::Actions(glob, actions) => actions.extend_to(known.actions.len(), |id| {
                is_any(std::slice::from_ref(glob), &known.actions.text(ActionId(id)))
            }),
            CompiledStep::Any | CompiledStep::Is(_) | CompiledStep::Groups(_) => {}
        }
    }

    fn is(&self, node: Node, folding: &Folding) -> bool {
        match (self, node) {
            (CompiledStep::Any, Node::Page(_) | Node::Group(_) | Node::Action(_)) => true,
            (CompiledStep::Is(wanted), node) => *wanted == node,
            (CompiledStep::Pages(_, pages), Node::Page(page)) => pages.has(page.0),
            (CompiledStep::Actions(_, actions), Node::Action(action)) => actions.has(action.0),
            (CompiledStep::Groups(glob), Node::Group(group)) => {
                glob.matches_ignoring_case(folding.name(group))
            }
            _ => false,
        }
    }
}
