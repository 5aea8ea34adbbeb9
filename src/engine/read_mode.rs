//! How lines arrive, and what an engine keeps for those that are out of order or ahead (design.md R6).

use crate::classify::batch::{Batch, InputId};
use crate::classify::hits::Hits;
use crate::session::watermark::Watermark;
use crate::time::{Millis, Span};

use super::front::{Delivery, Front};
use super::time_clusters::TimeClusters;

/// How lines arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadMode {
    /// They keep coming: a late one is dropped, and one that is ahead is held until others agree.
    Live,
    /// They are read for the first time and can be read again.
    First(FirstReading),
    /// They are read as it was measured: each input by so much more than the lateness out of order.
    Measured(Vec<Span>),
    /// They come once, in any order, and end.
    Once,
}

/// What a first reading is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstReading {
    /// It counts, as long as lines are in order.
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

/// What is kept of each input for that.
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

    /// Measures hits. Whether that is all that they are for: something is out of order, and all is to be read again.
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

    /// Whether all is to be read again.
    pub(super) fn is_measuring(&self) -> bool {
        matches!(self, OrderState::First { is_measuring: true, .. })
    }

    /// What was measured, where all is to be read again.
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

    /// Takes hits in at once where nothing is ahead or behind. Whether it was so.
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
