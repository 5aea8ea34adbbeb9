//! Which events match filters on events, counted once more (design.md R13).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use dwell::query::analysis::ask::EventMatchesAsk;
use dwell::query::event_filter::EventFilter;
use dwell::query::view::{EventExample, EventMatchesRow, EventMatchesView};

use super::Hit;
use super::answers::Answers;

/// The filters that are tried, each with what it means.
type Meaning = fn(&Hit) -> bool;
pub const FILTERS: [(&str, Meaning); 6] = [
    ("page:/a", |event| is_view(event) && event.path() == "/a"),
    ("page:/a/*,/pricing", |event| {
        is_view(event) && (event.path().starts_with("/a/") || event.path() == "/pricing")
    }),
    ("group:letters", |event| is_view(event) && event.path().starts_with("/a")),
    ("action:submit", |event| event.deed.action() == Some("submit")),
    ("action:* -page:/pricing", |event| !is_view(event) && event.path() != "/pricing"),
    ("page:/nowhere", |_| false),
];

fn is_view(event: &Hit) -> bool {
    event.deed.action().is_none()
}

/// What a session did that matches.
type Done<'a> = (&'a str, Option<&'a str>);

impl Answers {
    pub fn event_matches(&self, ask: &EventMatchesAsk) -> EventMatchesView {
        let rows = ask.filters.iter().map(|filter| self.matches_of(filter, ask.examples));
        EventMatchesView { rows: rows.collect() }
    }

    fn matches_of(&self, filter: &EventFilter, most: usize) -> EventMatchesRow {
        let text = filter.to_string();
        let matches =
            FILTERS.iter().find(|(one, _)| *one == text).expect("one of the filters that are tried").1;
        let (mut sessions, mut events) = (0, 0);
        let mut counts: BTreeMap<Done, u64> = BTreeMap::new();
        for known in self.seen() {
            let matching: Vec<_> = known.session.events.iter().filter(|event| matches(event)).collect();
            events += matching.len() as u64;
            sessions += u64::from(!matching.is_empty());
            let done: BTreeSet<Done> =
                matching.iter().map(|event| (event.path(), event.deed.action())).collect();
            for one in done {
                *counts.entry(one).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(*count));
        let example = |((page, action), sessions): (Done, u64)| EventExample {
            page: page.to_owned(),
            action: action.map(str::to_owned),
            sessions,
        };
        let examples = counts.into_iter().take(most).map(example).collect();
        EventMatchesRow { filter: filter.clone(), sessions, events, examples }
    }
}
