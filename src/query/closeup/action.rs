//! An action: how many sessions did it, by which channels those came, and on which pages it happened.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

use crate::ids::{ActionId, PageId};
use crate::query::matched::Matched;
use crate::query::names::channel_name;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::view::{ActionCloseup, Conversion, PageShare};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row};

use super::hash_counter::HashCounter;
use super::{CountsOf, add_counts, with_keys};

/// The counts of one action.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::query) struct ActionPartial {
    /// `None` if no line has named it yet.
    action: Option<ActionId>,
    sessions: CountsOf<u32>,
    converted: CountsOf<u32>,
    pages: HashCounter<PageId>,
    /// Views of all pages: on which of them it happens is known in the end only.
    views: CountsOf<PageId>,
}

impl ActionPartial {
    pub(super) fn new(action: Option<ActionId>) -> ActionPartial {
        let (sessions, converted) = (CountsOf::default(), CountsOf::default());
        ActionPartial {
            action,
            sessions,
            converted,
            pages: HashCounter::default(),
            views: CountsOf::default(),
        }
    }

    pub(super) fn add(&mut self, session: &Matched<impl Row>, known: &Dictionaries) {
        let Matched { row, stand, .. } = session;
        if !stand.seen {
            return;
        }
        let channel = known.arrival(row.arrival()).channel as u32;
        *self.sessions.entry(channel).or_default() += 1;
        // Views count even where no line has named the action yet: others that are merged may know it.
        let mut did = false;
        self.pages.begin_session();
        for one in row.timeline() {
            match one.what {
                EntryKind::Pageview => *self.views.entry(one.page).or_default() += 1,
                EntryKind::Action(action) if Some(action) == self.action => {
                    self.pages.add(one.page);
                    did = true;
                }
                _ => {}
            }
        }
        if did {
            *self.converted.entry(channel).or_default() += 1;
        }
    }

    pub(super) fn merge(&mut self, other: &ActionPartial) {
        self.action = self.action.or(other.action);
        add_counts(&mut self.sessions, &other.sessions);
        add_counts(&mut self.converted, &other.converted);
        self.pages.merge(&other.pages);
        add_counts(&mut self.views, &other.views);
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> ActionPartial {
        let ActionPartial { action, sessions, converted, pages, views } = self;
        let (action, pages) = (action.renumbered(numbers), pages.renumbered(numbers));
        let views = with_keys(views, |page| page.renumbered(numbers), |mine, theirs| *mine += theirs);
        ActionPartial { action, sessions, converted, pages, views }
    }

    pub(super) fn bytes(&self) -> usize {
        let channels = (self.sessions.capacity() + self.converted.capacity()) * size_of::<(u32, u64)>();
        let views = self.views.capacity() * size_of::<(PageId, u64)>();
        size_of::<ActionPartial>() + channels + self.pages.bytes() + views
    }

    pub(super) fn view(&self, name: &str, known: &Dictionaries) -> ActionCloseup {
        ActionCloseup { action: name.to_owned(), channels: self.channels(), pages: self.pages(known) }
    }

    fn channels(&self) -> Vec<Conversion> {
        let conversion = |(channel, &sessions): (&u32, &u64)| Conversion {
            channel: channel_name(*channel).to_owned(),
            sessions,
            converted: self.converted.get(channel).copied().unwrap_or(0),
        };
        let mut channels: Vec<_> = self.sessions.iter().map(conversion).collect();
        channels.sort_unstable_by(|a, b| {
            (Reverse(a.sessions), &a.channel).cmp(&(Reverse(b.sessions), &b.channel))
        });
        channels
    }

    fn pages(&self, known: &Dictionaries) -> Vec<PageShare> {
        let share = |(page, count, sessions): (PageId, u64, u64)| PageShare {
            page: known.pages.text(page).into_owned(),
            count,
            sessions,
            views: self.views.get(&page).copied().unwrap_or(0),
        };
        let mut pages: Vec<_> = self.pages.iter().map(share).collect();
        pages.sort_unstable_by(|a, b| (Reverse(a.count), &a.page).cmp(&(Reverse(b.count), &b.page)));
        pages
    }
}
