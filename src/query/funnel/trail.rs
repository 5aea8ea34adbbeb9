//! The events of a session or of a visitor that matter to a funnel.

use serde::{Deserialize, Serialize};

use crate::ids::{ActionId, PageId};
use crate::query::renumber::{Numbers, Renumber};
use crate::store::row::{EntryKind, TimelineEntry};
use crate::time::Millis;

/// Which steps an event fits: a bit for each, and one for the exclusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::query) struct Fits(u16);

impl Fits {
    /// Beyond the bits of all steps.
    const EXCLUSION: u16 = 1 << 15;

    pub(in crate::query) fn with_step(self, step: usize) -> Fits {
        Fits(self.0 | 1 << step)
    }

    pub(in crate::query) fn with_exclusion(self) -> Fits {
        Fits(self.0 | Fits::EXCLUSION)
    }

    pub(super) fn has(self, step: usize) -> bool {
        self.0 & 1 << step != 0
    }

    pub(super) fn is_excluded(self) -> bool {
        self.0 & Fits::EXCLUSION != 0
    }

    pub(super) fn shares_step_with(self, other: Fits) -> bool {
        self.0 & other.0 & !Fits::EXCLUSION != 0
    }
}

/// What came after an event, reloads aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::query) enum Next {
    Nothing,
    Page(PageId),
    Action(ActionId),
}

impl Next {
    fn of(entry: &TimelineEntry) -> Next {
        match entry.what {
            EntryKind::Action(action) => Next::Action(action),
            EntryKind::Pageview | EntryKind::Error | EntryKind::Redirect => Next::Page(entry.page),
        }
    }
}

impl Renumber for Next {
    fn renumbered(self, numbers: &mut impl Numbers) -> Next {
        match self {
            Next::Nothing => Next::Nothing,
            Next::Page(page) => Next::Page(numbers.page(page)),
            Next::Action(action) => Next::Action(numbers.action(action)),
        }
    }
}

/// An event on a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::query) struct TrailEvent {
    pub(in crate::query) time: Millis,
    pub(super) fits: Fits,
    /// Whether it came from another input than the one before it: of equal times, such events have no order (R5).
    pub(super) other_input: bool,
    pub(in crate::query) next: Next,
}

impl TrailEvent {
    pub(in crate::query) fn with_next(self, next: Next) -> TrailEvent {
        TrailEvent { next, ..self }
    }
}

/// Events in R5's order.
#[derive(Debug, Default)]
pub(in crate::query) struct Trail {
    events: Vec<TrailEvent>,
    /// Since here nothing came but the same once more.
    unfollowed: usize,
    /// The entry that came last.
    last: Option<(EntryKind, PageId)>,
    /// Whether the input has changed since the last event that was kept.
    other_input: bool,
}

impl Trail {
    pub(in crate::query) fn events(&self) -> &[TrailEvent] {
        &self.events
    }

    pub(super) fn clear(&mut self) {
        self.events.clear();
        (self.unfollowed, self.last, self.other_input) = (0, None, false);
    }

    /// Takes in the next event of a session; it is kept where it matters.
    pub(super) fn add(&mut self, entry: &TimelineEntry, fits: Fits, matters: bool) {
        let same = Some((entry.what, entry.page));
        if self.last != same {
            let next = Next::of(entry);
            self.events[self.unfollowed..].iter_mut().for_each(|event| event.next = next);
            self.unfollowed = self.events.len();
            self.last = same;
        }
        self.other_input |= entry.other_input;
        if matters {
            let other_input = std::mem::take(&mut self.other_input);
            self.events.push(TrailEvent { time: entry.time, fits, other_input, next: Next::Nothing });
        }
    }
}
