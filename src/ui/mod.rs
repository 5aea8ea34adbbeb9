//! The live monitor: what an operator sees and presses.
//!
//! Takes views (`query`) and keys, gives frames and questions. Must not know the tracker, the store, the formats or
//! the inputs: what a pane shows comes from a view, and only from there.

pub mod message;
pub mod run;
pub mod terminal;
pub mod theme;
