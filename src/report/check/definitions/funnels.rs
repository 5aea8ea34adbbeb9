//! Funnels in words, and how far sessions came in them (R13).

use crate::query::definitions::{Funnel, FunnelEntry, FunnelStep, StepOrder, Unit};
use crate::report::text_writer::{WIDTH, left, right};
use crate::text::{harmless, thousands};

use super::day::Day;
use super::explanation::Explanation;
use super::nearest::why_nothing;
use super::words::{self, count};

const FIGURE: usize = 10;
const STEP: usize = WIDTH - 4 - 2 * FIGURE;

/// A funnel.
pub(super) fn of(funnel: &Funnel, day: Option<&Day>) -> Explanation {
    let mut explained = Explanation::new("funnel", &funnel.name, words(funnel));
    let figures = |step: &str, sessions: &str, reached: &str| {
        format!("{}{}{}", left(step, STEP), right(sessions, FIGURE), right(reached, FIGURE))
    };
    if day.is_some() {
        explained.table.push(figures("", "did it", "reached"));
    }
    for (nth, step) in (0..).zip(&funnel.steps) {
        let text = harmless(&step_words(nth, step)).into_owned();
        let did = day.and_then(|day| Some(thousands(day.matches(&step.event)?.sessions)));
        let reached = reached(funnel, nth, day).map(thousands);
        explained.table.push(figures(&text, &did.unwrap_or_default(), &reached.unwrap_or_default()));
    }
    if let Some(day) = day {
        explained.matched.extend(left_out(funnel, day));
        explained.remarks.extend(remarks(funnel, day));
    }
    explained
}

fn words(funnel: &Funnel) -> String {
    let who = match funnel.unit {
        Unit::Session => "Sessions",
        Unit::Visitor => "Visitors, over all their sessions,",
    };
    let how = match funnel.order {
        StepOrder::Sequential => "one after the other, whatever comes between",
        StepOrder::Strict => "one right after the other, with nothing else between",
        StepOrder::Any => "in any order",
    };
    let within = match (funnel.within, funnel.order) {
        (Some(span), StepOrder::Any) => format!(", all within {}", words::length(span)),
        (Some(span), _) => format!(", all within {} of the first", words::length(span)),
        (None, _) => String::new(),
    };
    let entry = match funnel.entry {
        FunnelEntry::Closed => "Who takes the first step enters.",
        FunnelEntry::Open => "Who takes any step enters.",
    };
    let exclude = funnel.exclude.as_ref().map_or_else(String::new, |exclude| {
        format!(" Left out is whoever does this between two steps: {}.", words::event(exclude))
    });
    let steps = funnel.steps.len();
    format!("{who} that take {steps} steps {how}{within}. {entry}{exclude}")
}

fn step_words(nth: usize, step: &FunnelStep) -> String {
    let optional = if step.optional { ", optional" } else { "" };
    let within = step.within.map_or_else(String::new, |span| format!(", within {}", words::length(span)));
    // A step without a name bears its filter for one.
    let name = if step.name == step.event.to_string() { String::new() } else { format!("{}: ", step.name) };
    format!("{} {name}{}{optional}{within}", nth + 1, words::event(&step.event))
}

fn reached(funnel: &Funnel, nth: usize, day: Option<&Day>) -> Option<u64> {
    Some(day?.funnel(&funnel.name)?.steps.get(nth)?.reached)
}

fn left_out(funnel: &Funnel, day: &Day) -> Option<String> {
    let excluded = day.funnel(&funnel.name)?.excluded;
    (excluded > 0).then(|| format!("{} left out.", count(excluded, unit(funnel))))
}

fn unit(funnel: &Funnel) -> &'static str {
    match funnel.unit {
        Unit::Session => "session",
        Unit::Visitor => "visitor",
    }
}

/// Why nobody took a step: its event never came, or not where the funnel wants it.
fn remarks(funnel: &Funnel, day: &Day) -> Vec<String> {
    let steps = (0..).zip(&funnel.steps);
    let untaken = steps.filter(|(nth, _)| reached(funnel, *nth, Some(day)) == Some(0)).enumerate();
    let remarks = untaken.filter_map(|(before, (nth, step))| {
        let row = day.matches(&step.event)?;
        let why = match row.sessions {
            0 => why_nothing(&step.event, day),
            // Who did not take the first of them cannot take the later ones.
            _ if before > 0 => return None,
            did => format!("{} did it, but none of them where the funnel wants it.", count(did, "session")),
        };
        Some(format!("Step {}: {why}", nth + 1))
    });
    remarks.collect()
}
