//! The timeline of a session: its events and notes, and the other sessions of the same visitor or user (design.md
//! R4).

use crate::classify::visitor::User;
use crate::store::row::{EntryKind, Row, TimelineEntry};
use crate::time::Span;

use super::definitions::Definitions;
use super::filter::Filter;
use super::matcher::{GoalMatcher, Matcher};
use super::moment::Moment;
use super::names::session_row;
use super::question::{Bots, BounceRule, SessionRef};
use super::rank::RowFacts;
use super::sessions::Sessions;
use super::view::{Step, StepKind, Timeline};

/// The timeline of a session; `None` if it is no longer kept.
#[must_use]
pub fn timeline(
    sessions: Sessions,
    wanted: SessionRef,
    moment: &Moment,
    bounce: BounceRule,
    definitions: &Definitions,
) -> Option<Timeline> {
    let mut matcher = Matcher::of(&Filter::default(), Bots::Included, bounce, definitions);
    matcher.refresh(sessions.known);
    let judge = Judge { matcher: &matcher, moment };
    let (facts, entries, user) =
        look(Wanted { session: wanted, judge, found: None }, sessions, moment.rules.gap).found?;
    let mut others =
        look(Others { session: wanted, user, judge, found: Vec::new() }, sessions, moment.rules.gap).found;
    others.sort_by_key(|other| std::cmp::Reverse(other.start));
    let row = |facts: &RowFacts| session_row(sessions.known, facts, moment, definitions);
    Some(Timeline {
        row: row(&facts),
        referrer: sessions.known.referrer(facts.arrival).into_owned(),
        steps: steps(&entries, sessions, &matcher, definitions),
        others: others.iter().take(OTHERS).map(row).collect(),
    })
}

/// The most other sessions that are shown.
const OTHERS: usize = 50;

/// What bounces and goals depend on.
#[derive(Clone, Copy)]
struct Judge<'a> {
    matcher: &'a Matcher,
    moment: &'a Moment,
}

impl Judge<'_> {
    fn facts(self, row: &impl Row) -> RowFacts {
        RowFacts::of(row, self.matcher, self.moment)
    }
}

/// A visitor of every session, sealed or not.
trait Look {
    fn at(&mut self, row: &impl Row);
}

/// Visits every session that is kept.
fn look<L: Look>(mut who: L, sessions: Sessions, gap: Span) -> L {
    let sealed = sessions.segments.iter().flat_map(|numbered| numbered.segment.rows());
    sealed.chain(sessions.filling.rows()).for_each(|row| who.at(&row));
    sessions.unsealed(gap).for_each(|row| who.at(&row));
    who
}

/// Whether a session is the one referred to. A late event may have moved its start back since.
fn is_named(row: &impl Row, name: SessionRef) -> bool {
    row.visitor() == name.visitor && row.start() <= name.start && name.start <= row.end()
}

/// Finds the session that was asked for.
struct Wanted<'a> {
    session: SessionRef,
    judge: Judge<'a>,
    found: Option<(RowFacts, Vec<TimelineEntry>, User)>,
}

impl Look for Wanted<'_> {
    fn at(&mut self, row: &impl Row) {
        if is_named(row, self.session) {
            self.found = Some((self.judge.facts(row), row.timeline().collect(), row.user()));
        }
    }
}

/// Finds the same visitor's other sessions, and those of the same user on other devices (R4).
struct Others<'a> {
    session: SessionRef,
    user: User,
    judge: Judge<'a>,
    found: Vec<RowFacts>,
}

impl Look for Others<'_> {
    fn at(&mut self, row: &impl Row) {
        let same_user = self.user != User::NONE && row.user() == self.user;
        if (same_user || row.visitor() == self.session.visitor) && !is_named(row, self.session) {
            self.found.push(self.judge.facts(row));
        }
    }
}

fn steps(
    entries: &[TimelineEntry],
    sessions: Sessions,
    matcher: &Matcher,
    definitions: &Definitions,
) -> Vec<Step> {
    let known = sessions.known;
    let next_event = |at: usize| entries[at + 1..].iter().find(|next| next.what.is_event());
    let step = |(at, one): (usize, &TimelineEntry)| {
        let properties = known.properties(one.properties);
        let named = properties.named.iter().map(|(key, text)| (key.to_string(), text.clone()));
        Step {
            at: one.time,
            kind: kind(one.what, sessions),
            page: known.pages.text(one.page).into_owned(),
            status: one.status,
            stayed: next_event(at).filter(|_| one.what.is_event()).map(|next| next.time.since(one.time)),
            load: one.load.map(|load| Span(load.into())),
            value: properties.value,
            properties: named.collect(),
            goals: goals(one, matcher, definitions),
        }
    };
    entries.iter().enumerate().map(step).collect()
}

/// The goals that an event reaches.
fn goals(entry: &TimelineEntry, matcher: &Matcher, definitions: &Definitions) -> Vec<String> {
    let goals = definitions.goals.iter().zip(matcher.goals().iter());
    let reached = goals.filter(|(_, goal)| matches!(goal, GoalMatcher::Event(event) if event.matches(entry)));
    reached.map(|(goal, _)| goal.name.clone()).collect()
}

fn kind(what: EntryKind, sessions: Sessions) -> StepKind {
    match what {
        EntryKind::Pageview => StepKind::Pageview,
        EntryKind::Action(action) => StepKind::Action(sessions.known.actions.text(action).into_owned()),
        EntryKind::Error => StepKind::Error,
        EntryKind::Redirect => StepKind::Redirect,
    }
}
