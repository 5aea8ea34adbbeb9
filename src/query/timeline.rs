//! One session opened: all that happened in it, and the same visitor's other sessions.

use crate::store::row::{BotReason, Did, Happening, Row, Unsealed};
use crate::time::Span;

use super::answer::Sessions;
use super::moment::Moment;
use super::names::session_row;
use super::question::{BounceRule, SessionRef};
use super::rank::RowFacts;
use super::view::{Step, StepKind, Timeline};

/// The session of that name; `None` where it is no longer kept.
#[must_use]
pub fn timeline(
    sessions: Sessions,
    wanted: SessionRef,
    moment: &Moment,
    bounce: BounceRule,
) -> Option<Timeline> {
    let mut finder = Finder { wanted, found: None, others: Vec::new() };
    let store = sessions.store;
    store.segments().iter().for_each(|numbered| finder.look_at(numbered.segment.rows()));
    finder.look_at(store.filling().rows());
    finder.look_at(
        sessions
            .tracker
            .unsealed()
            .map(|session| Unsealed { session, bot: BotReason::of(session, sessions.known, moment.gap) }),
    );
    let (facts, happenings) = finder.found?;
    finder.others.sort_by_key(|other| std::cmp::Reverse(other.start));
    let row = |facts: &RowFacts| session_row(sessions.known, facts, moment, bounce);
    let referrer = sessions.known.arrivals.text(facts.arrival);
    Some(Timeline {
        row: row(&facts),
        // What follows the separator are campaign tags.
        referrer: referrer.split('\u{1f}').next().unwrap_or_default().to_owned(),
        steps: steps(&happenings, sessions),
        others: finder.others.iter().take(OTHERS).map(row).collect(),
    })
}

/// How many of the same visitor's other sessions are shown.
const OTHERS: usize = 50;

struct Finder {
    wanted: SessionRef,
    found: Option<(RowFacts, Vec<Happening>)>,
    others: Vec<RowFacts>,
}

impl Finder {
    fn look_at<R: Row>(&mut self, rows: impl Iterator<Item = R>) {
        for row in rows.filter(|row| row.visitor() == self.wanted.visitor) {
            // A late event may have given the session an earlier start since it was named.
            if row.start() <= self.wanted.start && self.wanted.start <= row.end() {
                self.found = Some((RowFacts::of(&row), row.happenings().collect()));
            } else {
                self.others.push(RowFacts::of(&row));
            }
        }
    }
}

fn steps(happenings: &[Happening], sessions: Sessions) -> Vec<Step> {
    let next_event = |at: usize| happenings[at + 1..].iter().find(|next| next.what.is_event());
    let step = |(at, one): (usize, &Happening)| Step {
        at: one.time,
        kind: kind(one.what, sessions),
        page: sessions.known.pages.text(one.page).into_owned(),
        status: one.status,
        stayed: next_event(at).filter(|_| one.what.is_event()).map(|next| next.time.since(one.time)),
        load: one.load.map(|load| Span(load.into())),
    };
    happenings.iter().enumerate().map(step).collect()
}

fn kind(what: Did, sessions: Sessions) -> StepKind {
    match what {
        Did::Pageview => StepKind::Pageview,
        Did::Action(action) => StepKind::Action(sessions.known.actions.text(action).into_owned()),
        Did::Error => StepKind::Error,
        Did::Redirect => StepKind::Redirect,
    }
}
