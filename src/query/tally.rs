//! Tallies: what is counted per row of one table while sessions are folded.

use hashbrown::HashMap;

use crate::ids::{AgentId, ArrivalId, PageId};
use crate::store::dictionaries::{ArrivalFacts, Dictionaries};
use crate::store::row::{Did, Row};
use crate::time::Millis;

use super::fold::Facts;
use super::occurrences::{AllOccurrences, Turn};
use super::partial::{Counts, LoadCounts, TablePartial};
use super::question::{Grouping, Measures, TableAsk};
use super::times::Times;

/// Counts per row of one table.
#[derive(Debug)]
pub(super) struct Tally {
    grouping: Grouping,
    pub(super) decided_by: DecidedBy,
    pub(super) measures: Measures,
    /// By the row's number: what was counted elsewhere.
    rows: Rows,
    /// By the row's number: what is counted here, but for tables that a string decides ([`super::tallies`]).
    occurrences: AllOccurrences,
    times: Times,
    loads: HashMap<u32, LoadCounts, foldhash::fast::FixedState>,
}

/// What decides which rows a session counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecidedBy {
    /// Each page viewed.
    Pages,
    /// Each action done.
    Actions,
    /// Its arrival alone.
    Arrival,
    /// Its agent alone.
    Agent,
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
            _ => DecidedBy::Session,
        }
    }
}

impl Tally {
    pub(super) fn new(ask: &TableAsk) -> Tally {
        Tally {
            grouping: ask.grouping,
            decided_by: DecidedBy::of(ask.grouping),
            measures: ask.measures,
            rows: Rows::default(),
            occurrences: AllOccurrences::default(),
            times: Times::default(),
            loads: HashMap::default(),
        }
    }

    /// Counts a session that was seen in the window or has closed in it.
    #[inline]
    pub(super) fn add(&mut self, row: &impl Row, facts: &Facts, turn: Turn) {
        match self.decided_by {
            DecidedBy::Pages => self.add_pages(row, facts, turn),
            DecidedBy::Actions => self.add_actions(row, facts, turn),
            DecidedBy::Session => self.add_session(row, facts, turn),
            // Counted once for all tables that it decides.
            DecidedBy::Arrival | DecidedBy::Agent => {}
        }
    }

    /// Takes in what was counted elsewhere.
    pub(super) fn absorb(&mut self, other: &TablePartial) {
        for (number, counts) in &other.rows {
            self.rows.of(*number).merge(counts);
        }
        self.times.absorb(&other.times);
        for (&number, &loads) in &other.loads {
            self.loads.entry(number).or_default().merge(loads);
        }
    }

    /// Takes in what was counted per string: each belongs to one row, or to none.
    pub(super) fn absorb_strings<'a>(
        &mut self,
        counts: impl Iterator<Item = (u32, &'a Counts)>,
        times: &Times,
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

    /// What was counted since the last time.
    pub(super) fn take(&mut self) -> TablePartial {
        // What occurs of a page are its pageviews: no need to count them twice.
        let is_page = self.decided_by == DecidedBy::Pages;
        let counted = self.occurrences.iter().map(|(number, &counts)| {
            (number, if is_page { Counts { pageviews: counts.count, ..counts } } else { counts })
        });
        let rows = self.rows.take_with(counted);
        self.occurrences.clear();
        TablePartial { rows, times: self.times.take(), loads: std::mem::take(&mut self.loads) }
    }

    fn add_session(&mut self, row: &impl Row, facts: &Facts, turn: Turn) {
        let Some(number) = row_of_session(self.grouping, row) else { return };
        add_to(&mut self.occurrences, number, facts, turn);
        if self.measures == Measures::CountsAndTimes
            && facts.closed.in_window
            && let Some(duration) = facts.duration
        {
            self.times.add(number, duration);
        }
    }

    fn add_pages(&mut self, row: &impl Row, facts: &Facts, turn: Turn) {
        if facts.seen {
            self.add_views(row, facts, turn);
        } else if let Some(entry) = row.entry().filter(|_| facts.closed.in_window) {
            self.occurrences.beside(entry.0, |counts| counts.settle(facts.bounced));
        }
        if self.measures == Measures::CountsAndTimes {
            self.measure_pages(row, facts);
        }
    }

    fn measure_pages(&mut self, row: &impl Row, facts: &Facts) {
        if facts.closed.in_window {
            self.add_times_on_pages(row);
        }
        if facts.seen {
            for (page, _, load) in row.loads() {
                self.loads.entry(page.0).or_default().merge(LoadCounts { sum: load.into(), count: 1 });
            }
        }
    }

    fn add_views(&mut self, row: &impl Row, facts: &Facts, turn: Turn) {
        for page in row.pages() {
            self.occurrences.in_session(page.0, turn, |counts| counts.count += 1);
        }
        let (Some(entry), Some(exit)) = (row.entry(), row.exit()) else { return };
        self.occurrences.beside(exit.0, |counts| counts.exits += 1);
        self.occurrences.beside(entry.0, |counts| {
            counts.entries += 1;
            if facts.closed.in_window {
                counts.settle(facts.bounced);
            }
        });
    }

    /// How long each page was looked at: until the next event; for a session's last one it is not known.
    fn add_times_on_pages(&mut self, row: &impl Row) {
        let mut viewed: Option<(PageId, Millis)> = None;
        for one in row.happenings().filter(|one| one.what.is_event()) {
            if let Some((page, since)) = viewed {
                self.times.add(page.0, one.time.since(since));
            }
            viewed = (one.what == Did::Pageview).then_some((one.page, one.time));
        }
    }

    fn add_actions(&mut self, row: &impl Row, facts: &Facts, turn: Turn) {
        if !facts.seen || row.actions() == 0 {
            return;
        }
        for one in row.happenings() {
            if let Did::Action(action) = one.what {
                self.occurrences.in_session(action.0, turn, |counts| counts.count += 1);
            }
        }
    }

    /// The row that a string decides; `None` where it decides none.
    fn row_of(&self, string: u32, known: &Dictionaries) -> Option<u32> {
        let arrival = || known.arrival(ArrivalId(string));
        let agent = || known.agent(AgentId(string));
        match self.grouping {
            Grouping::Channel => Some(arrival().channel as u32),
            Grouping::Source => Some(source_and_channel(arrival())),
            Grouping::Campaign => known.campaign_key(arrival().campaign),
            Grouping::Browser => Some(agent().browser.0.into()),
            Grouping::System => Some(agent().system.0.into()),
            Grouping::Device => Some(agent().device as u32),
            _ => None,
        }
    }
}

/// Counts a session under the one number that it belongs to.
#[inline]
pub(super) fn add_to(occurrences: &mut AllOccurrences, number: u32, facts: &Facts, turn: Turn) {
    if facts.seen {
        occurrences.in_session(number, turn, |counts| {
            counts.count += 1;
            counts.pageviews += facts.pageviews;
        });
    }
    if facts.closed.in_window && facts.has_pageview() {
        occurrences.beside(number, |counts| counts.settle(facts.bounced));
    }
}

/// The row of a session in a table that neither its strings nor what happened in it decides; `None` where it has none.
fn row_of_session(grouping: Grouping, row: &impl Row) -> Option<u32> {
    match grouping {
        Grouping::Entry => row.entry().map(|page| page.0),
        Grouping::Exit => row.exit().map(|page| page.0),
        Grouping::Country => Some(row.country().0.into()),
        Grouping::Site => Some(row.site().0),
        Grouping::Newness => Some(row.newness() as u32),
        Grouping::Bot => row.bot().map(|reason| reason as u32),
        _ => None,
    }
}

/// Sources are counted by channel too, so that each row can say by which most of its sessions came.
fn source_and_channel(arrival: ArrivalFacts) -> u32 {
    arrival.source.0 * SOURCE_CHANNELS + arrival.channel as u32
}

/// More than there are channels.
pub(super) const SOURCE_CHANNELS: u32 = 32;

/// Rows by their number, in the order in which they came.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<(u32, Counts)>,
    places: HashMap<u32, u32, foldhash::fast::FixedState>,
}

impl Rows {
    /// The counts of a row, which is made where there is none.
    fn of(&mut self, number: u32) -> &mut Counts {
        let Rows { rows, places } = self;
        let place = *places.entry(number).or_insert_with(|| {
            rows.push((number, Counts::default()));
            u32::try_from(rows.len() - 1).unwrap_or(u32::MAX)
        });
        &mut rows[place as usize].1
    }

    /// All of them, with more counts, each number of which comes once.
    fn take_with(&mut self, more: impl Iterator<Item = (u32, Counts)>) -> Vec<(u32, Counts)> {
        if self.rows.is_empty() {
            return more.collect();
        }
        more.for_each(|(number, counts)| self.of(number).merge(&counts));
        self.places = HashMap::default();
        std::mem::take(&mut self.rows)
    }
}
