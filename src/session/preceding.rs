//! What visitors brought along shortly before a session: redirects and error pages they came through (design.md R9).
//!
//! Kept apart from the notes on sessions: a detour within one session may still have led to the next one, and the first
//! may be sealed by then.

use std::ops::RangeInclusive;

use hashbrown::HashMap;

use crate::classify::arrival::Brings;
use crate::classify::batch::InputId;
use crate::classify::visitor::{ByVisitor, Visitor};
use crate::ids::ArrivalId;
use crate::time::{Millis, Span};

/// How long before a session a detour may have led to it (R9).
pub(super) const REACH: Span = Span::seconds(30);

/// A redirect or an error page that a visitor came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detour {
    /// When.
    pub(super) time: Millis,
    /// The input it came from.
    pub(super) input: InputId,
    /// The referrer and campaign tags.
    pub(super) arrival: ArrivalId,
}

/// What the tracker must know about arrivals.
pub trait ArrivalResolver {
    /// Whether an arrival says where the visitor came from.
    fn brings(&self, arrival: ArrivalId) -> Brings;

    /// The first of several arrivals that brings something, else the first one.
    fn first_of(&mut self, several: &[ArrivalId]) -> ArrivalId;
}

/// The arrival of a session whose first event brought `first`, after detours that brought `before`, latest first (R9).
pub(super) fn arrival(
    first: ArrivalId,
    before: &[ArrivalId],
    arrivals: &mut impl ArrivalResolver,
) -> ArrivalId {
    if before.is_empty() || arrivals.brings(first) == Brings::Something {
        return first;
    }
    let mut several = vec![first];
    for &arrival in before {
        if !several.contains(&arrival) {
            several.push(arrival);
        }
        if arrivals.brings(arrival) == Brings::Something {
            break;
        }
    }
    match several[..] {
        [only] => only,
        [first, next] if is_settled(first, next, arrivals) => next,
        _ => arrivals.first_of(&several),
    }
}

/// Whether only the second of two arrivals can count, whatever own hosts are inferred later.
fn is_settled(first: ArrivalId, next: ArrivalId, arrivals: &impl ArrivalResolver) -> bool {
    arrivals.brings(first) == Brings::Nothing && arrivals.brings(next) == Brings::Something
}

/// The recent detours by visitor, as long as a session may begin within `REACH` of them.
#[derive(Debug, Default)]
pub(super) struct Preceding {
    /// By time, then input, then order of arrival.
    by_visitor: HashMap<Visitor, Vec<Detour>, ByVisitor>,
    /// Number of detours.
    count: usize,
    /// The limit of the last sweep.
    forgotten: Millis,
}

/// Time between two sweeps: a sweep visits every visitor.
const STEP: Span = Span::minutes(1);

impl Preceding {
    pub(super) fn add(&mut self, visitor: Visitor, detour: Detour) {
        let detours = self.by_visitor.entry(visitor).or_default();
        let key = (detour.time, detour.input);
        let at = detours.partition_point(|other| (other.time, other.input) <= key);
        detours.insert(at, detour);
        self.count += 1;
    }

    /// A visitor's arrivals within `times`, the latest first.
    pub(super) fn within(&self, visitor: Visitor, times: &RangeInclusive<Millis>) -> Vec<ArrivalId> {
        if self.by_visitor.is_empty() {
            return Vec::new();
        }
        let detours = self.by_visitor.get(&visitor).into_iter().flatten().rev();
        detours.filter(|detour| times.contains(&detour.time)).map(|detour| detour.arrival).collect()
    }

    /// Drops detours before `limit`: no session can begin within reach of them any more.
    pub(super) fn forget_before(&mut self, limit: Millis) {
        if self.by_visitor.is_empty() || limit < self.forgotten + STEP {
            return;
        }
        self.forgotten = limit;
        self.by_visitor.retain(|_, detours| {
            let old = detours.partition_point(|detour| detour.time < limit);
            detours.drain(..old);
            !detours.is_empty()
        });
        self.count = self.by_visitor.values().map(Vec::len).sum();
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.by_visitor.capacity() * (size_of::<(Visitor, Vec<Detour>)>() + 1)
            + self.count * size_of::<Detour>() * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::fixture::{ANN, BEN, at};

    /// Arrivals below 10 bring nothing, those below 20 something unless they turn out to be the site's own, others
    /// something. Of several it notes what it was asked.
    #[derive(Default)]
    struct FakeResolver {
        asked: Vec<ArrivalId>,
    }

    const NOTHING: ArrivalId = ArrivalId(1);
    const PERHAPS: ArrivalId = ArrivalId(11);
    const SOMETHING: ArrivalId = ArrivalId(21);
    const OTHER: ArrivalId = ArrivalId(22);
    /// What comes of several that cannot be decided yet.
    const SEVERAL: ArrivalId = ArrivalId(99);

    impl ArrivalResolver for FakeResolver {
        fn brings(&self, arrival: ArrivalId) -> Brings {
            match arrival.0 {
                0..10 => Brings::Nothing,
                10..20 => Brings::Perhaps,
                _ => Brings::Something,
            }
        }

        fn first_of(&mut self, several: &[ArrivalId]) -> ArrivalId {
            self.asked = several.to_vec();
            SEVERAL
        }
    }

    #[test]
    fn r9_the_first_event_decides_where_it_brings_something() {
        assert_eq!(arrival(SOMETHING, &[OTHER], &mut FakeResolver::default()), SOMETHING);
        assert_eq!(arrival(NOTHING, &[], &mut FakeResolver::default()), NOTHING);
    }

    #[test]
    fn r9_else_the_latest_detour_that_brings_something_does() {
        assert_eq!(arrival(NOTHING, &[SOMETHING, OTHER], &mut FakeResolver::default()), SOMETHING);
    }

    #[test]
    fn r9_what_may_be_the_sites_own_is_left_open_up_to_the_first_that_is_sure() {
        let mut known = FakeResolver::default();
        assert_eq!(arrival(NOTHING, &[PERHAPS, PERHAPS, SOMETHING, OTHER], &mut known), SEVERAL);
        assert_eq!(known.asked, [NOTHING, PERHAPS, SOMETHING]);
        assert_eq!(arrival(PERHAPS, &[PERHAPS], &mut known), PERHAPS, "there is only one to choose from");
    }

    fn preceding(detours: &[(Visitor, u64, u16, ArrivalId)]) -> Preceding {
        let mut preceding = Preceding::default();
        for &(visitor, seconds, input, arrival) in detours {
            preceding.add(visitor, Detour { time: at(seconds), input: InputId(input), arrival });
        }
        preceding
    }

    #[test]
    fn r9_detours_within_reach_come_latest_first() {
        let preceding = preceding(&[
            (ANN, 20, 0, SOMETHING),
            (ANN, 5, 0, NOTHING),
            (BEN, 20, 0, OTHER),
            (ANN, 10, 0, PERHAPS),
        ]);
        assert_eq!(preceding.within(ANN, &(at(10)..=at(20))), [SOMETHING, PERHAPS]);
        assert_eq!(preceding.within(Visitor(3), &(at(0)..=at(60))), []);
    }

    #[test]
    fn r5_detours_of_one_instant_go_by_input() {
        for detours in
            [[(ANN, 1, 1, OTHER), (ANN, 1, 0, SOMETHING)], [(ANN, 1, 0, SOMETHING), (ANN, 1, 1, OTHER)]]
        {
            assert_eq!(preceding(&detours).within(ANN, &(at(0)..=at(2))), [OTHER, SOMETHING]);
        }
    }

    #[test]
    fn r6_detours_that_no_session_can_follow_any_more_are_forgotten() {
        let mut preceding = preceding(&[(ANN, 10, 0, OTHER), (ANN, 100, 0, SOMETHING), (BEN, 10, 0, OTHER)]);
        preceding.forget_before(at(90));
        assert_eq!(preceding.within(ANN, &(at(0)..=at(200))), [SOMETHING]);
        assert_eq!(preceding.within(BEN, &(at(0)..=at(200))), []);
    }
}
