//! Hits become events: what kind each is, who sent it and where from.
//!
//! Takes the fields of a hit, gives what is derived from them: the source and channel of an arrival (R9, R10).
//! Must not know sessions, nor read a file or a clock: tables of facts are compiled in, the user's additions come in
//! as arguments.

pub mod arrival;
pub mod channel;
mod emails;
mod host;
pub mod inference;
pub mod own_hosts;
pub mod referrer;
pub mod source;
mod table;
pub mod tags;
