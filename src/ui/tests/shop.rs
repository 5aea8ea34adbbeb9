//! What the shop of the fixtures is meant to sell, and how it goes.

use crate::query::analysis::ask::Breakdown;
use crate::query::definitions::{Definitions, Goal, ReachedBy};
use crate::query::event_filter::EventFilter;
use crate::query::view::*;

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
