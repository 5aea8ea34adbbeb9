//! dwell: who is on a web site right now, from the access log that the server already writes.
//!
//! Data flows one way: `input` → `format` → `classify` → `session` → `store` → `query` → `ui`, `report`. See
//! ARCHITECTURE.md for the map.

pub mod clock;
pub mod ids;
pub mod query;
pub mod text;
pub mod time;
pub mod ui;
