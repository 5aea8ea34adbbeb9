//! The board: the states of all alerts at one instant, and what the faces show of them.

use crate::time::{Millis, Span};

use super::condition::{Comparison, Condition, value_in_words};
use super::rule::{Rule, Rules};
use super::silences::Silences;
use super::state::{Observation, State};

/// The states of all alerts.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    rules: Rules,
    tracked: Vec<Tracked>,
    /// The instant of the last look.
    looked: Option<Millis>,
}

/// What is known of one alert.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Tracked {
    state: State,
    value: Option<f64>,
    /// The value when it fired.
    fired_with: Option<f64>,
}

/// An alert that fired, and when that was over.
#[derive(Debug, Clone, PartialEq)]
pub struct FiredAlert {
    /// Its name.
    pub alert: String,
    /// How urgent it is.
    pub severity: String,
    /// The condition.
    pub condition: String,
    /// The value when it fired, as the condition compares it.
    pub value: Option<f64>,
    /// The value in words.
    pub value_in_words: String,
    /// What it was compared with.
    pub threshold: Option<f64>,
    /// Since when the condition held.
    pub since: Millis,
    /// When it fired.
    pub fired: Millis,
    /// When it was over; `None` while it fires.
    pub resolved: Option<Millis>,
}

/// One alert as faces show it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// Its name.
    pub name: String,
    /// How urgent it is.
    pub severity: String,
    /// The condition.
    pub condition: String,
    /// The window.
    pub over: Span,
    /// Its state.
    pub state: State,
    /// The latest value in words; empty where it is not known.
    pub value: String,
    /// Why nobody is told, if so.
    pub held: Option<Held>,
}

/// Why nobody is told of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Another alert fires (`unless`).
    By(String),
    /// The operator has silenced it until then, by the wall clock.
    Silenced(Millis),
}

impl Board {
    /// A board on which nothing has been seen yet.
    #[must_use]
    pub fn new(rules: Rules) -> Board {
        let tracked = vec![Tracked::default(); rules.alerts.len()];
        Board { rules, tracked, looked: None }
    }

    /// A board for other rules: alerts that are as they were keep their states.
    #[must_use]
    pub fn with_rules(&self, rules: Rules) -> Board {
        let kept = |rule: &Rule| {
            let same = self.rules.alert(&rule.name).filter(|known| known.when == rule.when)?;
            self.tracked.get(self.rules.position(&same.name)?).copied()
        };
        let tracked = rules.alerts.iter().map(|rule| kept(rule).unwrap_or_default()).collect();
        Board { rules, tracked, looked: self.looked }
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The instant of the last look.
    #[must_use]
    pub fn looked(&self) -> Option<Millis> {
        self.looked
    }

    /// Takes what was observed at an instant, alert by alert.
    pub fn take(&mut self, time: Millis, observations: &[Observation]) {
        self.looked = Some(time);
        for ((rule, tracked), seen) in self.rules.alerts.iter().zip(&mut self.tracked).zip(observations) {
            let was_firing = tracked.state.firing().is_some();
            tracked.state = tracked.state.next(&rule.timing, time, seen);
            tracked.value = seen.value;
            if !was_firing && tracked.state.firing().is_some() {
                tracked.fired_with = seen.value;
            }
        }
    }

    /// The state of each alert.
    pub fn states(&self) -> impl Iterator<Item = (&Rule, State)> {
        self.rules.alerts.iter().zip(self.tracked.iter().map(|tracked| tracked.state))
    }

    /// Why nobody is told of an alert: an alert that inhibits it fires, or it is silenced.
    #[must_use]
    pub fn held(&self, rule: &Rule, silences: &Silences, wall: Millis) -> Option<Held> {
        let fires = |name: &&String| {
            let at = self.rules.position(name);
            at.and_then(|at| self.tracked.get(at)).is_some_and(|one| one.state.firing().is_some())
        };
        if let Some(inhibiting) = rule.unless.iter().find(fires) {
            return Some(Held::By(inhibiting.clone()));
        }
        silences.until(&rule.name, wall).map(Held::Silenced)
    }

    /// The alerts as faces show them.
    #[must_use]
    pub fn rows(&self, silences: &Silences, wall: Millis) -> Vec<AlertRow> {
        let row = |(rule, tracked): (&Rule, &Tracked)| AlertRow {
            name: rule.name.clone(),
            severity: rule.severity.clone(),
            condition: rule.when.to_string(),
            over: rule.over,
            state: tracked.state,
            value: value(rule, tracked.value),
            held: self.held(rule, silences, wall),
        };
        self.rules.alerts.iter().zip(&self.tracked).map(row).collect()
    }

    /// What an alert that fires or is over came to; `None` for one that has not fired.
    #[must_use]
    pub fn fired(&self, position: usize) -> Option<FiredAlert> {
        let (rule, tracked) = (self.rules.alerts.get(position)?, self.tracked.get(position)?);
        let (since, fired, resolved) = match tracked.state {
            State::Firing { since, fired } | State::Recovering { since, fired, .. } => (since, fired, None),
            State::Resolved { since, fired, resolved } => (since, fired, Some(resolved)),
            State::Inactive | State::Pending { .. } => return None,
        };
        Some(FiredAlert {
            alert: rule.name.clone(),
            severity: rule.severity.clone(),
            condition: rule.when.to_string(),
            value: tracked.fired_with,
            value_in_words: value(rule, tracked.fired_with),
            threshold: first(&rule.when).map(|first| first.threshold),
            since,
            fired,
            resolved,
        })
    }
}

/// The comparison whose value stands for the alert.
fn first(condition: &Condition) -> Option<&Comparison> {
    condition.comparisons().into_iter().next()
}

fn value(rule: &Rule, value: Option<f64>) -> String {
    let Some(value) = value else { return String::new() };
    match first(&rule.when) {
        Some(comparison) => value_in_words(comparison, value),
        None => format!("{value:.0}"),
    }
}
