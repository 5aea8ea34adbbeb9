//! Tallies: what is counted per row of one table while sessions are folded.

use hashbrown::HashMap;

use crate::ids::PageId;
use crate::store::dictionaries::{ArrivalFacts, Dictionaries};
use crate::store::row::{Did, Row};
use crate::time::{Millis, Span};

use super::fold::Facts;
use super::partial::{Counts, TablePartial};
use super::question::{Grouping, Measures, TableAsk};
use super::spread::rounded;

/// Counts per row of one table, by the row's number.
#[derive(Debug)]
pub(super) struct Tally {
    grouping: Grouping,
    measures: Measures,
    places: Places,
    rows: Vec<TallyRow>,
    times: HashMap<(u32, u64), u32, foldhash::fast::FixedState>,
    /// Which session is being counted.
    session: u32,
}

#[derive(Debug)]
struct TallyRow {
    key: u32,
    counts: Counts,
    /// Which session counted last for this row, so that a page viewed twice is one session.
    session: u32,
}

/// Where the row of a key stands.
#[derive(Debug)]
enum Places {
    /// By the key itself, plus one; zero where it has none. For keys that count up from zero.
    Dense(Vec<u32>),
    /// For keys far apart.
    Sparse(HashMap<u32, u32, foldhash::fast::FixedState>),
}

impl Places {
    fn new(grouping: Grouping) -> Places {
        match grouping {
            Grouping::Source => Places::Sparse(HashMap::default()),
            _ => Places::Dense(Vec::new()),
        }
    }

    /// The place of a key's row, where it has one.
    #[inline]
    fn known(&self, key: u32) -> Option<usize> {
        match self {
            Places::Dense(places) => (places.get(key as usize).copied()? as usize).checked_sub(1),
            Places::Sparse(places) => places.get(&key).map(|&place| place as usize),
        }
    }

    fn add(&mut self, key: u32, place: usize) {
        let place = u32::try_from(place).unwrap_or(u32::MAX - 1);
        match self {
            Places::Sparse(places) => {
                places.insert(key, place);
            }
            Places::Dense(places) => {
                let number = key as usize;
                places.resize(places.len().max(number + 1), 0);
                places[number] = place + 1;
            }
        }
    }

    fn forget(&mut self, rows: &[TallyRow]) {
        match self {
            Places::Sparse(places) => places.clear(),
            Places::Dense(places) => rows.iter().for_each(|row| places[row.key as usize] = 0),
        }
    }
}

impl Tally {
    pub(super) fn new(ask: &TableAsk) -> Tally {
        let (grouping, measures, places) = (ask.grouping, ask.measures, Places::new(ask.grouping));
        Tally { grouping, measures, places, rows: Vec::new(), times: HashMap::default(), session: 0 }
    }

    /// What was counted since the last time.
    pub(super) fn take(&mut self) -> TablePartial {
        self.places.forget(&self.rows);
        let rows = self.rows.drain(..).map(|row| (row.key, row.counts)).collect();
        TablePartial { rows, times: std::mem::take(&mut self.times) }
    }

    /// Takes in what was counted elsewhere.
    pub(super) fn absorb(&mut self, other: &TablePartial) {
        for (key, counts) in &other.rows {
            self.row(*key).counts.merge(counts);
        }
        for (&key, &count) in &other.times {
            *self.times.entry(key).or_default() += count;
        }
    }

    /// Counts a session.
    pub(super) fn add(&mut self, row: &impl Row, facts: &Facts, known: &Dictionaries) {
        if !facts.seen && !facts.closed.in_window {
            return;
        }
        self.session += 1;
        match self.grouping {
            Grouping::Page => self.add_pages(row, facts),
            Grouping::Action => self.add_actions(row, facts),
            _ => {
                if let Some(key) = key(self.grouping, row, known) {
                    self.add_session(key, row, facts);
                }
            }
        }
    }

    fn add_session(&mut self, key: u32, row: &impl Row, facts: &Facts) {
        let counts = &mut self.row(key).counts;
        if facts.seen {
            counts.count += 1;
            counts.sessions += 1;
            counts.pageviews += row.pageviews();
        }
        if facts.closed.in_window && facts.pageview {
            counts.settle(facts.bounced);
        }
        if facts.closed.in_window
            && let Some(duration) = row.duration()
        {
            self.add_time(key, duration);
        }
    }

    fn add_pages(&mut self, row: &impl Row, facts: &Facts) {
        let (mut first, mut last) = (None, None);
        for page in row.pages() {
            if facts.seen {
                self.view(page.0);
            }
            first = first.or(Some(page));
            last = Some(page);
        }
        if let Some(entry) = first {
            self.add_entry(entry, facts);
        }
        if let Some(exit) = last.filter(|_| facts.seen) {
            self.row(exit.0).counts.exits += 1;
        }
        if facts.closed.in_window && self.measures == Measures::CountsAndTimes {
            self.add_times_on_pages(row);
        }
    }

    /// Counts a view; a row that is seen in a session for the first time counts the session too.
    fn view(&mut self, key: u32) {
        let session = self.session;
        let row = self.row(key);
        row.counts.count += 1;
        row.counts.pageviews += 1;
        row.counts.sessions += u32::from(std::mem::replace(&mut row.session, session) != session);
    }

    fn add_entry(&mut self, entry: PageId, facts: &Facts) {
        let counts = &mut self.row(entry.0).counts;
        counts.entries += u32::from(facts.seen);
        if facts.closed.in_window {
            counts.settle(facts.bounced);
        }
    }

    /// How long each page was looked at: until the next event; for a session's last one it is not known.
    fn add_times_on_pages(&mut self, row: &impl Row) {
        let mut viewed: Option<(PageId, Millis)> = None;
        for one in row.happenings().filter(|one| one.what.is_event()) {
            if let Some((page, since)) = viewed {
                self.add_time(page.0, one.time.since(since));
            }
            viewed = (one.what == Did::Pageview).then_some((one.page, one.time));
        }
    }

    fn add_actions(&mut self, row: &impl Row, facts: &Facts) {
        if !facts.seen || row.actions() == 0 {
            return;
        }
        for one in row.happenings() {
            if let Did::Action(action) = one.what {
                let session = self.session;
                let row = self.row(action.0);
                row.counts.count += 1;
                row.counts.sessions += u32::from(std::mem::replace(&mut row.session, session) != session);
            }
        }
    }

    fn add_time(&mut self, key: u32, time: Span) {
        if self.measures == Measures::CountsAndTimes {
            *self.times.entry((key, rounded(time))).or_default() += 1;
        }
    }

    #[inline]
    fn row(&mut self, key: u32) -> &mut TallyRow {
        let place = match self.places.known(key) {
            Some(place) => place,
            None => self.new_row(key),
        };
        &mut self.rows[place]
    }

    #[cold]
    fn new_row(&mut self, key: u32) -> usize {
        self.places.add(key, self.rows.len());
        self.rows.push(TallyRow { key, counts: Counts::default(), session: 0 });
        self.rows.len() - 1
    }
}

/// The number of the row that a session belongs to; `None` where it belongs to none.
fn key(grouping: Grouping, row: &impl Row, known: &Dictionaries) -> Option<u32> {
    let agent = || known.agent(row.agent());
    let arrival = || known.arrival(row.arrival());
    Some(match grouping {
        Grouping::Channel => arrival().channel as u32,
        Grouping::Source => source_key(arrival()),
        Grouping::Campaign => return known.campaign_key(arrival().campaign),
        Grouping::Entry => return row.entry().map(|page| page.0),
        Grouping::Exit => return row.exit().map(|page| page.0),
        Grouping::Country => u32::from(row.country().0),
        Grouping::Browser => u32::from(agent().browser.0),
        Grouping::System => u32::from(agent().system.0),
        Grouping::Device => agent().device as u32,
        Grouping::Site => row.site().0,
        Grouping::Bot => row.bot()? as u32,
        Grouping::Page | Grouping::Action => return None,
    })
}

/// Sources are counted by channel too, so that each row can say by which most of its sessions came.
fn source_key(arrival: ArrivalFacts) -> u32 {
    arrival.source.0 * SOURCE_CHANNELS + arrival.channel as u32
}

/// More than there are channels.
pub(super) const SOURCE_CHANNELS: u32 = 32;
