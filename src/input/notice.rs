//! What an input says is wrong while it goes on: told once when it changes.

use super::Aside;

/// A sentence about an input, and what of it has been told.
#[derive(Debug, Default)]
pub(super) struct Notice {
    now: String,
    told: String,
}

impl Notice {
    /// This is wrong now.
    pub(super) fn say(&mut self, sentence: String) {
        self.now = sentence;
    }

    /// Nothing is wrong now.
    pub(super) fn clear(&mut self) {
        self.now.clear();
    }

    /// What has changed since it was told last.
    pub(super) fn aside(&mut self) -> Option<Aside> {
        if self.now == self.told {
            return None;
        }
        self.told.clone_from(&self.now);
        Some(Aside::Trouble(self.now.clone()))
    }
}
