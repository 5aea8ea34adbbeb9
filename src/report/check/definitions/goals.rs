//! Page groups and goals in words, and what reached them (R13).

use crate::glob::Glob;
use crate::query::definitions::{Goal, PageGroup, ReachedBy};
use crate::query::event_filter::{EventField, EventFilter};
use crate::query::view::GoalRow;
use crate::text::{amount, thousands};

use super::day::Day;
use super::explanation::Explanation;
use super::nearest::{no_page, why_nothing};
use super::words;

/// A page group.
pub(super) fn of_group(group: &PageGroup, day: Option<&Day>) -> Explanation {
    let paths: Vec<_> = group.paths.iter().map(Glob::pattern).collect();
    let words = format!("The pages {}.", words::listed(&paths, "and"));
    let mut explained = Explanation::new("group", &group.name, words);
    let Some(day) = day else { return explained };
    let filter = EventFilter::exactly(EventField::Group, &group.name);
    match day.matches(&filter).filter(|row| row.events > 0) {
        Some(row) => {
            let (sessions, views) = (words::count(row.sessions, "session"), words::times(row.events));
            let examples = words::examples(&row.examples);
            explained.matched.push(format!("Viewed {views} by {sessions}{examples}."));
        }
        None => explained.remarks.push(no_page(&group.paths, day)),
    }
    explained
}

/// A goal.
pub(super) fn of_goal(goal: &Goal, day: Option<&Day>) -> Explanation {
    let reached_by = match &goal.reached_by {
        ReachedBy::Event(event) => words::event(event),
        ReachedBy::Session(filter) => format!("sessions {}", words::session(filter)),
    };
    let words = format!("Reached by {reached_by}.{}", worth(goal));
    let mut explained = Explanation::new("goal", &goal.name, words);
    let Some(day) = day else { return explained };
    match day.goal(&goal.name).filter(|row| row.events > 0) {
        Some(row) => explained.matched.push(reached(goal, row, day)),
        None => explained.remarks.push(unreached(goal, day)),
    }
    explained
}

fn worth(goal: &Goal) -> String {
    let currency = goal.currency.as_ref().map_or_else(String::new, |currency| format!(" {currency}"));
    match goal.value {
        Some(value) => format!(" Worth {}{currency} where the event itself says no value.", amount(value)),
        None => String::new(),
    }
}

fn reached(goal: &Goal, row: &GoalRow, day: &Day) -> String {
    let of = format!("{} of {} reached it", thousands(row.sessions), words::count(day.sessions(), "session"));
    match &goal.reached_by {
        ReachedBy::Session(_) => format!("{of}."),
        ReachedBy::Event(event) => {
            let examples = day.matches(event).map(|row| words::examples(&row.examples)).unwrap_or_default();
            format!("{of}, {}{examples}.", words::times(row.events))
        }
    }
}

fn unreached(goal: &Goal, day: &Day) -> String {
    match &goal.reached_by {
        ReachedBy::Event(event) => why_nothing(event, day),
        ReachedBy::Session(_) => {
            format!("Nothing matched: none of {}.", words::count(day.sessions(), "session"))
        }
    }
}
