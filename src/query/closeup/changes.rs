//! Changes since the window before: sources, errors and load times in both; and who the bots are.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

use hashbrown::HashMap;

use crate::classify::agent::{BotId, BotVerdict};
use crate::ids::{PageId, SourceId};
use crate::query::figure::{Figure, figures};
use crate::query::matched::Matched;
use crate::query::moment::Frame;
use crate::query::renumber::Numbers;
use crate::query::view::{BotRow, ChangesCloseup};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, EntryKind, Row, TimelineEntry};
use crate::time::Millis;

use super::{CountsOf, add_counts, with_keys};
figures! {
    /// A count in the window and in the one before.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
    pub(in crate::query) struct Pair {
        pub(in crate::query) now: u64,
        pub(in crate::query) before: u64,
    }
}

impl Pair {
    fn add(&mut self, when: When, count: u64) {
        match when {
            When::Now => self.now += count,
            When::Before => self.before += count,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Before,
}

impl When {
    fn of(time: Millis, frame: &Frame) -> Option<When> {
        match time {
            time if time > frame.to => None,
            time if time >= frame.from => Some(When::Now),
            time if time >= frame.before => Some(When::Before),
            _ => None,
        }
    }
}

figures! {
    /// Errors on one page.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(in crate::query) struct Errors {
        pub(in crate::query) errors: Pair,
        /// Sessions that met one.
        pub(in crate::query) sessions: Pair,
    }
}

figures! {
    /// Logarithms of load times, which are about normally distributed. They are integers, so that sums do not depend
    /// on the order.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(in crate::query) struct LogLoads {
        pub(in crate::query) count: Pair,
        /// Sums of [`log_of`].
        pub(in crate::query) sum: Pair,
        /// Sums of the squares of [`log_of`].
        pub(in crate::query) squares: Pair,
    }
}

/// Thousandths of the natural logarithm of a load time in milliseconds, plus one.
fn log_of(load: u32) -> u64 {
    // From 0 to 22,181: exact as a float.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 22,181")]
    let thousandths = (f64::from(load).ln_1p() * 1000.0).round() as u64;
    thousandths
}

/// What is counted to find changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct ChangesPartial {
    /// The start of the earliest session kept: tells whether the window before is known.
    pub(in crate::query) earliest: Option<Millis>,
    /// Sessions that started.
    pub(in crate::query) started: Pair,
    pub(in crate::query) sources: HashMap<SourceId, Pair, foldhash::fast::FixedState>,
    pub(in crate::query) errors: HashMap<PageId, Errors, foldhash::fast::FixedState>,
    pub(in crate::query) loads: HashMap<PageId, LogLoads, foldhash::fast::FixedState>,
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
        if let Some(when) = When::of(row.start(), frame) {
            self.started.add(when, 1);
            let source = known.arrival(row.arrival()).source;
            self.sources.entry(source).or_default().add(when, 1);
        }
        if row.end() >= frame.before {
            self.add_loads(row, frame);
        }
        if row.errors() > 0 {
            self.add_errors(row, frame);
        }
    }

    pub(super) fn add_bot(&mut self, row: &impl Row, reason: BotReason, known: &Dictionaries) {
        let bot = match known.agent(row.agent()).bot {
            Some(BotVerdict::Agent(bot)) if reason == BotReason::Agent => Bot::Named(bot),
            _ => Bot::Unnamed(reason),
        };
        *self.bots.entry(bot).or_default() += 1;
    }

    fn add_loads(&mut self, row: &impl Row, frame: &Frame) {
        for (page, time, load) in row.loads() {
            let Some(when) = When::of(time, frame) else { continue };
            let (loads, log) = (self.loads.entry(page).or_default(), log_of(load));
            loads.count.add(when, 1);
            loads.sum.add(when, log);
            loads.squares.add(when, log * log);
        }
    }

    fn add_errors(&mut self, row: &impl Row, frame: &Frame) {
        let mut met: Vec<(PageId, When)> = Vec::new();
        for TimelineEntry { page, time, .. } in row.timeline().filter(|one| one.what == EntryKind::Error) {
            let Some(when) = When::of(time, frame) else { continue };
            let errors = self.errors.entry(page).or_default();
            errors.errors.add(when, 1);
            if !met.contains(&(page, when)) {
                errors.sessions.add(when, 1);
                met.push((page, when));
            }
        }
    }

    pub(super) fn merge(&mut self, other: &ChangesPartial) {
        self.earliest = self.earliest.into_iter().chain(other.earliest).min();
        self.started.merge(&other.started);
        merge_all(&mut self.sources, &other.sources);
        merge_all(&mut self.errors, &other.errors);
        merge_all(&mut self.loads, &other.loads);
        add_counts(&mut self.bots, &other.bots);
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> ChangesPartial {
        let ChangesPartial { earliest, started, sources, errors, loads, bots } = self;
        ChangesPartial {
            earliest,
            started,
            sources: with_keys(sources, |source| numbers.source(source), |mine, theirs| mine.merge(&theirs)),
            errors: with_keys(errors, |page| numbers.page(page), |mine, theirs| mine.merge(&theirs)),
            loads: with_keys(loads, |page| numbers.page(page), |mine, theirs| mine.merge(&theirs)),
            // Bots have ids from dwell's own tables, which stay as they are.
            bots,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<ChangesPartial>()
            + self.sources.capacity() * size_of::<(SourceId, Pair)>()
            + self.errors.capacity() * size_of::<(PageId, Errors)>()
            + self.loads.capacity() * size_of::<(PageId, LogLoads)>()
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

/// Takes in figures of other sessions.
fn merge_all<K: Copy + Eq + std::hash::Hash, V: Figure + Default>(
    mine: &mut HashMap<K, V, foldhash::fast::FixedState>,
    theirs: &HashMap<K, V, foldhash::fast::FixedState>,
) {
    theirs.iter().for_each(|(key, figure)| mine.entry(*key).or_default().merge(figure));
}
