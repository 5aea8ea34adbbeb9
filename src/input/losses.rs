//! Data that a followed log has lost for good: reported as long as it is followed.

use std::fmt::{Display, Formatter};

/// What could not be read and is gone.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Number of files that had the name and were deleted unseen.
    pub(super) gaps: u32,
    /// The error of the last compressed one that was unreadable.
    pub(super) damaged: String,
}

impl Display for Losses {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let Losses { gaps, damaged } = self;
        formatter.write_str(damaged)?;
        if *gaps > 0 && !damaged.is_empty() {
            formatter.write_str("; ")?;
        }
        match gaps {
            0 => Ok(()),
            1 => write!(formatter, "{DELETED_UNSEEN}"),
            times => write!(formatter, "{DELETED_UNSEEN} ({times} times)"),
        }
    }
}

const DELETED_UNSEEN: &str = "rotated several times and deleted before it could be read: lines may be missing; keep more rotated files";
