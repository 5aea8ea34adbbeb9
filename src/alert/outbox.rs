//! Who is to be told of what, and when (design.md R16): once when an alert fires, again every `repeat`, once when it is
//! over; never more often than `at-most`.

use std::collections::VecDeque;

use crate::time::{Millis, Span};

use super::rule::{AtMost, Rules};
use super::state::State;

/// Remembers who was told of what.
#[derive(Debug, Clone, PartialEq)]
pub struct Outbox {
    receivers: Vec<Receiver>,
    told: Vec<Vec<Option<Told>>>,
    /// Notices that `at-most` has delayed …
    delayed: u64,
    /// … or that were not due any more when they could have been sent.
    dropped: u64,
}

/// Someone who is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Receiver {
    /// The alert's name, or `notify` with its number.
    pub name: String,
    /// The command, with its arguments.
    pub run: Vec<String>,
    /// Whether it is told that an alert is over.
    pub resolved: bool,
    /// The only alert that it is told of; `None` for all without a command of their own.
    of: Option<usize>,
    at_most: Option<AtMost>,
    /// When it was told lately.
    sent: VecDeque<Millis>,
}

/// Of which firing someone was told, and when last.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Told {
    fired: Millis,
    last: Millis,
    /// Whether `at-most` delays what is due, which counts once.
    is_delayed: bool,
    /// Whether anything was sent.
    was_sent: bool,
}

/// Something to be told to someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// The position of the alert.
    pub alert: usize,
    /// The position of the receiver.
    pub receiver: usize,
    /// What.
    pub what: NoticeKind,
}

/// What someone is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// It fires.
    Fires,
    /// It still does.
    StillFires,
    /// It is over.
    IsOver,
}

/// Counts of what could not be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Untold {
    /// Notices that `at-most` has delayed.
    pub delayed: u64,
    /// Notices that were never sent because the alert was over before `at-most` allowed them.
    pub dropped: u64,
}

impl Outbox {
    /// An outbox that has told nothing yet.
    #[must_use]
    pub fn new(rules: &Rules) -> Outbox {
        let own = rules.alerts.iter().enumerate().filter(|(_, rule)| !rule.run.is_empty());
        let own = own.map(|(at, rule)| Receiver {
            name: rule.name.clone(),
            run: rule.run.clone(),
            resolved: true,
            of: Some(at),
            at_most: rule.at_most,
            sent: VecDeque::new(),
        });
        let shared = rules.notify.iter().zip(1..).map(|(notify, number)| Receiver {
            name: format!("notify {number}"),
            run: notify.run.clone(),
            resolved: notify.resolved,
            of: None,
            at_most: notify.at_most,
            sent: VecDeque::new(),
        });
        let receivers: Vec<_> = own.chain(shared).collect();
        let told = vec![vec![None; receivers.len()]; rules.alerts.len()];
        Outbox { receivers, told, delayed: 0, dropped: 0 }
    }

    /// An outbox for other rules, which remembers what was told of alerts that stay to receivers that stay.
    #[must_use]
    pub fn with_rules(&self, old: &Rules, rules: &Rules) -> Outbox {
        let mut new = Outbox::new(rules);
        for (at, receiver) in new.receivers.iter_mut().enumerate() {
            let same = |known: &Receiver| known.name == receiver.name && known.run == receiver.run;
            let Some(known_at) = self.receivers.iter().position(same) else { continue };
            receiver.sent = self.receivers.get(known_at).map(|known| known.sent.clone()).unwrap_or_default();
            for (rule, told) in rules.alerts.iter().zip(&mut new.told) {
                let known = old.position(&rule.name).and_then(|alert| self.told.get(alert)?.get(known_at));
                if let (Some(told), Some(known)) = (told.get_mut(at), known) {
                    *told = *known;
                }
            }
        }
        Outbox { delayed: self.delayed, dropped: self.dropped, ..new }
    }

    /// The receivers.
    #[must_use]
    pub fn receivers(&self) -> &[Receiver] {
        &self.receivers
    }

    /// Who is told of an alert.
    #[must_use]
    pub fn told_of(&self, rules: &Rules, alert: usize) -> Vec<&Receiver> {
        let has_own = rules.alerts.get(alert).is_some_and(|rule| !rule.run.is_empty());
        let numbered = self.receivers.iter().enumerate();
        numbered.filter(|(at, _)| self.is_told(alert, *at, has_own)).map(|(_, receiver)| receiver).collect()
    }

    /// What could not be told.
    #[must_use]
    pub fn untold(&self) -> Untold {
        Untold { delayed: self.delayed, dropped: self.dropped }
    }

    /// Who is to be told at an instant, by the states of all alerts. Of those that are held nobody is told that they
    /// fire; that is made up for once they are not held any more.
    pub fn due(&mut self, time: Millis, rules: &Rules, states: &[(State, bool)]) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (alert, (rule, (state, is_held))) in rules.alerts.iter().zip(states).enumerate() {
            for receiver in 0..self.receivers.len() {
                if !self.is_told(alert, receiver, !rule.run.is_empty()) {
                    continue;
                }
                if let Some(what) = self.next(time, (alert, receiver), (*state, *is_held), rule.repeat) {
                    notices.push(Notice { alert, receiver, what });
                }
            }
        }
        notices
    }

    fn is_told(&self, alert: usize, receiver: usize, has_own: bool) -> bool {
        match self.receivers.get(receiver).map(|receiver| receiver.of) {
            Some(Some(only)) => only == alert,
            Some(None) => !has_own,
            None => false,
        }
    }

    fn next(
        &mut self,
        time: Millis,
        (alert, receiver): (usize, usize),
        (state, is_held): (State, bool),
        repeat: Option<Span>,
    ) -> Option<NoticeKind> {
        let told = self.told.get_mut(alert)?.get_mut(receiver)?;
        let to = self.receivers.get_mut(receiver)?;
        let Some(fired) = state.firing() else {
            let told = told.take()?;
            if !told.was_sent {
                self.dropped += 1;
                return None;
            }
            // The end is told in any case: whoever was woken may sleep.
            return to.resolved.then(|| to.send(time, NoticeKind::IsOver));
        };
        if is_held {
            return None;
        }
        let known = told.filter(|told| told.fired == fired && told.was_sent);
        let what = match known {
            None => NoticeKind::Fires,
            Some(told) if repeat.is_some_and(|repeat| time.since(told.last) >= repeat) => {
                NoticeKind::StillFires
            }
            Some(_) => return None,
        };
        if to.may_be_told(time) {
            *told = Some(Told { fired, last: time, is_delayed: false, was_sent: true });
            return Some(to.send(time, what));
        }
        let entry = told.get_or_insert(Told { fired, last: time, is_delayed: false, was_sent: false });
        self.delayed += u64::from(!entry.is_delayed);
        entry.is_delayed = true;
        None
    }
}

impl Receiver {
    fn may_be_told(&mut self, time: Millis) -> bool {
        let Some(AtMost { runs, within }) = self.at_most else { return true };
        self.sent.retain(|sent| time.since(*sent) < within);
        self.sent.len() < runs as usize
    }

    fn send(&mut self, time: Millis, what: NoticeKind) -> NoticeKind {
        if self.at_most.is_some() {
            self.sent.push_back(time);
        }
        what
    }
}

#[cfg(test)]
mod tests;
