//! What the units of an experiment add up to, and what may be said of it (R14).

use crate::query::definitions::{Experiment, Guard};
use crate::query::figure::Figure;
use crate::query::moment::Moment;
use crate::query::view::{Comparison, ExperimentView, GuardFigures, SplitCheck, VariantRow, Verdict};
use crate::time::{Millis, Span};

use super::ExperimentPartial;
use super::replay::{Call, Change, calls};
use super::statistics::{Direction, MISMATCH, Outcome, Sequence, chance_to_win, evidence_of_mismatch};
use super::units::{GuardSums, UnitFacts, Units};

/// So many variants have rows where the split names none: whoever writes a query may name as many as he likes.
const MOST_VARIANTS: usize = 16;

pub(super) fn view(experiment: &Experiment, partial: &ExperimentPartial, moment: &Moment) -> ExperimentView {
    let units = &partial.units;
    let arms = Arms::of(experiment, units);
    let sums = Sums::of(units, &arms);
    let sequence = Sequence::new(experiment.alpha, experiment.expect, arms.names.len().saturating_sub(1));
    let since = sums.since;
    let callable = since.unwrap_or(Millis::MAX) + experiment.run_for.unwrap_or_default();
    let callable = callable.min(Millis::MAX);
    let calls = calls(sums.changes, arms.names.len(), &sequence, (callable, moment.now));
    let variants = rows(&arms, &sums.outcomes, &sums.guards, &sequence, &calls, experiment);
    let split = split_check(experiment, &arms, &sums.outcomes);
    let too_early = experiment.run_for.filter(|_| moment.now < callable);
    let verdict = match since {
        None => Verdict::Nobody,
        Some(_) if split.mismatch => mismatch(&variants, split.configured),
        Some(_) => verdict(&variants, &calls, too_early, experiment.alpha),
    };
    ExperimentView {
        name: experiment.name.clone(),
        unit: experiment.unit,
        goal: experiment.goal.clone(),
        alpha: experiment.alpha,
        expect: experiment.expect,
        run_for: experiment.run_for,
        since,
        now: moment.now,
        mixed: sums.mixed,
        unlisted: partial.unlisted + sums.without_row,
        beyond: units.beyond(),
        split,
        variants,
        guards: experiment.guards.clone(),
        verdict,
    }
}

/// The variants that have rows, the control first.
struct Arms {
    names: Vec<String>,
    /// The row of each variant that units name.
    rows: Vec<Option<usize>>,
}

impl Arms {
    fn of(experiment: &Experiment, units: &Units) -> Arms {
        let mut others: Vec<String> = match experiment.split.len() {
            0 => most_seen(units),
            _ => experiment.split.iter().map(|(name, _)| name.clone()).collect(),
        };
        others.retain(|name| *name != experiment.control);
        others.truncate(MOST_VARIANTS - 1);
        others.sort_unstable();
        let names: Vec<_> = std::iter::once(experiment.control.clone()).chain(others).collect();
        let row = |name: &str| names.iter().position(|one| one == name);
        let rows = units.names.iter().map(row).collect();
        Arms { names, rows }
    }

    fn row(&self, unit: &UnitFacts) -> Option<usize> {
        self.rows.get(unit.exposures.first?.variant.index()).copied().flatten()
    }
}

/// Variants by the units that saw them first, the most first.
fn most_seen(units: &Units) -> Vec<String> {
    let mut counts = vec![0_u64; units.names.iter().count()];
    for first in units.kept().filter_map(|unit| unit.exposures.first) {
        if let Some(count) = counts.get_mut(first.variant.index()) {
            *count += 1;
        }
    }
    let mut seen: Vec<_> = units.names.iter().zip(counts).filter(|(_, count)| *count > 0).collect();
    seen.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    seen.into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// What units add up to.
struct Sums {
    since: Option<Millis>,
    mixed: u64,
    /// Units whose variant has no row.
    without_row: u64,
    outcomes: Vec<Outcome>,
    guards: Vec<GuardSums>,
    changes: Vec<Change>,
}

impl Sums {
    fn of(units: &Units, arms: &Arms) -> Sums {
        let count = arms.names.len();
        let mut sums = Sums {
            since: None,
            mixed: 0,
            without_row: 0,
            outcomes: vec![Outcome::default(); count],
            guards: vec![GuardSums::default(); count],
            changes: Vec::new(),
        };
        for unit in units.kept() {
            sums.take_in(unit, arms);
        }
        sums
    }

    fn take_in(&mut self, unit: &UnitFacts, arms: &Arms) {
        let Some(first) = unit.exposures.first else { return };
        let Some(arm) = arms.row(unit) else {
            self.without_row += u64::from(unit.exposed_sessions);
            return;
        };
        self.since = self.since.into_iter().chain([first.at]).min();
        let other = unit.exposures.other.map(|other| other.at);
        let converted = unit.converted_at().filter(|&at| other.is_none_or(|other| at < other));
        self.changes.push(Change { at: first.at, arm, units: 1, converted: 0 });
        self.changes.extend(converted.map(|at| Change { at, arm, units: 0, converted: 1 }));
        if let Some(at) = other {
            // It counted until it saw another variant.
            self.mixed += 1;
            self.changes.push(Change { at, arm, units: -1, converted: -i8::from(converted.is_some()) });
            return;
        }
        self.outcomes[arm].units += 1;
        self.outcomes[arm].converted += u64::from(converted.is_some());
        if let Some(guards) = &unit.guards {
            self.guards[arm].merge(guards);
        }
    }
}

fn rows(
    arms: &Arms,
    outcomes: &[Outcome],
    guards: &[GuardSums],
    sequence: &Sequence,
    calls: &[Option<Call>],
    experiment: &Experiment,
) -> Vec<VariantRow> {
    let control = outcomes[0];
    let row = |(nth, name): (usize, &String)| VariantRow {
        variant: name.clone(),
        control: nth == 0,
        units: outcomes[nth].units,
        converted: outcomes[nth].converted,
        comparison: (nth > 0).then(|| comparison(sequence, control, outcomes[nth])).flatten(),
        called: calls[nth].map(|call| call.at),
        guard: guard_figures(&guards[nth], &experiment.guards),
    };
    arms.names.iter().enumerate().map(row).collect()
}

fn comparison(sequence: &Sequence, control: Outcome, variant: Outcome) -> Option<Comparison> {
    let compared = sequence.compare(control, variant)?;
    Some(Comparison {
        uplift: compared.uplift,
        low: compared.interval.0,
        high: compared.interval.1,
        p: compared.p,
        chance_to_win: chance_to_win(control, variant)?,
    })
}

fn guard_figures(sums: &GuardSums, asked: &[Guard]) -> GuardFigures {
    let share = |count: u64, of: u64| (of > 0).then(|| count as f64 / of as f64);
    let asked = |guard: Guard| asked.contains(&guard);
    let load = || (sums.loads.count() > 0).then(|| sums.loads.percentiles().at(0.75));
    GuardFigures {
        errors: asked(Guard::Errors).then(|| share(sums.errors, sums.sessions)).flatten(),
        load_p75: asked(Guard::LoadP75).then(load).flatten(),
        bounce_rate: asked(Guard::BounceRate).then(|| share(sums.bounced, sums.settled)).flatten(),
    }
}

fn split_check(experiment: &Experiment, arms: &Arms, outcomes: &[Outcome]) -> SplitCheck {
    let weight = |name: &String| {
        experiment.split.iter().find(|(one, _)| one == name).map_or(1.0, |(_, weight)| *weight)
    };
    let weights: Vec<f64> = arms.names.iter().map(weight).collect();
    let all: f64 = weights.iter().sum();
    let expected: Vec<f64> = weights.into_iter().map(|weight| weight / all).collect();
    let units: Vec<u64> = outcomes.iter().map(|outcome| outcome.units).collect();
    let evidence = evidence_of_mismatch(&units, &expected);
    SplitCheck {
        expected,
        configured: !experiment.split.is_empty(),
        p: (1.0 / evidence).min(1.0),
        mismatch: evidence > MISMATCH,
    }
}

fn mismatch(variants: &[VariantRow], configured: bool) -> Verdict {
    Verdict::Mismatch {
        units: variants.iter().map(|row| (row.variant.clone(), row.units)).collect(),
        configured,
    }
}

/// What may be said where units are spread as they should be: what was called first of all, then what would be.
fn verdict(variants: &[VariantRow], calls: &[Option<Call>], too_early: Option<Span>, alpha: f64) -> Verdict {
    let differs = |row: &VariantRow, better: bool, to_be_called: Option<Span>| Verdict::Differs {
        variant: row.variant.clone(),
        better,
        p: row.comparison.map_or(1.0, |comparison| comparison.p),
        to_be_called,
    };
    let uplift = |row: &VariantRow| row.comparison.map_or(f64::NEG_INFINITY, |comparison| comparison.uplift);
    let called = variants.iter().zip(calls).filter_map(|(row, call)| Some((row, (*call)?.direction)));
    // A better one before worse ones, and of several the one that does best.
    let rank = |row: &VariantRow, direction: Direction| (direction == Direction::Better, uplift(row));
    let best = |a: (bool, f64), b: (bool, f64)| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1));
    if let Some((row, direction)) = called.max_by(|a, b| best(rank(a.0, a.1), rank(b.0, b.1))) {
        return differs(row, direction == Direction::Better, None);
    }
    let compared = || variants.iter().filter_map(|row| Some((row, row.comparison?)));
    let beyond_chance = compared().filter(|(_, comparison)| comparison.p <= alpha);
    if let Some((row, comparison)) = beyond_chance.max_by(|a, b| a.1.uplift.total_cmp(&b.1.uplift)) {
        return differs(row, comparison.uplift > 0.0, too_early);
    }
    if let Some(verdict) = too_few(variants) {
        return verdict;
    }
    let p = compared().map(|(_, comparison)| comparison.p).fold(1.0, f64::min);
    Verdict::NoDifference { p, too_early }
}

/// The variant that does not pass the gate; of several, the one that has fewest.
fn too_few(variants: &[VariantRow]) -> Option<Verdict> {
    let outcome = |row: &VariantRow| Outcome { units: row.units, converted: row.converted };
    if variants.len() < 2 {
        let only = variants.first()?;
        return Some(Verdict::OneVariant { variant: only.variant.clone() });
    }
    let short = variants.iter().filter(|row| !outcome(row).passes_gate());
    let row = short.min_by_key(|row| row.converted.min(outcome(row).failed()))?;
    Some(Verdict::TooFew {
        variant: row.variant.clone(),
        converted: row.converted,
        failed: outcome(row).failed(),
    })
}
