//! The trouble of an input, reported once when it changes.

use super::Aside;

/// A message about an input, and what was last reported.
#[derive(Debug, Default)]
pub(super) struct TroubleNotice {
    now: String,
    told: String,
}

impl TroubleNotice {
    /// Sets the current trouble.
    pub(super) fn say(&mut self, sentence: String) {
        self.now = sentence;
    }

    /// Clears it.
    pub(super) fn clear(&mut self) {
        self.now.clear();
    }

    /// The change since the last report.
    pub(super) fn aside(&mut self) -> Option<Aside> {
        if self.now == self.told {
            return None;
        }
        self.told.clone_from(&self.now);
        Some(Aside::Trouble(self.now.clone()))
    }
}
