//! dwell: who is on a web site right now, from the access log that the server already writes.
//!
//! Data flows one way: `input` → `format` → `classify` → `session` → `store` → `query` → `ui`, `report`. See
//! ARCHITECTURE.md for the map.

pub mod bytes;
pub mod classify;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod engine;
pub mod format;
pub mod glob;
pub mod ids;
pub mod input;
pub mod modes;
pub mod query;
pub mod report;
pub mod session;
pub mod store;
pub mod text;
pub mod time;
pub mod ui;
