//! An entry of a timeline, packed.

use crate::classify::method::Method;
use crate::ids::{ActionId, PageId};
use crate::store::row::{EntryKind, TimelineEntry};

/// An entry of a timeline, packed into 12 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct PackedEntry {
    /// Milliseconds since the entry before it; for the first one, since the session's start.
    pub(super) since: u32,
    pub(super) page: PageId,
    what: Code,
    answer: Answer,
}

/// An [`EntryKind`] packed into two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Code(u16);

impl Code {
    const ACTIONS: u16 = 3;

    fn new(what: EntryKind) -> Code {
        match what {
            EntryKind::Pageview => Code(0),
            EntryKind::Error => Code(1),
            EntryKind::Redirect => Code(2),
            // Action ids that do not fit become `(other)`.
            EntryKind::Action(ActionId(id)) => Code(
                Code::ACTIONS
                    + u16::try_from(id).ok().filter(|id| *id < u16::MAX - Code::ACTIONS).unwrap_or(0),
            ),
        }
    }

    fn is_pageview(self) -> bool {
        self.0 == 0
    }

    fn what(self) -> EntryKind {
        match self.0 {
            0 => EntryKind::Pageview,
            1 => EntryKind::Error,
            2 => EntryKind::Redirect,
            action => EntryKind::Action(ActionId(u32::from(action - Code::ACTIONS))),
        }
    }
}

/// The status of an entry, its method and whether its input is another one than before: a status has at most ten bits,
/// and there are eight methods.
#[derive(Debug, Clone, Copy)]
struct Answer(u16);

impl Answer {
    const STATUS_BITS: u16 = 10;
    const OTHER_INPUT: u16 = 1 << 15;

    fn new(entry: &TimelineEntry) -> Answer {
        let status = entry.status.min((1 << Answer::STATUS_BITS) - 1);
        let other_input = if entry.other_input { Answer::OTHER_INPUT } else { 0 };
        Answer(status | (entry.method as u16) << Answer::STATUS_BITS | other_input)
    }

    fn other_input(self) -> bool {
        self.0 & Answer::OTHER_INPUT != 0
    }

    fn status(self) -> u16 {
        self.0 & ((1 << Answer::STATUS_BITS) - 1)
    }

    fn method(self) -> Method {
        Method::ALL[usize::from(self.0 >> Answer::STATUS_BITS) % Method::ALL.len()] // eight: the bit beyond them falls away
    }
}

impl PackedEntry {
    /// Packs an entry that comes so many milliseconds after the one before it.
    pub(super) fn new(entry: &TimelineEntry, since: u32) -> PackedEntry {
        PackedEntry { since, page: entry.page, what: Code::new(entry.what), answer: Answer::new(entry) }
    }

    #[inline]
    pub(super) fn is_pageview(&self) -> bool {
        self.what.is_pageview()
    }

    #[inline]
    pub(super) fn what(&self) -> EntryKind {
        self.what.what()
    }

    pub(super) fn status(&self) -> u16 {
        self.answer.status()
    }

    pub(super) fn method(&self) -> Method {
        self.answer.method()
    }

    pub(super) fn other_input(&self) -> bool {
        self.answer.other_input()
    }
}
