//! An error in a config file, and its position.

use std::ops::Range;

/// An error in the text of a config file.
pub(super) struct Mistake {
    /// The byte range.
    pub(super) at: Option<Range<usize>>,
    /// What is wrong, and what to write instead.
    pub(super) message: String,
}
