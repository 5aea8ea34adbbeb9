//! The watermark: the time up to which the input is taken to be complete (design.md R6).

use crate::classify::batch::InputId;
use crate::classify::hits::Hits;
use crate::time::{Millis, Span};

/// How far each input has come, and what follows for all of them.
#[derive(Debug, Clone)]
pub struct Watermark {
    lateness: Span,
    inputs: Vec<Progress>,
    /// What the inputs have reached; it never goes back.
    reached: Millis,
    /// What the clock has reached, where time moves on by itself.
    time: Millis,
}

#[derive(Debug, Clone, Copy)]
struct Progress {
    newest: Millis,
    pace: Pace,
}

/// Whether others wait for an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// More is to come of it soon: the watermark waits for it.
    Reading,
    /// Nothing comes at present: it holds nobody back.
    Idle,
}

impl Watermark {
    /// Nothing read yet, of so many inputs.
    #[must_use]
    pub fn new(inputs: usize, lateness: Span) -> Watermark {
        let progress = Progress { newest: Millis::MIN, pace: Pace::Reading };
        Watermark { lateness, inputs: vec![progress; inputs], reached: Millis::MIN, time: Millis::MIN }
    }

    /// The newest time seen in an input.
    pub fn saw(&mut self, input: InputId, newest: Millis) {
        if let Some(progress) = self.inputs.get_mut(usize::from(input.0)) {
            progress.newest = progress.newest.max(newest);
            progress.pace = Pace::Reading;
        }
        self.advance();
    }

    /// Whether others are to wait for an input from now on.
    pub fn set_pace(&mut self, input: InputId, pace: Pace) {
        if let Some(progress) = self.inputs.get_mut(usize::from(input.0)) {
            progress.pace = pace;
        }
        self.advance();
    }

    /// Time has come so far, whether or not any input says so: sessions close when a log falls silent.
    pub fn reach(&mut self, time: Millis) {
        self.time = self.time.max(time);
    }

    /// The clock was wrong: only what the inputs say counts so far.
    pub fn forget_time(&mut self) {
        self.time = Millis::MIN;
    }

    /// How far the inputs themselves have come. What is sealed is measured by it, as what is late is: so no hit that is
    /// accepted ever belongs to a session that is sealed.
    #[must_use]
    pub fn reached(&self) -> Millis {
        self.reached
    }

    /// Where it stands.
    #[must_use]
    pub fn get(&self) -> Millis {
        self.reached.max(self.time)
    }

    /// The newest time of any input.
    #[must_use]
    pub fn newest(&self) -> Millis {
        self.inputs.iter().map(|input| input.newest).max().unwrap_or(Millis::MIN)
    }

    /// Hits older than this come too late. Only the inputs decide that: lines that were held up together, by a
    /// writer's buffer or a slow connection, are not late to each other.
    #[must_use]
    pub fn oldest_accepted(&self) -> Millis {
        self.reached - self.lateness
    }

    /// Whether none of these hits comes too late, whatever the watermark makes of those before it.
    #[must_use]
    pub fn accepts(&self, hits: &Hits) -> bool {
        hits.are_within(self.lateness, self.newest())
    }

    fn advance(&mut self) {
        let reading = self.inputs.iter().filter(|input| input.pace == Pace::Reading);
        let least = reading.map(|input| input.newest).min();
        self.reached = self.reached.max(least.unwrap_or_else(|| self.newest()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_it_is_the_least_of_the_newest_times() {
        let mut watermark = Watermark::new(2, Span::minutes(5));
        let (a, b) = (InputId(0), InputId(1));
        watermark.saw(a, Millis(900_000));
        assert_eq!(watermark.get(), Millis::MIN);
        watermark.saw(b, Millis(600_000));
        assert_eq!(watermark.get(), Millis(600_000));
        assert_eq!(watermark.oldest_accepted(), Millis(300_000));
    }

    #[test]
    fn r6_an_idle_input_holds_nobody_back() {
        let mut watermark = Watermark::new(2, Span::ZERO);
        watermark.saw(InputId(0), Millis(900));
        watermark.set_pace(InputId(1), Pace::Idle);
        assert_eq!(watermark.get(), Millis(900));
        watermark.set_pace(InputId(0), Pace::Idle);
        assert_eq!(watermark.get(), Millis(900));
    }

    #[test]
    fn r6_time_that_moves_on_closes_sessions_but_makes_no_line_late() {
        let mut watermark = Watermark::new(1, Span::ZERO);
        watermark.saw(InputId(0), Millis(900));
        watermark.reach(Millis(5000));
        assert_eq!((watermark.get(), watermark.oldest_accepted()), (Millis(5000), Millis(900)));
    }

    #[test]
    fn r6_it_never_goes_back() {
        let mut watermark = Watermark::new(1, Span::ZERO);
        watermark.saw(InputId(0), Millis(900));
        watermark.saw(InputId(0), Millis(100));
        assert_eq!(watermark.get(), Millis(900));
    }
}
