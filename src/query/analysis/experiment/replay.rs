//! When a difference was called: units are replayed in the order of time, and looked at whenever one has changed. What
//! happened before an instant stays as it is, so what was called then stays called.

use crate::time::Millis;

use super::statistics::{Direction, Outcome, Sequence};

/// What an instant changed in an arm. Those of one instant count together, in whatever order they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: Millis,
    /// Its place among the arms; the first one is the control.
    pub(super) arm: usize,
    /// By how much its units change, and those that converted.
    pub(super) units: i8,
    pub(super) converted: i8,
}

/// A difference from the control that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) at: Millis,
    pub(super) direction: Direction,
}

/// The first call for each arm, none of them before `from`: nothing is called earlier, however sure it is.
pub(super) fn calls(
    mut changes: Vec<Change>,
    arms: usize,
    sequence: &Sequence,
    (from, now): (Millis, Millis),
) -> Vec<Option<Call>> {
    let mut calls = vec![None; arms];
    if from > now {
        return calls;
    }
    changes.sort_unstable_by_key(|change| change.at);
    let mut outcomes = vec![Outcome::default(); arms];
    let before = changes.partition_point(|change| change.at <= from);
    let (before, after) = changes.split_at(before);
    apply(before, &mut outcomes);
    look(&outcomes, sequence, from, &mut calls);
    for together in after.chunk_by(|one, next| one.at == next.at) {
        apply(together, &mut outcomes);
        look(&outcomes, sequence, together[0].at, &mut calls);
    }
    calls
}

fn apply(changes: &[Change], outcomes: &mut [Outcome]) {
    for change in changes {
        change.apply(outcomes);
    }
}

fn look(outcomes: &[Outcome], sequence: &Sequence, at: Millis, calls: &mut [Option<Call>]) {
    let Some((&control, variants)) = outcomes.split_first() else { return };
    for (&variant, call) in variants.iter().zip(calls.iter_mut().skip(1)) {
        if call.is_none() {
            *call = sequence.difference(control, variant).map(|direction| Call { at, direction });
        }
    }
}

impl Change {
    fn apply(self, outcomes: &mut [Outcome]) {
        if let Some(outcome) = outcomes.get_mut(self.arm) {
            outcome.units = outcome.units.saturating_add_signed(self.units.into());
            outcome.converted = outcome.converted.saturating_add_signed(self.converted.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    const START: Millis = Millis(1_795_510_800_000);

    /// A unit a second and arm, of which so many in a hundred convert at once.
    fn changes(seconds: i64, converting: [i64; 2]) -> Vec<Change> {
        let of = |second: i64, arm: usize| Change {
            at: Millis(START.0 + second * 1000),
            arm,
            units: 1,
            converted: i8::from(second % 100 < converting[arm]),
        };
        (0..seconds).flat_map(|second| [of(second, 0), of(second, 1)]).collect()
    }

    #[test]
    fn r14_a_verdict_once_called_stays_called() {
        let sequence = Sequence::new(0.05, 1000, 1);
        let better = changes(3000, [10, 20]);
        let now = START + Span::seconds(3000);
        let called = calls(better.clone(), 2, &sequence, (START, now))[1].expect("it is twice as good");
        assert_eq!(called.direction, Direction::Better);
        // From then on the variant does no better than the control, and at last there is no difference to be sure of.
        let mut turned = better;
        turned.extend(
            changes(60_000, [20, 20])
                .into_iter()
                .map(|change| Change { at: change.at + Span::seconds(3000), ..change }),
        );
        let later = now + Span::seconds(60_000);
        assert_eq!(calls(turned, 2, &sequence, (START, later))[1], Some(called));
    }

    #[test]
    fn r14_nothing_is_called_before_run_for() {
        let sequence = Sequence::new(0.05, 1000, 1);
        let better = changes(3000, [10, 30]);
        let (day, now) = (START + Span::hours(24), START + Span::seconds(3000));
        assert_eq!(calls(better.clone(), 2, &sequence, (day, now)), [None, None]);
        let call = calls(better, 2, &sequence, (day, day))[1];
        assert_eq!(call, Some(Call { at: day, direction: Direction::Better }));
    }

    #[test]
    fn r14_the_order_of_changes_makes_no_difference() {
        let sequence = Sequence::new(0.05, 1000, 1);
        let forward = changes(3000, [10, 20]);
        let backward: Vec<_> = forward.iter().rev().copied().collect();
        let all = (START, START + Span::hours(1));
        assert_eq!(calls(forward, 2, &sequence, all), calls(backward, 2, &sequence, all));
    }
}
