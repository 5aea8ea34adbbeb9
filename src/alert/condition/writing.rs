//! Conditions and values as text.

use std::fmt;

use crate::text::{amount, thousands};

use super::{Comparison, Condition, Figure, Measure, Reference, Sign, Statuses};

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Or(all) => joined(out, all, " or "),
            Condition::And(all) => joined(out, all, " and "),
            Condition::Compare(comparison) => write!(out, "{comparison}"),
            Condition::Finding(kinds) => write!(out, "finding:{}", kinds.join(",")),
        }
    }
}

/// Parts that are themselves joined stand in parentheses.
fn joined(out: &mut fmt::Formatter<'_>, all: &[Condition], word: &str) -> fmt::Result {
    for (at, part) in all.iter().enumerate() {
        out.write_str(if at > 0 { word } else { "" })?;
        match part {
            Condition::Or(_) | Condition::And(_) => write!(out, "({part})")?,
            Condition::Compare(_) | Condition::Finding(_) => write!(out, "{part}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reference = match self.measure {
            Measure::Of(Reference::Before) => " of before",
            Measure::Of(Reference::Usual) => " of usual",
            _ => "",
        };
        let value = value_in_words(self, self.threshold);
        let value = value.split(" of ").next().unwrap_or_default();
        write!(out, "{} {} {value}{reference}", self.figure, self.sign)
    }
}

impl fmt::Display for Sign {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Sign::More => ">",
            Sign::AtLeast => ">=",
            Sign::Less => "<",
            Sign::AtMost => "<=",
        })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |name: &str| {
            if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
        };
        match self {
            Figure::Hits => out.write_str("hits"),
            Figure::Bytes => out.write_str("bytes"),
            Figure::Lines => out.write_str("lines"),
            Figure::Active => out.write_str("active"),
            Figure::Started => out.write_str("started"),
            Figure::BounceRate => out.write_str("bounce_rate"),
            Figure::LoadP75 => out.write_str("load_p75"),
            Figure::Errors(Statuses::All) => out.write_str("errors"),
            Figure::Errors(Statuses::Class(class)) => write!(out, "errors.{class}xx"),
            Figure::Errors(Statuses::One(status)) => write!(out, "errors.{status}"),
            Figure::Goal(name) => write!(out, "goal.{}", quoted(name)),
            Figure::GoalRate(name) => write!(out, "goal.{}.rate", quoted(name)),
            Figure::FunnelRate(name) => write!(out, "funnel.{}.rate", quoted(name)),
        }
    }
}

/// A value of what a comparison compares: `7.2 %`, `310 ms`, `42 % of usual`.
#[must_use]
pub fn value_in_words(comparison: &Comparison, value: f64) -> String {
    match (comparison.measure, &comparison.figure) {
        (Measure::Of(Reference::Before), _) => format!("{} of before", share(value)),
        (Measure::Of(Reference::Usual), _) => format!("{} of usual", share(value)),
        (Measure::OfHits, _)
        | (Measure::Itself, Figure::BounceRate | Figure::GoalRate(_) | Figure::FunnelRate(_)) => share(value),
        (Measure::Itself, Figure::LoadP75) => format!("{} ms", (value * 1000.0).round()),
        (Measure::PerSecond, _) => format!("{} /s", rounded(value)),
        (Measure::PerMinute, _) => format!("{} /min", rounded(value)),
        (Measure::Itself, _) => rounded(value),
    }
}

fn share(value: f64) -> String {
    crate::text::percent(value).replace(".0 %", " %")
}

fn rounded(value: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
    let whole = value as u64;
    if value.fract() == 0.0 { thousands(whole) } else { amount(value) }
}
