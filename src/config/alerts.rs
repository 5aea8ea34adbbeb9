//! `[[alert]]` and `[[notify]]`, as the file writes them, and what is made of them (design.md R16).

use serde::Deserialize;
use toml::Spanned;

use super::from_text::{FromText, not_among, with_caret};
use super::mistake::Mistake;
use super::section::one;
use super::segments::FilterText;
use super::segments::Segments;
use crate::alert::condition::{Condition, Figure, Measure};
use crate::alert::rule::{AtMost, Notify, Rule, Rules};
use crate::alert::state::{NoData, Timing};
use crate::query::definitions::Definitions;
use crate::query::filter::{Filter, FilterError};
use crate::time::Span;

/// The window of an alert that names none: long enough for a share, short enough to be of now.
const OVER: Span = Span::minutes(5);
/// That of one on findings, as that of the screen (R15).
const OVER_OF_FINDINGS: Span = Span::minutes(30);
/// A window has a slot of traffic at least (R12).
const SHORTEST: Span = Span::seconds(10);
const SEVERITY: &str = "warn";

/// The tables of alerts.
#[derive(Default)]
pub(super) struct AlertTables {
    pub(super) alerts: Vec<Spanned<AlertTable>>,
    pub(super) notify: Vec<Spanned<NotifyTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct AlertTable {
    name: String,
    #[serde(deserialize_with = "one")]
    when: Option<Condition>,
    #[serde(default, deserialize_with = "one")]
    until: Option<Condition>,
    #[serde(default, deserialize_with = "one")]
    over: Option<Span>,
    #[serde(default, rename = "for", deserialize_with = "one")]
    hold: Option<Span>,
    #[serde(default, deserialize_with = "one")]
    keep_firing_for: Option<Span>,
    #[serde(default)]
    least: u64,
    #[serde(default, deserialize_with = "one")]
    no_data: Option<NoData>,
    #[serde(default, deserialize_with = "one")]
    filter: Option<FilterText>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default, deserialize_with = "one")]
    repeat: Option<Span>,
    #[serde(default, deserialize_with = "one")]
    at_most: Option<AtMost>,
    #[serde(default, deserialize_with = "one")]
    severity: Option<String>,
    #[serde(default)]
    run: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct NotifyTable {
    run: Vec<String>,
    #[serde(default = "yes")]
    resolved: bool,
    #[serde(default, deserialize_with = "one")]
    at_most: Option<AtMost>,
}

fn yes() -> bool {
    true
}

impl AlertTables {
    /// What the tables mean, with the segments, goals and funnels that they name.
    pub(super) fn rules(self, segments: &Segments, known: &Definitions) -> Result<Rules, Mistake> {
        let mut rules = Rules::default();
        let mut places = Vec::new();
        for table in self.alerts {
            let at = table.span();
            let rule = rule(table.into_inner(), &rules, segments, known);
            rules.alerts.push(rule.map_err(|message| Mistake { at: Some(at.clone()), message })?);
            places.push(at);
        }
        for (rule, at) in rules.alerts.iter().zip(places) {
            check_unless(rule, &rules).map_err(|message| Mistake { at: Some(at), message })?;
        }
        for table in self.notify {
            let at = Some(table.span());
            let notify = notify(table.into_inner()).map_err(|message| Mistake { at, message })?;
            rules.notify.push(notify);
        }
        Ok(rules)
    }
}

fn rule(table: AlertTable, before: &Rules, segments: &Segments, known: &Definitions) -> Result<Rule, String> {
    let name = table.name;
    if name.trim().is_empty() || name.contains(char::is_control) {
        return Err("an alert needs a name, on one line".to_owned());
    }
    if before.alerts.iter().any(|one| one.name.eq_ignore_ascii_case(&name)) {
        return Err(format!("two alerts are called `{name}`: give one of them another name"));
    }
    let example = || format!("the alert `{name}` needs a condition: add `when = \"errors.5xx > 5 %\"`");
    let when = table.when.ok_or_else(example)?;
    for condition in std::iter::once(&when).chain(&table.until) {
        check_names(condition, known)?;
    }
    let usual_window = if when.speaks_of_findings() { OVER_OF_FINDINGS } else { OVER };
    let over = table.over.unwrap_or(usual_window);
    if over < SHORTEST {
        return Err(format!(
            "`over` of the alert `{name}` is shorter than {SHORTEST}, in which hits are counted"
        ));
    }
    let filter = table.filter.map(|text| text.resolve(segments, known)).transpose()?.unwrap_or_default();
    check_lines(&when, &filter)?;
    Ok(Rule {
        when,
        until: table.until,
        over,
        timing: Timing {
            hold: table.hold.unwrap_or_default(),
            keep_firing: table.keep_firing_for.unwrap_or_default(),
            no_data: table.no_data.unwrap_or_default(),
        },
        least: table.least,
        filter,
        unless: table.unless,
        severity: table.severity.unwrap_or_else(|| SEVERITY.to_owned()),
        run: argv(table.run, &format!("the alert `{name}`"))?,
        repeat: table.repeat.filter(|repeat| *repeat > Span::ZERO),
        at_most: table.at_most,
        name,
    })
}

fn notify(table: NotifyTable) -> Result<Notify, String> {
    if table.run.is_empty() {
        return Err("this `notify` runs nothing: add `run = [\"/usr/local/bin/notify\"]`".to_owned());
    }
    let run = argv(table.run, "this `notify`")?;
    Ok(Notify { run, resolved: table.resolved, at_most: table.at_most })
}

/// A command with its arguments; no shell reads it.
fn argv(run: Vec<String>, whose: &str) -> Result<Vec<String>, String> {
    let is_missing = run.first().is_some_and(|program| program.trim().is_empty());
    if is_missing || run.iter().any(|word| word.contains('\0')) {
        return Err(format!(
            "`run` of {whose} does not begin with a program: run = [\"/usr/local/bin/notify\"]"
        ));
    }
    Ok(run)
}

/// Goals and funnels must be defined.
fn check_names(condition: &Condition, known: &Definitions) -> Result<(), String> {
    let goals = known.goals.iter().map(|goal| goal.name.as_str()).collect::<Vec<_>>();
    let funnels = known.funnels.iter().map(|funnel| funnel.name.as_str()).collect::<Vec<_>>();
    let undefined = |name: &str, kind: &str, all: &[&str]| match all {
        [] => Err(format!("no {kind} is called `{name}`: add a [[{kind}]] with that name")),
        _ if all.contains(&name) => Ok(()),
        _ => Err(format!("no {kind} is called so: {}", not_among(name, all.iter().copied()))),
    };
    condition.goals().try_for_each(|name| undefined(name, "goal", &goals))?;
    condition.funnels().try_for_each(|name| undefined(name, "funnel", &funnels))
}

/// Lines are those of all inputs: those of another time cannot be told from hits under a filter.
fn check_lines(when: &Condition, filter: &Filter) -> Result<(), String> {
    let compares = when
        .comparisons()
        .into_iter()
        .any(|one| one.figure == Figure::Lines && matches!(one.measure, Measure::Of(_)));
    if compares && !filter.is_empty() {
        return Err("`lines` are those of all inputs, whatever the filter: compare `hits` with another time"
            .to_owned());
    }
    Ok(())
}

/// The alerts of `unless` must exist, and must not wait for each other.
fn check_unless(rule: &Rule, rules: &Rules) -> Result<(), String> {
    for name in &rule.unless {
        if rules.alert(name).is_none() {
            let all = rules.alerts.iter().map(|one| one.name.as_str()).filter(|one| *one != rule.name);
            return Err(format!("`unless` names no alert: {}", not_among(name, all)));
        }
    }
    let mut seen = Vec::new();
    let mut next: Vec<&String> = rule.unless.iter().collect();
    while let Some(name) = next.pop() {
        if *name == rule.name {
            return Err(format!("the alert `{name}` inhibits itself, over `unless`: leave one of them out"));
        }
        if !seen.contains(&name) {
            seen.push(name);
            next.extend(rules.alert(name).into_iter().flat_map(|rule| &rule.unless));
        }
    }
    Ok(())
}

impl FromText for Condition {
    fn from_text(text: &str) -> Result<Condition, String> {
        let pointed = |at, message| with_caret(text, &FilterError { at, message });
        Condition::parse(text).map_err(|error| pointed(error.at, error.message))
    }
}

impl FromText for NoData {
    fn from_text(text: &str) -> Result<NoData, String> {
        match text {
            "ok" => Ok(NoData::Ok),
            "keep" => Ok(NoData::Keep),
            "alert" => Ok(NoData::Alert),
            _ => Err(not_among(text, ["ok", "keep", "alert"].into_iter())),
        }
    }
}

impl FromText for AtMost {
    fn from_text(text: &str) -> Result<AtMost, String> {
        let wrong = || format!("`{text}` is no rate of commands; write it like 6/h, 1/min or 20/d");
        let (runs, unit) = text.split_once('/').ok_or_else(wrong)?;
        let within = match unit.trim() {
            "s" => Span::seconds(1),
            "m" | "min" => Span::minutes(1),
            "h" => Span::hours(1),
            "d" => Span::hours(24),
            _ => return Err(wrong()),
        };
        // Each run is remembered for that time.
        let runs = runs.trim().parse().ok().filter(|runs| (1..=10_000).contains(runs)).ok_or_else(wrong)?;
        Ok(AtMost { runs, within })
    }
}

#[cfg(test)]
mod tests;
