//! Goals: how many sessions reached them, how often, and what that was worth (R13).

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::query::definitions::{Definitions, Goal};
use crate::query::figure::{Figure, figures};
use crate::query::matched::Matched;
use crate::query::matcher::{GoalMatcher, GoalMatchers};
use crate::query::moment::Moment;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::view::{GoalDetail, GoalRow, GoalSegment, GoalsView};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::Scanned;
use super::ask::{Breakdown, GoalsAsk};
use super::breakdown::BreakdownKey;

/// The goals, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct GoalsAnalyzer {
    goals: Vec<Goal>,
    matchers: GoalMatchers,
    /// The goal that is wanted in detail, by its place among all, and by what.
    detail: Option<(usize, Breakdown)>,
}

/// What was counted of goals.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct GoalsPartial {
    /// Sessions seen in the window, whether or not they reached anything.
    seen: u64,
    goals: Vec<Reached>,
    detail: HashMap<BreakdownKey, Detail>,
}

figures! {
    /// How a goal was reached.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    struct Reached {
        sessions: u64,
        events: u64,
        value: Value,
    }
}

figures! {
    /// How a goal was reached by the sessions of one row.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    struct Detail {
        seen: u64,
        reached: Reached,
    }
}

/// A sum of values in millionths: sums of floats would depend on their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Value(i64);

impl Value {
    const UNIT: f64 = 1e6;

    #[expect(clippy::cast_possible_truncation, reason = "a cast of floats saturates")]
    fn of(value: f64) -> Value {
        Value((value * Value::UNIT).round() as i64)
    }

    #[expect(clippy::cast_precision_loss, reason = "millionths of sums that people read")]
    fn sum(self) -> f64 {
        self.0 as f64 / Value::UNIT
    }
}

impl Figure for Value {
    fn merge(&mut self, other: &Value) {
        self.0 = self.0.saturating_add(other.0);
    }

    fn take_away(&mut self, other: &Value) {
        self.0 = self.0.saturating_sub(other.0);
    }
}

impl GoalsAnalyzer {
    pub(super) fn new(ask: &GoalsAsk, definitions: &Definitions) -> GoalsAnalyzer {
        let place = |name: &String| definitions.goals.iter().position(|goal| goal.name == *name);
        let detail = ask.detail.as_ref().and_then(|(name, by)| Some((place(name)?, *by)));
        GoalsAnalyzer { goals: definitions.goals.clone(), matchers: GoalMatchers::new(definitions), detail }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.matchers.refresh(known);
    }

    pub(super) fn nothing(&self) -> GoalsPartial {
        let goals = vec![Reached::default(); self.goals.len()];
        GoalsPartial { goals, ..GoalsPartial::default() }
    }

    pub(super) fn add(&self, partial: &mut GoalsPartial, sessions: &[Matched<impl Row>], scanned: Scanned) {
        for session in sessions.iter().filter(|session| session.stand.seen) {
            partial.seen += 1;
            for (nth, matcher) in self.matchers.iter().enumerate() {
                let reached = self.reached(nth, matcher, &session.row, scanned);
                partial.goals[nth].merge(&reached);
                if let Some((_, by)) = self.detail.filter(|(goal, _)| *goal == nth) {
                    let key = BreakdownKey::of(by, &session.row, scanned.known);
                    partial.detail.entry(key).or_default().merge(&Detail { seen: 1, reached });
                }
            }
        }
    }

    /// How one session reached a goal.
    fn reached(&self, nth: usize, matcher: &GoalMatcher, row: &impl Row, scanned: Scanned) -> Reached {
        let worth = self.goals[nth].value;
        match matcher {
            GoalMatcher::Event(event) => {
                let events = row.timeline().filter(|entry| event.matches(entry));
                events.fold(Reached::default(), |reached, entry| {
                    let value = scanned.known.properties(entry.properties).value.or(worth);
                    let mut sum = reached.value;
                    sum.merge(&value.map(Value::of).unwrap_or_default());
                    Reached { sessions: 1, events: reached.events + 1, value: sum }
                })
            }
            GoalMatcher::Session(_) => once(matcher, row, scanned.moment, worth),
        }
    }

    pub(super) fn view(&self, partial: &GoalsPartial, known: &Dictionaries) -> GoalsView {
        let goals = self.goals.iter().zip(&partial.goals);
        let has_values = |reached: &Reached, worth: Option<f64>| worth.is_some() || reached.value != Value(0);
        let rows = goals.map(|(goal, reached)| GoalRow {
            goal: goal.name.clone(),
            sessions: reached.sessions,
            events: reached.events,
            value: has_values(reached, goal.value).then(|| reached.value.sum()),
            currency: goal.currency.clone(),
        });
        GoalsView { seen: partial.seen, rows: rows.collect(), detail: self.detail(partial, known) }
    }
}

/// The rows of the goal that is wanted in detail.
fn segments(partial: &GoalsPartial, known: &Dictionaries) -> Vec<GoalSegment> {
    let segment = |(key, detail): (&BreakdownKey, &Detail)| GoalSegment {
        name: key.name(known),
        sessions: detail.seen,
        reached: detail.reached.sessions,
        events: detail.reached.events,
        value: detail.reached.value.sum(),
    };
    let mut segments: Vec<_> = partial.detail.iter().map(segment).collect();
    segments.sort_unstable_by(|a, b| b.sessions.cmp(&a.sessions).then_with(|| a.name.cmp(&b.name)));
    segments
}

impl GoalsAnalyzer {
    /// The goal that is wanted in detail.
    fn detail(&self, partial: &GoalsPartial, known: &Dictionaries) -> Option<GoalDetail> {
        let (nth, by) = self.detail?;
        let goal = self.goals.get(nth)?.name.clone();
        Some(GoalDetail { goal, by, rows: segments(partial, known) })
    }
}

/// A goal on the session is reached once or not at all.
fn once(matcher: &GoalMatcher, row: &impl Row, moment: &Moment, worth: Option<f64>) -> Reached {
    if !matcher.is_reached(row, moment) {
        return Reached::default();
    }
    Reached { sessions: 1, events: 1, value: worth.map(Value::of).unwrap_or_default() }
}

impl GoalsPartial {
    pub(super) fn merge(&mut self, other: &GoalsPartial) {
        self.seen += other.seen;
        self.goals.iter_mut().zip(&other.goals).for_each(|(mine, theirs)| mine.merge(theirs));
        for (key, theirs) in &other.detail {
            self.detail.entry(key.clone()).or_default().merge(theirs);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.goals.capacity() * size_of::<Reached>()
            + self.detail.capacity() * size_of::<(BreakdownKey, Detail)>()
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> GoalsPartial {
        let GoalsPartial { seen, goals, detail } = self;
        let mut renumbered = GoalsPartial { seen, goals, detail: HashMap::new() };
        for (key, counts) in detail {
            renumbered.detail.entry(key.renumbered(numbers)).or_default().merge(&counts);
        }
        renumbered
    }
}
