//! The period of an input: which of its hits are read, and which are counted.

use crate::time::Millis;

/// Which hits of an input are read and counted, by their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Hits are read from here on: sessions may begin before the period that counts.
    pub from: Millis,
    /// Hits before this are not counted.
    pub since: Millis,
    /// Hits at or after this are not counted.
    pub until: Millis,
    /// Times from here on are known to be ahead of all others (R6).
    pub ahead: Millis,
}

impl Period {
    /// All hits.
    pub const ALL: Period =
        Period { from: Millis::MIN, since: Millis::MIN, until: Millis::MAX, ahead: Millis::MAX };

    pub(super) fn has(self, time: Millis) -> bool {
        time >= self.from && time < self.ahead
    }

    pub(super) fn counts(self, time: Millis) -> bool {
        time >= self.since && time < self.until
    }
}
