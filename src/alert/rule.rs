//! What the config says of one alert, and of those who are told.

use crate::query::filter::Filter;
use crate::time::Span;

use super::condition::Condition;
use super::state::Timing;

/// An alert (`[[alert]]`).
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name; no other alert has it.
    pub name: String,
    /// The condition.
    pub when: Condition,
    /// What ends it, once it fires, if that is not the opposite of `when`.
    pub until: Option<Condition>,
    /// The length of the window.
    pub over: Span,
    /// How it goes from state to state.
    pub timing: Timing,
    /// The fewest sessions or hits of the window; with fewer the condition does not hold.
    pub least: u64,
    /// Which sessions and hits count.
    pub filter: Filter,
    /// The alerts that inhibit it while they fire.
    pub unless: Vec<String>,
    /// How urgent it is; a word of the operator's.
    pub severity: String,
    /// The command to run, with its arguments; if empty, every [`Notify`] is told.
    pub run: Vec<String>,
    /// After how long it is told again while it fires.
    pub repeat: Option<Span>,
    /// How often its command may run.
    pub at_most: Option<AtMost>,
}

/// Who is told of alerts that have no command of their own (`[[notify]]`).
#[derive(Debug, Clone, PartialEq)]
pub struct Notify {
    /// The command, with its arguments.
    pub run: Vec<String>,
    /// Whether it is told that an alert is over.
    pub resolved: bool,
    /// How often it may run.
    pub at_most: Option<AtMost>,
}

/// A number of runs in a span of time: `6/h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtMost {
    /// So many …
    pub runs: u32,
    /// … in this time.
    pub within: Span,
}

/// All alerts of a config, and who is told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rules {
    /// The alerts, in the order of the file.
    pub alerts: Vec<Rule>,
    /// Who is told.
    pub notify: Vec<Notify>,
}

impl Rules {
    /// The alert of this name.
    #[must_use]
    pub fn alert(&self, name: &str) -> Option<&Rule> {
        self.alerts.iter().find(|rule| rule.name == name)
    }

    /// The position of the alert of this name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.alerts.iter().position(|rule| rule.name == name)
    }
}
