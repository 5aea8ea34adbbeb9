//! The counters of all tables that a question asks for.
//!
//! Several tables may depend on one string: an arrival determines channel, source and campaign. Sessions are counted
//! once per string, and the rows are looked up once per string, when the counts are taken.

use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::counts::TablePartial;
use super::dense_counter::DenseCounter;
use super::matched::{Matched, TimeClass};
use super::question::{Measures, TableAsk};
use super::row_times::RowTimes;
use super::table_counter::{DecidedBy, TableCounter, add_durations, add_to};

/// The counters of every table.
#[derive(Debug)]
pub(super) struct TableCounters {
    tables: Vec<TableCounter>,
    arrivals: Strings,
    agents: Strings,
    hosts: Strings,
}

impl TableCounters {
    pub(super) fn new(tables: &[TableAsk]) -> TableCounters {
        let tables: Vec<_> = tables.iter().map(TableCounter::new).collect();
        let [arrivals, agents, hosts] =
            [DecidedBy::Arrival, DecidedBy::Agent, DecidedBy::Host].map(|which| Strings::new(which, &tables));
        TableCounters { tables, arrivals, agents, hosts }
    }

    /// Counts sessions of the same class, if they were seen in the window or closed in it.
    pub(super) fn add(&mut self, sessions: &[Matched<impl Row>], stand: TimeClass) {
        if !stand.seen && !stand.closed.in_window {
            return;
        }
        self.arrivals.add(sessions, stand, |row| row.arrival().0);
        self.agents.add(sessions, stand, |row| row.agent().0);
        self.hosts.add(sessions, stand, |row| row.host().0);
        self.tables.iter_mut().for_each(|tally| tally.add(sessions, stand));
    }

    /// Merges other counts.
    pub(super) fn absorb(&mut self, tables: &[TablePartial]) {
        self.tables.iter_mut().zip(tables).for_each(|(tally, table)| tally.absorb(table));
    }

    /// Takes what was counted, and starts again.
    pub(super) fn take(&mut self, known: &Dictionaries) -> Vec<TablePartial> {
        self.arrivals.give_to(&mut self.tables, known);
        self.agents.give_to(&mut self.tables, known);
        self.hosts.give_to(&mut self.tables, known);
        self.tables.iter_mut().map(TableCounter::take).collect()
    }
}

/// Sessions by one of their strings, for all tables that depend on it.
#[derive(Debug)]
struct Strings {
    which: DecidedBy,
    /// What to count; `None` if no table depends on it.
    measures: Option<Measures>,
    occurrences: DenseCounter,
    times: RowTimes,
}

impl Strings {
    fn new(which: DecidedBy, tables: &[TableCounter]) -> Strings {
        let mut measures = None;
        for tally in tables.iter().filter(|tally| tally.decided_by == which) {
            if measures != Some(Measures::CountsAndTimes) {
                measures = Some(tally.measures);
            }
        }
        Strings { which, measures, occurrences: DenseCounter::default(), times: RowTimes::default() }
    }

    fn add<R: Row>(&mut self, sessions: &[Matched<R>], stand: TimeClass, string: impl Fn(&R) -> u32) {
        let Some(measures) = self.measures else { return };
        for Matched { row, facts, .. } in sessions {
            add_to(&mut self.occurrences, string(row), facts, stand);
        }
        if measures == Measures::CountsAndTimes && stand.closed.in_window {
            add_durations(&mut self.times, sessions, |row| Some(string(row)));
        }
    }

    fn give_to(&mut self, tables: &mut [TableCounter], known: &Dictionaries) {
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
