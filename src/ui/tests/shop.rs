//! What the shop of the fixtures is meant to sell, and how it goes.

use crate::query::analysis::ask::{Breakdown, ReturningBy};
use crate::query::definitions::{Definitions, Goal, ReachedBy};
use crate::query::event_filter::EventFilter;
use crate::query::view::*;
use crate::time::{Millis, Span};

/// What the shop's operator defines.
pub(super) fn definitions() -> Definitions {
    let goal = |name: &str, event: &str| Goal {
        name: name.to_owned(),
        reached_by: ReachedBy::Event(EventFilter::parse(event).expect(event)),
        value: None,
        currency: None,
    };
    let order = Goal { value: Some(49.9), currency: Some("EUR".to_owned()), ..goal("order", "action:order") };
    Definitions {
        goals: vec![goal("signup", "page:/welcome"), order, goal("newsletter", "action:subscribe")],
        funnels: vec![super::studies::funnel()],
        experiments: vec![super::studies::experiment()],
        ..Definitions::default()
    }
}

pub(super) fn goals() -> GoalsView {
    let row = |goal: &str, sessions, events, value: Option<f64>| GoalRow {
        goal: goal.to_owned(),
        sessions,
        events,
        value,
        currency: value.map(|_| "EUR".to_owned()),
    };
    let segment = |name: &str, sessions, reached| GoalSegment {
        name: name.to_owned(),
        sessions,
        reached,
        events: reached,
        value: 0.0,
    };
    let detail = GoalDetail {
        goal: "signup".to_owned(),
        by: Breakdown::Channel,
        rows: vec![
            segment("Organic Search", 531, 58),
            segment("Direct", 336, 47),
            segment("Paid Social", 137, 4),
            segment("Email", 67, 19),
        ],
    };
    GoalsView {
        seen: 1204,
        rows: vec![
            row("signup", 142, 151, None),
            row("order", 61, 64, Some(3193.6)),
            row("newsletter", 0, 0, None),
        ],
        detail: Some(detail),
    }
}

/// The slower the first page, the more leave and the fewer reach a goal.
pub(super) fn slowness() -> SlownessView {
    let row = |(sessions, bounced, reached)| SlownessRow { sessions, bounced, reached };
    let rows = [(301, 108, 52), (244, 95, 34), (131, 58, 15), (72, 40, 5), (21, 16, 1), (0, 0, 0)].map(row);
    SlownessView { rows, unmeasured: 44, has_goals: true }
}

/// Of 1,204 who were new on a Monday, 110 came back on the day after.
pub(super) fn returning(by: ReturningBy) -> ReturningView {
    let length = match by {
        ReturningBy::Hour | ReturningBy::Fitting => Span::hours(1),
        ReturningBy::Day => Span::hours(24),
        ReturningBy::Week => Span::hours(24 * 7),
    };
    let cohorts = [
        (1_204, [110, 72, 63, 47, 37, 14, 48], 7),
        (1_131, [98, 66, 57, 37, 11, 10, 0], 6),
        (1_390, [124, 71, 57, 13, 15, 0, 0], 5),
        (940, [81, 40, 0, 0, 0, 0, 0], 3),
        (1_010, [0; 7], 0),
    ];
    let mut from = Millis(1_795_392_000_000);
    let cohort = |(new, back, begun): (u64, [u64; 7], usize)| {
        let back = std::array::from_fn(|nth| (nth < begun).then_some(back[nth]));
        let cohort = Cohort { from, new, back };
        from += length;
        cohort
    };
    let cohorts = cohorts.into_iter().map(cohort).collect();
    let by = if by == ReturningBy::Fitting { ReturningBy::Hour } else { by };
    ReturningView { by, cohorts, unlisted: 0, known_before: 312, beyond: 0 }
}
