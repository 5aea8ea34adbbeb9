//! The ids of a dictionary that match a test: each string is tested once, rows are looked up by id.

/// The matching ids.
#[derive(Debug, Clone, Default)]
pub(super) struct MatchingIds(Vec<bool>);

impl MatchingIds {
    #[inline]
    pub(super) fn has(&self, id: u32) -> bool {
        self.0.get(id as usize).copied().unwrap_or(false)
    }

    /// Whether none was tested yet.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tests the ids that are new since the last call.
    pub(super) fn extend_to(&mut self, count: usize, test: impl Fn(u32) -> bool) {
        for id in self.0.len()..count {
            self.0.push(test(u32::try_from(id).unwrap_or(u32::MAX)));
        }
    }
}
