//! Goals in a view (R13).

use crate::query::analysis::ask::Breakdown;

/// All goals that are defined.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GoalsView {
    /// Sessions seen in the window: what rates are shares of.
    pub seen: u64,
    /// A row for each goal, in the order in which they are defined.
    pub rows: Vec<GoalRow>,
    /// The goal that was asked for in detail.
    pub detail: Option<GoalDetail>,
}

/// One goal in detail.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalDetail {
    /// Its name.
    pub goal: String,
    /// What its rows are.
    pub by: Breakdown,
    /// The rows, the ones of most sessions first.
    pub rows: Vec<GoalSegment>,
}

/// One goal.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalRow {
    /// Its name.
    pub goal: String,
    /// Sessions that reached it.
    pub sessions: u64,
    /// How often it was reached.
    pub events: u64,
    /// The sum of values; `None` where neither the goal nor any of its events has one.
    pub value: Option<f64>,
    /// The values' currency, where the config names one.
    pub currency: Option<String>,
}

/// How a goal was reached by sessions of one channel, source, page, …
#[derive(Debug, Clone, PartialEq)]
pub struct GoalSegment {
    /// The channel, source, page, …
    pub name: String,
    /// Its sessions seen in the window.
    pub sessions: u64,
    /// Of those, the ones that reached the goal.
    pub reached: u64,
    /// How often they reached it.
    pub events: u64,
    /// The sum of values.
    pub value: f64,
}
