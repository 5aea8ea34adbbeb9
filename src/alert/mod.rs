//! Alerts: conditions on figures, what becomes of them over time, and who is told (design.md R16).
//!
//! Takes [`Rule`]s and views, which it asks for as of an instant; gives states, notices and what commands get to read.
//! Must not know the tracker, the store, inputs, nor the other faces. All but [`runner`] and [`silences`] is pure: time
//! comes in as an argument.

pub mod board;
pub mod condition;
pub mod observe;
pub mod outbox;
pub mod payload;
pub mod rule;
pub mod runner;
pub mod silences;
pub mod state;
pub mod watcher;

pub use condition::{Condition, ConditionError};
pub use rule::{Notify, Rule, Rules};
