//! The live monitor: what an operator sees and presses.
//!
//! Takes views (`query`) and keys, gives frames and questions. Must not know the tracker, the store, the formats or
//! the inputs: what a pane shows comes from a view only.

pub mod action;
pub mod app;
mod chips;
mod comparing;
mod completion;
mod explorer;
mod glossary;
mod help;
mod hints;
pub mod key;
pub mod keymap;
mod layout;
mod lists;
mod location;
pub mod message;
pub mod monitor_settings;
mod open_session;
mod pane;
mod panes;
mod path_rows;
mod pause;
mod picker;
mod prompt;
mod questions;
mod rows;
pub mod run;
mod scene;
mod shown;
mod sorting;
mod stage;
mod study;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod throughput;
mod vocabulary;
mod when;
mod widgets;
