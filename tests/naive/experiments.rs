//! Experiments once more (design.md R14): for each unit all of its events are laid side by side, and read from the first
//! to the last.

use std::collections::{BTreeMap, BTreeSet};

use dwell::query::definitions::Unit;
use dwell::time::{Millis, Span};

use super::answers::percentile;
use super::rig::Instant;
use super::{Deed, Hit, Session};
use dwell::query::view::SessionState;

/// What converts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// A view of this page.
    Page(&'static str),
    /// A session that lasts so long.
    Lasting(Span),
}

/// What becomes of the units that saw a variant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    pub units: u64,
    pub converted: u64,
    pub errors: Option<f64>,
    pub load_p75: Option<Span>,
    pub bounce_rate: Option<f64>,
}

/// All that is counted of an experiment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recount {
    pub since: Option<Millis>,
    pub mixed: u64,
    pub variants: BTreeMap<String, Counted>,
}

/// Shown by views of this page, the variant in the query's `v`.
pub fn recount(
    sessions: &[Session],
    (page, conversion, unit): (&str, Conversion, Unit),
    at: Instant,
) -> Recount {
    let mut units: BTreeMap<_, Vec<&Session>> = BTreeMap::new();
    let counting = sessions.iter().filter(|session| session.bot.is_none());
    for (nth, session) in counting.enumerate() {
        let nth = if unit == Unit::Session { nth } else { 0 };
        units.entry((session.visitor.clone(), nth)).or_default().push(session);
    }
    let mut recount = Recount::default();
    let mut shown: BTreeMap<String, Vec<&Session>> = BTreeMap::new();
    for mut sessions in units.into_values() {
        sessions.sort_by_key(|session| session.start());
        let exposures: Vec<_> = sessions.iter().flat_map(|session| exposures(session, page)).collect();
        let Some((since, first)) = exposures.first().cloned() else { continue };
        recount.since = Some(recount.since.map_or(since, |known| known.min(since)));
        if exposures.iter().any(|(_, variant)| *variant != first) {
            recount.mixed += 1;
            continue;
        }
        let counted = recount.variants.entry(first.clone()).or_default();
        counted.units += 1;
        counted.converted += u64::from(converted(&sessions, page, conversion, since));
        let exposed = sessions.into_iter().filter(|session| !exposures_of(session, page).is_empty());
        shown.entry(first).or_default().extend(exposed);
    }
    for (variant, sessions) in shown {
        guards(&sessions, at, recount.variants.entry(variant).or_default());
    }
    recount
}

fn converted(sessions: &[&Session], page: &str, conversion: Conversion, since: Millis) -> bool {
    match conversion {
        Conversion::Page(goal) => {
            let views = sessions.iter().flat_map(|session| session.views());
            views.into_iter().any(|view| view.path() == goal && view.time >= since)
        }
        Conversion::Lasting(length) => sessions.iter().any(|session| {
            !exposures_of(session, page).is_empty() && session.duration().is_some_and(|span| span >= length)
        }),
    }
}

fn exposures_of(session: &Session, page: &str) -> BTreeSet<String> {
    exposures(session, page).map(|(_, variant)| variant).collect()
}

fn exposures<'a>(session: &'a Session, page: &'a str) -> impl Iterator<Item = (Millis, String)> + 'a {
    let shown = session.events.iter().filter(move |hit| hit.deed == Deed::View && hit.path() == page);
    shown.filter_map(|hit| Some((hit.time, variant(hit)?)))
}

fn variant(hit: &Hit) -> Option<String> {
    let pairs = hit.query.trim_start_matches('?').split('&');
    pairs.filter_map(|pair| pair.strip_prefix("v=")).find(|name| !name.is_empty()).map(str::to_owned)
}

fn guards(sessions: &[&Session], at: Instant, counted: &mut Counted) {
    let share = |count: usize, of: usize| (of > 0).then(|| count as f64 / of as f64);
    counted.errors = share(sessions.iter().map(|one| one.errors()).sum(), sessions.len());
    let mut loads: Vec<_> =
        sessions.iter().flat_map(|one| one.views().filter_map(Hit::load)).map(Span).collect();
    loads.sort_unstable();
    counted.load_p75 = percentile(&loads, 75);
    let settled =
        sessions.iter().filter(|one| at.state(one) == SessionState::Closed && !one.pages().is_empty());
    let settled: Vec<_> = settled.collect();
    let bounced = settled.iter().filter(|one| one.pages().len() == 1 && one.actions().count() == 0);
    counted.bounce_rate = share(bounced.count(), settled.len());
}
