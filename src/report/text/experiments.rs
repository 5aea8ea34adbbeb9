//! Experiments: rates, intervals, the verdict, guards (R14).

use std::io;

use super::name;
use crate::query::definitions::{Guard, Unit};
use crate::query::view::{ExperimentView, GuardFigures, VariantRow, View};
use crate::report::experiments;
use crate::report::text_writer::{TextWriter, left, right};
use crate::text::{harmless, percent, thousands};

/// Writes a section for each experiment.
pub(super) fn write(view: &View, out: &mut TextWriter) -> io::Result<()> {
    experiments(view).try_for_each(|experiment| write_one(experiment, out))
}

fn write_one(view: &ExperimentView, out: &mut TextWriter) -> io::Result<()> {
    let units = units(view.unit);
    let since = view.since.map_or_else(String::new, |since| format!(", for {}", view.now.since(since)));
    let note = format!("{units}, goal {} after exposure{since}", harmless(&view.goal));
    out.heading(&format!("Experiment {}", harmless(&view.name)), &note)?;
    let confidence = ((1.0 - view.alpha) * 1000.0).round() / 10.0;
    let valid = format!("always-valid {confidence} %");
    let columns =
        [left("  variant", 18), right(units, 10), right("converted", 10), right("rate", 9)].concat();
    let columns = out.paint.muted(&format!("{columns}{}  {valid}", right("uplift", 9)));
    out.line(columns)?;
    view.variants.iter().try_for_each(|row| out.line(variant(row)))?;
    let verdict = view.verdict.to_string();
    out.paragraph(&format!("Verdict: {}.", harmless(&verdict)))?;
    notes(view).iter().try_for_each(|note| out.paragraph(note))
}

fn units(unit: Unit) -> &'static str {
    match unit {
        Unit::Session => "sessions",
        Unit::Visitor => "visitors",
    }
}

fn variant(row: &VariantRow) -> String {
    let rate = row.rate().map_or_else(String::new, percent);
    let counts =
        [right(&thousands(row.units), 10), right(&thousands(row.converted), 10), right(&rate, 9)].concat();
    let compared = row.comparison.map_or_else(String::new, |compared| {
        let (low, high) = (signed(compared.low), signed(compared.high));
        format!("{}  {low} to {high}", right(&signed(compared.uplift), 9))
    });
    format!("  {}{counts}{compared}", name(&row.variant, 16))
}

/// A change in percent, with its sign.
fn signed(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

fn notes(view: &ExperimentView) -> Vec<String> {
    let mut notes = Vec::new();
    let mut left_out = |count: u64, what: &str| {
        if count > 0 {
            notes.push(format!("Left out: {} {what}.", thousands(count)));
        }
    };
    left_out(view.mixed, &format!("{} that saw two variants", units(view.unit)));
    left_out(view.unlisted, "sessions with a variant that the split does not name");
    left_out(view.beyond, "sessions of those beyond the first million units");
    let guards =
        view.guards.iter().map(|guard| format!("{} {}", label(*guard), figures(*guard, &view.variants)));
    let guards: Vec<_> = guards.collect();
    if !guards.is_empty() {
        notes.push(format!("Guards, in the order of variants: {}.", guards.join("; ")));
    }
    notes.extend(chance_to_win(view));
    notes
}

/// With its warning: whoever waits until it is high will see it high.
fn chance_to_win(view: &ExperimentView) -> Option<String> {
    let chance = |row: &VariantRow| {
        let chance = row.comparison?.chance_to_win;
        Some(format!("{} {}", harmless(&row.variant), percent(chance)))
    };
    let chances: Vec<_> = view.variants.iter().filter_map(chance).collect();
    (!chances.is_empty())
        .then(|| format!("Chance to win, which is not safe to watch: {}.", chances.join(", ")))
}

fn label(guard: Guard) -> &'static str {
    match guard {
        Guard::Errors => "errors a session",
        Guard::LoadP75 => "load time p75",
        Guard::BounceRate => "bounce rate",
    }
}

fn figures(guard: Guard, variants: &[VariantRow]) -> String {
    let figures = variants.iter().map(|row| figure(guard, row.guard));
    figures.collect::<Vec<_>>().join(", ")
}

fn figure(guard: Guard, figures: GuardFigures) -> String {
    let Some(figure) = figures.of(guard) else { return "–".to_owned() };
    match guard {
        Guard::Errors => format!("{figure:.2}"),
        Guard::LoadP75 => format!("{:.0}ms", figure * 1000.0),
        Guard::BounceRate => percent(figure),
    }
}
