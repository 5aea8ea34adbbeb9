//! An experiment in a view (R14).

use std::fmt;

use crate::query::definitions::{Guard, Unit};
use crate::query::view::SMALL_GROUPS;
use crate::text::thousands;
use crate::time::{Millis, Span};

/// One experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct ExperimentView {
    /// Its name.
    pub name: String,
    /// What is counted.
    pub unit: Unit,
    /// The name of its goal.
    pub goal: String,
    /// How often a winner may be called where there is none.
    pub alpha: f64,
    /// The units that it is tuned for.
    pub expect: u64,
    /// No verdict before this long.
    pub run_for: Option<Span>,
    /// When a unit was exposed first; `None` where none was.
    pub since: Option<Millis>,
    /// The instant that all of this holds for.
    pub now: Millis,
    /// Units that saw two variants: they are left out.
    pub mixed: u64,
    /// Sessions that showed a variant which is none of those that the split names: they are left out.
    pub unlisted: u64,
    /// Sessions of units beyond the most that are kept: they are left out.
    pub beyond: u64,
    /// How units are spread over variants.
    pub split: SplitCheck,
    /// The variants, the control first.
    pub variants: Vec<VariantRow>,
    /// The figures that must not get worse.
    pub guards: Vec<Guard>,
    /// What may be said.
    pub verdict: Verdict,
}

/// Whether units are spread over variants as they should be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SplitCheck {
    /// The share of each variant that is expected, in their order.
    pub expected: Vec<f64>,
    /// Whether the config says so; otherwise all are expected alike.
    pub configured: bool,
    /// The p-value of the spread, valid at any time.
    pub p: f64,
    /// Whether they are spread otherwise, beyond doubt.
    pub mismatch: bool,
}

/// One variant.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VariantRow {
    /// Its name.
    pub variant: String,
    /// Whether it is the control.
    pub control: bool,
    /// Its units.
    pub units: u64,
    /// Those that converted at or after their exposure.
    pub converted: u64,
    /// How it does beside the control; `None` for the control, and before both have 5 that converted and 5 that did not.
    pub comparison: Option<Comparison>,
    /// When its difference from the control was called, if it was.
    pub called: Option<Millis>,
    /// What guards say.
    pub guard: GuardFigures,
}

/// A variant beside the control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// By how much its rate is greater, as a share of the control's: 0.24 is 24 % more.
    pub uplift: f64,
    /// The least true uplift that fits what was seen, at any time.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// The p-value, valid at any time.
    pub p: f64,
    /// The probability that it is better. Not safe to watch: who waits for it to be high will see it high.
    pub chance_to_win: f64,
}

/// The figures of guards; `None` where a guard was not asked for, or nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GuardFigures {
    /// Errors a session.
    pub errors: Option<f64>,
    /// The 75th percentile of load times.
    pub load_p75: Option<Span>,
    /// The settled bounce rate (R7).
    pub bounce_rate: Option<f64>,
}

/// What may be said of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nobody was exposed yet.
    Nobody,
    /// Units are not spread as they should be: no figure can be trusted.
    Mismatch {
        /// Each variant's units.
        units: Vec<(String, u64)>,
        /// Whether the config says how they should be.
        configured: bool,
    },
    /// Only one variant was seen.
    OneVariant {
        /// Which one.
        variant: String,
    },
    /// A variant has too few units that converted or that did not.
    TooFew {
        /// The variant that has fewest.
        variant: String,
        /// Its units that converted.
        converted: u64,
        /// Its units that did not.
        failed: u64,
    },
    /// No difference that is beyond chance.
    NoDifference {
        /// The least p-value.
        p: f64,
        /// The time that is to pass first, if it has not.
        too_early: Option<Span>,
    },
    /// A difference that is beyond chance.
    Differs {
        /// The variant.
        variant: String,
        /// Whether it is the better one.
        better: bool,
        /// The p-value of now.
        p: f64,
        /// The time that is to pass before it is called; `None` once it is called.
        to_be_called: Option<Span>,
    },
}

impl VariantRow {
    /// The share of its units that converted; `None` where it has none.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.units > 0).then(|| self.converted as f64 / self.units as f64)
    }
}

impl GuardFigures {
    /// The figure of a guard, in fractions and seconds.
    #[must_use]
    pub fn of(&self, guard: Guard) -> Option<f64> {
        match guard {
            Guard::Errors => self.errors,
            Guard::LoadP75 => self.load_p75.map(Span::as_seconds),
            Guard::BounceRate => self.bounce_rate,
        }
    }
}

impl Verdict {
    /// How far the experiment is, in a word.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self {
            Verdict::Mismatch { .. } => "mismatch",
            Verdict::Differs { to_be_called: None, .. } => "called",
            Verdict::NoDifference { too_early: None, .. } => "no difference",
            _ => "collecting",
        }
    }
}

impl Verdict {
    /// Says of such variants only that they are small (R11).
    pub(in crate::query) fn forget_names(&mut self, is_small: impl Fn(&str) -> bool) {
        match self {
            Verdict::Mismatch { units, .. } => units.retain(|(name, _)| !is_small(name)),
            Verdict::OneVariant { variant }
            | Verdict::TooFew { variant, .. }
            | Verdict::Differs { variant, .. } => {
                if is_small(variant) {
                    SMALL_GROUPS.clone_into(variant);
                }
            }
            Verdict::Nobody | Verdict::NoDifference { .. } => {}
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Nobody => out.write_str("collecting: nobody has seen a variant yet"),
            Verdict::Mismatch { units, configured } => write_mismatch(out, units, *configured),
            Verdict::OneVariant { variant } => {
                write!(out, "collecting: {variant} is the only variant that anybody has seen")
            }
            Verdict::TooFew { variant, converted, failed } => write!(
                out,
                "collecting: {variant} has {} converted and {} not; each variant needs 5 of both",
                thousands(*converted),
                thousands(*failed)
            ),
            Verdict::NoDifference { p, too_early: None } => {
                write!(out, "no difference so far, p {}", p_value(*p))
            }
            Verdict::NoDifference { p, too_early: Some(run_for) } => {
                write!(
                    out,
                    "collecting: no difference so far, p {}; nothing is called before {}",
                    p_value(*p),
                    whole(*run_for)
                )
            }
            Verdict::Differs { variant, better, p, to_be_called } => {
                let how = if *better { "better" } else { "worse" };
                write!(out, "{variant} is {how}, p {}", p_value(*p))?;
                match to_be_called {
                    Some(run_for) => write!(out, "; to be called after {}", whole(*run_for)),
                    None => Ok(()),
                }
            }
        }
    }
}

fn write_mismatch(out: &mut fmt::Formatter, units: &[(String, u64)], configured: bool) -> fmt::Result {
    let counts: Vec<_> = units.iter().map(|(name, units)| format!("{name} {}", thousands(*units))).collect();
    let counts = counts.join(", ");
    if configured {
        return write!(
            out,
            "the split is not as configured: {counts}; find out why before you read the rates"
        );
    }
    write!(out, "the split is not even: {counts}; find out why, or name the variants and weights in `split`")
}

/// A p-value as people write it: `0.044`, `0.0080`, `< 0.0001`.
#[must_use]
pub fn p_value(p: f64) -> String {
    if p < 0.0001 {
        return "< 0.0001".to_owned();
    }
    // Two digits that say something.
    let decimals = if p < 0.001 {
        5
    } else if p < 0.01 {
        4
    } else if p < 0.1 {
        3
    } else {
        2
    };
    format!("{p:.decimals$}")
}

/// A length of time in its greatest unit that is whole.
fn whole(span: Span) -> String {
    let units = [(86_400_000, "whole day"), (3_600_000, "hour"), (60_000, "minute"), (1000, "second")];
    let fits = |(length, _): &(u64, &str)| span.0 >= *length && span.0.is_multiple_of(*length);
    let (length, name) = units.into_iter().find(fits).unwrap_or((1, "millisecond"));
    let count = span.0 / length;
    format!("{} {name}{}", thousands(count), if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r14_the_verdict_is_a_plain_sentence() {
        let better = |to_be_called| Verdict::Differs {
            variant: "short".to_owned(),
            better: true,
            p: 0.0442,
            to_be_called,
        };
        let week = Span::parse("7d").expect("a span");
        assert_eq!(
            better(Some(week)).to_string(),
            "short is better, p 0.044; to be called after 7 whole days"
        );
        assert_eq!((better(Some(week)).status(), better(None).status()), ("collecting", "called"));
        assert_eq!(better(None).to_string(), "short is better, p 0.044");
        let none = Verdict::NoDifference { p: 1.0, too_early: Some(Span::hours(36)) };
        assert_eq!(
            none.to_string(),
            "collecting: no difference so far, p 1.00; nothing is called before 36 hours"
        );
        let units = vec![("control".to_owned(), 5500), ("short".to_owned(), 4500)];
        let verdict = Verdict::Mismatch { units, configured: true };
        assert_eq!(
            verdict.to_string(),
            "the split is not as configured: control 5,500, short 4,500; find out why before you read the rates"
        );
    }

    #[test]
    fn p_values_have_two_digits_that_say_something() {
        assert_eq!(
            [0.31, 0.0442, 0.008, 0.00012, 1e-9].map(p_value),
            ["0.31", "0.044", "0.0080", "0.00012", "< 0.0001"]
        );
    }
}
