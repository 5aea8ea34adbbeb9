//! Experiments in words, and which variants were seen (R14).

use crate::query::definitions::{Experiment, Guard, Unit};
use crate::query::view::ExperimentView;
use crate::report::text_writer::left;
use crate::text::{harmless, percent, thousands};

use super::day::Day;
use super::explanation::Explanation;
use super::nearest::why_nothing;
use super::words::{self, count};

/// An experiment.
pub(super) fn of(experiment: &Experiment, day: Option<&Day>) -> Explanation {
    let mut explained = Explanation::new("experiment", &experiment.name, words(experiment));
    let Some((day, view)) = day.and_then(|day| Some((day, day.experiment(&experiment.name)?))) else {
        return explained;
    };
    explained.table =
        view.variants.iter().map(|row| variant(&row.variant, row.units, row.converted, experiment)).collect();
    explained.matched.extend(exposures(experiment, day));
    explained.matched.extend(left_out(experiment, view));
    explained.remarks = remarks(experiment, view, day);
    explained
}

fn unit(experiment: &Experiment) -> &'static str {
    match experiment.unit {
        Unit::Session => "session",
        Unit::Visitor => "visitor",
    }
}

fn words(experiment: &Experiment) -> String {
    let source = words::variant_source(&experiment.variant);
    let exposure = experiment.exposure.as_ref().map_or_else(|| "any event".to_owned(), words::event);
    let (unit, goal, control) = (unit(experiment), &experiment.goal, &experiment.control);
    let [first, second] = [
        format!("Variants are named by {source}. A {unit} takes part from {exposure} that names one,"),
        format!(
            "and converts by reaching {goal} from then on. Compared with {control}{}.",
            split(experiment)
        ),
    ];
    format!("{first} {second} {}", decision(experiment))
}

fn split(experiment: &Experiment) -> String {
    if experiment.split.is_empty() {
        return ", all variants alike in number".to_owned();
    }
    let weight = |(name, weight): &(String, f64)| format!("{name} {weight}");
    let weights: Vec<_> = experiment.split.iter().map(weight).collect();
    format!(", spread as {}", weights.join(" : "))
}

fn decision(experiment: &Experiment) -> String {
    let (expect, alpha) = (count(experiment.expect, unit(experiment)), percent(experiment.alpha));
    let run_for = experiment
        .run_for
        .map_or_else(String::new, |span| format!("; nothing is called before {}", words::length(span)));
    let guards: Vec<_> = experiment.guards.iter().map(|guard| guard_words(*guard).to_owned()).collect();
    let guards = if guards.is_empty() {
        String::new()
    } else {
        format!(" Shown beside it: {}.", words::listed(&guards, "and"))
    };
    format!("Tuned for {expect}, called wrongly at most {alpha} of the time{run_for}.{guards}")
}

fn guard_words(guard: Guard) -> &'static str {
    match guard {
        Guard::Errors => "errors",
        Guard::LoadP75 => "load times",
        Guard::BounceRate => "the bounce rate",
    }
}

fn variant(name: &str, units: u64, converted: u64, experiment: &Experiment) -> String {
    let units = count(units, unit(experiment));
    format!("{}{units}, {} converted", left(&harmless(name), 24), thousands(converted))
}

/// How often the exposure and the goal were seen at all.
fn exposures(experiment: &Experiment, day: &Day) -> Option<String> {
    let goal = day.goal(&experiment.goal)?;
    let goal = match goal.events {
        0 => "Goal: never reached.".to_owned(),
        events => format!("Goal: reached {}.", words::times(events)),
    };
    let exposure = experiment.exposure.as_ref().and_then(|exposure| day.matches(exposure));
    Some(match exposure {
        Some(row) if row.events == 0 => format!("Exposure: never seen. {goal}"),
        Some(row) => {
            let (times, sessions) = (words::times(row.events), count(row.sessions, "session"));
            format!("Exposure: seen {times} in {sessions}, with a variant or without. {goal}")
        }
        None => goal,
    })
}

fn left_out(experiment: &Experiment, view: &ExperimentView) -> Option<String> {
    (view.mixed > 0).then(|| {
        let units = count(view.mixed, unit(experiment));
        format!("Left out: {units} with two variants.")
    })
}

fn remarks(experiment: &Experiment, view: &ExperimentView, day: &Day) -> Vec<String> {
    let exposure = experiment.exposure.as_ref().and_then(|exposure| day.matches(exposure));
    let mut remarks = Vec::new();
    let seen: Vec<_> =
        view.variants.iter().filter(|row| row.units > 0).map(|row| row.variant.clone()).collect();
    if let Some(row) = exposure.filter(|row| row.events == 0) {
        remarks.push(format!("Exposure: {}", why_nothing(&row.filter, day)));
    } else if seen.is_empty() && view.unlisted == 0 && view.mixed == 0 {
        let source = words::variant_source(&experiment.variant);
        remarks.push(format!("No variant was seen: {source} names none where there is an exposure."));
    } else if !seen.contains(&experiment.control) {
        let seen =
            if seen.is_empty() { "none that `split` names".to_owned() } else { words::listed(&seen, "and") };
        remarks.push(format!("The control {} was not seen; the variants are: {seen}.", experiment.control));
    }
    if view.unlisted > 0 {
        let sessions = count(view.unlisted, "session");
        remarks.push(format!("{sessions} showed a variant that `split` does not name; they are left out."));
    }
    if day.goal(&experiment.goal).is_some_and(|goal| goal.events == 0) {
        remarks.push(format!("The goal {} was not reached by anybody; see there.", experiment.goal));
    }
    remarks
}
