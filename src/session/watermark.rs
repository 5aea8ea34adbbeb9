//! The watermark: the time up to which the input is considered complete (design.md R6).

use crate::classify::batch::InputId;
use crate::classify::hits::Hits;
use crate::time::{Millis, Span};

/// The progress of each input, and the watermark that follows from it.
#[derive(Debug, Clone)]
pub struct Watermark {
    lateness: Span,
    inputs: Vec<Progress>,
    /// The least progress of all inputs; never decreases.
    reached: Millis,
    /// The wall clock, where time passes without input.
    time: Millis,
}

#[derive(Debug, Clone, Copy)]
struct Progress {
    newest: Millis,
    /// How far beyond the lateness its lines are out of order.
    slack: Span,
    pace: Pace,
}

impl Progress {
    /// The time up to which it is complete.
    fn complete(&self) -> Millis {
        self.newest - self.slack
    }
}

/// Whether the watermark waits for an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// More input is expected: the watermark waits for it.
    Reading,
    /// No input at present: the watermark does not wait.
    Idle,
}

impl Watermark {
    /// The slack of an input whose lines may come in any order until its end.
    pub const NEVER_COMPLETE: Span = Span(u64::MAX);

    /// A watermark over `inputs` inputs, none read yet.
    #[must_use]
    pub fn new(inputs: usize, lateness: Span) -> Watermark {
        let progress = Progress { newest: Millis::MIN, slack: Span::ZERO, pace: Pace::Reading };
        Watermark { lateness, inputs: vec![progress; inputs], reached: Millis::MIN, time: Millis::MIN }
    }

    /// Sets how far beyond the lateness each input's lines may be out of order.
    #[must_use]
    pub fn with_slack(mut self, slack: impl IntoIterator<Item = Span>) -> Watermark {
        for (input, slack) in self.inputs.iter_mut().zip(slack) {
            input.slack = slack;
        }
        self
    }

    /// Records the newest time seen in an input.
    pub fn saw(&mut self, input: InputId, newest: Millis) {
        if let Some(progress) = self.inputs.get_mut(usize::from(input.0)) {
            progress.newest = progress.newest.max(newest);
            progress.pace = Pace::Reading;
        }
        self.advance();
    }

    /// An input's clock was set back: its progress and the watermark step back.
    pub fn step_back(&mut self, input: InputId, newest: Millis) {
        self.correct(input, newest);
        self.reached = self.least();
        self.forget_time();
    }

    /// Corrects an input's progress; the watermark does not step back.
    pub fn correct(&mut self, input: InputId, newest: Millis) {
        if let Some(progress) = self.inputs.get_mut(usize::from(input.0)) {
            progress.newest = newest;
        }
    }

    /// No memory is left for lines before this: from now on they are late.
    pub fn give_up_before(&mut self, time: Millis) {
        self.reached = self.reached.max(time);
    }

    /// Sets whether the watermark waits for an input.
    pub fn set_pace(&mut self, input: InputId, pace: Pace) {
        if let Some(progress) = self.inputs.get_mut(usize::from(input.0)) {
            progress.pace = pace;
        }
        self.advance();
    }

    /// Advances the clock without input, so that sessions close when a log falls silent.
    pub fn reach(&mut self, time: Millis) {
        self.time = self.time.max(time);
    }

    /// The clock was wrong: only the inputs count again.
    pub fn forget_time(&mut self) {
        self.time = Millis::MIN;
    }

    /// How far the inputs have come, without the clock. Sealing and lateness are both measured by it, so no accepted
    /// hit belongs to a sealed session.
    #[must_use]
    pub fn reached(&self) -> Millis {
        self.reached
    }

    /// The watermark, including the clock.
    #[must_use]
    pub fn get(&self) -> Millis {
        self.reached.max(self.time)
    }

    /// The newest time of any input.
    #[must_use]
    pub fn newest(&self) -> Millis {
        self.inputs.iter().map(|input| input.newest).max().unwrap_or(Millis::MIN)
    }

    /// Hits older than this are late. Only the inputs decide, not the clock: lines that were held up together in a
    /// writer's buffer or by a slow connection are not late to each other.
    #[must_use]
    pub fn oldest_accepted(&self) -> Millis {
        self.reached - self.lateness
    }

    /// Whether all of these hits are in time, wherever the hits before them put the watermark.
    #[must_use]
    pub fn accepts(&self, input: InputId, hits: &Hits) -> bool {
        let slack = self.inputs.get(usize::from(input.0)).map_or(Span::ZERO, |input| input.slack);
        let furthest = self.reached.max(self.furthest());
        hits.are_within(self.lateness + slack, furthest - self.lateness)
    }

    /// Where the watermark would be if no input were disordered beyond the lateness.
    #[must_use]
    pub fn without_slack(&self) -> Millis {
        self.reading().map(|input| input.newest).min().unwrap_or_else(|| self.newest())
    }

    fn advance(&mut self) {
        self.reached = self.reached.max(self.least());
    }

    /// The time up to which all inputs being read are complete.
    fn least(&self) -> Millis {
        self.reading().map(Progress::complete).min().unwrap_or_else(|| self.furthest())
    }

    fn furthest(&self) -> Millis {
        self.inputs.iter().map(Progress::complete).max().unwrap_or(Millis::MIN)
    }

    fn reading(&self) -> impl Iterator<Item = &Progress> {
        self.inputs.iter().filter(|input| input.pace == Pace::Reading)
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
    fn r6_an_input_that_is_out_of_order_is_waited_for() {
        let mut watermark = Watermark::new(2, Span::ZERO).with_slack([Span(100), Watermark::NEVER_COMPLETE]);
        watermark.saw(InputId(0), Millis(900));
        assert!(watermark.get() <= Millis::MIN);
        watermark.set_pace(InputId(1), Pace::Idle);
        assert_eq!(watermark.oldest_accepted(), Millis(800));
        watermark.give_up_before(Millis(850));
        assert_eq!((watermark.oldest_accepted(), watermark.without_slack()), (Millis(850), Millis(900)));
    }

    #[test]
    fn r6_it_goes_back_with_a_clock_that_was_set_back() {
        let mut watermark = Watermark::new(1, Span::ZERO);
        watermark.saw(InputId(0), Millis(900));
        watermark.step_back(InputId(0), Millis(100));
        assert_eq!(watermark.get(), Millis(100));
    }

    #[test]
    fn r6_it_never_goes_back() {
        let mut watermark = Watermark::new(1, Span::ZERO);
        watermark.saw(InputId(0), Millis(900));
        watermark.saw(InputId(0), Millis(100));
        assert_eq!(watermark.get(), Millis(900));
    }
}
