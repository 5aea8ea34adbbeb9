//! Returning: of the visitors first seen in an hour, on a day or in a week, who came back and when.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::classify::visitor::{ByVisitor, Visitor};
use crate::query::matched::Matched;
use crate::query::moment::Moment;
use crate::query::view::{Cohort, RETURNING_LATER, ReturningView};
use crate::store::row::Row;
use crate::store::visitors::Newness;
use crate::time::Millis;

use super::ask::{ReturningAsk, ReturningBy};

/// So many visitors are told apart, in some 50 MiB; sessions of others are counted.
const VISITORS: usize = 1_000_000;

/// Who came back, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct ReturningAnalyzer {
    ask: ReturningAsk,
}

/// What was counted of who came back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct ReturningPartial {
    visitors: HashMap<Visitor, Visits, ByVisitor>,
    /// Sessions of visitors who found no place.
    beyond: u64,
}

/// When a visitor came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Visits {
    /// The start of the first session.
    first: Millis,
    /// Of the hours, days and weeks from it on those that brought a session: a bit for each, the lowest one for the first.
    later: [u8; ReturningBy::ALL.len()],
    /// Whether the visitor was here before the first session.
    was_known: bool,
}

impl Visits {
    fn of(row: &impl Row) -> Visits {
        let was_known = row.newness() == Some(Newness::Returning);
        Visits { first: row.start(), later: [1; ReturningBy::ALL.len()], was_known }
    }

    /// Both together. Whatever came first, the same is known in the end.
    fn and(self, other: Visits) -> Visits {
        let (early, late) = if other.first < self.first { (other, self) } else { (self, other) };
        let both = |nth: usize| {
            let by = ReturningBy::ALL[nth];
            let apart = i64::from(by.bucket(late.first)) - i64::from(by.bucket(early.first));
            let apart = u32::try_from(apart).unwrap_or(u32::MAX);
            early.later[nth] | late.later[nth].checked_shl(apart).unwrap_or(0)
        };
        Visits { later: std::array::from_fn(both), ..early }
    }

    /// Whether there was a session so many hours, days or weeks later.
    fn came_back(&self, by: ReturningBy, nth: usize) -> bool {
        let later = ReturningBy::ALL.iter().zip(self.later).find(|(one, _)| **one == by);
        later.is_some_and(|(_, later)| later >> nth & 1 == 1)
    }
}

impl ReturningAnalyzer {
    pub(super) fn new(ask: ReturningAsk) -> ReturningAnalyzer {
        ReturningAnalyzer { ask }
    }

    pub(super) fn add(partial: &mut ReturningPartial, sessions: &[Matched<impl Row>]) {
        for session in sessions.iter().filter(|session| session.stand.seen) {
            partial.add(session.row.visitor(), Visits::of(&session.row));
        }
    }

    pub(super) fn view(&self, partial: &ReturningPartial, moment: &Moment) -> ReturningView {
        let new = || partial.visitors.values().filter(|visits| !visits.was_known);
        let since = new().map(|visits| visits.first).min().unwrap_or(moment.now);
        let by = self.ask.by.over(moment.now.since(since));
        let now = by.bucket(moment.now);
        let mut cohorts: BTreeMap<i32, Cohort> = BTreeMap::new();
        for visits in new() {
            let bucket = by.bucket(visits.first);
            let cohort = cohorts.entry(bucket).or_insert_with(|| empty(by, bucket, now));
            cohort.new += 1;
            for (nth, back) in (1..).zip(&mut cohort.back) {
                *back = back.map(|back| back + u64::from(visits.came_back(by, nth)));
            }
        }
        let mut cohorts: Vec<_> = cohorts.into_values().collect();
        let unlisted = cohorts.len().saturating_sub(self.ask.rows);
        ReturningView {
            by,
            unlisted: cohorts.drain(..unlisted).map(|cohort| cohort.new).sum(),
            cohorts,
            known_before: (partial.visitors.len() - new().count()) as u64,
            beyond: partial.beyond,
        }
    }
}

fn empty(by: ReturningBy, bucket: i32, now: i32) -> Cohort {
    let back = |nth: usize| {
        let nth = i32::try_from(nth).unwrap_or(i32::MAX);
        (bucket.saturating_add(nth).saturating_add(1) <= now).then_some(0)
    };
    Cohort { from: by.begins(bucket), new: 0, back: std::array::from_fn::<_, RETURNING_LATER, _>(back) }
}

impl ReturningPartial {
    fn add(&mut self, visitor: Visitor, visits: Visits) {
        if let Some(mine) = self.visitors.get_mut(&visitor) {
            *mine = mine.and(visits);
        } else if self.visitors.len() < VISITORS {
            self.visitors.insert(visitor, visits);
        } else {
            self.beyond += 1;
        }
    }

    pub(super) fn merge(&mut self, other: &ReturningPartial) {
        self.beyond += other.beyond;
        other.visitors.iter().for_each(|(visitor, visits)| self.add(*visitor, *visits));
    }

    pub(super) fn bytes(&self) -> usize {
        self.visitors.capacity() * size_of::<(Visitor, Visits)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn visits(hours: u64, was_known: bool) -> Visits {
        Visits { first: Millis(0) + Span::hours(hours), later: [1; 3], was_known }
    }

    #[test]
    fn visits_come_to_the_same_in_any_order() {
        let all = [(1, false), (30, true), (5, true), (24 * 7 + 1, true), (24 * 9, true)];
        let all = all.map(|(hours, was_known)| visits(hours, was_known));
        let folded = all.into_iter().reduce(Visits::and).expect("some");
        let reversed = all.into_iter().rev().reduce(Visits::and).expect("some");
        assert_eq!(folded, reversed);
        // On the day itself, the day after, and a week later; the ninth day is not looked at.
        let [hours, days, weeks] = folded.later;
        assert_eq!((hours, days, folded.was_known), (0b1_0001, 0b1000_0011, false));
        // 1970 began on a Thursday: the seventh and the ninth day lie in the week after.
        assert_eq!(weeks, 0b11);
    }

    #[test]
    fn beyond_a_million_visitors_sessions_are_counted_and_those_known_go_on() {
        let mut partial = ReturningPartial::default();
        (0..VISITORS as u64).for_each(|visitor| partial.add(Visitor(visitor), visits(0, false)));
        assert_eq!(partial.beyond, 0);
        let (known, unknown) = (Visitor(7), Visitor(VISITORS as u64));
        partial.add(unknown, visits(1, false));
        partial.add(known, visits(24, true));
        let mut other = ReturningPartial::default();
        other.add(unknown, visits(2, false));
        other.add(known, visits(48, true));
        partial.merge(&other);
        assert_eq!((partial.visitors.len(), partial.beyond), (VISITORS, 2));
        assert_eq!(partial.visitors[&known].later[1], 0b111, "on the first day and the two after it");
    }

    #[test]
    fn what_fits_depends_on_the_time() {
        let over = |days| ReturningBy::Fitting.over(Span::hours(days * 24_u64));
        assert_eq!(
            [1, 2, 20, 21].map(over),
            [ReturningBy::Hour, ReturningBy::Day, ReturningBy::Day, ReturningBy::Week]
        );
        assert_eq!(ReturningBy::Week.over(Span::ZERO), ReturningBy::Week);
    }

    #[test]
    fn weeks_begin_on_monday() {
        let by = ReturningBy::Week;
        // 2026-11-02 is a Monday.
        let monday = Millis(1_793_577_600_000);
        assert_eq!(by.begins(by.bucket(monday)), monday);
        assert_eq!(by.begins(by.bucket(monday + Span::hours(24 * 7 - 1))), monday);
        assert_eq!(by.bucket(monday - Span(1)), by.bucket(monday) - 1);
    }
}
