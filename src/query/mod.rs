//! Questions about sessions and their answers.
//!
//! Takes sessions (sealed segments and the tracker's head) and a question, gives a [`view::View`]. Must not know
//! who asks or how the answer is shown, nor read a clock: `now` is an argument.

pub mod filter;
mod filter_words;
pub mod glob;
pub mod inquiry;
pub mod question;
pub mod view;
