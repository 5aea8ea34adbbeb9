//! The record of where a hit's visitor came from (R9, R11): the referrer, and the tags of the query.
//!
//! Records are interned in their packed form, which is the same for equal records.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::address::AddressKeeping;
use super::referrer;
use super::tags::Tags;

/// The size limit of a record, in bytes of the referrer and of the tags as a query has them.
const LONGEST: usize = referrer::LONGEST;
/// The longest referrer if there are tags: every host fits, and leaves room for the longest `utm_source` and
/// `utm_medium`.
const LONGEST_TAGGED_REFERRER: usize = 288;

/// What the host that a hit asked for says of its referrer (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Whose {
    /// The log names no host, or the hit no referrer.
    #[default]
    Unknown,
    /// It is on the same site.
    Own,
    /// It is on another site.
    Foreign,
}

/// Where a hit's visitor came from. The empty record says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ArrivalRecord<'a> {
    /// The referrer as [`referrer::kept`] gives it; empty if there is none.
    pub referrer: &'a str,
    /// Whose site the referrer is on.
    pub whose: Whose,
    /// The query's tags.
    #[serde(borrow)]
    pub tags: Tags<'a>,
}

impl<'a> ArrivalRecord<'a> {
    /// The record of a referrer, as [`referrer::kept`] gives it, and of tags. It is bounded: the referrer is cut, and a
    /// tag that no longer fits is left out whole.
    #[must_use]
    pub fn new(referrer: &'a str, whose: Whose, mut tags: Tags<'a>) -> ArrivalRecord<'a> {
        let mut referrer = referrer;
        if !tags.is_empty() {
            let short = referrer::cut(referrer, LONGEST_TAGGED_REFERRER);
            tags.fit(LONGEST - short.len());
            referrer = if tags.is_empty() { referrer } else { short };
        }
        let whose = if referrer.is_empty() { Whose::Unknown } else { whose };
        ArrivalRecord { referrer, whose, tags }
    }

    /// Appends the packed form.
    pub fn pack(&self, out: &mut Vec<u8>) {
        // Writing to a vector does not fail.
        *out = postcard::to_extend(self, std::mem::take(out)).unwrap_or_default();
    }

    /// Appends the packed form with addresses masked.
    pub(super) fn pack_masked(mut self, keeping: AddressKeeping, out: &mut Vec<u8>) {
        let referrer = keeping.of_text(self.referrer);
        self.tags.mask(keeping);
        ArrivalRecord { referrer: &referrer, whose: self.whose, tags: self.tags }.pack(out);
    }
}

/// The records in concatenated packed forms: of a hit, and of those before it (R9). Stops at invalid bytes.
pub fn unpacked(packed: &[u8]) -> impl Iterator<Item = ArrivalRecord<'_>> {
    let mut rest = packed;
    std::iter::from_fn(move || {
        let (record, after) = postcard::take_from_bytes(rest).ok()?;
        rest = after;
        Some(record)
    })
}
