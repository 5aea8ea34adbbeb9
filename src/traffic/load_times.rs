//! How long the server took, as a histogram that merges.

/// A histogram of load times in milliseconds: exact below 128, above to seven significant bits, that is less than 1 %.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadTimes {
    /// Buckets that have hits, in their order.
    counts: Vec<(u16, u64)>,
}

/// Bits of a bucket's number below its exponent.
const BITS: u32 = 6;

impl LoadTimes {
    /// Adds one load time.
    pub fn add(&mut self, load: u32) {
        self.add_many(bucket(load), 1);
    }

    /// Adds all of others.
    pub fn merge(&mut self, other: &LoadTimes) {
        other.counts.iter().for_each(|&(bucket, count)| self.add_many(bucket, count));
    }

    /// Number of load times.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The least load time, in milliseconds, that this share of all does not exceed; `None` of none.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count is not negative, and no larger than it"
    )]
    pub fn at(&self, share: f64) -> Option<u32> {
        let wanted = ((self.count() as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        let found = self.counts.iter().find(|(_, count)| {
            seen += count;
            seen >= wanted
        });
        found.map(|&(bucket, _)| least(bucket))
    }

    /// Memory beyond its own size, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.counts.capacity() * size_of::<(u16, u64)>()
    }

    fn add_many(&mut self, bucket: u16, count: u64) {
        match self.counts.binary_search_by_key(&bucket, |&(bucket, _)| bucket) {
            Ok(at) => self.counts[at].1 += count,
            Err(at) => self.counts.insert(at, (bucket, count)),
        }
    }
}

/// The bucket of a load time.
fn bucket(load: u32) -> u16 {
    let shift = (u32::BITS - load.leading_zeros()).saturating_sub(BITS + 1);
    u16::try_from((shift << BITS) + (load >> shift)).unwrap_or(u16::MAX)
}

/// The least load time of a bucket.
fn least(bucket: u16) -> u32 {
    let shift = u32::from(bucket >> BITS).saturating_sub(1);
    (u32::from(bucket) - (shift << BITS)) << shift
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_bucket_holds_what_has_its_first_seven_bits(load in prop_oneof![0..1000_u32, any::<u32>()]) {
            let lost = (u32::BITS - load.leading_zeros()).saturating_sub(7);
            prop_assert_eq!(least(bucket(load)), load >> lost << lost);
        }
    }

    #[test]
    fn a_percentile_is_the_time_that_this_share_does_not_exceed() {
        let mut loads = LoadTimes::default();
        (1..=100).for_each(|load| loads.add(load));
        assert_eq!([0.0, 0.5, 0.95, 1.0].map(|share| loads.at(share)), [1, 50, 95, 100].map(Some));
        assert_eq!(LoadTimes::default().at(0.5), None);
    }
}
