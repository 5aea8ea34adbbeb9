//! The stage of the inputs: opening, loading, live, ended.

use crate::query::view::{ClockState, InputState, Intake, View};
use crate::text;

/// The stage of all inputs together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    /// Nothing has been heard of any input yet.
    Opening,
    /// Stored lines are being read; with the progress, if known.
    Loading(Option<Loaded>),
    /// New lines are followed.
    Live,
    /// New lines are followed, but the log ended long ago: it is shown as of its last line.
    Standing,
    /// Nothing more will come.
    Ended,
    /// No input can be read.
    Failed,
}

/// The progress of reading stored lines, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Loaded {
    pub(crate) read: u64,
    /// At least one.
    pub(crate) whole: u64,
}

impl Loaded {
    /// From 0 to 1.
    pub(crate) fn share(self) -> f64 {
        self.read as f64 / self.whole as f64
    }

    pub(crate) fn left(self) -> u64 {
        self.whole.saturating_sub(self.read)
    }

    /// `1,204 MiB of 10,300 MiB`
    pub(crate) fn in_words(self) -> String {
        format!("{} of {}", text::bytes(self.read), text::bytes(self.whole))
    }
}

/// The stage of an answer.
pub(crate) fn stage(view: &View) -> Stage {
    let intake = &view.intake;
    let any = |state: InputState| intake.inputs.iter().any(|input| input.state == state);
    if intake.inputs.is_empty() {
        Stage::Opening
    } else if any(InputState::Loading) {
        Stage::Loading(loaded(intake))
    } else if any(InputState::Live) && view.clock == ClockState::StandsAtEnd && intake.hits > 0 {
        Stage::Standing
    } else if any(InputState::Live) {
        Stage::Live
    } else if any(InputState::Ended) {
        Stage::Ended
    } else {
        Stage::Failed
    }
}

fn loaded(intake: &Intake) -> Option<Loaded> {
    let known = intake.inputs.iter().filter_map(|input| Some((input.bytes, input.bytes_at_start?)));
    let (read, whole) = known.fold((0, 0), |sum, (bytes, whole)| (sum.0 + bytes.min(whole), sum.1 + whole));
    (whole > 0).then_some(Loaded { read, whole })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::view::InputStatus;

    #[test]
    fn loading_is_measured_in_bytes_over_all_inputs() {
        let input = |bytes, all, state| InputStatus {
            bytes,
            bytes_at_start: Some(all),
            state,
            ..InputStatus::default()
        };
        let inputs = vec![input(50, 100, InputState::Loading), input(400, 300, InputState::Live)];
        let intake = Intake { inputs, ..Intake::default() };
        assert_eq!(
            stage(&View { intake, ..View::default() }),
            Stage::Loading(Some(Loaded { read: 350, whole: 400 }))
        );
    }

    #[test]
    fn r6_a_log_that_ended_long_ago_does_not_claim_to_be_live() {
        let inputs = vec![InputStatus { state: InputState::Live, ..InputStatus::default() }];
        let intake = Intake { inputs, hits: 1, ..Intake::default() };
        let view = View { intake, ..View::default() };
        assert_eq!(stage(&view), Stage::Live);
        assert_eq!(stage(&View { clock: ClockState::StandsAtEnd, ..view }), Stage::Standing);
    }
}
