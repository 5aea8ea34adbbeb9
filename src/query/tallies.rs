//! The tallies of all tables that a question asks for.
//!
//! Several tables may be decided by one string: by its arrival a session has its channel, source and campaign. Such
//! sessions are counted once per string; which row of which table that is, is looked up once per string, when the
//! counts are taken.

use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::fold::Facts;
use super::occurrences::{AllOccurrences, Turn};
use super::partial::TablePartial;
use super::question::{Measures, TableAsk};
use super::tally::{DecidedBy, Tally, add_to};
use super::times::Times;

/// What is counted per row of every table.
#[derive(Debug)]
pub(super) struct Tallies {
    tables: Vec<Tally>,
    arrivals: Strings,
    agents: Strings,
    turn: Turn,
}

impl Tallies {
    pub(super) fn new(tables: &[TableAsk]) -> Tallies {
        let tables: Vec<_> = tables.iter().map(Tally::new).collect();
        let (arrivals, agents) =
            (Strings::new(DecidedBy::Arrival, &tables), Strings::new(DecidedBy::Agent, &tables));
        Tallies { tables, arrivals, agents, turn: Turn::default() }
    }

    /// Counts a session that was seen in the window or has closed in it.
    #[inline]
    pub(super) fn add(&mut self, row: &impl Row, facts: &Facts) {
        self.turn = self.turn.next();
        let Tallies { tables, arrivals, agents, turn } = self;
        arrivals.add(row.arrival().0, facts, *turn);
        agents.add(row.agent().0, facts, *turn);
        for tally in tables {
            tally.add(row, facts, *turn);
        }
    }

    /// Takes in what was counted elsewhere.
    pub(super) fn absorb(&mut self, tables: &[TablePartial]) {
        self.tables.iter_mut().zip(tables).for_each(|(tally, table)| tally.absorb(table));
    }

    /// What was counted since the last time.
    pub(super) fn take(&mut self, known: &Dictionaries) -> Vec<TablePartial> {
        self.arrivals.give_to(&mut self.tables, known);
        self.agents.give_to(&mut self.tables, known);
        self.tables.iter_mut().map(Tally::take).collect()
    }
}

/// Sessions by a string of theirs, for all tables that it decides.
#[derive(Debug)]
struct Strings {
    which: DecidedBy,
    /// What of them; `None` where it decides no table.
    measures: Option<Measures>,
    occurrences: AllOccurrences,
    times: Times,
}

impl Strings {
    fn new(which: DecidedBy, tables: &[Tally]) -> Strings {
        let mut measures = None;
        for tally in tables.iter().filter(|tally| tally.decided_by == which) {
            if measures != Some(Measures::CountsAndTimes) {
                measures = Some(tally.measures);
            }
        }
        Strings { which, measures, occurrences: AllOccurrences::default(), times: Times::default() }
    }

    #[inline]
    fn add(&mut self, string: u32, facts: &Facts, turn: Turn) {
        let Some(measures) = self.measures else { return };
        add_to(&mut self.occurrences, string, facts, turn);
        if measures == Measures::CountsAndTimes
            && facts.closed.in_window
            && let Some(duration) = facts.duration
        {
            self.times.add(string, duration);
        }
    }

    fn give_to(&mut self, tables: &mut [Tally], known: &Dictionaries) {
        if self.measures.is_none() {
            return;
        }
        let times = self.times.take();
        for tally in tables.iter_mut().filter(|tally| tally.decided_by == self.which) {
            tally.absorb_strings(self.occurrences.iter(), &times, known);
        }
        self.occurrences.clear();
    }
}
