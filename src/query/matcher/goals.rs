//! Compiled goals (R13).

use serde::{Deserialize, Serialize};

use crate::glob::Glob;
use crate::query::definitions::{Definitions, Goal, ReachedBy};
use crate::query::event_matcher::EventMatcher;
use crate::query::moment::Moment;
use crate::query::question::{Bots, BounceRule};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::Matcher;

/// A goal compiled against the strings known so far.
#[derive(Debug, Clone)]
pub(in crate::query) enum GoalMatcher {
    Event(EventMatcher),
    Session(Box<Matcher>),
}

/// All goals that are defined, in their order.
#[derive(Debug, Clone, Default)]
pub(in crate::query) struct GoalMatchers(Vec<GoalMatcher>);

/// Which of the goals that are defined a session has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::query) struct GoalSet(u64);

impl GoalSet {
    fn with(self, nth: usize) -> GoalSet {
        GoalSet(self.0 | 1_u64.checked_shl(u32::try_from(nth).unwrap_or(u32::MAX)).unwrap_or(0))
    }

    pub(in crate::query) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(in crate::query) fn has(self, nth: usize) -> bool {
        GoalSet::default().with(nth).0 & self.0 != 0
    }
}

impl GoalMatcher {
    pub(in crate::query) fn new(goal: &Goal, definitions: &Definitions) -> GoalMatcher {
        match &goal.reached_by {
            ReachedBy::Event(filter) => GoalMatcher::Event(EventMatcher::new(filter, definitions)),
            ReachedBy::Session(filter) => {
                // A goal on the session cannot refer to another goal, which the config rejects, so this does not
                // recur.
                let definitions = Definitions { goals: Vec::new(), ..definitions.clone() };
                let matcher = Matcher::of(filter, Bots::Included, BounceRule::Single, &definitions);
                GoalMatcher::Session(Box::new(matcher))
            }
        }
    }

    /// Those whose names match.
    pub(super) fn named(names: &[Glob], definitions: &Definitions) -> Vec<GoalMatcher> {
        let is_meant = |goal: &&Goal| names.iter().any(|name| name.matches_ignoring_case(&goal.name));
        definitions.goals.iter().filter(is_meant).map(|goal| GoalMatcher::new(goal, definitions)).collect()
    }

    pub(in crate::query) fn refresh(&mut self, known: &Dictionaries) {
        match self {
            GoalMatcher::Event(event) => event.refresh(known),
            GoalMatcher::Session(session) => session.refresh(known),
        }
    }

    pub(in crate::query) fn is_reached<R: Row>(&self, row: &R, moment: &Moment) -> bool {
        match self {
            GoalMatcher::Event(event) => event.matches_any(row),
            GoalMatcher::Session(session) => {
                let mut rows = vec![*row];
                session.keep(&mut rows, moment);
                !rows.is_empty()
            }
        }
    }
}

impl GoalMatchers {
    pub(in crate::query) fn new(definitions: &Definitions) -> GoalMatchers {
        GoalMatchers(definitions.goals.iter().map(|goal| GoalMatcher::new(goal, definitions)).collect())
    }

    pub(in crate::query) fn refresh(&mut self, known: &Dictionaries) {
        self.0.iter_mut().for_each(|goal| goal.refresh(known));
    }

    pub(in crate::query) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::query) fn iter(&self) -> impl Iterator<Item = &GoalMatcher> {
        self.0.iter()
    }

    /// The goals that a session has reached.
    pub(in crate::query) fn reached_by(&self, row: &impl Row, moment: &Moment) -> GoalSet {
        let reached = self.0.iter().enumerate().filter(|(_, goal)| goal.is_reached(row, moment));
        reached.fold(GoalSet::default(), |set, (nth, _)| set.with(nth))
    }
}
