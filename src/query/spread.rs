//! Sparse histograms of durations, as precise as an HDR histogram with 3 significant digits (R8).
//!
//! A full HDR histogram takes some 100 KiB, too much for every segment and every row of a table. Only bins that occur
//! are stored here; a full histogram is filled from them to compute percentiles.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::time::Span;

use super::figure::Figure;

/// Counts of durations: the non-empty bins in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(u32, u32)>", into = "Vec<(u32, u32)>")]
pub(super) struct Spread {
    counts: Vec<(u32, u32)>,
}

/// The dense histogram used while sessions are folded: adding a duration is a single step.
#[derive(Debug, Default)]
pub(super) struct Counting {
    counts: Vec<u32>,
}

impl Counting {
    #[inline]
    pub(super) fn add(&mut self, span: Span) {
        *self.at(place(span.0)) += 1;
    }

    /// Merges other counts.
    pub(super) fn absorb(&mut self, other: &Spread) {
        for &(place, count) in &other.counts {
            *self.at(place as usize) += count;
        }
    }

    /// Takes what was counted, and starts again.
    pub(super) fn take(&mut self) -> Spread {
        let mut counts = Vec::new();
        // Most bins are empty: whole stretches are tested at once.
        for (stretch, first) in self.counts.chunks_mut(STRETCH).zip((0..).step_by(STRETCH)) {
            if stretch.iter().fold(0, |any, &count| any | count) > 0 {
                let occurring = (first..).zip(stretch).filter(|(_, count)| **count > 0);
                counts.extend(occurring.map(|(place, count)| (place, std::mem::take(count))));
            }
        }
        Spread { counts }
    }

    #[inline]
    fn at(&mut self, place: usize) -> &mut u32 {
        if place >= self.counts.len() {
            self.counts.resize(place + 1, 0);
        }
        &mut self.counts[place]
    }
}

/// Bins tested at once.
const STRETCH: usize = 32;

/// Values below this have a bin each; above it, each power of two has half as many bins.
const EXACT: u64 = 1 << KEPT_BITS;
const HALF: usize = 1 << (KEPT_BITS - 1);

/// The bin of a value.
pub(super) fn place(value: u64) -> usize {
    let shift = (u64::BITS - value.leading_zeros()).saturating_sub(KEPT_BITS) as usize;
    usize::try_from(value >> shift).unwrap_or(0) + shift * HALF
}

/// The least value of a bin.
fn value(place: usize) -> u64 {
    if (place as u64) < EXACT {
        return place as u64;
    }
    let shift = place / HALF - 1;
    ((place - shift * HALF) as u64) << shift
}

/// Significant bits of a value: 2048 steps, as in HDR histograms with 3 digits.
const KEPT_BITS: u32 = 11;

impl Spread {
    /// Counts a duration. Meant for few: a scan uses [`Counting`].
    pub(super) fn add(&mut self, span: Span) {
        self.add_at(u32::try_from(place(span.0)).unwrap_or(u32::MAX), 1);
    }

    fn add_at(&mut self, place: u32, count: u32) {
        match self.counts.binary_search_by_key(&place, |&(place, _)| place) {
            Ok(at) => self.counts[at].1 += count,
            Err(at) => self.counts.insert(at, (place, count)),
        }
    }

    /// Number of values counted.
    pub(super) fn count(&self) -> u64 {
        self.counts.iter().map(|&(_, count)| u64::from(count)).sum()
    }

    /// The values and their counts, least first.
    pub(super) fn values(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> {
        self.counts.iter().map(|&(place, count)| (value(place as usize), u64::from(count)))
    }

    pub(super) fn percentiles(&self) -> Percentiles {
        let mut histogram = Histogram::new(3).ok();
        for (value, count) in self.values() {
            // It resizes itself, so recording can only fail for lack of memory; then there is no result rather than a
            // wrong one.
            histogram = histogram.and_then(|mut all| all.record_n(value, count).ok().map(|()| all));
        }
        Percentiles { histogram }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.counts.capacity() * size_of::<(u32, u32)>()
    }
}

impl From<Spread> for Vec<(u32, u32)> {
    fn from(spread: Spread) -> Vec<(u32, u32)> {
        spread.counts
    }
}

/// Validates data from another process: bins in order, none out of range.
impl TryFrom<Vec<(u32, u32)>> for Spread {
    type Error = &'static str;

    fn try_from(counts: Vec<(u32, u32)>) -> Result<Spread, &'static str> {
        let in_order = counts.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let in_range = counts.last().is_none_or(|(last, _)| *last as usize <= place(u64::MAX));
        (in_order && in_range).then_some(Spread { counts }).ok_or("places of a spread are out of order")
    }
}

impl Figure for Spread {
    fn merge(&mut self, other: &Spread) {
        other.counts.iter().for_each(|&(place, count)| self.add_at(place, count));
    }

    fn take_away(&mut self, others: &Spread) {
        let mut others = others.counts.iter().peekable();
        for (place, count) in &mut self.counts {
            *count -= others.next_if(|(other, _)| other == place).map_or(0, |&(_, count)| count);
        }
        self.counts.retain(|&(_, count)| count > 0);
    }
}

impl FromIterator<Span> for Spread {
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Spread {
        let mut counting = Counting::default();
        spans.into_iter().for_each(|span| counting.add(span));
        counting.take()
    }
}

/// What so many hundredths of counted bins do not exceed, as precise as the histogram's; `None` if there are none.
pub(super) fn at_hundredths(
    mut counts: impl Iterator<Item = (usize, u32)> + Clone,
    hundredths: u64,
) -> Option<Span> {
    let all: u64 = counts.clone().map(|(_, count)| u64::from(count)).sum();
    let mut passed = 0;
    let (place, _) = counts.find(|&(_, count)| {
        passed += u64::from(count);
        passed * 100 >= all * hundredths
    })?;
    let value = value(place);
    Some(Span(roundest(value, last_like(value))))
}

/// The greatest value in the same bin.
fn last_like(value: u64) -> u64 {
    let shift = (u64::BITS - value.leading_zeros()).saturating_sub(KEPT_BITS);
    value + (1 << shift) - 1
}

/// Percentiles of counted durations.
pub(super) struct Percentiles {
    /// `None` if the library refused the precision, which it does not for 3 digits.
    histogram: Option<Histogram<u64>>,
}

impl Percentiles {
    /// The duration that this share of the values does not exceed; zero if there are none.
    pub(super) fn at(&self, share: f64) -> Span {
        let Some(histogram) = &self.histogram else { return Span::ZERO };
        let value = histogram.value_at_quantile(share);
        Span(roundest(histogram.lowest_equivalent(value), histogram.highest_equivalent(value)))
    }
}

/// The roundest number between two: logs count in whole seconds, and their percentiles should too.
fn roundest(low: u64, high: u64) -> u64 {
    let multiple = |step: u64| low.div_ceil(step) * step;
    [3_600_000, 60_000, 1000, 100, 10].into_iter().map(multiple).find(|&value| value <= high).unwrap_or(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_percentiles_are_right_to_three_digits_and_whole_seconds_stay_whole() {
        let spread: Spread = (1..=1000).map(Span::seconds).collect();
        let percentiles = spread.percentiles();
        for (share, second) in [(0.5, 500), (0.9, 900), (0.99, 990), (1.0, 1000)] {
            assert_eq!(percentiles.at(share), Span::seconds(second));
        }
    }

    #[test]
    fn every_value_has_a_place_with_those_like_it() {
        for value in (0..5000).chain([1_799_000, 1_800_000, 86_400_000, u64::from(u32::MAX)]) {
            let least = super::value(place(value));
            assert!((least..=last_like(least)).contains(&value), "{value}");
            assert_eq!(place(last_like(least)), place(value), "{value}");
            assert_eq!(place(last_like(least) + 1), place(value) + 1, "{value}");
        }
        let mut counting = Counting::default();
        [5, 5, 90_001].map(Span).into_iter().for_each(|span| counting.add(span));
        let spread = counting.take();
        assert_eq!(spread.values().collect::<Vec<_>>(), [(5, 2), (super::value(place(90_001)), 1)]);
        assert_eq!(counting.take(), Spread::default());
    }

    #[test]
    fn medians_are_those_of_the_histogram() {
        let counts = |counts: &[(Span, u32)]| -> Vec<_> {
            counts.iter().map(|&(span, count)| (place(span.0), count)).collect()
        };
        let (low, high) = (Span::seconds(7), Span::seconds(90));
        assert_eq!(at_hundredths(counts(&[(low, 1), (high, 1)]).into_iter(), 50), Some(low));
        assert_eq!(at_hundredths(counts(&[(low, 1), (high, 2)]).into_iter(), 50), Some(high));
        assert_eq!(at_hundredths([].into_iter(), 50), None);
    }

    #[test]
    fn what_is_absorbed_counts_as_if_it_were_added() {
        let (low, high) = ([1, 70_000].map(Span), [3, 77_000, 77_000].map(Span));
        let mut counting = Counting::default();
        for span in low {
            counting.add(span);
        }
        counting.absorb(&high.into_iter().collect());
        assert_eq!(counting.take(), low.into_iter().chain(high).collect());
        assert_eq!(Spread::default().percentiles().at(0.5), Span::ZERO);
    }
}
