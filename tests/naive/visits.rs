//! Slowness and returning counted once more, session by session and visitor by visitor.

use std::collections::BTreeMap;

use dwell::query::analysis::ask::{ReturningAsk, ReturningBy};
use dwell::query::question::Visitor;
use dwell::query::view::{Cohort, Newness, PageLoads, ReturningView, SlownessRow, SlownessView};
use dwell::time::{Millis, Span};

use super::Hit;
use super::answers::{Answers, Known, percentile};

/// How long the server took for a session's first page.
pub fn entry_load(known: &Known) -> Option<u64> {
    known.session.views().next().and_then(Hit::load)
}

impl Answers {
    /// The rigs define no goals.
    pub fn slowness(&self) -> SlownessView {
        let entered: Vec<_> = self.closed().filter(|known| !known.pages().is_empty()).collect();
        let row = |nth: usize| {
            let (over, upto) =
                [(-1, 250), (250, 500), (500, 1000), (1000, 2500), (2500, 5000), (5000, i64::MAX)][nth];
            let is_there = |load: u64| load.cast_signed() > over && load.cast_signed() <= upto;
            let there: Vec<_> =
                entered.iter().filter(|known| entry_load(known).is_some_and(is_there)).collect();
            let bounced = there.iter().filter(|known| known.bounced).count() as u64;
            SlownessRow { sessions: there.len() as u64, bounced, reached: 0 }
        };
        SlownessView {
            rows: std::array::from_fn(row),
            unmeasured: entered.iter().filter(|known| entry_load(known).is_none()).count() as u64,
            has_goals: false,
        }
    }

    pub fn returning(&self, ask: ReturningAsk) -> ReturningView {
        let mut visits: BTreeMap<Visitor, Vec<&Known>> = BTreeMap::new();
        self.seen().for_each(|known| visits.entry(known.visitor).or_default().push(known));
        let length = match ask.by {
            ReturningBy::Hour => Span::hours(1),
            ReturningBy::Day | ReturningBy::Fitting => Span::hours(24),
            ReturningBy::Week => Span::hours(24 * 7),
        };
        let begins = |time: Millis| match ask.by {
            // 2026-11-02, a Monday.
            ReturningBy::Week => {
                let monday = Millis(1_793_577_600_000);
                monday + Span(time.since(monday).0 / length.0 * length.0)
            }
            _ => time.floor_to(length),
        };
        let first =
            |sessions: &[&Known]| sessions.iter().map(|known| known.session.start()).min().expect("one");
        let is_new = |sessions: &[&Known]| {
            let first = sessions.iter().min_by_key(|known| known.session.start()).expect("one");
            first.newness == Newness::New
        };
        let new: Vec<_> = visits.values().filter(|sessions| is_new(sessions)).collect();
        let mut starts: Vec<_> = new.iter().map(|sessions| begins(first(sessions))).collect();
        starts.sort_unstable();
        starts.dedup();
        let cohort = |&from: &Millis| {
            let of: Vec<_> = new.iter().filter(|sessions| begins(first(sessions)) == from).collect();
            let back = |nth: usize| {
                let later = from + Span(length.0 * (nth as u64 + 1));
                let came = |sessions: &&&&Vec<&Known>| {
                    sessions.iter().any(|known| begins(known.session.start()) == later)
                };
                (later <= self.at.now).then(|| of.iter().filter(came).count() as u64)
            };
            Cohort { from, new: of.len() as u64, back: std::array::from_fn(back) }
        };
        let mut cohorts: Vec<_> = starts.iter().map(cohort).collect();
        let earlier = cohorts.len().saturating_sub(ask.rows);
        ReturningView {
            by: ask.by,
            unlisted: cohorts.drain(..earlier).map(|cohort| cohort.new).sum(),
            cohorts,
            known_before: (visits.len() - new.len()) as u64,
            beyond: 0,
        }
    }

    /// How the load times of a page are spread; its percentiles are exact.
    pub fn spread_of_loads(&self, page: &str) -> Option<PageLoads> {
        let loads = self.page_loads(page);
        let at = |hundredths| percentile(&loads, hundredths);
        Some(PageLoads {
            measured: loads.len() as u64,
            p50: at(50)?,
            p75: at(75)?,
            p95: at(95)?,
            slow: loads.iter().filter(|load| load.0 > 2500).count() as u64,
        })
    }
}
