//! The live monitor: what an operator sees and presses.
//!
//! Takes views (`query`) and keys, gives frames and questions. Must not know the tracker, the store, the formats or
//! the inputs: what a pane shows comes from a view, and only from there.

pub mod action;
pub mod app;
mod chips;
mod completion;
mod glossary;
mod help;
mod hints;
pub mod key;
pub mod keymap;
mod layout;
mod lists;
pub mod message;
mod opened;
mod pane;
mod panes;
mod pause;
mod picker;
mod place;
mod prompt;
mod pulse;
mod questions;
mod rows;
pub mod run;
mod scene;
pub mod settings;
mod shown;
mod sorting;
mod stage;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
mod vocabulary;
mod when;
mod widgets;
