//! Questions about sessions and their answers.
//!
//! Takes sessions (sealed segments and the tracker's head) and a question, gives a [`view::View`]. Must not know
//! who asks or how the answer is shown, nor read a clock: `now` is an argument.

pub mod analysis;
pub mod annotation;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod answer;
mod buckets;
mod closeup;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod coarse;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod comparison;
mod counts;
pub mod definitions;
mod dense_counter;
mod distinct;
mod estimate;
pub mod event_filter;
mod event_matcher;
mod figure;
pub mod filter;
mod findings;
mod funnel;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod inquiry;
mod matched;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod matcher;
mod matching_ids;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod moment;
mod names;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod parcel;
mod partial;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod prepared;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod privacy;
mod proportions;
pub mod question;
mod rank;
mod renumber;
mod row_key;
mod row_times;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod rules;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod scan;
mod series;

#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod sessions;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
mod significance;
pub mod sketch;
mod small_groups;
mod spread;
mod table;
mod table_counter;
mod table_counters;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod timeline;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod traffic;
pub mod view;
mod walk;
