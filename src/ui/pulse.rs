//! How fast lines come in: measured over a few seconds, so that the number stands still long enough to be read.

use crate::time::{Millis, Span};

const OVER: Span = Span::seconds(3);

/// How many lines come in a second.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    from: Option<(Millis, u64)>,
    rate: Option<f64>,
}

impl Pulse {
    /// Takes note of how many lines have been read by now.
    pub(crate) fn note(&mut self, wall: Millis, lines: u64) {
        let Some((since, before)) = self.from else {
            self.from = Some((wall, lines));
            return;
        };
        let passed = wall.since(since);
        if self.rate.is_none() && lines == before {
            self.from = Some((wall, lines));
        } else if passed >= OVER {
            self.rate = Some(lines.saturating_sub(before) as f64 / passed.as_seconds());
            self.from = Some((wall, lines));
        }
    }

    /// Lines a second; `None` until there were any, and enough time has passed to say.
    pub(crate) fn lines_per_second(&self) -> Option<f64> {
        self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_of_the_last_few_seconds() {
        let mut pulse = Pulse::default();
        pulse.note(Millis(0), 1_000_000);
        pulse.note(Millis(1_000), 1_000_500);
        assert_eq!(pulse.lines_per_second(), None);
        pulse.note(Millis(4_000), 1_002_000);
        assert_eq!(pulse.lines_per_second(), Some(500.0));
        pulse.note(Millis(8_000), 1_002_000);
        assert_eq!(pulse.lines_per_second(), Some(0.0));
    }
}
