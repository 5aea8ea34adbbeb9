//! Questions about sessions and their answers.
//!
//! Takes sessions (sealed segments and the tracker's head) and a question, gives a [`view::View`]. Must not know
//! who asks or how the answer is shown, nor read a clock: `now` is an argument.

pub mod answer;
mod buckets;
mod closeup;
mod distinct;
mod estimate;
mod figure;
pub mod filter;
mod finding;
mod findings;
pub mod fold;
pub mod inquiry;
pub mod matcher;
mod matching;
pub mod moment;
mod names;
mod occurrences;
pub mod parcel;
mod partial;
pub mod privacy;
pub mod question;
mod rank;
mod renumber;
mod row_key;
pub mod rules;
mod series;
pub mod sessions;
pub mod sketch;
mod small_groups;
mod spread;
mod table;
mod tallies;
mod tally;
pub mod timeline;
mod times;
pub mod view;
