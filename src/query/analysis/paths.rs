//! Paths: from the first time that sessions did something, step by step to both sides (R13).

use std::cmp::Reverse;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::glob::Glob;
use crate::ids::{ActionId, PageId};
use crate::query::definitions::Definitions;
use crate::query::event_matcher::EventMatcher;
use crate::query::figure::{Figure, figures};
use crate::query::matched::Matched;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::spread::Spread;
use crate::query::view::{
    DEAD_END_LEAST, DEAD_END_SHARE, PATH_COLUMNS, PATH_ROWS, PathColumn, PathMark, PathOther, PathRow,
    PathStep, PathsView,
};
use crate::query::walk::{Folding, Node};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row, TimelineEntry};
use crate::time::Span;

use super::ask::{PathStart, PathsAsk};

/// So many steps after the start are counted, whether or not a way is chosen.
const COLUMNS_AFTER: usize = 2;
/// So many steps before it.
const COLUMNS_BEFORE: usize = 1;

/// Paths, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct PathsAnalyzer {
    ask: PathsAsk,
    folding: Folding,
    start: Start,
    /// The chosen ways as nodes; `None` for what no line has named.
    before: Vec<Option<Node>>,
    after: Vec<Option<Node>>,
}

/// Where paths begin, against the strings known so far.
#[derive(Debug, Clone)]
enum Start {
    Entry,
    Exit,
    Page(Option<PageId>),
    Group(Option<u16>),
    Action(Option<ActionId>),
    Event(EventMatcher),
}

/// What was counted of paths.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct PathsPartial {
    start: Taken,
    followed: u64,
    loads: Spread,
    before: Vec<Column>,
    after: Vec<Column>,
}

/// What was done at one step.
type Column = HashMap<Node, Taken, foldhash::fast::FixedState>;

figures! {
    /// Sessions that took a step, and what became of them.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(super) struct Taken {
        pub(super) sessions: u64,
        /// Of those, the ones that left right after it …
        pub(super) left: u64,
        /// … and the ones that are still there.
        pub(super) still_here: u64,
    }
}

impl Taken {
    /// One session that took it and then did this.
    fn by(next: Option<&Node>) -> Taken {
        Taken {
            sessions: 1,
            left: u64::from(next == Some(&Node::Left)),
            still_here: u64::from(next == Some(&Node::StillHere)),
        }
    }

    /// Whether almost everyone left: nobody knows yet what those do who are still there.
    pub(super) fn is_dead_end(&self) -> bool {
        let decided = self.sessions - self.still_here;
        decided >= DEAD_END_LEAST && self.left as f64 >= DEAD_END_SHARE * decided as f64
    }
}

impl PathsAnalyzer {
    pub(super) fn new(ask: &PathsAsk, definitions: &Definitions) -> PathsAnalyzer {
        let named = match &ask.start {
            PathStart::Page(page) => vec![Glob::literal(page)],
            _ => Vec::new(),
        };
        let start = match &ask.start {
            PathStart::Entry => Start::Entry,
            PathStart::Exit => Start::Exit,
            PathStart::Page(_) => Start::Page(None),
            PathStart::Group(_) => Start::Group(None),
            PathStart::Action(_) => Start::Action(None),
            PathStart::Event(event) => Start::Event(EventMatcher::new(event, definitions)),
        };
        PathsAnalyzer {
            folding: Folding::new(definitions, ask.folded, named),
            ask: ask.clone(),
            start,
            before: Vec::new(),
            after: Vec::new(),
        }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.folding.refresh(known);
        match (&mut self.start, &self.ask.start) {
            (Start::Page(page), PathStart::Page(text)) => *page = known.pages.find(text.as_bytes()),
            (Start::Action(action), PathStart::Action(name)) => *action = known.actions.find(name.as_bytes()),
            (Start::Group(group), PathStart::Group(name)) => *group = self.folding.find(name),
            (Start::Event(event), _) => event.refresh(known),
            _ => {}
        }
        let nodes = |steps: &[PathStep]| -> Vec<_> {
            steps.iter().take(PATH_COLUMNS).map(|step| self.folding.find_node(step, known)).collect()
        };
        (self.before, self.after) = (nodes(&self.ask.before), nodes(&self.ask.after));
    }

    pub(super) fn nothing(&self) -> PathsPartial {
        let columns = |chosen: &[PathStep], least: usize| {
            vec![Column::default(); (chosen.len() + 1).clamp(least, PATH_COLUMNS)]
        };
        PathsPartial {
            before: columns(&self.ask.before, COLUMNS_BEFORE),
            after: columns(&self.ask.after, COLUMNS_AFTER),
            ..PathsPartial::default()
        }
    }

    pub(super) fn add(&self, partial: &mut PathsPartial, sessions: &[Matched<impl Row>]) {
        let mut nodes = Vec::new();
        for session in sessions.iter().filter(|session| session.stand.seen) {
            let mut first: Option<(TimelineEntry, usize)> = None;
            self.folding.walk(&mut nodes, &session.row, session.stand.state, |event, place| {
                if first.is_none() && self.start.is(event, &self.folding) {
                    first = Some((*event, place));
                }
            });
            let place = match self.start {
                Start::Entry => Some(0),
                Start::Exit => Some(nodes.len() - 1).filter(|&end| nodes[end] == Node::Left),
                _ => first.map(|(_, place)| place),
            };
            if let Some(place) = place {
                let load =
                    first.and_then(|(event, _)| event.load.filter(|_| event.what == EntryKind::Pageview));
                self.add_session(partial, &nodes, place, load);
            }
        }
    }

    fn add_session(&self, partial: &mut PathsPartial, nodes: &[Node], place: usize, load: Option<u32>) {
        partial.start.merge(&Taken::by(nodes.get(place + 1)));
        if let Some(load) = load {
            partial.loads.add(Span(load.into()));
        }
        let after = &nodes[place + 1..];
        let before: Vec<_> = nodes[..place].iter().rev().copied().collect();
        let went_before = add_side(&mut partial.before, &self.before, &before);
        let went_after = add_side(&mut partial.after, &self.after, after);
        partial.followed += u64::from(went_before && went_after);
    }

    pub(super) fn view(&self, partial: &PathsPartial, known: &Dictionaries) -> PathsView {
        let column = |chosen: &[Option<Node>], (nth, column): (usize, &Column)| {
            let earlier = &chosen[..nth.min(chosen.len())];
            let is_loop = |node: Node| self.is_start(node) || earlier.contains(&Some(node));
            path_column(column, &self.folding, known, |node, taken| match node {
                _ if is_loop(node) => Some(PathMark::Loop),
                Node::Page(_) | Node::Group(_) if taken.is_dead_end() => Some(PathMark::DeadEnd),
                _ => None,
            })
        };
        let Taken { sessions, left, still_here } = partial.start;
        let is_page = matches!(self.start, Start::Page(_) | Start::Group(_));
        PathsView {
            sessions,
            exits: left,
            still_here,
            followed: partial.followed,
            loads: partial.loads.count(),
            load_p75: partial.loads.percentiles().at(0.75),
            is_dead_end: is_page && partial.start.is_dead_end(),
            before: partial.before.iter().enumerate().map(|one| column(&self.before, one)).collect(),
            after: partial.after.iter().enumerate().map(|one| column(&self.after, one)).collect(),
        }
    }

    fn is_start(&self, node: Node) -> bool {
        match (&self.start, node) {
            (Start::Page(start), Node::Page(page)) => *start == Some(page),
            (Start::Group(start), Node::Group(group)) => *start == Some(group),
            (Start::Action(start), Node::Action(action)) => *start == Some(action),
            _ => false,
        }
    }
}

impl Start {
    fn is(&self, event: &TimelineEntry, folding: &Folding) -> bool {
        match self {
            Start::Entry | Start::Exit => false,
            Start::Page(page) => event.what == EntryKind::Pageview && Some(event.page) == *page,
            Start::Group(group) => {
                event.what == EntryKind::Pageview && group.is_some() && folding.group(event.page) == *group
            }
            Start::Action(action) => matches!(event.what, EntryKind::Action(one) if Some(one) == *action),
            Start::Event(matcher) => matcher.matches(event),
        }
    }
}

/// Counts the steps of one session to one side of the start, as far as it went the chosen way; says whether it went all
/// of that.
fn add_side(columns: &mut [Column], chosen: &[Option<Node>], steps: &[Node]) -> bool {
    let went = chosen.iter().zip(steps).take_while(|(chosen, step)| **chosen == Some(**step)).count();
    for (nth, (column, step)) in columns.iter_mut().zip(steps).enumerate() {
        if went < nth.min(chosen.len()) {
            break;
        }
        column.entry(*step).or_default().merge(&Taken::by(steps.get(nth + 1)));
    }
    went == chosen.len()
}

/// A column as views show it.
pub(super) fn path_column(
    column: &HashMap<Node, Taken, impl std::hash::BuildHasher>,
    folding: &Folding,
    known: &Dictionaries,
    mark: impl Fn(Node, &Taken) -> Option<PathMark>,
) -> PathColumn {
    let row = |(node, taken): (&Node, &Taken)| PathRow {
        step: folding.step(*node, known),
        sessions: taken.sessions,
        mark: mark(*node, taken),
    };
    let mut rows: Vec<_> = column.iter().map(row).collect();
    rows.sort_unstable_by(|a, b| (Reverse(a.sessions), &a.step).cmp(&(Reverse(b.sessions), &b.step)));
    let sessions = rows.iter().map(|row| row.sessions).sum();
    // How many came and how many left is always said.
    let mut room = PATH_ROWS - rows.iter().filter(|row| !row.step.is_event()).count();
    let has_no_room =
        |row: &mut PathRow| row.step.is_event() && room.checked_sub(1).map(|left| room = left).is_none();
    let others: Vec<_> = rows.extract_if(.., has_no_room).collect();
    let other =
        PathOther { rows: others.len() as u64, sessions: others.iter().map(|row| row.sessions).sum() };
    PathColumn { sessions, rows, other }
}

impl PathsPartial {
    pub(super) fn merge(&mut self, other: &PathsPartial) {
        self.start.merge(&other.start);
        self.followed += other.followed;
        self.loads.merge(&other.loads);
        merge_columns(&mut self.before, &other.before);
        merge_columns(&mut self.after, &other.after);
    }

    pub(super) fn bytes(&self) -> usize {
        let columns = self.before.iter().chain(&self.after);
        let columns: usize = columns.map(|column| column.capacity() * size_of::<(Node, Taken)>()).sum();
        columns + self.loads.bytes()
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> PathsPartial {
        let PathsPartial { start, followed, loads, before, after } = self;
        let mut renumbered = |columns: Vec<Column>| -> Vec<Column> {
            columns.into_iter().map(|column| renumbered_column(column, numbers)).collect()
        };
        PathsPartial { start, followed, loads, before: renumbered(before), after: renumbered(after) }
    }
}

fn merge_columns(mine: &mut [Column], theirs: &[Column]) {
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        theirs.iter().for_each(|(node, taken)| mine.entry(*node).or_default().merge(taken));
    }
}

fn renumbered_column(column: Column, numbers: &mut impl Numbers) -> Column {
    let mut renumbered = Column::default();
    for (node, taken) in column {
        renumbered.entry(node.renumbered(numbers)).or_default().merge(&taken);
    }
    renumbered
}
