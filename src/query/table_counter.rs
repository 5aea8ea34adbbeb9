//! Counts per row of one table while sessions are folded.

use hashbrown::HashMap;

use crate::ids::{AgentId, ArrivalId, HostId, PageId};
use crate::store::dictionaries::{ArrivalFacts, Dictionaries};
use crate::store::row::{EntryKind, Row};
use crate::time::{Millis, Span};

use super::counts::{Counts, LoadCounts, LoadsByRow, TablePartial};
use super::dense_counter::DenseCounter;
use super::figure::Figure;
use super::matched::{Facts, Matched, TimeClass};
use super::question::{Grouping, Measures, TableAsk};
use super::row_key::RowKey;
use super::row_times::RowTimes;

/// Counts per row of one table.
#[derive(Debug)]
pub(super) struct TableCounter {
    grouping: Grouping,
    pub(super) decided_by: DecidedBy,
    pub(super) measures: Measures,
    /// By row number, for tables whose row depends on a string: those are counted per string
    /// ([`super::table_counters`]).
    rows: Rows,
    /// By row number, for all others.
    occurrences: DenseCounter,
    times: RowTimes,
    loads: LoadsByRow,
    load_times: RowTimes,
}

/// What determines the rows of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecidedBy {
    /// Each page viewed.
    Pages,
    /// Each action done.
    Actions,
    /// Its arrival.
    Arrival,
    /// Its agent.
    Agent,
    /// The host asked for.
    Host,
    /// Something else of the session.
    Session,
}

impl DecidedBy {
    fn of(grouping: Grouping) -> DecidedBy {
        match grouping {
            Grouping::Page => DecidedBy::Pages,
            Grouping::Action => DecidedBy::Actions,
            Grouping::Channel | Grouping::Source | Grouping::Campaign => DecidedBy::Arrival,
            Grouping::Browser | Grouping::System | Grouping::Device => DecidedBy::Agent,
            Grouping::Site => DecidedBy::Host,
            _ => DecidedBy::Session,
        }
    }

    /// Whether a single string of a session determines its row.
    fn is_string(self) -> bool {
        matches!(self, DecidedBy::Arrival | DecidedBy::Agent | DecidedBy::Host)
    }
}

impl TableCounter {
    pub(super) fn new(ask: &TableAsk) -> TableCounter {
        TableCounter {
            grouping: ask.grouping,
            decided_by: DecidedBy::of(ask.grouping),
            measures: ask.measures,
            rows: Rows::default(),
            occurrences: DenseCounter::default(),
            times: RowTimes::default(),
            loads: HashMap::default(),
            load_times: RowTimes::default(),
        }
    }

    /// Counts sessions of the same class, seen in the window or closed in it.
    pub(super) fn add(&mut self, sessions: &[Matched<impl Row>], stand: TimeClass) {
        match self.decided_by {
            DecidedBy::Pages => self.add_pages(sessions, stand),
            DecidedBy::Actions => self.add_actions(sessions, stand),
            DecidedBy::Session => self.add_sessions(sessions, stand),
            // Counted once for all tables with this string.
            DecidedBy::Arrival | DecidedBy::Agent | DecidedBy::Host => {}
        }
    }

    /// Merges other counts.
    pub(super) fn absorb(&mut self, other: &TablePartial) {
        for (key, counts) in &other.rows {
            if self.decided_by.is_string() {
                self.rows.of(key.number()).merge(counts);
            } else {
                self.occurrences.beside(key.number(), |mine| mine.merge(counts));
            }
        }
        self.times.absorb(&other.times);
        self.load_times.absorb(&other.load_times);
        for (&number, loads) in &other.loads {
            self.loads.entry(number).or_default().merge(loads);
        }
    }

    /// Adds counts per string: each belongs to one row, or to none.
    pub(super) fn absorb_strings<'a>(
        &mut self,
        counts: impl Iterator<Item = (u32, &'a Counts)>,
        times: &RowTimes,
        known: &Dictionaries,
    ) {
        for (string, counts) in counts {
            if let Some(number) = self.row_of(string, known) {
                self.rows.of(number).merge(counts);
            }
        }
        if self.measures == Measures::CountsAndTimes {
            self.times.absorb(&times.folded(|string| self.row_of(string, known)));
        }
    }

    /// Takes what was counted, and starts again.
    pub(super) fn take(&mut self) -> TablePartial {
        let rows = if self.decided_by.is_string() { self.rows.take() } else { self.take_occurrences() };
        let keyed = |(number, counts)| Some((RowKey::of(self.grouping, number)?, counts));
        let rows = rows.into_iter().filter_map(keyed).collect();
        TablePartial {
            grouping: Some(self.grouping),
            rows,
            times: self.times.take(),
            loads: std::mem::take(&mut self.loads),
            load_times: self.load_times.take(),
        }
    }

    fn take_occurrences(&mut self) -> Vec<(u32, Counts)> {
        // The occurrences of a page are its pageviews.
        let is_page = self.decided_by == DecidedBy::Pages;
        let counted = self.occurrences.iter().map(|(number, &counts)| {
            (number, if is_page { Counts { pageviews: counts.count, ..counts } } else { counts })
        });
        let rows = counted.collect();
        self.occurrences.clear();
        rows
    }

    fn add_sessions(&mut self, sessions: &[Matched<impl Row>], stand: TimeClass) {
        for Matched { row, facts, .. } in sessions {
            if let Some(number) = row_of_session(self.grouping, row) {
                add_to(&mut self.occurrences, number, facts, stand);
            }
        }
        if self.measures == Measures::CountsAndTimes && stand.closed.in_window {
            add_durations(&mut self.times, sessions, |row| row_of_session(self.grouping, row));
        }
    }

    fn add_pages(&mut self, sessions: &[Matched<impl Row>], stand: TimeClass) {
        if stand.seen {
            for Matched { row, facts, .. } in sessions {
                self.add_views(row, facts, stand);
            }
        } else {
            for Matched { row, facts, .. } in sessions {
                if let Some(entry) = row.entry() {
                    self.occurrences.beside(entry.0, |counts| counts.settle(facts.bounced));
                }
            }
        }
        if self.measures == Measures::CountsAndTimes {
            self.measure_pages(sessions, stand);
        }
    }

    fn measure_pages(&mut self, sessions: &[Matched<impl Row>], stand: TimeClass) {
        if stand.closed.in_window {
            for Matched { row, .. } in sessions {
                self.add_times_on_pages(row);
            }
        }
        if stand.seen {
            for (page, _, load) in sessions.iter().flat_map(|session| session.row.loads()) {
                self.loads.entry(page.0).or_default().merge(&LoadCounts::of(load));
                self.load_times.add(page.0, Span(load.into()));
            }
        }
    }

    fn add_views(&mut self, row: &impl Row, facts: &Facts, stand: TimeClass) {
        let enter = |counts: &mut Counts| {
            counts.entries += 1;
            if stand.closed.in_window {
                counts.settle(facts.bounced);
            }
        };
        self.occurrences.session(row.pages().map(|page| page.0), enter, |counts| counts.exits += 1);
    }

    /// Time on page: until the next event; unknown for a session's last one.
    fn add_times_on_pages(&mut self, row: &impl Row) {
        let mut viewed: Option<(PageId, Millis)> = None;
        for one in row.timeline().filter(|one| one.what.is_event()) {
            if let Some((page, since)) = viewed {
                self.times.add(page.0, one.time.since(since));
            }
            viewed = (one.what == EntryKind::Pageview).then_some((one.page, one.time));
        }
    }

    fn add_actions(&mut self, sessions: &[Matched<impl Row>], stand: TimeClass) {
        if !stand.seen {
            return;
        }
        for Matched { row, .. } in sessions.iter().filter(|session| session.facts.actions > 0) {
            let actions = row.timeline().filter_map(|one| match one.what {
                EntryKind::Action(action) => Some(action.0),
                _ => None,
            });
            self.occurrences.session(actions, |_| {}, |_| {});
        }
    }

    /// The row of a string; `None` if it has none.
    fn row_of(&self, string: u32, known: &Dictionaries) -> Option<u32> {
        let arrival = || known.arrival(ArrivalId(string));
        let agent = || known.agent(AgentId(string));
        match self.grouping {
            Grouping::Channel => Some(arrival().channel as u32),
            Grouping::Source => {
                let ArrivalFacts { source, channel, .. } = arrival();
                Some(RowKey::SourceByChannel(source, channel).number())
            }
            Grouping::Campaign => known.campaign_key(arrival().campaign),
            Grouping::Browser => Some(agent().browser.0.into()),
            Grouping::System => Some(agent().system.0.into()),
            Grouping::Device => Some(agent().device as u32),
            Grouping::Site => Some(known.site(HostId(string)).0),
            _ => None,
        }
    }
}

/// Counts a session under a number.
#[inline]
pub(super) fn add_to(occurrences: &mut DenseCounter, number: u32, facts: &Facts, stand: TimeClass) {
    let settles = stand.closed.in_window && facts.has_pageview();
    if !stand.seen && !settles {
        return;
    }
    occurrences.beside(number, |counts| {
        if stand.seen {
            counts.sessions += 1;
            counts.count += 1;
            counts.pageviews += u64::from(facts.pageviews);
        }
        if settles {
            counts.settle(facts.bounced);
        }
    });
}

/// Counts the durations of sessions that closed in the window, by number.
pub(super) fn add_durations<R: Row>(
    times: &mut RowTimes,
    sessions: &[Matched<R>],
    number: impl Fn(&R) -> Option<u32>,
) {
    for Matched { row, facts, .. } in sessions {
        if let (Some(number), Some(duration)) = (number(row), facts.duration()) {
            times.add(number, duration);
        }
    }
}

/// The row of a session in a table that depends neither on strings nor on its events; `None` if it has none.
fn row_of_session(grouping: Grouping, row: &impl Row) -> Option<u32> {
    match grouping {
        Grouping::Entry => row.entry().map(|page| page.0),
        Grouping::Exit => row.exit().map(|page| page.0),
        Grouping::Country => Some(row.country().0.into()),
        Grouping::Newness => row.newness().map(|newness| newness as u32),
        Grouping::Bot => row.bot().map(|reason| reason as u32),
        _ => None,
    }
}

/// Rows by number, in order of first occurrence.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<(u32, Counts)>,
    places: HashMap<u32, u32, foldhash::fast::FixedState>,
}

impl Rows {
    /// The counts of a row, which is created if missing.
    fn of(&mut self, number: u32) -> &mut Counts {
        let Rows { rows, places } = self;
        let place = *places.entry(number).or_insert_with(|| {
            rows.push((number, Counts::default()));
            u32::try_from(rows.len() - 1).unwrap_or(u32::MAX)
        });
        &mut rows[place as usize].1
    }

    /// All of them.
    fn take(&mut self) -> Vec<(u32, Counts)> {
        self.places = HashMap::default();
        std::mem::take(&mut self.rows)
    }
}
