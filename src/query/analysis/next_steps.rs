//! The two steps after the first view of a page, for the pages that most sessions viewed: what a report says of paths.

use std::cmp::Reverse;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::ids::PageId;
use crate::query::definitions::Definitions;
use crate::query::figure::Figure;
use crate::query::matched::Matched;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::view::{NextSteps, NextStepsView, PathColumn, PathMark};
use crate::query::walk::{Folding, Node};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::ask::NextStepsAsk;
use super::bounded_counts::BoundedCounts;
use super::paths::{Taken, path_column};

/// So many steps after a page are counted.
const STEPS: usize = 2;
/// So many different steps after pages are counted; each takes some 30 bytes.
const COUNTED: usize = 200_000;

/// The steps after pages, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct NextStepsAnalyzer {
    ask: NextStepsAsk,
    folding: Folding,
}

/// What was counted of the steps after pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::query) struct NextStepsPartial {
    /// Sessions that viewed a page.
    pages: HashMap<PageId, u64, foldhash::fast::FixedState>,
    /// Sessions that did this so many steps after they first viewed a page.
    steps: BoundedCounts<(PageId, usize, Node)>,
}

impl NextStepsAnalyzer {
    pub(super) fn new(ask: NextStepsAsk) -> NextStepsAnalyzer {
        NextStepsAnalyzer { ask, folding: Folding::new(&Definitions::default(), false, Vec::new()) }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.folding.refresh(known);
    }

    pub(super) fn nothing() -> NextStepsPartial {
        NextStepsPartial { pages: HashMap::default(), steps: BoundedCounts::new(COUNTED) }
    }

    pub(super) fn add(&self, partial: &mut NextStepsPartial, sessions: &[Matched<impl Row>]) {
        let (mut nodes, mut met) = (Vec::new(), Vec::new());
        for session in sessions.iter().filter(|session| session.stand.seen) {
            self.folding.walk(&mut nodes, &session.row, session.stand.state, |_, _| {});
            met.clear();
            met.extend(nodes.iter().enumerate().filter_map(|(place, node)| match node {
                Node::Page(page) => Some((*page, place)),
                _ => None,
            }));
            met.sort_unstable();
            met.dedup_by_key(|(page, _)| *page);
            for (page, place) in &met {
                *partial.pages.entry(*page).or_default() += 1;
                for (step, node) in (1..=STEPS).zip(&nodes[place + 1..]) {
                    partial.steps.add((*page, step, *node), 1);
                }
            }
        }
    }

    pub(super) fn view(&self, partial: &NextStepsPartial, known: &Dictionaries) -> NextStepsView {
        let mut pages: Vec<_> = partial.pages.iter().map(|(page, sessions)| (*page, *sessions)).collect();
        pages.sort_unstable_by_key(|(page, sessions)| (Reverse(*sessions), known.pages.text(*page)));
        pages.truncate(self.ask.pages);
        let columns = columns(partial, &pages);
        let next = |(page, sessions): (PageId, u64)| NextSteps {
            page: known.pages.text(page).into_owned(),
            sessions,
            after: (1..=STEPS).map(|step| self.column(&columns, (page, step), known)).collect(),
        };
        NextStepsView { pages: pages.into_iter().map(next).collect(), beyond: partial.steps.beyond() }
    }

    fn column(&self, columns: &Columns, (page, step): (PageId, usize), known: &Dictionaries) -> PathColumn {
        let none = HashMap::default();
        let column = columns.get(&(page, step)).unwrap_or(&none);
        path_column(column, &self.folding, known, |node, _| {
            (node == Node::Page(page)).then_some(PathMark::Loop)
        })
    }
}

/// What sessions did so many steps after a page.
type Columns = HashMap<(PageId, usize), HashMap<Node, Taken>>;

/// The columns of these pages, in one pass over all that was counted.
fn columns(partial: &NextStepsPartial, pages: &[(PageId, u64)]) -> Columns {
    let mut columns = Columns::default();
    for ((page, step, node), sessions) in partial.steps.iter() {
        if pages.iter().any(|(shown, _)| *shown == page) {
            let taken = Taken { sessions, ..Taken::default() };
            columns.entry((page, step)).or_default().insert(node, taken);
        }
    }
    columns
}

impl NextStepsPartial {
    pub(super) fn merge(&mut self, other: &NextStepsPartial) {
        other.pages.iter().for_each(|(page, sessions)| self.pages.entry(*page).or_default().merge(sessions));
        self.steps.merge(&other.steps);
    }

    pub(super) fn bytes(&self) -> usize {
        self.pages.capacity() * size_of::<(PageId, u64)>() + self.steps.bytes()
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> NextStepsPartial {
        let NextStepsPartial { pages: counts, steps } = self;
        let mut pages = HashMap::default();
        for (page, sessions) in counts {
            *pages.entry(numbers.page(page)).or_default() += sessions;
        }
        let steps =
            steps.with_keys(|(page, step, node)| (numbers.page(page), step, node.renumbered(numbers)));
        NextStepsPartial { pages, steps }
    }
}
