//! Close-ups: one page, one action, or what has changed since the window before. Each is counted session by session
//! beside the tables, and merges like them.

mod action;
mod change_counts;
mod changes;
mod hash_counter;
mod page;

use serde::{Deserialize, Serialize};

use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, Row};

use super::matched::Matched;
use super::moment::Frame;
use super::question::CloseupAsk;
use super::renumber::{Numbers, Renumber};
use super::view::{ActionCloseup, ChangesCloseup, Closeup, PageCloseup};

pub(super) use change_counts::{ChangeCounts, EntryBounces, Errors, LogLoads, Pair};
pub(super) use changes::ChangesPartial;

use action::ActionPartial;
use page::PagePartial;

/// The counts of a close-up for some sessions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) enum CloseupPartial {
    /// None was asked for, or nothing was counted yet.
    #[default]
    None,
    Page(Box<PagePartial>),
    Action(Box<ActionPartial>),
    Changes(Box<ChangesPartial>),
}

impl CloseupPartial {
    /// An empty close-up. A page or an action that no line has named yet is in no session.
    pub(super) fn new(ask: Option<&CloseupAsk>, known: &Dictionaries) -> CloseupPartial {
        match ask {
            None => CloseupPartial::None,
            Some(CloseupAsk::Page(page)) => {
                let page = known.pages.find(page.as_bytes());
                page.map_or_else(Self::default, |page| CloseupPartial::Page(Box::new(PagePartial::new(page))))
            }
            Some(CloseupAsk::Action(action)) => {
                let action = known.actions.find(action.as_bytes());
                CloseupPartial::Action(Box::new(ActionPartial::new(action)))
            }
            Some(CloseupAsk::Changes) => CloseupPartial::Changes(Box::default()),
        }
    }

    /// Counts matching sessions.
    pub(super) fn add(&mut self, sessions: &[Matched<impl Row>], frame: &Frame, known: &Dictionaries) {
        match self {
            CloseupPartial::None => {}
            CloseupPartial::Page(page) => sessions.iter().for_each(|session| page.add(session, known)),
            CloseupPartial::Action(action) => sessions.iter().for_each(|session| action.add(session, known)),
            CloseupPartial::Changes(changes) => {
                for session in sessions {
                    changes.add(session, frame, known);
                }
            }
        }
    }

    /// Counts a session seen in the window that matches but is left out as a bot.
    pub(super) fn add_bot(&mut self, row: &impl Row, reason: BotReason, known: &Dictionaries) {
        if let CloseupPartial::Changes(changes) = self {
            changes.add_bot(row, reason, known);
        }
    }

    /// Merges the counts of other sessions for the same ask.
    pub(super) fn merge(&mut self, other: &CloseupPartial) {
        match (self, other) {
            (_, CloseupPartial::None) => {}
            (CloseupPartial::Page(mine), CloseupPartial::Page(theirs)) => mine.merge(theirs),
            (CloseupPartial::Action(mine), CloseupPartial::Action(theirs)) => mine.merge(theirs),
            (CloseupPartial::Changes(mine), CloseupPartial::Changes(theirs)) => mine.merge(theirs),
            (mine, theirs) => *mine = theirs.clone(),
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            CloseupPartial::None => 0,
            CloseupPartial::Page(page) => page.bytes(),
            CloseupPartial::Action(action) => action.bytes(),
            CloseupPartial::Changes(changes) => changes.bytes(),
        }
    }

    /// The close-up that was asked for.
    pub(super) fn view(&self, ask: &CloseupAsk, known: &Dictionaries) -> Closeup {
        match (ask, self) {
            (CloseupAsk::Page(_), CloseupPartial::Page(page)) => Closeup::Page(page.view(known)),
            (CloseupAsk::Page(page), _) => {
                Closeup::Page(PageCloseup { page: page.clone(), ..PageCloseup::default() })
            }
            (CloseupAsk::Action(name), CloseupPartial::Action(action)) => {
                Closeup::Action(action.view(name, known))
            }
            (CloseupAsk::Action(name), _) => {
                Closeup::Action(ActionCloseup { action: name.clone(), ..ActionCloseup::default() })
            }
            (CloseupAsk::Changes, CloseupPartial::Changes(changes)) => Closeup::Changes(changes.view(known)),
            (CloseupAsk::Changes, _) => Closeup::Changes(ChangesCloseup::default()),
        }
    }
}

impl Renumber for CloseupPartial {
    fn renumbered(self, numbers: &mut impl Numbers) -> CloseupPartial {
        match self {
            CloseupPartial::None => CloseupPartial::None,
            CloseupPartial::Page(page) => CloseupPartial::Page(Box::new(page.renumbered(numbers))),
            CloseupPartial::Action(action) => CloseupPartial::Action(Box::new(action.renumbered(numbers))),
            CloseupPartial::Changes(changes) => {
                CloseupPartial::Changes(Box::new(changes.renumbered(numbers)))
            }
        }
    }
}

/// Counts by key.
type CountsOf<K> = hashbrown::HashMap<K, u64, foldhash::fast::FixedState>;

/// Merges counts of other sessions.
fn add_counts<K: Copy + Eq + std::hash::Hash>(mine: &mut CountsOf<K>, theirs: &CountsOf<K>) {
    theirs.iter().for_each(|(&key, &count)| *mine.entry(key).or_default() += count);
}

/// Maps the keys; entries with equal new keys are merged.
fn with_keys<K, V: Default>(
    all: hashbrown::HashMap<K, V, foldhash::fast::FixedState>,
    mut key: impl FnMut(K) -> K,
    mut merge: impl FnMut(&mut V, V),
) -> hashbrown::HashMap<K, V, foldhash::fast::FixedState>
where
    K: Eq + std::hash::Hash,
{
    let mut others = hashbrown::HashMap::default();
    all.into_iter().for_each(|(one, value)| merge(others.entry(key(one)).or_default(), value));
    others
}
