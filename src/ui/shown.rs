//! What is on the screen: the latest answer, with its lists held still between one re-sort and the next.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::query::question::Grouping;
use crate::query::view::{ClockState, InputState, Intake, Rate, SessionRow, Table, TableRow, View};
use crate::time::{Millis, Span};

use super::when::{AGE_STEP, age};
use super::widgets::rounded;

/// Lists change their order at most this often: an order that changes with every line cannot be read, and costs
/// the terminal more bytes than all the rest.
const RESORT_EVERY: Span = Span::seconds(5);

/// A row on the screen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held<R> {
    /// The row as last answered.
    pub(crate) row: R,
    /// Whether it is no longer in the answer: it fades, and goes with the next re-sort.
    pub(crate) gone: bool,
}

/// What is on the screen.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    view: Arc<View>,
    sessions: Vec<Held<SessionRow>>,
    tables: Vec<Vec<Held<TableRow>>>,
    sorted_at: Millis,
}

impl Shown {
    /// An answer to a new question, in its own order.
    pub(crate) fn new(view: Arc<View>, wall: Millis) -> Shown {
        let sessions = view.sessions.iter().flat_map(|list| in_order(&list.rows)).collect();
        let tables = view.tables.iter().map(|table| in_order(&table.rows)).collect();
        Shown { view, sessions, tables, sorted_at: wall }
    }

    /// A newer answer to the same question: values change at once, the order only at the slow beat.
    pub(crate) fn renewed(&self, view: Arc<View>, wall: Millis) -> Shown {
        if wall.since(self.sorted_at) >= RESORT_EVERY {
            return Shown::new(view, wall);
        }
        let fresh_sessions = view.sessions.as_ref().map_or(&[][..], |list| &list.rows);
        let sessions = steady(&self.sessions, fresh_sessions, |row| row.session);
        let tables = self
            .tables
            .iter()
            .zip(&view.tables)
            .map(|(held, fresh)| steady(held, &fresh.rows, |row| row.key.clone()))
            .collect();
        Shown { view, sessions, tables, sorted_at: self.sorted_at }
    }

    /// The answer itself.
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// The instant from which ages count: it moves on in steps, so that the ages do.
    pub(crate) fn now(&self) -> Millis {
        self.view.now.floor_to(AGE_STEP)
    }

    /// The list of sessions.
    pub(crate) fn sessions(&self) -> &[Held<SessionRow>] {
        &self.sessions
    }

    /// A table and its rows; `None` where it was not asked for.
    pub(crate) fn table(&self, grouping: Grouping) -> Option<(&Table, &[Held<TableRow>])> {
        let index = self.view.tables.iter().position(|table| table.grouping == Some(grouping))?;
        Some((&self.view.tables[index], self.tables.get(index)?))
    }

    /// How far the inputs are.
    pub(crate) fn stage(&self) -> Stage {
        stage(&self.view)
    }

    /// Whether the screen would look the same with this other one.
    pub(crate) fn looks_like(&self, other: &Shown) -> bool {
        let (a, b) = (&*self.view, &*other.view);
        let minute = Span::minutes(1);
        a.now.floor_to(minute) == b.now.floor_to(minute)
            && self.sessions == other.sessions
            && self.ages() == other.ages()
            && self.tables == other.tables
            && (a.totals, &a.durations, &a.series) == (b.totals, &b.durations, &b.series)
            && [a.bounce.settled, a.bounce.settled_before] == [b.bounce.settled, b.bounce.settled_before]
            && per_mille(a.bounce.now) == per_mille(b.bounce.now)
            && a.intake == b.intake
    }
}

impl Shown {
    /// The ages of the sessions, as they are written.
    fn ages(&self) -> Vec<(String, String)> {
        let ages = |row: &SessionRow| (age(self.now(), row.start), age(self.now(), row.end));
        self.sessions.iter().map(|held| ages(&held.row)).collect()
    }
}

/// The estimate moves with every instant; the screen shows a digit after the point.
fn per_mille(rate: Rate) -> Option<u64> {
    rate.share().map(|share| rounded(share * 1000.0))
}

fn in_order<R: Clone>(rows: &[R]) -> Vec<Held<R>> {
    rows.iter().map(|row| Held { row: row.clone(), gone: false }).collect()
}

/// The fresh rows in the order in which they are held. What is new comes last; what is gone keeps its place.
fn steady<R: Clone, K: Hash + Eq>(held: &[Held<R>], fresh: &[R], key: impl Fn(&R) -> K) -> Vec<Held<R>> {
    let mut unplaced: HashMap<K, usize> =
        fresh.iter().enumerate().map(|(index, row)| (key(row), index)).collect();
    let mut rows: Vec<_> = held
        .iter()
        .map(|old| match unplaced.remove(&key(&old.row)) {
            Some(index) => Held { row: fresh[index].clone(), gone: false },
            None => Held { row: old.row.clone(), gone: true },
        })
        .collect();
    let mut new: Vec<_> = unplaced.into_values().collect();
    new.sort_unstable();
    rows.extend(new.into_iter().map(|index| Held { row: fresh[index].clone(), gone: false }));
    rows
}

/// How far the inputs are, all taken together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    /// Nothing has been heard of any input yet.
    Opening,
    /// What was there at the start is being read: so much of it, from 0 to 1, where that is known.
    Loading(Option<f64>),
    /// What comes in is followed.
    Live,
    /// What comes in is followed, but the log ended long ago: it is shown as of its last line.
    Standing,
    /// Nothing more will come.
    Ended,
    /// No input can be read.
    Failed,
}

/// How far the inputs are, all taken together.
pub(crate) fn stage(view: &View) -> Stage {
    let intake = &view.intake;
    let any = |state: InputState| intake.inputs.iter().any(|input| input.state == state);
    if intake.inputs.is_empty() {
        Stage::Opening
    } else if any(InputState::Loading) {
        Stage::Loading(share_loaded(intake))
    } else if any(InputState::Live) && view.clock == ClockState::StandsAtEnd && intake.hits > 0 {
        Stage::Standing
    } else if any(InputState::Live) {
        Stage::Live
    } else if any(InputState::Ended) {
        Stage::Ended
    } else {
        Stage::Failed
    }
}

fn share_loaded(intake: &Intake) -> Option<f64> {
    let known = intake.inputs.iter().filter_map(|input| Some((input.bytes, input.bytes_at_start?)));
    let (read, all) = known.fold((0, 0), |sum, (bytes, whole)| (sum.0 + bytes.min(whole), sum.1 + whole));
    (all > 0).then(|| read as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::view::InputStatus;

    fn held(names: &[(&str, bool)]) -> Vec<Held<String>> {
        names.iter().map(|(name, gone)| Held { row: (*name).to_owned(), gone: *gone }).collect()
    }

    #[test]
    fn between_re_sorts_rows_keep_their_lines() {
        let before = held(&[("a", false), ("b", false), ("c", false)]);
        let fresh = ["d", "c", "a"].map(str::to_owned);
        let expected = held(&[("a", false), ("b", true), ("c", false), ("d", false)]);
        assert_eq!(steady(&before, &fresh, Clone::clone), expected);
    }

    #[test]
    fn a_row_that_comes_back_is_no_longer_gone() {
        let before = held(&[("a", true)]);
        assert_eq!(steady(&before, &["a".to_owned()], Clone::clone), held(&[("a", false)]));
    }

    #[test]
    fn loading_is_measured_in_bytes_over_all_inputs() {
        let input = |bytes, all, state| InputStatus {
            bytes,
            bytes_at_start: Some(all),
            state,
            ..InputStatus::default()
        };
        let inputs = vec![input(50, 100, InputState::Loading), input(400, 300, InputState::Live)];
        let intake = Intake { inputs, ..Intake::default() };
        assert_eq!(stage(&View { intake, ..View::default() }), Stage::Loading(Some(0.875)));
    }

    #[test]
    fn r6_a_log_that_ended_long_ago_does_not_claim_to_be_live() {
        let inputs = vec![InputStatus { state: InputState::Live, ..InputStatus::default() }];
        let intake = Intake { inputs, hits: 1, ..Intake::default() };
        let view = View { intake, ..View::default() };
        assert_eq!(stage(&view), Stage::Live);
        assert_eq!(stage(&View { clock: ClockState::StandsAtEnd, ..view }), Stage::Standing);
    }
}
