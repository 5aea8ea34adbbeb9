//! From hits to events: what kind a hit is, who sent it, with what, and where it came from.
//!
//! Takes parsed hits and the strings in them, gives facts about them, each derived once per distinct string. Must
//! not know how lines are read, nor what sessions are; reads no file and no clock.

pub mod agent;
