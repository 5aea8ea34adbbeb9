//! Folding: sessions one by one into a partial.

use crate::ids::PageId;
use crate::store::dictionaries::{ArrivalFacts, Dictionaries};
use crate::store::row::{BotReason, Did, Row};
use crate::time::{Millis, Span};

use super::matcher::{Matcher, Verdict, is_bounce};
use super::moment::{Frame, Moment};
use super::partial::{Counts, Partial, TablePartial, earliest};
use super::question::{Grouping, Measures, Population, Question, SessionsAsk, TableAsk};
use super::rank::{Best, Rank, RowFacts};
use super::spread::rounded;
use super::view::{BotCounts, SessionState};

/// Answers one question for sessions that are put in one by one.
pub struct Folder<'a> {
    question: &'a Question,
    matcher: &'a Matcher,
    known: &'a Dictionaries,
    moment: Moment,
    frame: Frame,
    bucket: Option<Span>,
    tallies: Vec<Tally>,
    partial: Partial,
}

impl<'a> Folder<'a> {
    /// A folder for a question at a moment; the matcher must be fresh.
    #[must_use]
    pub fn new(
        question: &'a Question,
        matcher: &'a Matcher,
        known: &'a Dictionaries,
        moment: Moment,
        frame: Frame,
        bucket: Option<Span>,
    ) -> Folder<'a> {
        let tallies = question.tables.iter().map(Tally::new).collect();
        let mut folder =
            Folder { question, matcher, known, moment, frame, bucket, tallies, partial: Partial::default() };
        folder.partial.best = Best::new(folder.listed_rows());
        folder
    }

    /// Puts sessions in.
    pub fn fold<R: Row>(&mut self, rows: impl Iterator<Item = R>) {
        for row in rows {
            self.row(&row);
        }
    }

    /// Takes in what was found for other sessions.
    pub fn absorb(&mut self, other: &Partial) {
        self.partial.merge_figures(other);
        for (tally, table) in self.tallies.iter_mut().zip(&other.tables) {
            tally.absorb(table);
        }
    }

    /// The answer for what was put in since the last time.
    pub fn take(&mut self) -> Partial {
        let mut partial = std::mem::take(&mut self.partial);
        self.partial.best = Best::new(self.listed_rows());
        partial.tables = self.tallies.iter_mut().map(Tally::take).collect();
        partial
    }

    fn listed_rows(&self) -> usize {
        self.question.sessions.map_or(0, |ask| ask.rows)
    }

    fn row(&mut self, row: &impl Row) {
        match self.matcher.verdict(row, &self.moment) {
            Verdict::No => {}
            Verdict::LeftOut(reason) => {
                if self.frame.saw(row.start(), row.end()) {
                    count_bot(&mut self.partial.bots, reason);
                }
            }
            Verdict::Counts => self.count(row),
        }
    }

    fn count(&mut self, row: &impl Row) {
        let state = self.moment.state(row.end());
        let seen = self.frame.saw(row.start(), row.end());
        let closing = self.moment.closed_at(row.end());
        let facts = Facts {
            state,
            seen,
            closed: Closed::of(state, closing, &self.frame),
            pageview: row.pageviews() > 0,
            bounced: is_bounce(row, self.question.bounce),
        };
        self.states(row, &facts);
        if seen {
            self.seen(row);
        }
        self.bounces(row, &facts);
        self.series(row, &facts, closing);
        self.list(row, &facts);
        for tally in &mut self.tallies {
            tally.add(row, &facts, self.known);
        }
    }

    fn states(&mut self, row: &impl Row, facts: &Facts) {
        let partial = &mut self.partial;
        partial.active += u64::from(facts.state == SessionState::Active);
        partial.open += u64::from(facts.state != SessionState::Closed);
        partial.closed += u64::from(facts.closed.in_window);
        partial.active_before += u64::from(was_active(row, &self.moment));
    }

    fn seen(&mut self, row: &impl Row) {
        let partial = &mut self.partial;
        partial.first = earliest(partial.first, Some(row.start()));
        partial.sessions += 1;
        partial.with_pageview += u64::from(row.pageviews() > 0);
        partial.pageviews += u64::from(row.pageviews());
        partial.actions += u64::from(row.actions());
        partial.visitors.add(row.visitor());
    }

    /// R7 and R8: the rates, what the estimate needs, and durations.
    fn bounces(&mut self, row: &impl Row, facts: &Facts) {
        let partial = &mut self.partial;
        if facts.closed.in_window {
            partial.durations.add(row.duration());
        }
        if !facts.pageview {
            return;
        }
        if facts.closed.in_window {
            partial.settled.add(facts.bounced);
        }
        if facts.closed.before {
            partial.settled_before.add(facts.bounced);
        }
        if facts.closed.lately {
            match second_event_after(row) {
                _ if facts.bounced => partial.started.lately_bounced += 1,
                Some(after) => partial.started.second_after.add(after),
                None => {}
            }
        }
        if row.start() >= self.frame.from && row.start() <= self.frame.to {
            self.started(row, facts);
        }
    }

    fn started(&mut self, row: &impl Row, facts: &Facts) {
        let may_change = facts.bounced && facts.state != SessionState::Closed;
        if may_change {
            self.partial.started.open_singles.push(row.start());
        } else {
            self.partial.started.decided.add(facts.bounced);
        }
    }

    fn series(&mut self, row: &impl Row, facts: &Facts, closing: Millis) {
        let Some(bucket) = self.bucket else { return };
        let index = |time: Millis| time.floor_to(bucket).0 / i64::try_from(bucket.0).unwrap_or(1);
        if row.start() >= self.frame.before && row.start() <= self.frame.to {
            self.partial.series.entry(index(row.start())).or_default().started += 1;
        }
        let shown = facts.closed.in_window || facts.closed.before;
        if shown && facts.pageview {
            let point = self.partial.series.entry(index(closing)).or_default();
            point.closed += 1;
            point.bounced += u64::from(facts.bounced);
        }
    }

    fn list(&mut self, row: &impl Row, facts: &Facts) {
        let Some(ask) = &self.question.sessions else { return };
        if is_in(ask, facts) {
            self.partial.listed += 1;
            self.partial.best.offer(Rank::of(row, ask), || RowFacts::of(row));
        }
    }
}

/// What a question asks of each session, worked out once.
struct Facts {
    state: SessionState,
    seen: bool,
    closed: Closed,
    pageview: bool,
    bounced: bool,
}

/// When a session closed, as the question's stretches of time have it; nowhere while it is open.
struct Closed {
    in_window: bool,
    before: bool,
    lately: bool,
}

impl Closed {
    fn of(state: SessionState, closing: Millis, frame: &Frame) -> Closed {
        let closed = state == SessionState::Closed;
        Closed {
            in_window: closed && closing >= frame.from,
            before: closed && closing >= frame.before && closing < frame.from,
            lately: closed && closing >= frame.lately,
        }
    }
}

fn is_in(ask: &SessionsAsk, facts: &Facts) -> bool {
    match ask.population {
        Population::Active => facts.state == SessionState::Active,
        Population::Open => facts.state != SessionState::Closed,
        Population::Seen => facts.seen,
    }
}

fn count_bot(bots: &mut BotCounts, reason: BotReason) {
    match reason {
        BotReason::Agent => bots.agent += 1,
        BotReason::NoAgent => bots.no_agent += 1,
        BotReason::RobotsTxt => bots.robots_txt += 1,
        BotReason::Rate => bots.rate += 1,
    }
}

/// Whether the session was active one `active` span ago.
fn was_active(row: &impl Row, moment: &Moment) -> bool {
    let then = moment.now - moment.active;
    let since = then - moment.active;
    if row.start() > then || row.end() < since {
        return false;
    }
    row.end() <= then
        || row.happenings().any(|one| one.what.is_event() && one.time >= since && one.time <= then)
}

/// After how long the second event came.
fn second_event_after(row: &impl Row) -> Option<Span> {
    let second = row.happenings().filter(|one| one.what.is_event()).nth(1)?;
    Some(second.time.since(row.start()))
}

/// Counts per row of one table, by the row's number.
struct Tally {
    grouping: Grouping,
    measures: Measures,
    /// Where the row of a number stands in `rows`, plus one; zero where it has none.
    places: Vec<u32>,
    table: TablePartial,
    /// Which session last counted for a row, so that a page viewed twice is one session.
    counted: Vec<u64>,
    session: u64,
}

impl Tally {
    fn new(ask: &TableAsk) -> Tally {
        Tally {
            grouping: ask.grouping,
            measures: ask.measures,
            places: Vec::new(),
            table: TablePartial::default(),
            counted: Vec::new(),
            session: 0,
        }
    }

    fn take(&mut self) -> TablePartial {
        for (key, _) in &self.table.rows {
            self.places[*key as usize] = 0;
        }
        self.counted.clear();
        std::mem::take(&mut self.table)
    }

    fn absorb(&mut self, other: &TablePartial) {
        for (key, counts) in &other.rows {
            self.counts(*key).merge(counts);
        }
        for (&key, &count) in &other.times {
            *self.table.times.entry(key).or_default() += count;
        }
    }

    fn add(&mut self, row: &impl Row, facts: &Facts, known: &Dictionaries) {
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
        let counts = self.counts(key);
        if facts.seen {
            counts.count += 1;
            counts.sessions += 1;
            counts.pageviews += u64::from(row.pageviews());
        }
        if facts.closed.in_window && facts.pageview {
            counts.settled += 1;
            counts.bounced += u64::from(facts.bounced);
        }
        if facts.closed.in_window
            && let Some(duration) = row.duration()
        {
            self.add_time(key, duration);
        }
    }

    fn add_pages(&mut self, row: &impl Row, facts: &Facts) {
        if facts.seen {
            self.add_views(row);
        }
        if let Some(entry) = row.entry() {
            self.add_entry(entry, facts);
        }
        if let Some(exit) = row.exit().filter(|_| facts.seen) {
            self.counts(exit.0).exits += 1;
        }
        if facts.closed.in_window && self.measures == Measures::CountsAndTimes {
            self.add_times_on_pages(row);
        }
    }

    fn add_views(&mut self, row: &impl Row) {
        for page in row.pages() {
            let first = self.counts_first_time(page.0);
            let counts = self.counts(page.0);
            counts.count += 1;
            counts.pageviews += 1;
            counts.sessions += u64::from(first);
        }
    }

    fn add_entry(&mut self, entry: PageId, facts: &Facts) {
        let counts = self.counts(entry.0);
        counts.entries += u64::from(facts.seen);
        if facts.closed.in_window {
            counts.settled += 1;
            counts.bounced += u64::from(facts.bounced);
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
        if !facts.seen {
            return;
        }
        for one in row.happenings() {
            if let Did::Action(action) = one.what {
                let first = self.counts_first_time(action.0);
                let counts = self.counts(action.0);
                counts.count += 1;
                counts.sessions += u64::from(first);
            }
        }
    }

    fn add_time(&mut self, key: u32, time: Span) {
        if self.measures == Measures::CountsAndTimes {
            *self.table.times.entry((key, rounded(time))).or_default() += 1;
        }
    }

    fn counts(&mut self, key: u32) -> &mut Counts {
        let place = self.place(key);
        &mut self.table.rows[place].1
    }

    /// Whether the session that is being counted has not counted for this row yet; from now on it has.
    fn counts_first_time(&mut self, key: u32) -> bool {
        let place = self.place(key);
        if self.counted.len() <= place {
            self.counted.resize(place + 1, 0);
        }
        std::mem::replace(&mut self.counted[place], self.session) != self.session
    }

    fn place(&mut self, key: u32) -> usize {
        let number = key as usize;
        if self.places.len() <= number {
            self.places.resize(number + 1, 0);
        }
        if self.places[number] == 0 {
            self.table.rows.push((key, Counts::default()));
            self.places[number] = u32::try_from(self.table.rows.len()).unwrap_or(u32::MAX);
        }
        self.places[number] as usize - 1
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
