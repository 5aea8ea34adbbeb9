//! Sessions: events in, sessions out, the same ones whatever the order of the events (design.md R5, R6).
//!
//! Takes events whose strings are numbers of the whole program, and the watermark; gives sessions once they are
//! sealed, and shows those that are not. Must not know how sessions are stored or asked for, nor read a clock.

pub mod event;
pub mod tracker;
pub mod watermark;

mod due;
#[cfg(test)]
mod fixture;
mod preceding;
mod prefetches;
mod slots;
mod steps;
mod waiting;

pub use event::{Event, Note, NoteKind, Origin, Prefetch, Step, StepKind, Visit};
pub use preceding::Arrivals;
pub use slots::Stretch;
pub use steps::Session;
pub use tracker::Tracker;
