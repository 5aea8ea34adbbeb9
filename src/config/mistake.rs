//! What is wrong in the text of a config file, and where.

use std::ops::Range;

/// Something wrong in the text of a config file.
pub(super) struct Mistake {
    /// Where, in bytes.
    pub(super) at: Option<Range<usize>>,
    /// What is wrong, and what to write.
    pub(super) message: String,
}
