//! Tallies: what is counted per row of one table while sessions are folded.

use hashbrown::HashMap;

use crate::ids::PageId;
use crate::store::dictionaries::{ArrivalFacts, Dictionaries};
use crate::store::row::{Did, Row};
use crate::time::Millis;

use super::fold::Facts;
use super::occurrences::{AllOccurrences, Occurrences};
use super::partial::{Counts, LoadCounts, TablePartial};
use super::question::{Grouping, Measures, TableAsk};
use super::times::Times;

/// Counts per row of one table, by the row's number.
#[derive(Debug)]
pub(super) struct Tally {
    grouping: Grouping,
    decided_by: DecidedBy,
    measures: Measures,
    places: Places,
    rows: Vec<TallyRow>,
    occurrences: AllOccurrences,
    memo: Memo,
    times: Times,
    loads: HashMap<u32, LoadCounts, foldhash::fast::FixedState>,
    /// Which session is being counted.
    session: u32,
}

#[derive(Debug)]
struct TallyRow {
    key: u32,
    counts: Counts,
}

impl Counts {
    /// Takes in what occurred: what occurs of a page are pageviews.
    fn occurred(&mut self, occurrences: Occurrences, grouping: Grouping) {
        self.count += occurrences.count;
        self.sessions += occurrences.sessions;
        self.pageviews += if grouping == Grouping::Page { occurrences.count } else { 0 };
    }
}

/// Where the row of a key stands.
#[derive(Debug)]
enum Places {
    /// By the key itself; [`NOWHERE`] where it has none. For keys that count up from zero.
    Dense(Vec<u32>),
    /// For keys far apart.
    Sparse(HashMap<u32, u32, foldhash::fast::FixedState>),
}

/// A place where no row stands: there are never so many.
const NOWHERE: u32 = u32::MAX;

impl Places {
    fn new(grouping: Grouping) -> Places {
        match grouping {
            Grouping::Source => Places::Sparse(HashMap::default()),
            _ => Places::Dense(Vec::new()),
        }
    }

    /// The place of a key's row, [`NOWHERE`] where it has none.
    #[inline]
    fn of(&self, key: u32) -> usize {
        let place = match self {
            Places::Dense(places) => places.get(key as usize),
            Places::Sparse(places) => places.get(&key),
        };
        place.copied().unwrap_or(NOWHERE) as usize
    }

    fn add(&mut self, key: u32, place: usize) {
        let place = u32::try_from(place).unwrap_or(NOWHERE);
        match self {
            Places::Sparse(places) => {
                places.insert(key, place);
            }
            Places::Dense(places) => {
                let number = key as usize;
                places.resize(places.len().max(number + 1), NOWHERE);
                places[number] = place;
            }
        }
    }

    fn forget(&mut self, rows: &[TallyRow]) {
        match self {
            Places::Sparse(places) => places.clear(),
            Places::Dense(places) => rows.iter().for_each(|row| places[row.key as usize] = NOWHERE),
        }
    }
}

impl Tally {
    pub(super) fn new(ask: &TableAsk) -> Tally {
        let (grouping, measures, places) = (ask.grouping, ask.measures, Places::new(ask.grouping));
        let (rows, occurrences, memo) = (Vec::new(), AllOccurrences::default(), Memo::default());
        let (times, loads) = (Times::default(), HashMap::default());
        let decided_by = DecidedBy::of(grouping);
        Tally { grouping, decided_by, measures, places, rows, occurrences, memo, times, loads, session: 0 }
    }

    /// What was counted since the last time.
    pub(super) fn take(&mut self) -> TablePartial {
        self.count_occurrences();
        self.places.forget(&self.rows);
        self.memo.forget();
        let rows = self.rows.drain(..).map(|row| (row.key, row.counts)).collect();
        TablePartial { rows, times: self.times.take(), loads: std::mem::take(&mut self.loads) }
    }

    fn count_occurrences(&mut self) {
        let (grouping, mut all) = (self.grouping, std::mem::take(&mut self.occurrences));
        for (key, occurrences) in all.drain() {
            self.row(key).counts.occurred(occurrences, grouping);
        }
        self.occurrences = all;
    }

    /// Strings may have come to mean something else: own hosts became known.
    pub(super) fn look_up_anew(&mut self) {
        self.memo.forget();
    }

    /// Takes in what was counted elsewhere.
    pub(super) fn absorb(&mut self, other: &TablePartial) {
        for (key, counts) in &other.rows {
            self.row(*key).counts.merge(counts);
        }
        self.times.absorb(&other.times);
        for (&key, &loads) in &other.loads {
            self.loads.entry(key).or_default().merge(loads);
        }
    }

    /// Counts a session that was seen in the window or has closed in it.
    pub(super) fn add(&mut self, row: &impl Row, facts: &Facts, known: &Dictionaries) {
        self.session = self.session.wrapping_add(1);
        let place = match self.decided_by {
            DecidedBy::Pages => return self.add_pages(row, facts),
            DecidedBy::Actions => return self.add_actions(row, facts),
            DecidedBy::Arrival => self.place_by(row.arrival().0, row, known),
            DecidedBy::Agent => self.place_by(row.agent().0, row, known),
            DecidedBy::Session => self.place_of(row, known),
        };
        if let Some(place) = place {
            self.add_session(place, facts);
        }
    }

    /// The place of the row of a session, where a string decides it alone; `None` where it belongs to none.
    #[inline]
    fn place_by(&mut self, string: u32, row: &impl Row, known: &Dictionaries) -> Option<usize> {
        self.memo.get(string).or_else(|| {
            let place = self.place_of(row, known)?;
            self.memo.put(string, place);
            Some(place)
        })
    }

    fn place_of(&mut self, row: &impl Row, known: &Dictionaries) -> Option<usize> {
        let key = key(self.grouping, row, known)?;
        Some(self.place(key))
    }

    #[inline]
    fn add_session(&mut self, place: usize, facts: &Facts) {
        let TallyRow { key, counts, .. } = &mut self.rows[place];
        if facts.seen {
            counts.count += 1;
            counts.sessions += 1;
            counts.pageviews += facts.pageviews;
        }
        if facts.closed.in_window && facts.has_pageview() {
            counts.settle(facts.bounced);
        }
        if self.measures == Measures::CountsAndTimes
            && facts.closed.in_window
            && let Some(duration) = facts.duration
        {
            let key = *key;
            self.times.add(key, duration);
        }
    }

    fn add_pages(&mut self, row: &impl Row, facts: &Facts) {
        if facts.seen {
            self.add_views(row, facts);
        } else if let Some(entry) = row.entry().filter(|_| facts.closed.in_window) {
            self.row(entry.0).counts.settle(facts.bounced);
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

    fn add_views(&mut self, row: &impl Row, facts: &Facts) {
        for page in row.pages() {
            self.occurrences.add(page.0, self.session);
        }
        let (Some(entry), Some(exit)) = (row.entry(), row.exit()) else { return };
        self.row(exit.0).counts.exits += 1;
        let counts = &mut self.row(entry.0).counts;
        counts.entries += 1;
        if facts.closed.in_window {
            counts.settle(facts.bounced);
        }
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

    fn add_actions(&mut self, row: &impl Row, facts: &Facts) {
        if !facts.seen || row.actions() == 0 {
            return;
        }
        for one in row.happenings() {
            if let Did::Action(action) = one.what {
                self.occurrences.add(action.0, self.session);
            }
        }
    }

    fn row(&mut self, key: u32) -> &mut TallyRow {
        let place = self.place(key);
        &mut self.rows[place]
    }

    /// The place of a key's row, which is made where there is none.
    #[inline]
    fn place(&mut self, key: u32) -> usize {
        let place = self.places.of(key);
        if place < self.rows.len() { place } else { self.new_row(key) }
    }

    #[cold]
    fn new_row(&mut self, key: u32) -> usize {
        self.places.add(key, self.rows.len());
        self.rows.push(TallyRow { key, counts: Counts::default() });
        self.rows.len() - 1
    }
}

/// Places of rows by the string that decides which one it is, where one does: looking a string's meaning up, and the
/// row of that, costs more than all that is counted in it.
#[derive(Debug, Default)]
struct Memo {
    places: Vec<u32>,
    /// The strings whose places are known.
    strings: Vec<u32>,
}

impl Memo {
    #[inline]
    fn get(&self, string: u32) -> Option<usize> {
        let place = *self.places.get(string as usize)?;
        (place != NOWHERE).then_some(place as usize)
    }

    fn put(&mut self, string: u32, place: usize) {
        let number = string as usize;
        self.places.resize(self.places.len().max(number + 1), NOWHERE);
        self.places[number] = u32::try_from(place).unwrap_or(NOWHERE);
        self.strings.push(string);
    }

    fn forget(&mut self) {
        self.strings.drain(..).for_each(|string| self.places[string as usize] = NOWHERE);
    }
}

/// What decides which rows a session counts in.
#[derive(Debug, Clone, Copy)]
enum DecidedBy {
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
        Grouping::Newness => row.newness() as u32,
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
