//! Experiments: which variant does better (R14). Who saw a variant and converted afterwards is kept for each unit, with
//! the times, so that whatever was read where and in whatever order merges into the same.

mod conclusion;
mod replay;
mod statistics;
mod units;
mod variants;

use serde::{Deserialize, Serialize};

use crate::query::definitions::{Definitions, Experiment, Guard, Unit};
use crate::query::event_matcher::EventMatcher;
use crate::query::matched::Matched;
use crate::query::matcher::GoalMatcher;
use crate::query::moment::Moment;
use crate::query::view::ExperimentView;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{Row, TimelineEntry};
use crate::time::{Millis, Span};

use super::Scanned;
use super::ask::ExperimentAsk;
use units::{Exposure, GuardSums, UnitFacts, UnitKey, Units};
use variants::{Named, VariantFinder, VariantNames};

/// An experiment, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct ExperimentAnalyzer {
    experiment: Experiment,
    finder: VariantFinder,
    exposure: Option<EventMatcher>,
    /// `None` where the goal is not defined: then nobody converts.
    goal: Option<GoalMatcher>,
}

/// What was seen of an experiment.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct ExperimentPartial {
    units: Units,
    /// Sessions that showed a variant which the split does not name.
    unlisted: u64,
}

impl ExperimentAnalyzer {
    pub(super) fn new(ask: &ExperimentAsk, definitions: &Definitions) -> ExperimentAnalyzer {
        let experiment = ask.experiment.clone();
        ExperimentAnalyzer {
            finder: VariantFinder::new(&experiment),
            exposure: experiment.exposure.as_ref().map(|filter| EventMatcher::new(filter, definitions)),
            goal: definitions.goal(&experiment.goal).map(|goal| GoalMatcher::new(goal, definitions)),
            experiment,
        }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.finder.refresh(known);
        self.exposure.iter_mut().for_each(|exposure| exposure.refresh(known));
        self.goal.iter_mut().for_each(|goal| goal.refresh(known));
    }

    pub(super) fn add(
        &self,
        partial: &mut ExperimentPartial,
        sessions: &[Matched<impl Row>],
        scanned: Scanned,
    ) {
        for session in sessions.iter().filter(|session| session.stand.seen) {
            let look = self.look(&session.row, &mut partial.units.names, scanned.known);
            partial.unlisted += u64::from(look.unlisted);
            let facts = self.facts(session, look, scanned.moment);
            if let Some(key) = self.key(&session.row, &facts) {
                partial.units.add(key, facts);
            }
        }
    }

    /// The unit that a session tells of, if it tells anything.
    fn key(&self, row: &impl Row, facts: &UnitFacts) -> Option<UnitKey> {
        match self.experiment.unit {
            Unit::Visitor if !facts.is_empty() => Some(UnitKey::of_visitor(row.visitor())),
            Unit::Session if facts.exposures.first.is_some() => {
                Some(UnitKey::of_session(row.visitor(), row.start()))
            }
            _ => None,
        }
    }

    /// Goes through a session's events once.
    fn look(&self, row: &impl Row, names: &mut VariantNames, known: &Dictionaries) -> Look {
        let mut look = Look::default();
        for entry in row.timeline().filter(|entry| entry.what.is_event()) {
            match self.shown_by(&entry, known) {
                Some(Named::Variant(name)) => {
                    let variant = names.number(name);
                    look.facts.exposures.take_in(Exposure { at: entry.time, variant }, names);
                }
                Some(Named::Unlisted) => look.unlisted = true,
                None => {}
            }
            if matches!(&self.goal, Some(GoalMatcher::Event(event)) if event.matches(&entry)) {
                look.conversions.push(entry.time);
            }
        }
        look
    }

    /// The variant that an event exposes its visitor to.
    fn shown_by<'a>(&'a self, entry: &TimelineEntry, known: &'a Dictionaries) -> Option<Named<'a>> {
        let exposes = self.exposure.as_ref().is_none_or(|exposure| exposure.matches(entry));
        if exposes { self.finder.find(entry, known) } else { None }
    }

    fn facts(&self, session: &Matched<impl Row>, look: Look, moment: &Moment) -> UnitFacts {
        let Look { mut facts, conversions, .. } = look;
        let exposed = facts.exposures.first.map(|first| first.at);
        // Sessions of a visitor lie apart: the first conversion counts for exposures before the session, and for one in
        // it the first from there on.
        let after = |from: Millis| conversions.iter().copied().find(|&at| at >= from);
        let first = conversions.first().copied();
        first.into_iter().chain(exposed.and_then(after)).for_each(|at| facts.convert(at));
        if exposed.is_none() {
            return facts;
        }
        if let Some(goal @ GoalMatcher::Session(_)) = &self.goal
            && goal.is_reached(&session.row, moment)
        {
            facts.convert(session.facts.end);
        }
        facts.exposed_sessions = 1;
        facts.guards = (!self.experiment.guards.is_empty()).then(|| Box::new(self.guard_sums(session)));
        facts
    }

    fn guard_sums(&self, session: &Matched<impl Row>) -> GuardSums {
        let settled = session.stand.closed.in_window && session.facts.has_pageview();
        let mut sums = GuardSums {
            sessions: 1,
            errors: session.row.errors().into(),
            settled: settled.into(),
            bounced: (settled && session.facts.bounced).into(),
            ..GuardSums::default()
        };
        if self.experiment.guards.contains(&Guard::LoadP75) {
            session.row.loads().for_each(|(_, _, load)| sums.loads.add(Span(load.into())));
        }
        sums
    }

    pub(super) fn view(&self, partial: &ExperimentPartial, moment: &Moment) -> ExperimentView {
        conclusion::view(&self.experiment, partial, moment)
    }
}

/// What one session shows.
#[derive(Default)]
struct Look {
    facts: UnitFacts,
    /// When its events reached the goal.
    conversions: Vec<Millis>,
    unlisted: bool,
}

impl ExperimentPartial {
    pub(super) fn merge(&mut self, other: &ExperimentPartial) {
        self.units.merge(&other.units);
        self.unlisted += other.unlisted;
    }

    pub(super) fn bytes(&self) -> usize {
        self.units.bytes()
    }
}
