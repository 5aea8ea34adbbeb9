//! The watcher: looks at all alerts every 10 s of the log's clock, has commands run, and says what happened.

mod schedule;

use std::path::PathBuf;

use crate::time::{Millis, Span};

use super::board::{AlertRow, Board, FiredAlert};
use super::observe::{AskAt, Common, Observer};
use super::outbox::{Notice, Outbox, Untold};
use super::payload::{Occasion, message};
use super::rule::Rules;
use super::runner::{Ran, Run, Runner};
use super::silences::Silences;

pub use schedule::{BEHIND, EVERY, Looks, until_next};

/// Watches alerts.
#[derive(Debug)]
pub struct Watcher {
    board: Board,
    outbox: Outbox,
    observer: Observer,
    runner: Runner,
    silences: Silences,
    /// Where silences lie.
    silences_at: Option<PathBuf>,
    /// What is wrong with that file, so that it is said once.
    silences_trouble: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum AlertEvent {
    /// An alert fires.
    Fires(FiredAlert),
    /// An alert is over.
    IsOver(FiredAlert),
    /// A command went wrong.
    Failed(Ran),
    /// Something else is wrong.
    Trouble(String),
}

/// What faces show.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShownAlerts {
    /// The alerts, in the order of the file.
    pub rows: Vec<AlertRow>,
    /// The command that went wrong last, and how; empty if the last ones went well.
    pub trouble: String,
    /// Notices that `at-most` held back.
    pub untold: Untold,
    /// Commands that were dropped because too many waited.
    pub dropped: u64,
}

/// Whether anybody is told at a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// All who are to be told.
    Everyone,
    /// Nobody: the instant has long passed.
    Nobody,
}

impl Watcher {
    /// A watcher that has not looked yet; silences lie in the file at `silences_at`.
    #[must_use]
    pub fn new(rules: Rules, common: Common, silences_at: Option<PathBuf>) -> Watcher {
        Watcher {
            outbox: Outbox::new(&rules),
            board: Board::new(rules),
            observer: Observer::new(common),
            runner: Runner::default(),
            silences: Silences::default(),
            silences_at,
            silences_trouble: String::new(),
        }
    }

    /// Goes on with other rules. Alerts that are as they were keep their states, and nobody is told of them twice.
    pub fn change(&mut self, rules: Rules, common: Common) {
        self.outbox = self.outbox.with_rules(self.board.rules(), &rules);
        self.board = self.board.with_rules(rules);
        self.observer = Observer::new(common);
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        self.board.rules()
    }

    /// Looks at all alerts as of an instant; `None` if nobody answers any more.
    pub fn look(
        &mut self,
        at: Millis,
        wall: Millis,
        telling: Telling,
        asker: &mut dyn AskAt,
    ) -> Option<Vec<AlertEvent>> {
        let rules = self.board.rules().clone();
        let mut observations = Vec::with_capacity(rules.alerts.len());
        for numbered in rules.alerts.iter().enumerate() {
            observations.push(self.observer.observe(numbered, at, asker)?);
        }
        let before: Vec<_> = self.board.states().map(|(_, state)| state).collect();
        self.board.take(at, &observations);
        let mut events = Vec::new();
        if telling == Telling::Everyone {
            events.extend(self.read_silences());
            self.tell(at, wall, &rules);
        }
        for (position, was) in before.into_iter().enumerate() {
            let Some(fired) = self.board.fired(position) else { continue };
            match (was.firing(), fired.resolved) {
                (None, None) => events.push(AlertEvent::Fires(fired)),
                (Some(_), Some(_)) => events.push(AlertEvent::IsOver(fired)),
                _ => {}
            }
        }
        Some(events)
    }

    fn tell(&mut self, at: Millis, wall: Millis, rules: &Rules) {
        let held = |rule: &_| self.board.held(rule, &self.silences, wall).is_some();
        let states: Vec<_> = self.board.states().map(|(rule, state)| (state, held(rule))).collect();
        for notice in self.outbox.due(at, rules, &states) {
            self.run(notice);
        }
    }

    fn run(&mut self, notice: Notice) {
        let Some(receiver) = self.outbox.receivers().get(notice.receiver) else { return };
        let Some(fired) = self.board.fired(notice.alert) else { return };
        if let Ok(input) = message(&fired, &receiver.name, Occasion::Real) {
            let title = format!("the command of {} for {}", receiver.name, fired.alert);
            self.runner.run(Run { title, argv: receiver.run.clone(), input });
        }
    }

    fn read_silences(&mut self) -> Option<AlertEvent> {
        let path = self.silences_at.as_ref()?;
        match Silences::read(path) {
            Ok(silences) => {
                self.silences = silences;
                self.silences_trouble.clear();
                None
            }
            Err(error) => {
                let trouble = format!("{}: {error}; the silences known so far stay", path.display());
                let is_new = self.silences_trouble != trouble;
                self.silences_trouble.clone_from(&trouble);
                is_new.then_some(AlertEvent::Trouble(trouble))
            }
        }
    }

    /// Commands that went wrong since the last call.
    pub fn failed(&mut self) -> Vec<AlertEvent> {
        failed(self.runner.ended())
    }

    /// Waits for the commands that run, and says which went wrong.
    pub fn finish(&mut self) -> Vec<AlertEvent> {
        failed(self.runner.finish())
    }

    /// What faces show.
    #[must_use]
    pub fn shown(&self, wall: Millis, trouble: &str) -> ShownAlerts {
        ShownAlerts {
            rows: self.board.rows(&self.silences, wall),
            trouble: trouble.to_owned(),
            untold: self.outbox.untold(),
            dropped: self.runner.dropped(),
        }
    }

    /// How far back it has to be looked, once a log was caught up with, to know what still fires.
    #[must_use]
    pub fn memory(&self) -> Span {
        let of = |timing: &super::state::Timing| timing.hold + timing.keep_firing + EVERY;
        self.rules().alerts.iter().map(|rule| of(&rule.timing)).max().unwrap_or(EVERY)
    }

    /// Everything that fired and is shown, for the backtest.
    #[must_use]
    pub fn firing(&self) -> Vec<FiredAlert> {
        let all = (0..self.rules().alerts.len()).filter_map(|position| self.board.fired(position));
        all.filter(|fired| fired.resolved.is_none()).collect()
    }
}

fn failed(ran: Vec<Ran>) -> Vec<AlertEvent> {
    ran.into_iter().filter(|ran| ran.trouble.is_some()).map(AlertEvent::Failed).collect()
}

impl AlertEvent {
    /// One line about it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            AlertEvent::Fires(fired) => {
                format!("alert {} fires ({}): {}", fired.alert, fired.severity, reason(fired))
            }
            AlertEvent::IsOver(fired) => format!(
                "alert {} is over; it fired from {} to {}",
                fired.alert,
                fired.fired.rfc3339(),
                fired.resolved.map(Millis::rfc3339).unwrap_or_default()
            ),
            AlertEvent::Failed(ran) => {
                let said = if ran.output.is_empty() { "" } else { "; it said: " };
                let trouble = ran.trouble.as_deref().unwrap_or_default();
                format!("{}: {trouble}{said}{}", ran.title, ran.output)
            }
            AlertEvent::Trouble(trouble) => trouble.clone(),
        }
    }
}

fn reason(fired: &FiredAlert) -> String {
    let value = if fired.value_in_words.is_empty() { "not known" } else { &fired.value_in_words };
    format!("{value}, for {} since {}", fired.condition, fired.since.rfc3339())
}

#[cfg(test)]
mod tests;
