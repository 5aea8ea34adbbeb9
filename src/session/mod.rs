//! Sessions: takes events, gives sessions, the same ones whatever the order of the events (design.md R5, R6).
//!
//! Takes events with program-wide ids, and the watermark; gives sessions once they are sealed, and shows the unsealed
//! ones. Must not know how sessions are stored or queried, nor read a clock.

pub mod event;
pub mod tracker;
pub mod watermark;

mod due;
#[cfg(test)]
mod fixture;
mod pending_notes;
mod preceding;
mod prefetches;
mod slab;
mod steps;

pub use event::{Event, Note, NoteKind, Origin, Prefetch, Step, StepKind, Visit};
pub use preceding::ArrivalResolver;
pub use slab::SlabPart;
pub use steps::Session;
pub use tracker::Tracker;
