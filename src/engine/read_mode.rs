//! How inputs are read (live, in a first pass, again as measured, or once), and what is tracked of the order of their lines
//! (design.md R6).

use crate::classify::batch::{Batch, InputId};
use crate::classify::hits::Hits;
use crate::session::watermark::Watermark;
use crate::time::{Millis, Span};

use super::front::{Delivery, Front};
use super::time_clusters::TimeClusters;

/// How inputs are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadMode {
    /// Lines keep coming: a late one is dropped, and one that is ahead is held until others agree.
    Live,
    /// A first pass over inputs that can be read again.
    First(FirstReading),
    /// A second pass: per input, how far beyond the lateness its lines are out of order.
    Measured(Vec<Span>),
    /// Inputs that can be read only once, in any order, to their end.
    Once,
}

/// What a first pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstReading {
    /// It counts sessions, as long as lines are in order.
    Counts,
    /// It only measures.
    Measures,
}

/// What was measured of inputs that are to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured(pub(super) Vec<MeasuredInput>);

/// What was measured of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MeasuredInput {
    pub(super) name: String,
    pub(super) slack: Span,
    pub(super) ahead: Millis,
}

impl Measured {
    /// How inputs of these names arrive.
    #[must_use]
    pub fn read_mode(&self, names: &[String]) -> ReadMode {
        ReadMode::Measured(names.iter().map(|name| self.slack(name)).collect())
    }

    /// By how much more than the lateness an input is out of order.
    pub(super) fn slack(&self, name: &str) -> Span {
        self.of(name).map_or(Span::ZERO, |input| input.slack)
    }

    /// From where an input's times are ahead of all others.
    pub(super) fn ahead(&self, name: &str) -> Millis {
        self.of(name).map_or(Millis::MAX, |input| input.ahead)
    }

    fn of(&self, name: &str) -> Option<&MeasuredInput> {
        self.0.iter().find(|input| input.name == name)
    }
}

impl ReadMode {
    /// By how much more than the lateness each of so many inputs is out of order.
    pub(super) fn slack(&self, inputs: usize) -> Vec<Span> {
        match self {
            ReadMode::Live | ReadMode::First(_) => Vec::new(),
            ReadMode::Measured(slack) => slack.clone(),
            ReadMode::Once => vec![Watermark::NEVER_COMPLETE; inputs],
        }
    }
}

/// What is tracked per input for that.
#[derive(Debug)]
pub(super) enum OrderState {
    Live(Vec<Front>),
    First { times: Vec<TimeClusters>, is_measuring: bool, lateness: Span },
    Measured,
    Once(Vec<TimeClusters>),
}

impl OrderState {
    pub(super) fn new(read_mode: &ReadMode, inputs: usize, lateness: Span) -> OrderState {
        match read_mode {
            ReadMode::Live => OrderState::Live((0..inputs).map(|_| Front::new(lateness)).collect()),
            ReadMode::First(reading) => OrderState::First {
                times: vec![TimeClusters::default(); inputs],
                is_measuring: *reading == FirstReading::Measures,
                lateness,
            },
            ReadMode::Measured(_) => OrderState::Measured,
            ReadMode::Once => OrderState::Once(vec![TimeClusters::default(); inputs]),
        }
    }

    /// Measures hits. Returns whether they are only measured, not applied: something is out of order, so all is read again.
    pub(super) fn measure(&mut self, input: InputId, batch: &Batch) -> bool {
        match self {
            OrderState::Live(_) | OrderState::Measured => false,
            OrderState::Once(times) => {
                if let Some(times) = times.get_mut(usize::from(input.0)) {
                    times.add(&batch.hits, batch.earlier.hits);
                }
                false
            }
            OrderState::First { times, is_measuring, lateness } => {
                if let Some(times) = times.get_mut(usize::from(input.0)) {
                    times.add(&batch.hits, batch.earlier.hits);
                    *is_measuring |= times.disorder() > *lateness || times.may_be_ahead();
                }
                *is_measuring
            }
        }
    }

    /// Whether everything must be read again.
    pub(super) fn is_measuring(&self) -> bool {
        matches!(self, OrderState::First { is_measuring: true, .. })
    }

    /// What was measured, if everything must be read again.
    pub(super) fn measured(&self, names: impl Iterator<Item = String>) -> Option<Measured> {
        let OrderState::First { times, is_measuring: true, lateness } = self else { return None };
        let inputs = names.zip(times).map(|(name, times)| MeasuredInput {
            name,
            slack: Span(times.disorder().0.saturating_sub(lateness.0)),
            ahead: times.ahead().map_or(Millis::MAX, |ahead| ahead.from),
        });
        Some(Measured(inputs.collect()))
    }

    pub(super) fn front(&mut self, input: InputId) -> Option<&mut Front> {
        match self {
            OrderState::Live(fronts) => fronts.get_mut(usize::from(input.0)),
            _ => None,
        }
    }

    /// Takes a whole batch at once if none of its hits is ahead or behind. Returns whether it did.
    pub(super) fn takes(&mut self, input: InputId, hits: &Hits, delivery: Delivery) -> bool {
        self.front(input).is_none_or(|front| front.takes(hits, delivery))
    }

    /// How many lines are held.
    pub(super) fn held(&self) -> u64 {
        match self {
            OrderState::Live(fronts) => fronts.iter().map(Front::held).sum(),
            _ => 0,
        }
    }
}
