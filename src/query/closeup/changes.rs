//! Changes: the window against the one before, and the last minutes against the rest of the hour; and who the bots are.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::classify::agent::{BotId, BotVerdict};
use crate::query::matched::Matched;
use crate::query::moment::Frame;
use crate::query::renumber::Numbers;
use crate::query::view::{BotRow, ChangesCloseup};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, Row};
use crate::time::Millis;

use super::change_counts::ChangeCounts;
use super::{CountsOf, add_counts};

/// What is counted to find changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct ChangesPartial {
    /// The start of the earliest session kept: tells whether the window before is known.
    pub(in crate::query) earliest: Option<Millis>,
    /// The window and the one before.
    pub(in crate::query) window: ChangeCounts,
    /// The last five minutes and the 55 before (R15).
    pub(in crate::query) hour: ChangeCounts,
    bots: CountsOf<Bot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Bot {
    Named(BotId),
    Unnamed(BotReason),
}

impl Bot {
    fn row(self, known: &Dictionaries, sessions: u64) -> BotRow {
        let (name, reason) = match self {
            Bot::Named(bot) => (known.agent_tables.bot_name(bot).to_owned(), BotReason::Agent),
            Bot::Unnamed(reason) => (String::new(), reason),
        };
        BotRow { name, reason: reason.name().to_owned(), sessions }
    }
}

impl ChangesPartial {
    pub(super) fn add(&mut self, session: &Matched<impl Row>, frame: &Frame, known: &Dictionaries) {
        let Matched { row, stand, .. } = session;
        self.earliest = self.earliest.into_iter().chain([row.start()]).min();
        if stand.seen
            && let Some(reason) = row.bot()
        {
            self.add_bot(row, reason, known);
        }
        self.window.add(session, frame, known);
        if frame.before > Millis::MIN {
            self.window.add_bounce(session);
        }
        let hour = frame.hour();
        if row.end() >= hour.before {
            self.hour.add(session, &hour, known);
        }
    }

    pub(super) fn add_bot(&mut self, row: &impl Row, reason: BotReason, known: &Dictionaries) {
        let bot = match known.agent(row.agent()).bot {
            Some(BotVerdict::Agent(bot)) if reason == BotReason::Agent => Bot::Named(bot),
            _ => Bot::Unnamed(reason),
        };
        *self.bots.entry(bot).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: &ChangesPartial) {
        self.earliest = self.earliest.into_iter().chain(other.earliest).min();
        self.window.merge(&other.window);
        self.hour.merge(&other.hour);
        add_counts(&mut self.bots, &other.bots);
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> ChangesPartial {
        ChangesPartial {
            window: self.window.renumbered(numbers),
            hour: self.hour.renumbered(numbers),
            // Bots have ids from dwell's own tables, which stay as they are.
            ..self
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<ChangesPartial>()
            + self.window.bytes()
            + self.hour.bytes()
            + self.bots.capacity() * size_of::<(Bot, u64)>()
    }

    pub(super) fn view(&self, known: &Dictionaries) -> ChangesCloseup {
        let mut bots: Vec<_> = self.bots.iter().map(|(bot, &sessions)| bot.row(known, sessions)).collect();
        bots.sort_unstable_by(|a, b| {
            (Reverse(a.sessions), &a.name, &a.reason).cmp(&(Reverse(b.sessions), &b.name, &b.reason))
        });
        ChangesCloseup { bots }
    }
}
