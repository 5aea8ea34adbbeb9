//! The condition of an alert (design.md R16): comparisons of figures and kinds of findings, joined by `and` and `or`.

mod parse;
#[cfg(test)]
mod tests;
mod writing;

pub use parse::ConditionError;
pub use writing::value_in_words;

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// One of them holds.
    Or(Vec<Condition>),
    /// All of them hold.
    And(Vec<Condition>),
    /// A figure is above or below a threshold.
    Compare(Comparison),
    /// There is a finding of one of these kinds.
    Finding(Vec<&'static str>),
}

/// `errors.5xx > 5 %`
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The figure.
    pub figure: Figure,
    /// What is compared of it.
    pub measure: Measure,
    /// How.
    pub sign: Sign,
    /// With what: a count, a share from 0 to 1, or seconds.
    pub threshold: f64,
}

/// A figure of the window.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// All hits.
    Hits,
    /// Bytes of their answers.
    Bytes,
    /// Lines with a time, of all inputs and whatever the alert's filter.
    Lines,
    /// Sessions active at the end of the window.
    Active,
    /// Sessions that started.
    Started,
    /// The settled bounce rate (R7).
    BounceRate,
    /// The 75th percentile of load times.
    LoadP75,
    /// Hits that failed.
    Errors(Statuses),
    /// How often a goal was reached.
    Goal(String),
    /// The share of sessions that reached a goal.
    GoalRate(String),
    /// The share of settled sessions or visitors that completed a funnel.
    FunnelRate(String),
}

/// Which failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// All.
    All,
    /// Those of a class, by its first digit.
    Class(u16),
    /// Those with this status.
    One(u16),
}

/// What is compared of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The figure itself.
    Itself,
    /// Its share of all hits.
    OfHits,
    /// How many a second.
    PerSecond,
    /// How many a minute.
    PerMinute,
    /// Its ratio to the same figure of another time.
    Of(Reference),
}

/// Another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// The window before.
    Before,
    /// The same time on the days kept: the median of them, three at least.
    Usual,
}

/// How a figure is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `<`
    Less,
    /// `<=`
    AtMost,
}

impl Sign {
    /// Whether it holds between two values.
    #[must_use]
    pub fn holds(self, value: f64, threshold: f64) -> bool {
        match self {
            Sign::More => value > threshold,
            Sign::AtLeast => value >= threshold,
            Sign::Less => value < threshold,
            Sign::AtMost => value <= threshold,
        }
    }
}

impl Figure {
    /// Whether it is a share or a time, so that a bare number says nothing.
    fn needs_unit(&self) -> Option<&'static str> {
        match self {
            Figure::BounceRate | Figure::GoalRate(_) | Figure::FunnelRate(_) => Some("%"),
            Figure::LoadP75 => Some("ms"),
            _ => None,
        }
    }

    /// Whether it adds up over time, so that it has a rate.
    fn adds_up(&self) -> bool {
        self.needs_unit().is_none() && *self != Figure::Active
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// Where it is wrong, and what would fit there.
    pub fn parse(text: &str) -> Result<Condition, ConditionError> {
        parse::parse(text)
    }

    /// All comparisons, in the order in which they are written.
    pub fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Condition::Or(all) | Condition::And(all) => all.iter().flat_map(Condition::comparisons).collect(),
            Condition::Compare(comparison) => vec![comparison],
            Condition::Finding(_) => Vec::new(),
        }
    }

    /// Whether it speaks of findings.
    #[must_use]
    pub fn speaks_of_findings(&self) -> bool {
        match self {
            Condition::Or(all) | Condition::And(all) => all.iter().any(Condition::speaks_of_findings),
            Condition::Compare(_) => false,
            Condition::Finding(_) => true,
        }
    }

    /// The goals that it names.
    pub fn goals(&self) -> impl Iterator<Item = &str> {
        self.comparisons().into_iter().filter_map(|comparison| match &comparison.figure {
            Figure::Goal(name) | Figure::GoalRate(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The funnels that it names.
    pub fn funnels(&self) -> impl Iterator<Item = &str> {
        self.comparisons().into_iter().filter_map(|comparison| match &comparison.figure {
            Figure::FunnelRate(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether a figure is compared with another time.
    #[must_use]
    pub fn compares_with(&self, reference: Reference) -> bool {
        self.comparisons().into_iter().any(|comparison| comparison.measure == Measure::Of(reference))
    }
}
