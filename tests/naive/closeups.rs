//! Close-ups counted once more: every view and every action of every session is looked at by itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use dwell::query::question::Visitor;
use dwell::query::view::{
    ActionCloseup, BotRow, ChangesCloseup, Closeup, Conversion, FlowRow, FlowStep, LOAD_BOUNDS, Loads,
    PageCloseup, PageShare, SMALL_GROUPS, SessionState, Stays,
};
use dwell::time::{Millis, Span};

use super::answers::{Answers, Known};
use super::{Deed, Hit};

/// The sessions in which something happened, once for each time.
type Sessions = Vec<(Visitor, Millis)>;

fn distinct(sessions: Sessions) -> u64 {
    sessions.into_iter().collect::<BTreeSet<_>>().len() as u64
}

impl Known {
    fn name(&self) -> (Visitor, Millis) {
        (self.visitor, self.session.start())
    }
}

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
            before: ranked(&views, before),
            after: ranked(&views, after),
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
        let mut pages: BTreeMap<&str, Sessions> = BTreeMap::new();
        for known in self.seen() {
            let channel = channels.entry(known.arrival.channel).or_default();
            channel.0 += 1;
            channel.1 += u64::from(does(known));
            let did = known_events(known).iter().filter(|event| event.deed.action() == Some(action));
            did.for_each(|event| pages.entry(event.path()).or_default().push(known.name()));
        }
        let conversion = |(channel, (sessions, converted)): (&str, (u64, u64))| Conversion {
            channel: channel.to_owned(),
            sessions,
            converted,
        };
        let mut channels: Vec<_> = channels.into_iter().map(conversion).collect();
        channels.sort_by_key(|one| Reverse(one.sessions));
        let share = |(page, times): (&str, Sessions)| PageShare {
            page: page.to_owned(),
            count: times.len() as u64,
            sessions: distinct(times),
            views: self
                .seen()
                .map(|known| known.pages().iter().filter(|one| **one == page).count() as u64)
                .sum(),
        };
        let mut pages: Vec<_> = pages.into_iter().map(share).collect();
        pages.sort_by_key(|one| Reverse(one.count));
        ActionCloseup { action: action.to_owned(), channels, pages }
    }

    /// Who the bots are.
    pub fn changes(&self) -> ChangesCloseup {
        let all = self.counting.iter().chain(&self.left_out);
        let seen = all.filter(|known| known.is_seen_in(self.from, self.at.now));
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
fn ranked(views: &[View], step: impl Fn(&View) -> FlowStep) -> Vec<FlowRow> {
    let mut steps: BTreeMap<FlowStep, Sessions> = BTreeMap::new();
    for view in views {
        steps.entry(step(view)).or_default().push(view.0.name());
    }
    let row = |(step, times): (FlowStep, Sessions)| FlowRow {
        step,
        count: times.len() as u64,
        sessions: distinct(times),
    };
    let mut rows: Vec<_> = steps.into_iter().map(row).collect();
    rows.sort_by_key(|row| Reverse(row.count));
    rows
}

/// R11: of a list, groups of fewer than five sessions are one row of each kind, after the others.
fn folded<R>(rows: &mut Vec<R>, sessions: fn(&R) -> u64, fold: impl Fn(&[R]) -> Vec<R>) {
    let small: Vec<R> = rows.extract_if(.., |row| sessions(row) < 5).collect();
    rows.extend(fold(&small));
}

/// The close-up as it is shown under `--privacy strict`; rows that are folded stand in no order.
pub fn with_small_groups_folded(mut closeup: Closeup) -> Closeup {
    match &mut closeup {
        Closeup::Page(page) => {
            for rows in [&mut page.before, &mut page.after] {
                folded(rows, |row| row.sessions, fold_steps);
            }
        }
        Closeup::Action(action) => {
            folded(
                &mut action.channels,
                |row| row.sessions,
                |small| {
                    let sum = |figure: fn(&Conversion) -> u64| small.iter().map(figure).sum();
                    let (sessions, converted) = (sum(|row| row.sessions), sum(|row| row.converted));
                    let one = Conversion { channel: SMALL_GROUPS.to_owned(), sessions, converted };
                    if small.is_empty() { Vec::new() } else { vec![one] }
                },
            );
            folded(
                &mut action.pages,
                |row| row.sessions,
                |small| {
                    let sum = |figure: fn(&PageShare) -> u64| small.iter().map(figure).sum();
                    let (count, sessions) = (sum(|row| row.count), sum(|row| row.sessions));
                    let views = sum(|row| row.views);
                    let one = PageShare { page: SMALL_GROUPS.to_owned(), count, sessions, views };
                    if small.is_empty() { Vec::new() } else { vec![one] }
                },
            );
        }
        Closeup::Changes(changes) => folded(&mut changes.bots, |row| row.sessions, fold_bots),
    }
    closeup
}

fn fold_steps(small: &[FlowRow]) -> Vec<FlowRow> {
    let mut folded: BTreeMap<FlowStep, (u64, u64)> = BTreeMap::new();
    for row in small {
        let step = match &row.step {
            FlowStep::Source(_) => FlowStep::Source(SMALL_GROUPS.to_owned()),
            FlowStep::Page(_) => FlowStep::Page(SMALL_GROUPS.to_owned()),
            FlowStep::Action(_) => FlowStep::Action(SMALL_GROUPS.to_owned()),
            step => step.clone(),
        };
        let sum = folded.entry(step).or_default();
        *sum = (sum.0 + row.count, sum.1 + row.sessions);
    }
    let rows = folded.into_iter().map(|(step, (count, sessions))| FlowRow { step, count, sessions });
    rows.collect()
}

fn fold_bots(small: &[BotRow]) -> Vec<BotRow> {
    let mut folded: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for row in small {
        let name = if row.reason == "agent" { SMALL_GROUPS } else { "" };
        *folded.entry((name, &row.reason)).or_default() += row.sessions;
    }
    let row = |((name, reason), sessions): ((&str, &str), u64)| BotRow {
        name: name.to_owned(),
        reason: reason.to_owned(),
        sessions,
    };
    folded.into_iter().map(row).collect()
}
