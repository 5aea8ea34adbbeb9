//! No line for longer than usual.

use crate::query::view::{Anomaly, Finding};
use crate::time::{Millis, Span};
use crate::traffic::Slot;

use super::FaultScan;

/// A site is silent after so many times its usual pause (R15) …
const TIMES: u64 = 6;
/// … and after this at least.
const LEAST: Span = Span::minutes(1);
/// With fewer lines nothing is known of pauses.
const ENOUGH: u64 = 20;
/// The pauses of this span are usual at this time of the day …
const USUAL_OVER: Span = Span::hours(2);
/// … where it has so many lines: one in a hundred of their pauses is not the longest one, then.
const TELLING: u64 = 300;

pub(super) fn find(scan: FaultScan) -> Option<Finding> {
    let (last, pauses) = pauses(scan)?;
    let usual = pauses.p99()?;
    let lasted = scan.now.since(last);
    let bound = Span(usual.0.saturating_mul(TIMES)).max(LEAST);
    (lasted >= bound).then(|| Anomaly::Silence { since: last, lasted, bound }.into())
}

/// The pauses between lines; those within a slot are taken to be none, the others to be as long as they can have been.
#[derive(Default)]
struct Pauses {
    hits: u64,
    /// The pauses between slots that follow each other.
    long: Vec<Span>,
}

impl Pauses {
    /// What at most one pause in a hundred exceeds; `None` as long as there are too few.
    fn p99(mut self) -> Option<Span> {
        if self.hits < ENOUGH {
            return None;
        }
        self.long.sort_unstable_by(|a, b| b.cmp(a));
        let exceeding = usize::try_from(self.hits / 100).unwrap_or(usize::MAX);
        Some(self.long.get(exceeding).copied().unwrap_or_default())
    }

    fn between(slots: &[(Millis, Millis, u64)]) -> Pauses {
        let between = slots.windows(2).map(|pair| pair[1].0.since(pair[0].0));
        Pauses { hits: slots.iter().map(|(_, _, hits)| hits).sum(), long: between.collect() }
    }
}

/// The end of the last slot with lines, and the pauses before it: of the last hours, where these tell enough. A night is
/// not measured by the day before it.
fn pauses(scan: FaultScan) -> Option<(Millis, Pauses)> {
    let hits = |slot: &Slot| slot.clients().map(|(_, _, count)| count.hits).sum::<u64>();
    let slots = scan.traffic.slots(Millis::MIN, scan.now);
    let mut slots: Vec<_> = slots.map(|(start, length, slot)| (start, start + length, hits(slot))).collect();
    // The slot in use comes last, whatever its time.
    slots.sort_unstable_by_key(|(start, _, _)| *start);
    slots.retain(|(_, _, hits)| *hits > 0);
    let (last, end, _) = *slots.last()?;
    let first = slots.partition_point(|(start, _, _)| *start < last - USUAL_OVER);
    let lately = Pauses::between(&slots[first..]);
    let pauses = if lately.hits >= TELLING { lately } else { Pauses::between(&slots) };
    Some((end.min(scan.now), pauses))
}
