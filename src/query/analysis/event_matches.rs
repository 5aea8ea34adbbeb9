//! Which events match filters on events, with the pages and actions that most sessions matched them by (R13).

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::ids::{ActionId, PageId};
use crate::query::definitions::Definitions;
use crate::query::event_filter::EventFilter;
use crate::query::event_matcher::EventMatcher;
use crate::query::figure::{Figure, figures};
use crate::query::matched::Matched;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::view::{EventExample, EventMatchesRow, EventMatchesView};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row, TimelineEntry};

use super::ask::EventMatchesAsk;
use super::bounded_counts::BoundedCounts;

/// So many different pages and actions are told apart, for all filters together; each takes some 30 bytes.
const EXAMPLES: usize = 20_000;

/// The filters, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct EventMatchesAnalyzer {
    ask: EventMatchesAsk,
    matchers: Vec<EventMatcher>,
}

/// What matched.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::query) struct EventMatchesPartial {
    filters: Vec<Matching>,
    /// Sessions by what they did that matches a filter, which goes by its place among all.
    examples: BoundedCounts<(u16, Done)>,
}

figures! {
    /// What matched one filter.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    struct Matching {
        sessions: u64,
        events: u64,
    }
}

/// A page that was viewed, or an action that was done on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
struct Done {
    page: PageId,
    action: Option<ActionId>,
}

impl Done {
    fn of(entry: &TimelineEntry) -> Done {
        let action = match entry.what {
            EntryKind::Action(action) => Some(action),
            _ => None,
        };
        Done { page: entry.page, action }
    }
}

impl EventMatchesAnalyzer {
    pub(super) fn new(ask: &EventMatchesAsk, definitions: &Definitions) -> EventMatchesAnalyzer {
        let matcher = |filter| EventMatcher::new(filter, definitions);
        EventMatchesAnalyzer { ask: ask.clone(), matchers: ask.filters.iter().map(matcher).collect() }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.matchers.iter_mut().for_each(|matcher| matcher.refresh(known));
    }

    pub(super) fn nothing(&self) -> EventMatchesPartial {
        let filters = vec![Matching::default(); self.matchers.len()];
        EventMatchesPartial { filters, examples: BoundedCounts::new(EXAMPLES) }
    }

    pub(super) fn add(&self, partial: &mut EventMatchesPartial, sessions: &[Matched<impl Row>]) {
        let mut done = Vec::new();
        for session in sessions.iter().filter(|session| session.stand.seen) {
            for ((nth, matcher), matching) in (0..).zip(&self.matchers).zip(&mut partial.filters) {
                done.clear();
                done.extend(
                    session.row.timeline().filter(|entry| matcher.matches(entry)).map(|one| Done::of(&one)),
                );
                matching
                    .merge(&Matching { sessions: u64::from(!done.is_empty()), events: done.len() as u64 });
                done.sort_unstable();
                done.dedup();
                for one in &done {
                    partial.examples.add((nth, *one), 1);
                }
            }
        }
    }

    pub(super) fn view(&self, partial: &EventMatchesPartial, known: &Dictionaries) -> EventMatchesView {
        let rows = (0..).zip(&self.ask.filters).zip(&partial.filters);
        let row = |((nth, filter), matching): ((u16, &EventFilter), &Matching)| EventMatchesRow {
            filter: filter.clone(),
            sessions: matching.sessions,
            events: matching.events,
            examples: self.examples(nth, partial, known),
        };
        EventMatchesView { rows: rows.map(row).collect() }
    }

    fn examples(&self, nth: u16, partial: &EventMatchesPartial, known: &Dictionaries) -> Vec<EventExample> {
        let of_filter = partial.examples.iter().filter(|((filter, _), _)| *filter == nth);
        let example = |((_, done), sessions): ((u16, Done), u64)| EventExample {
            page: known.pages.text(done.page).into_owned(),
            action: done.action.map(|action| known.actions.text(action).into_owned()),
            sessions,
        };
        let mut examples: Vec<_> = of_filter.map(example).collect();
        examples.sort_unstable_by(|a, b| {
            (Reverse(a.sessions), &a.page, &a.action).cmp(&(Reverse(b.sessions), &b.page, &b.action))
        });
        examples.truncate(self.ask.examples);
        examples
    }
}

impl EventMatchesPartial {
    pub(super) fn merge(&mut self, other: &EventMatchesPartial) {
        self.filters.iter_mut().zip(&other.filters).for_each(|(mine, theirs)| mine.merge(theirs));
        self.examples.merge(&other.examples);
    }

    pub(super) fn bytes(&self) -> usize {
        self.filters.capacity() * size_of::<Matching>() + self.examples.bytes()
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> EventMatchesPartial {
        let EventMatchesPartial { filters, examples } = self;
        let examples = examples.with_keys(|(nth, done)| (nth, done.renumbered(numbers)));
        EventMatchesPartial { filters, examples }
    }
}

impl Renumber for Done {
    fn renumbered(self, numbers: &mut impl Numbers) -> Done {
        let Done { page, action } = self;
        Done { page: numbers.page(page), action: action.map(|action| numbers.action(action)) }
    }
}
