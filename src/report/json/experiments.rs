//! Experiments in the JSON report (R14).

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::query::definitions::Guard;
use crate::query::view::{ExperimentView, VariantRow, View};
use crate::report::experiments;

#[derive(Serialize)]
pub(super) struct ExperimentEntry<'a> {
    experiment: &'a str,
    unit: &'static str,
    goal: &'a str,
    status: &'static str,
    alpha: f64,
    expect: u64,
    /// The first exposure; null before it.
    since: Option<String>,
    /// Units that saw two variants.
    mixed: u64,
    srm: SplitEntry<'a>,
    variants: Vec<VariantEntry<'a>>,
    verdict: String,
    guard: Vec<GuardEntry<'a>>,
    /// Sessions that showed a variant which the split does not name.
    unlisted: u64,
    /// Sessions of units beyond the most that are kept.
    beyond: u64,
}

/// Sample ratio mismatch.
#[derive(Serialize)]
struct SplitEntry<'a> {
    expected: &'a [f64],
    p_always_valid: f64,
    mismatch: bool,
}

#[derive(Serialize)]
struct VariantEntry<'a> {
    variant: &'a str,
    control: bool,
    units: u64,
    converted: u64,
    rate: Option<f64>,
    uplift: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    p_always_valid: Option<f64>,
    chance_to_win: Option<f64>,
}

/// A guard's figure of each variant, under the variant's name.
struct GuardEntry<'a> {
    guard: Guard,
    variants: &'a [VariantRow],
}

impl<'a> ExperimentEntry<'a> {
    pub(super) fn all(view: &'a View) -> Vec<ExperimentEntry<'a>> {
        experiments(view).map(ExperimentEntry::of).collect()
    }

    fn of(view: &'a ExperimentView) -> ExperimentEntry<'a> {
        let guard = |&guard: &Guard| GuardEntry { guard, variants: &view.variants };
        ExperimentEntry {
            experiment: &view.name,
            unit: view.unit.name(),
            goal: &view.goal,
            status: view.verdict.status(),
            alpha: view.alpha,
            expect: view.expect,
            since: view.since.map(crate::time::Millis::rfc3339),
            mixed: view.mixed,
            srm: SplitEntry {
                expected: &view.split.expected,
                p_always_valid: view.split.p,
                mismatch: view.split.mismatch,
            },
            variants: view.variants.iter().map(VariantEntry::of).collect(),
            verdict: view.verdict.to_string(),
            guard: view.guards.iter().map(guard).collect(),
            unlisted: view.unlisted,
            beyond: view.beyond,
        }
    }
}

impl<'a> VariantEntry<'a> {
    fn of(row: &'a VariantRow) -> VariantEntry<'a> {
        let compared = row.comparison;
        VariantEntry {
            variant: &row.variant,
            control: row.control,
            units: row.units,
            converted: row.converted,
            rate: row.rate(),
            uplift: compared.map(|compared| compared.uplift),
            ci_low: compared.map(|compared| compared.low),
            ci_high: compared.map(|compared| compared.high),
            p_always_valid: compared.map(|compared| compared.p),
            chance_to_win: compared.map(|compared| compared.chance_to_win),
        }
    }
}

/// The key of the guard itself: a variant of that name has no figure here.
const FIGURE: &str = "figure";

impl Serialize for GuardEntry<'_> {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        let mut entry = into.serialize_map(None)?;
        entry.serialize_entry(FIGURE, self.guard.name())?;
        for row in self.variants.iter().filter(|row| row.variant != FIGURE) {
            entry.serialize_entry(&row.variant, &row.guard.of(self.guard))?;
        }
        entry.end()
    }
}
