//! An event filter made ready for scanning: texts are compared once per distinct string, events by number.

use crate::classify::kind::respelled;
use crate::classify::method::Method;
use crate::glob::Glob;
use crate::ids::{ActionId, PageId, PropertiesId};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row, TimelineEntry};

use super::definitions::Definitions;
use super::event_filter::{Candidates, EventField, EventFilter, EventTest};
use super::filter::Compare;
use super::matching_ids::MatchingIds;

/// An event filter against the strings known so far.
#[derive(Debug, Clone)]
pub(super) struct EventMatcher {
    candidates: Candidates,
    terms: Vec<(bool, CompiledTest)>,
}

#[derive(Debug, Clone)]
enum CompiledTest {
    Pages(Vec<Glob>, MatchingIds),
    Actions(Vec<Glob>, MatchingIds),
    /// Methods by their place in [`Method::ALL`].
    Methods(MatchingIds),
    Statuses(MatchingIds),
    Properties(Vec<Glob>, MatchingIds),
    Values(Compare, f64, MatchingIds),
}

impl EventMatcher {
    /// Makes a filter ready; [`EventMatcher::refresh`] it before each scan.
    pub(super) fn new(filter: &EventFilter, definitions: &Definitions) -> EventMatcher {
        let compiled = |test: &EventTest| CompiledTest::new(test, definitions);
        let terms = filter.terms().iter().map(|term| (term.negated, compiled(&term.test))).collect();
        EventMatcher { candidates: filter.candidates(), terms }
    }

    /// Takes in the strings that came since the last time.
    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.terms.iter_mut().for_each(|(_, test)| test.refresh(known));
    }

    /// Whether an entry of a timeline is an event that matches. Notes never do.
    #[inline]
    pub(super) fn matches(&self, entry: &TimelineEntry) -> bool {
        let is_candidate = match (self.candidates, entry.what) {
            (_, EntryKind::Error | EntryKind::Redirect) => false,
            (Candidates::Pageviews, what) => what == EntryKind::Pageview,
            (Candidates::Actions, what) => what != EntryKind::Pageview,
            (Candidates::All, _) => true,
        };
        is_candidate && self.terms.iter().all(|(negated, test)| test.holds(entry) != *negated)
    }

    /// Whether any event of a session matches.
    pub(super) fn matches_any(&self, row: &impl Row) -> bool {
        let may = match self.candidates {
            Candidates::Pageviews => row.pageviews() > 0,
            Candidates::Actions => row.actions() > 0,
            Candidates::All => true,
        };
        may && row.timeline().any(|entry| self.matches(&entry))
    }
}

impl CompiledTest {
    fn new(test: &EventTest, definitions: &Definitions) -> CompiledTest {
        let none = MatchingIds::default();
        match test {
            EventTest::Value(compare, number) => CompiledTest::Values(*compare, *number, none),
            EventTest::Text(field, globs) => match field {
                EventField::Page => CompiledTest::Pages(with_spellings(globs.clone()), none),
                EventField::Group => CompiledTest::Pages(definitions.paths_of_groups(globs), none),
                EventField::Action => CompiledTest::Actions(globs.clone(), none),
                EventField::Method => CompiledTest::Methods(methods(globs)),
                EventField::Status => CompiledTest::Statuses(statuses(globs)),
                EventField::Variant => CompiledTest::Properties(globs.clone(), none),
            },
        }
    }

    fn refresh(&mut self, known: &Dictionaries) {
        match self {
            CompiledTest::Pages(globs, pages) => refresh_pages(pages, globs, known),
            CompiledTest::Actions(globs, actions) => {
                actions.extend_to(known.actions.len(), |id| is_any(globs, &known.actions.text(ActionId(id))));
            }
            CompiledTest::Properties(globs, properties) => {
                properties.extend_to(known.properties_len(), |id| {
                    known.properties(PropertiesId(id)).texts().any(|text| is_any(globs, text))
                });
            }
            CompiledTest::Values(compare, number, properties) => {
                properties.extend_to(known.properties_len(), |id| {
                    known
                        .properties(PropertiesId(id))
                        .value
                        .is_some_and(|value| compare.holds(&value, number))
                });
            }
            CompiledTest::Methods(_) | CompiledTest::Statuses(_) => {}
        }
    }

    fn holds(&self, entry: &TimelineEntry) -> bool {
        match self {
            CompiledTest::Pages(_, pages) => pages.has(entry.page.0),
            CompiledTest::Actions(_, actions) => {
                matches!(entry.what, EntryKind::Action(ActionId(id)) if actions.has(id))
            }
            CompiledTest::Methods(methods) => methods.has(entry.method as u32),
            CompiledTest::Statuses(statuses) => statuses.has(entry.status.into()),
            CompiledTest::Properties(_, ids) | CompiledTest::Values(_, _, ids) => ids.has(entry.properties.0),
        }
    }
}

pub(super) fn methods(globs: &[Glob]) -> MatchingIds {
    let mut methods = MatchingIds::default();
    let name = |id: u32| Method::ALL.get(id as usize).map_or("", |method| method.name());
    methods.extend_to(Method::ALL.len(), |id| is_any(globs, name(id)));
    methods
}

/// No status has more than three digits (RFC 9110).
const STATUSES: usize = 1000;

pub(super) fn statuses(globs: &[Glob]) -> MatchingIds {
    let mut statuses = MatchingIds::default();
    statuses.extend_to(STATUSES, |status| is_status(globs, u16::try_from(status).unwrap_or(u16::MAX)));
    statuses
}

/// Whether a status matches, as `404` or by its class, `4xx`.
pub(super) fn is_status(globs: &[Glob], status: u16) -> bool {
    let (number, class) = (status.to_string(), format!("{}xx", status / 100));
    globs.iter().any(|glob| glob.matches(&number) || glob.matches(&class))
}

/// Pages compare in their one spelling (R1) or decoded, as people write them: paths know upper and lower case.
pub(super) fn refresh_pages(pages: &mut MatchingIds, globs: &[Glob], known: &Dictionaries) {
    pages.extend_to(known.pages.len(), |id| {
        let text = known.pages.text(PageId(id));
        globs.iter().any(|glob| glob.matches_page(&text))
    });
}

/// Patterns for pages, also in the one spelling that pages have, where their writer spelled them otherwise.
pub(super) fn with_spellings(mut globs: Vec<Glob>) -> Vec<Glob> {
    let spellings: Vec<_> = globs.iter().filter_map(respelled).collect();
    globs.extend(spellings);
    globs
}

pub(super) fn is_any(globs: &[Glob], text: &str) -> bool {
    globs.iter().any(|glob| glob.matches_ignoring_case(text))
}
