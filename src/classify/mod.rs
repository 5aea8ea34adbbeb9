//! From hits to events: the kind of a hit, who sent it, with what client, and where it came from.
//!
//! Takes parsed hits, gives batches of events; each fact about a string is derived once per distinct string. Must not
//! know what sessions are; reads no file and no clock.

pub mod address;
pub mod agent;
pub mod arrival;
pub mod arrival_record;
mod arrivals;
pub mod asset_hints;
pub mod batch;
pub mod category;
pub mod channel;
pub mod classifier;
mod clients;
pub mod examples;
mod file_type;
mod glance;
pub mod hits;
mod host;
mod hosts;
pub mod inference;
pub mod kind;
pub mod machine_hints;
mod machines;
pub mod method;
pub mod own_hosts;
mod path_keeping;
mod paths;
pub mod period;
pub mod place;
pub mod properties;
pub mod redacted;
pub mod referrer;
mod scrub;
pub mod site;
pub mod source;
mod spelling;
pub mod strings;
mod table;
mod tag_value;
pub mod tags;
pub mod traffic;
pub mod unread;
pub mod visitor;
