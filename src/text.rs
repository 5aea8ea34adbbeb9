//! Text for display: escapes what comes from logs, and formats figures.
//!
//! Takes strings and numbers, gives strings of a known display width. Must not know terminals, themes or views: the
//! monitor and the reports both write through here.

mod durations;
mod fit;
mod harmless;
mod harmless_lines;
mod nearest;
mod numbers;
mod path;
mod unseen;

pub use durations::{length, load_time, round_span};
pub use fit::{align_left, align_right, fit, fit_middle, is_simple, width};
pub use harmless::{Shown, harmless, harmless_ascii, harmless_but_tabs, harmless_json};
pub use harmless_lines::HarmlessLines;
pub use nearest::nearest;
pub use numbers::{Change, Trend, amount, bytes, change, change_in_points, percent, rate, thousands};
pub use path::{decoded_path, readable_path};
