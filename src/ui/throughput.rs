//! The rate of incoming lines, averaged over a few seconds so that the number is steady enough to be read.

use crate::query::view::Intake;
use crate::time::{Millis, Span};

use super::widgets::rounded;

const OVER: Span = Span::seconds(3);

/// Lines and bytes per second.
#[derive(Debug, Default)]
pub(crate) struct Throughput {
    from: Option<(Millis, ReadSoFar)>,
    rate: Option<ReadRate>,
}

/// The amount read so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ReadSoFar {
    pub(crate) lines: u64,
    pub(crate) bytes: u64,
}

impl ReadSoFar {
    pub(crate) fn of(intake: &Intake) -> ReadSoFar {
        ReadSoFar { lines: intake.lines, bytes: intake.inputs.iter().map(|input| input.bytes).sum() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct ReadRate {
    lines: f64,
    bytes: f64,
}

impl Throughput {
    /// Records the amount read by now.
    pub(crate) fn note(&mut self, wall: Millis, amount: ReadSoFar) {
        let Some((since, before)) = self.from else {
            self.from = Some((wall, amount));
            return;
        };
        let passed = wall.since(since);
        if self.rate.is_none() && amount.lines == before.lines {
            self.from = Some((wall, amount));
        } else if passed >= OVER {
            let rate = |now: u64, before: u64| now.saturating_sub(before) as f64 / passed.as_seconds();
            self.rate = Some(ReadRate {
                lines: rate(amount.lines, before.lines),
                bytes: rate(amount.bytes, before.bytes),
            });
            self.from = Some((wall, amount));
        }
    }

    /// Lines per second; `None` until it can be measured.
    pub(crate) fn lines_per_second(&self) -> Option<f64> {
        self.rate.map(|rate| rate.lines)
    }

    /// Bytes per second, likewise.
    pub(crate) fn bytes_per_second(&self) -> Option<f64> {
        self.rate.map(|rate| rate.bytes)
    }

    /// The estimated time to read this many more bytes, in whole seconds; `None` if it is unknown.
    pub(crate) fn time_for(&self, bytes: u64) -> Option<Span> {
        let per_second = self.bytes_per_second().filter(|&rate| rate >= 1.0)?;
        Some(Span::seconds(rounded(bytes as f64 / per_second).max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: u64) -> ReadSoFar {
        ReadSoFar { lines, bytes: lines * 100 }
    }

    #[test]
    fn the_time_left_follows_from_the_bytes_of_the_last_few_seconds() {
        let mut throughput = Throughput::default();
        throughput.note(Millis(0), read(0));
        assert_eq!(throughput.time_for(1000), None);
        throughput.note(Millis(4_000), read(400));
        assert_eq!(throughput.bytes_per_second(), Some(10_000.0));
        assert_eq!(throughput.time_for(125_000), Some(Span::seconds(13)));
        assert_eq!(throughput.time_for(1), Some(Span::seconds(1)), "a moment is not nothing");
    }

    #[test]
    fn the_rate_is_of_the_last_few_seconds() {
        let mut throughput = Throughput::default();
        throughput.note(Millis(0), read(1_000_000));
        throughput.note(Millis(1_000), read(1_000_500));
        assert_eq!(throughput.lines_per_second(), None);
        throughput.note(Millis(4_000), read(1_002_000));
        assert_eq!(throughput.lines_per_second(), Some(500.0));
        throughput.note(Millis(8_000), read(1_002_000));
        assert_eq!(throughput.lines_per_second(), Some(0.0));
    }
}
