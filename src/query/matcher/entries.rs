//! Terms about any request that a session notes: pageviews, actions, errors and redirects.

use crate::classify::kind::Kind;
use crate::glob::Glob;
use crate::ids::PageId;
use crate::query::event_matcher::{is_any, methods, statuses};
use crate::query::matching_ids::MatchingIds;
use crate::query::view::KIND_NAMES;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row, TimelineEntry};

/// What a term asks of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryField {
    Kind,
    Status,
    Method,
    Path,
}

impl EntryField {
    /// Tests the values that are new since the last call.
    pub(super) fn refresh(self, globs: &[Glob], ids: &mut MatchingIds, known: &Dictionaries) {
        match self {
            EntryField::Path => ids.extend_to(known.pages.len(), |id| {
                let text = known.pages.text(PageId(id));
                globs.iter().any(|glob| glob.matches_page(&text))
            }),
            _ if !ids.is_empty() => {}
            EntryField::Kind => ids.extend_to(KIND_NAMES.len(), |id| {
                KIND_NAMES.get(id as usize).is_some_and(|name| is_any(globs, name))
            }),
            EntryField::Status => *ids = statuses(globs),
            EntryField::Method => *ids = methods(globs),
        }
    }

    /// Whether any request of a session matches. Of its assets a session knows only that there are some, of its API
    /// calls nothing.
    pub(super) fn holds(self, row: &impl Row, ids: &MatchingIds) -> bool {
        let is_asset = self == EntryField::Kind && ids.has(Kind::Asset as u32) && row.has_assets();
        is_asset || row.timeline().any(|entry| ids.has(self.of(&entry)))
    }

    fn of(self, entry: &TimelineEntry) -> u32 {
        match self {
            EntryField::Kind => kind(entry.what) as u32,
            EntryField::Status => entry.status.into(),
            EntryField::Method => entry.method as u32,
            EntryField::Path => entry.page.0,
        }
    }
}

fn kind(what: EntryKind) -> Kind {
    match what {
        EntryKind::Pageview => Kind::Pageview,
        EntryKind::Action(_) => Kind::Action,
        EntryKind::Error => Kind::Error,
        EntryKind::Redirect => Kind::Redirect,
    }
}
