//! Close-ups counted once more: every view and every action of every session is looked at by itself.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use dwell::query::view::{
    ActionCloseup, BotRow, ChangesCloseup, Conversion, FlowRow, FlowStep, LOAD_BOUNDS, Loads, PageCloseup,
    PageShare, SessionState, Stays,
};
use dwell::time::Span;

use super::answers::{Answers, Known};
use super::{Deed, Hit};

/// A view of a page: the session, and its place among the events.
type View<'a> = (&'a Known, usize);

impl Answers {
    /// The page close up; its percentiles are zero here.
    pub fn page(&self, page: &str) -> PageCloseup {
        let views = self.views(page);
        let with = || self.seen().filter(|known| known.pages().contains(&page));
        let entered = |known: &&Known| known.pages().first() == Some(&page);
        let settled: Vec<_> = self.closed().filter(entered).collect();
        let errors = |known: &Known| {
            let notes = known.session.notes.iter();
            notes.filter(|note| note.deed == Deed::Fail && note.path() == page).count() as u64
        };
        PageCloseup {
            page: page.to_owned(),
            views: views.len() as u64,
            sessions: with().count() as u64,
            entries: with().filter(entered).count() as u64,
            exits: with().filter(|known| known.pages().last() == Some(&page)).count() as u64,
            settled: settled.len() as u64,
            bounced: settled.iter().filter(|known| known.bounced).count() as u64,
            errors: with().map(errors).sum(),
            stays: Stays { measured: self.stays(page).len() as u64, ..Stays::default() },
            loads: self.loads(page),
            before: ranked(views.iter().map(before)),
            after: ranked(views.iter().map(after)),
        }
    }

    fn views(&self, page: &str) -> Vec<View<'_>> {
        let is_view = |event: &Hit| event.deed == Deed::View && event.path() == page;
        let of = |known| {
            let events = known_events(known).iter().enumerate();
            events.filter(|(_, event)| is_view(event)).map(move |(at, _)| (known, at)).collect::<Vec<_>>()
        };
        self.seen().flat_map(of).collect()
    }

    /// How long the page was looked at, in order.
    pub fn stays(&self, page: &str) -> Vec<Span> {
        let pairs = self.closed().flat_map(|known| known_events(known).windows(2));
        let of_page = pairs.filter(|pair| pair[0].deed == Deed::View && pair[0].path() == page);
        let mut stays: Vec<_> = of_page.map(|pair| pair[1].time.since(pair[0].time)).collect();
        stays.sort_unstable();
        stays
    }

    /// How long the server took for the page, in order.
    pub fn page_loads(&self, page: &str) -> Vec<Span> {
        let views = self.views(page);
        let mut loads: Vec<_> =
            views.iter().filter_map(|(known, at)| known_events(known)[*at].load()).map(Span).collect();
        loads.sort_unstable();
        loads
    }

    fn loads(&self, page: &str) -> Loads {
        let loads = self.page_loads(page);
        let row = |row: usize| {
            let upper = LOAD_BOUNDS.get(row + 1).copied().unwrap_or(Span(u64::MAX));
            loads.iter().filter(|&&load| load >= LOAD_BOUNDS[row] && load < upper).count() as u64
        };
        Loads { measured: loads.len() as u64, histogram: std::array::from_fn(row), ..Loads::default() }
    }

    /// The action close up.
    pub fn action(&self, action: &str) -> ActionCloseup {
        let does = |known: &Known| known.session.actions().any(|one| one == action);
        let mut channels: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        let mut pages: BTreeMap<&str, u64> = BTreeMap::new();
        for known in self.seen() {
            let channel = channels.entry(known.arrival.channel.name()).or_default();
            channel.0 += 1;
            channel.1 += u64::from(does(known));
            let did = known_events(known).iter().filter(|event| event.deed.action() == Some(action));
            did.for_each(|event| *pages.entry(event.path()).or_default() += 1);
        }
        let conversion = |(channel, (sessions, converted)): (&str, (u64, u64))| Conversion {
            channel: channel.to_owned(),
            sessions,
            converted,
        };
        let mut channels: Vec<_> = channels.into_iter().map(conversion).collect();
        channels.sort_by_key(|one| Reverse(one.sessions));
        let share = |(page, count): (&str, u64)| PageShare { page: page.to_owned(), count };
        let mut pages: Vec<_> = pages.into_iter().map(share).collect();
        pages.sort_by_key(|one| Reverse(one.count));
        ActionCloseup { action: action.to_owned(), channels, pages }
    }

    /// Who the bots are.
    pub fn changes(&self) -> ChangesCloseup {
        let all = self.counting.iter().chain(&self.left_out);
        let seen = all.filter(|known| known.has_event_in(self.from, self.at.now));
        let mut bots: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for (known, reason) in seen.filter_map(|known| Some((known, known.session.bot?))) {
            let name = if reason == "agent" { known.bot_name() } else { "" };
            *bots.entry((name, reason)).or_default() += 1;
        }
        let row = |((name, reason), sessions): ((&str, &str), u64)| BotRow {
            name: name.to_owned(),
            reason: reason.to_owned(),
            sessions,
        };
        let mut bots: Vec<_> = bots.into_iter().map(row).collect();
        bots.sort_by_key(|one| Reverse(one.sessions));
        ChangesCloseup { bots }
    }
}

fn known_events(known: &Known) -> &[Hit] {
    &known.session.events
}

fn before((known, at): &View) -> FlowStep {
    match at.checked_sub(1) {
        None => FlowStep::Source(known.arrival.source.clone()),
        Some(at) => step(&known_events(known)[at]),
    }
}

fn after((known, at): &View) -> FlowStep {
    match known_events(known).get(at + 1) {
        None if known.state == SessionState::Active => FlowStep::StillHere,
        None => FlowStep::Left,
        Some(next) => step(next),
    }
}

fn step(event: &Hit) -> FlowStep {
    match event.deed.action() {
        Some(action) => FlowStep::Action(action.to_owned()),
        None => FlowStep::Page(event.path().to_owned()),
    }
}

/// The most usual steps first.
fn ranked(steps: impl Iterator<Item = FlowStep>) -> Vec<FlowRow> {
    let mut counts: BTreeMap<FlowStep, u64> = BTreeMap::new();
    steps.for_each(|step| *counts.entry(step).or_default() += 1);
    let mut rows: Vec<_> = counts.into_iter().map(|(step, count)| FlowRow { step, count }).collect();
    rows.sort_by_key(|row| Reverse(row.count));
    rows
}
