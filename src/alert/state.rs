//! The states of an alert, as a function of time and what is observed (design.md R16). They mean what they mean in
//! Prometheus and Grafana.

use crate::time::{Millis, Span};

/// How an alert goes from state to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// How long the condition must hold before the alert fires (`for`).
    pub hold: Span,
    /// How long it goes on firing after the condition last held.
    pub keep_firing: Span,
    /// What holds where there is no data.
    pub no_data: NoData,
}

/// What holds where no input has brought a line for the whole window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoData {
    /// The condition does not.
    Ok,
    /// The state stays.
    #[default]
    Keep,
    /// The condition does.
    Alert,
}

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That cannot be said: a figure is not known.
    Unknown,
}

/// What is observed of an alert at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// The condition.
    pub when: Truth,
    /// What ends the alert; `None` where that is the opposite of the condition.
    pub until: Option<Truth>,
    /// Whether any input brought a line in the window.
    pub has_data: bool,
    /// The value that the alert is about, if it is known.
    pub value: Option<f64>,
}

/// The state of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// All is well.
    #[default]
    Inactive,
    /// The condition holds, but not for long enough.
    Pending {
        /// Since when it holds.
        since: Millis,
    },
    /// The alert fires.
    Firing {
        /// Since when the condition holds.
        since: Millis,
        /// When it began to fire.
        fired: Millis,
    },
    /// It fires although the condition does not hold any more.
    Recovering {
        /// Since when the condition held.
        since: Millis,
        /// When it began to fire.
        fired: Millis,
        /// Since when the condition does not hold.
        better: Millis,
    },
    /// It has fired, and is over.
    Resolved {
        /// Since when the condition held.
        since: Millis,
        /// When it began to fire.
        fired: Millis,
        /// When it ended.
        resolved: Millis,
    },
}

impl Truth {
    /// Of a comparison that may be unknown.
    #[must_use]
    pub fn of(known: Option<bool>) -> Truth {
        match known {
            Some(true) => Truth::Yes,
            Some(false) => Truth::No,
            None => Truth::Unknown,
        }
    }

    /// Whether both hold.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Unknown,
        }
    }

    /// Whether one of them holds.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }

    /// Whether it does not hold.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "`!truth` would hide that there are three of them")]
    pub fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        }
    }
}

impl State {
    /// When it began to fire, while it fires.
    #[must_use]
    pub fn firing(self) -> Option<Millis> {
        match self {
            State::Firing { fired, .. } | State::Recovering { fired, .. } => Some(fired),
            State::Inactive | State::Pending { .. } | State::Resolved { .. } => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::Inactive => "inactive",
            State::Pending { .. } => "pending",
            State::Firing { .. } => "firing",
            State::Recovering { .. } => "recovering",
            State::Resolved { .. } => "resolved",
        }
    }

    /// The state after what is observed at `time`, which is later than what was observed before.
    #[must_use]
    pub fn next(self, timing: &Timing, time: Millis, seen: &Observation) -> State {
        match (self.holds(timing, seen), self) {
            // What is not known changes nothing, and what is over stays so.
            (Truth::Unknown, state) | (Truth::No, state @ State::Resolved { .. }) => state,
            (Truth::Yes, State::Inactive | State::Resolved { .. }) => pending_or_firing(timing, time, time),
            (Truth::Yes, State::Pending { since }) => pending_or_firing(timing, since, time),
            (Truth::Yes, State::Firing { since, fired } | State::Recovering { since, fired, .. }) => {
                State::Firing { since, fired }
            }
            (Truth::No, State::Inactive | State::Pending { .. }) => State::Inactive,
            (Truth::No, State::Firing { since, fired }) => {
                recovering_or_resolved(timing, (since, fired), time, time)
            }
            (Truth::No, State::Recovering { since, fired, better }) => {
                recovering_or_resolved(timing, (since, fired), better, time)
            }
        }
    }

    /// Whether the alert has a reason: once it fires, that is what `until` says (hysteresis).
    fn holds(self, timing: &Timing, seen: &Observation) -> Truth {
        if !seen.has_data {
            return match timing.no_data {
                NoData::Ok => Truth::No,
                NoData::Keep => Truth::Unknown,
                NoData::Alert => Truth::Yes,
            };
        }
        match (self.firing(), seen.until) {
            (Some(_), Some(until)) => until.not(),
            _ => seen.when,
        }
    }
}

fn pending_or_firing(timing: &Timing, since: Millis, time: Millis) -> State {
    if time.since(since) >= timing.hold {
        State::Firing { since, fired: time }
    } else {
        State::Pending { since }
    }
}

fn recovering_or_resolved(
    timing: &Timing,
    (since, fired): (Millis, Millis),
    better: Millis,
    time: Millis,
) -> State {
    if time.since(better) >= timing.keep_firing {
        State::Resolved { since, fired, resolved: time }
    } else {
        State::Recovering { since, fired, better }
    }
}

#[cfg(test)]
mod tests;
