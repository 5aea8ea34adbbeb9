//! A page: what came before it and after it, how long it was looked at, how it loads, who bounced there.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::hash::Hash;

use crate::ids::{ActionId, PageId, SourceId};
use crate::query::counts::Counts;
use crate::query::figure::Figure;
use crate::query::matched::Matched;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::spread::Spread;
use crate::query::view::{FlowRow, FlowStep, LOAD_BOUNDS, Loads, PageCloseup, SessionState, Stays};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{EntryKind, Row, TimelineEntry};
use crate::time::{Millis, Span};

use super::hash_counter::HashCounter;

/// The counts of one page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::query) struct PagePartial {
    page: PageId,
    counts: Counts,
    errors: u64,
    before: HashCounter<Before>,
    after: HashCounter<After>,
    stays: Spread,
    loads: Spread,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Before {
    Source(SourceId),
    Page(PageId),
    Action(ActionId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum After {
    Left,
    StillHere,
    Page(PageId),
    Action(ActionId),
}

impl PagePartial {
    pub(super) fn new(page: PageId) -> PagePartial {
        PagePartial {
            page,
            counts: Counts::default(),
            errors: 0,
            before: HashCounter::default(),
            after: HashCounter::default(),
            stays: Spread::default(),
            loads: Spread::default(),
        }
    }

    pub(super) fn add(&mut self, session: &Matched<impl Row>, known: &Dictionaries) {
        let Matched { row, facts, stand } = session;
        if !row.pages().any(|page| page == self.page) {
            return;
        }
        let entered = row.entry() == Some(self.page);
        if stand.seen {
            self.counts.sessions += 1;
            self.counts.entries += u64::from(entered);
            self.counts.exits += u64::from(row.exit() == Some(self.page));
            self.follow(row, known.arrival(row.arrival()).source, stand.state);
        }
        if stand.closed.in_window {
            self.add_stays(row);
            if entered {
                self.counts.settle(facts.bounced);
            }
        }
    }

    /// Walks through a session and counts what came before and after each view of the page.
    fn follow(&mut self, row: &impl Row, source: SourceId, state: SessionState) {
        let mut last: Option<TimelineEntry> = None;
        self.before.begin_session();
        self.after.begin_session();
        for one in row.timeline() {
            if !one.what.is_event() {
                self.errors += u64::from(one.what == EntryKind::Error && one.page == self.page);
                continue;
            }
            if last.is_some_and(|last| self.is_view(&last)) {
                self.after.add(After::of(&one));
            }
            if self.is_view(&one) {
                self.before.add(Before::of(last.as_ref(), source));
                self.add_view(&one);
            }
            last = Some(one);
        }
        if last.is_some_and(|last| self.is_view(&last)) {
            self.after.add(After::end(state));
        }
    }

    fn is_view(&self, one: &TimelineEntry) -> bool {
        one.what == EntryKind::Pageview && one.page == self.page
    }

    fn add_view(&mut self, view: &TimelineEntry) {
        self.counts.count += 1;
        if let Some(load) = view.load {
            self.loads.add(Span(load.into()));
        }
    }

    fn add_stays(&mut self, row: &impl Row) {
        let mut since: Option<Millis> = None;
        for one in row.timeline().filter(|one| one.what.is_event()) {
            if let Some(since) = since {
                self.stays.add(one.time.since(since));
            }
            since = self.is_view(&one).then_some(one.time);
        }
    }

    pub(super) fn merge(&mut self, other: &PagePartial) {
        self.counts.merge(&other.counts);
        self.errors += other.errors;
        self.before.merge(&other.before);
        self.after.merge(&other.after);
        self.stays.merge(&other.stays);
        self.loads.merge(&other.loads);
    }

    pub(super) fn renumbered(self, numbers: &mut impl Numbers) -> PagePartial {
        let PagePartial { page, counts, errors, before, after, stays, loads } = self;
        let page = numbers.page(page);
        let (before, after) = (before.renumbered(numbers), after.renumbered(numbers));
        PagePartial { page, counts, errors, before, after, stays, loads }
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<PagePartial>()
            + self.before.bytes()
            + self.after.bytes()
            + self.stays.bytes()
            + self.loads.bytes()
    }

    pub(super) fn view(&self, known: &Dictionaries) -> PageCloseup {
        let counts = &self.counts;
        PageCloseup {
            page: known.pages.text(self.page).into_owned(),
            views: counts.count,
            sessions: counts.sessions,
            entries: counts.entries,
            exits: counts.exits,
            settled: counts.settled,
            bounced: counts.bounced,
            errors: self.errors,
            stays: stays(&self.stays),
            loads: loads(&self.loads),
            before: ranked(&self.before, |before| before.step(known)),
            after: ranked(&self.after, |after| after.step(known)),
        }
    }
}

impl Renumber for Before {
    fn renumbered(self, numbers: &mut impl Numbers) -> Before {
        match self {
            Before::Source(source) => Before::Source(numbers.source(source)),
            Before::Page(page) => Before::Page(numbers.page(page)),
            Before::Action(action) => Before::Action(numbers.action(action)),
        }
    }
}

impl Renumber for After {
    fn renumbered(self, numbers: &mut impl Numbers) -> After {
        match self {
            After::Left | After::StillHere => self,
            After::Page(page) => After::Page(numbers.page(page)),
            After::Action(action) => After::Action(numbers.action(action)),
        }
    }
}

impl Before {
    fn of(last: Option<&TimelineEntry>, source: SourceId) -> Before {
        match last {
            None => Before::Source(source),
            Some(TimelineEntry { what: EntryKind::Action(action), .. }) => Before::Action(*action),
            Some(last) => Before::Page(last.page),
        }
    }

    fn step(self, known: &Dictionaries) -> FlowStep {
        match self {
            Before::Source(source) => FlowStep::Source(known.sources.text(source).into_owned()),
            Before::Page(page) => FlowStep::Page(known.pages.text(page).into_owned()),
            Before::Action(action) => FlowStep::Action(known.actions.text(action).into_owned()),
        }
    }
}

impl After {
    fn of(next: &TimelineEntry) -> After {
        match next.what {
            EntryKind::Action(action) => After::Action(action),
            _ => After::Page(next.page),
        }
    }

    fn end(state: SessionState) -> After {
        if state == SessionState::Active { After::StillHere } else { After::Left }
    }

    fn step(self, known: &Dictionaries) -> FlowStep {
        match self {
            After::Left => FlowStep::Left,
            After::StillHere => FlowStep::StillHere,
            After::Page(page) => FlowStep::Page(known.pages.text(page).into_owned()),
            After::Action(action) => FlowStep::Action(known.actions.text(action).into_owned()),
        }
    }
}

/// The most frequent steps first; ties are sorted by name, so that rows stay in place.
fn ranked<K: Copy + Eq + Hash>(steps: &HashCounter<K>, step: impl Fn(K) -> FlowStep) -> Vec<FlowRow> {
    let row = |(key, count, sessions): (K, u64, u64)| FlowRow { step: step(key), count, sessions };
    let mut rows: Vec<_> = steps.iter().map(row).collect();
    rows.sort_unstable_by(|a, b| (Reverse(a.count), &a.step).cmp(&(Reverse(b.count), &b.step)));
    rows
}

fn stays(spread: &Spread) -> Stays {
    let percentiles = spread.percentiles();
    Stays { measured: spread.count(), p50: percentiles.at(0.5), p90: percentiles.at(0.9) }
}

fn loads(spread: &Spread) -> Loads {
    let percentiles = spread.percentiles();
    let mut histogram = [0; LOAD_BOUNDS.len()];
    for (value, count) in spread.values() {
        histogram[LOAD_BOUNDS.partition_point(|bound| bound.0 <= value) - 1] += count;
    }
    Loads { measured: spread.count(), p50: percentiles.at(0.5), p90: percentiles.at(0.9), histogram }
}
