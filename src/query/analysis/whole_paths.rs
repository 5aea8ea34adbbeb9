//! Whole paths: three pages viewed one right after the other, by how many sessions went so (R13).

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::query::definitions::Definitions;
use crate::query::matched::Matched;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::view::{PathOther, WholePathRow, WholePathsView};
use crate::query::walk::{Folding, Node};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::ask::WholePathsAsk;
use super::bounded_counts::BoundedCounts;

/// So many paths are counted at least, the most frequent ones (R13).
const COUNTED: usize = 10_000;

/// Whole paths, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct WholePathsAnalyzer {
    ask: WholePathsAsk,
    folding: Folding,
}

/// What was counted of whole paths.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::query) struct WholePathsPartial {
    sessions: u64,
    paths: BoundedCounts<[Node; 3]>,
}

impl WholePathsAnalyzer {
    pub(super) fn new(ask: &WholePathsAsk, definitions: &Definitions) -> WholePathsAnalyzer {
        WholePathsAnalyzer { ask: *ask, folding: Folding::new(definitions, ask.folded, Vec::new()) }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.folding.refresh(known);
    }

    pub(super) fn nothing() -> WholePathsPartial {
        WholePathsPartial { sessions: 0, paths: BoundedCounts::new(2 * COUNTED) }
    }

    pub(super) fn add(&self, partial: &mut WholePathsPartial, sessions: &[Matched<impl Row>]) {
        let (mut nodes, mut paths) = (Vec::new(), Vec::new());
        for session in sessions.iter().filter(|session| session.stand.seen) {
            partial.sessions += 1;
            // Most sessions are too short for any.
            if session.facts.pageviews < 3 {
                continue;
            }
            self.folding.walk(&mut nodes, &session.row, session.stand.state, |_, _| {});
            paths.clear();
            paths.extend(nodes.windows(3).filter_map(|window| <[Node; 3]>::try_from(window).ok()));
            paths.retain(|path| path.iter().all(|node| matches!(node, Node::Page(_) | Node::Group(_))));
            paths.sort_unstable();
            paths.dedup();
            for path in &paths {
                partial.paths.add(*path, 1);
            }
        }
    }

    pub(super) fn view(&self, partial: &WholePathsPartial, known: &Dictionaries) -> WholePathsView {
        let row = |(path, sessions): ([Node; 3], u64)| WholePathRow {
            steps: path.map(|node| self.folding.step(node, known)),
            sessions,
        };
        let mut rows: Vec<_> = partial.paths.iter().map(row).collect();
        rows.sort_unstable_by(|a, b| (Reverse(a.sessions), &a.steps).cmp(&(Reverse(b.sessions), &b.steps)));
        let others = rows.split_off(self.ask.rows.min(rows.len()));
        WholePathsView {
            sessions: partial.sessions,
            rows,
            other: PathOther {
                rows: others.len() as u64,
                sessions: others.iter().map(|row| row.sessions).sum(),
            },
            beyond: partial.paths.beyond(),
        }
    }
}

impl WholePathsPartial {
    pub(super) fn merge(&mut self, other: &WholePathsPartial) {
        self.sessions += other.sessions;
        self.paths.merge(&other.paths);
    }

    pub(super) fn bytes(&self) -> usize {
        self.paths.bytes()
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> WholePathsPartial {
        let WholePathsPartial { sessions, paths } = self;
        let paths = paths.with_keys(|path| path.map(|node| node.renumbered(numbers)));
        WholePathsPartial { sessions, paths }
    }
}
