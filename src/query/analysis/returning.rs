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

/// So many visitors are told apart, in some 24 MiB; sessions of others are counted.
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
    /// Whether the visitor was here before that.
    was_known: bool,
    /// The hour, day or week of the first session …
    bucket: i32,
    /// … and which of those from it on brought a session: a bit for each, the lowest one for the first.
    later: u8,
}

impl Visits {
    /// Both together. Whatever came first, the same is known in the end.
    fn and(self, other: Visits) -> Visits {
        let (early, late) = if other.first < self.first { (other, self) } else { (self, other) };
        let apart = u32::try_from(i64::from(late.bucket) - i64::from(early.bucket)).unwrap_or(u32::MAX);
        let later = early.later | late.later.checked_shl(apart).unwrap_or(0);
        Visits { later, ..early }
    }
}

impl ReturningAnalyzer {
    pub(super) fn new(ask: ReturningAsk) -> ReturningAnalyzer {
        ReturningAnalyzer { ask }
    }

    pub(super) fn add(&self, partial: &mut ReturningPartial, sessions: &[Matched<impl Row>]) {
        for session in sessions.iter().filter(|session| session.stand.seen) {
            let row = &session.row;
            let visits = Visits {
                first: row.start(),
                was_known: row.newness() == Some(Newness::Returning),
                bucket: self.ask.by.bucket(row.start()),
                later: 1,
            };
            partial.add(row.visitor(), visits);
        }
    }

    pub(super) fn view(&self, partial: &ReturningPartial, moment: &Moment) -> ReturningView {
        let ReturningAsk { by, rows } = self.ask;
        let now = by.bucket(moment.now);
        let mut view = ReturningView { beyond: partial.beyond, ..ReturningView::default() };
        let mut cohorts: BTreeMap<i32, Cohort> = BTreeMap::new();
        for visits in partial.visitors.values() {
            if visits.was_known {
                view.known_before += 1;
                continue;
            }
            let cohort = cohorts.entry(visits.bucket).or_insert_with(|| empty(by, visits.bucket, now));
            cohort.new += 1;
            for (nth, back) in (1..).zip(&mut cohort.back) {
                let came = u64::from(visits.later >> nth & 1);
                *back = back.map(|back| back + came);
            }
        }
        let mut cohorts: Vec<_> = cohorts.into_values().collect();
        let unlisted = cohorts.len().saturating_sub(rows);
        view.unlisted = cohorts.drain(..unlisted).map(|cohort| cohort.new).sum();
        ReturningView { cohorts, ..view }
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

    #[test]
    fn visits_come_to_the_same_in_any_order() {
        let by = ReturningBy::Day;
        let visit = |hours: u64, was_known| {
            let first = Millis(0) + Span::hours(hours);
            Visits { first, was_known, bucket: by.bucket(first), later: 1 }
        };
        let all =
            [visit(1, false), visit(30, true), visit(5, true), visit(24 * 7 + 1, true), visit(24 * 9, true)];
        let folded = all.into_iter().reduce(Visits::and).expect("some");
        let reversed = all.into_iter().rev().reduce(Visits::and).expect("some");
        assert_eq!(folded, reversed);
        // On the day itself, the day after, and a week later; the ninth day is not looked at.
        assert_eq!((folded.later, folded.was_known), (0b1000_0011, false));
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
