//! Questions about sessions and their answers.
//!
//! Takes sessions (sealed segments and the tracker's head) and a question, gives a [`view::View`]. Must not know
//! who asks or how the answer is shown, nor read a clock: `now` is an argument.

#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod answer;
mod buckets;
mod closeup;
mod counts;
mod distinct;
mod estimate;
mod figure;
pub mod filter;
mod findings;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod fold;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod inquiry;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod matcher;
mod matching;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod moment;
mod names;
mod occurrences;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod parcel;
mod partial;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod privacy;
pub mod question;
mod rank;
mod renumber;
mod row_key;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod rules;
mod series;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod sessions;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod sketch;
mod small_groups;
mod spread;
mod table;
mod tallies;
mod tally;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod timeline;
mod times;
pub mod view;
