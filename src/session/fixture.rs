//! What the tests of the tracker's parts are made of.

use crate::classify::batch::InputId;
use crate::classify::method::Method;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{ActionId, PageId, PropertiesId};
use crate::time::{Millis, Span};

use super::event::{Event, Note, NoteKind, Origin, Prefetch, Step, StepKind, Visit};
use super::steps::{Session, SessionLists};

pub(super) const ANN: Visitor = Visitor(1);
pub(super) const BEN: Visitor = Visitor(2);

/// So many seconds after ten o'clock on some day.
pub(super) fn at(seconds: u64) -> Millis {
    Millis(1_795_514_400_000) + Span::seconds(seconds)
}

/// A pageview, said by the first input.
pub(super) fn view(time: Millis, page: u32) -> Step {
    Step {
        time,
        page: PageId(page),
        kind: StepKind::Pageview,
        load: Step::NO_LOAD,
        status: 200,
        method: Method::Get,
        input: InputId(0),
        properties: PropertiesId::OTHER,
        prefetched: 0,
    }
}

pub(super) fn action(time: Millis, page: u32) -> Step {
    Step { kind: StepKind::Action(ActionId(1)), ..view(time, page) }
}

pub(super) fn download(time: Millis, page: u32) -> Step {
    Step { kind: StepKind::Download(ActionId(2)), ..view(time, page) }
}

pub(super) fn note(time: Millis, kind: NoteKind) -> Note {
    Note { time, page: PageId(1), status: 404, kind, input: InputId(0) }
}

/// A page that a browser fetched ahead, as an event and as what becomes of it.
pub(super) fn prefetch(visitor: Visitor, time: Millis, page: u32) -> (Event, Prefetch) {
    let prefetch = Prefetch { step: view(time, page), counts: true };
    let event = Event {
        visitor,
        user: User::NONE,
        origin: Origin::default(),
        visit: Visit::Prefetch(prefetch),
        named: None,
    };
    (event, prefetch)
}

/// A session of Ann's that begins with a step.
pub(super) fn session(first: Step) -> Session {
    let lists = SessionLists { steps: Vec::new(), notes: Vec::new() };
    Session::new(ANN, Origin::default(), first, Millis::MAX, lists)
}
