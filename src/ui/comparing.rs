//! What the screen is compared with, and the answer of that time (R17).

use std::sync::Arc;

use crate::query::analysis::ask::Analysis;
use crate::query::annotation::Annotation;
use crate::query::comparison::CompareWith;
use crate::query::question::{Question, TableAsk, Window};
use crate::query::view::View;
use crate::time::{Millis, Span};

/// What the window on the screen is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ComparedTo {
    /// An earlier time.
    Earlier(CompareWith),
    /// The time since something happened with as long before it.
    Happened(Annotation),
}

/// The comparison on the screen.
#[derive(Debug, Clone)]
pub(crate) struct Comparing {
    /// What is compared with what.
    pub(crate) to: ComparedTo,
    earlier: Option<Arc<View>>,
    asked: Option<Asked>,
}

/// The last question about the earlier time.
#[derive(Debug, Clone)]
struct Asked {
    question: Question,
    ticket: u64,
    /// Now, on the screen, when it was asked.
    now: Millis,
    wall: Millis,
    is_answered: bool,
}

/// Rows of tables as they were: those on the screen may have been far down.
const ROWS: usize = 1000;
/// A question without an answer for this long is posted again.
const PATIENCE: Span = Span::seconds(2);
/// The earlier window moves on with the one on the screen in steps of a 300th of its length, and of 3 s at least, as
/// tables do.
const STEPS: u64 = 300;
const LEAST_STEP: Span = Span::seconds(3);

impl Comparing {
    /// A comparison that has no answer yet.
    pub(crate) fn new(to: ComparedTo) -> Comparing {
        Comparing { to, earlier: None, asked: None }
    }

    /// The answer of the earlier time, once there is one.
    pub(crate) fn earlier(&self) -> Option<&Arc<View>> {
        self.earlier.as_ref()
    }

    /// The window on the screen. The time since something happened grows in steps, so that not every answer is to a
    /// new question.
    pub(crate) fn window(&self, chosen: Window, now: Option<Millis>) -> Window {
        let (ComparedTo::Happened(what), Some(now)) = (&self.to, now) else { return chosen };
        Window::Last(in_steps(now.since(what.at)))
    }

    /// How much earlier the other window lies; `None` if there is none, or it would overlap.
    pub(crate) fn behind(&self, window: Window) -> Option<Span> {
        match (&self.to, window) {
            (_, Window::All) => None,
            (ComparedTo::Earlier(with), Window::Last(length)) => with.behind(length),
            (ComparedTo::Happened(_), Window::Last(length)) => Some(length),
        }
    }

    /// The question about the earlier time, if it is to be asked now; `question` is the one of the screen.
    pub(crate) fn due(&self, question: &Question, now: Millis, wall: Millis) -> Option<Question> {
        let question = as_it_was(question);
        let Some(asked) = &self.asked else { return Some(question) };
        let Window::Last(length) = question.window else { return None };
        let step = LEAST_STEP.max(Span(length.0 / STEPS));
        let is_new = asked.question != question;
        let is_old = asked.is_answered && now.0.abs_diff(asked.now.0) >= step.0;
        let is_lost = !asked.is_answered && wall.since(asked.wall) >= PATIENCE;
        (is_new || is_old || is_lost).then_some(question)
    }

    /// Notes that it was asked.
    pub(crate) fn asked(&mut self, question: Question, ticket: u64, now: Millis, wall: Millis) {
        if self.asked.as_ref().is_some_and(|asked| asked.question != question) {
            self.earlier = None;
        }
        self.asked = Some(Asked { question, ticket, now, wall, is_answered: false });
    }

    /// Whether it waits for the answer of this ticket.
    pub(crate) fn waits_for(&self, ticket: u64) -> bool {
        self.asked.as_ref().is_some_and(|asked| asked.ticket == ticket)
    }

    /// Takes that answer; gives whether it is another one than before.
    pub(crate) fn take(&mut self, view: Arc<View>) -> bool {
        if let Some(asked) = &mut self.asked {
            asked.is_answered = true;
        }
        let is_new = self.earlier.as_ref() != Some(&view);
        self.earlier = Some(view);
        is_new
    }
}

/// A length of at least 10 s, in steps of at most a 60th of it where it is longer than ten minutes.
fn in_steps(length: Span) -> Span {
    const STEPS: [Span; 4] = [Span::hours(1), Span::minutes(10), Span::minutes(1), Span::seconds(10)];
    let is_fine = |step: &&Span| step.0 * 60 <= length.0;
    let step = STEPS.iter().find(is_fine).unwrap_or(&Span::seconds(10)).0;
    Span((length.0 - length.0 % step).max(step))
}

/// What can be compared of a question: figures, tables, goals and funnels, and hits.
fn as_it_was(question: &Question) -> Question {
    let is_compared = |ask: &&Analysis| matches!(ask, Analysis::Goals(_) | Analysis::Funnel(_));
    Question {
        tables: question.tables.iter().map(|table| TableAsk { rows: ROWS, ..*table }).collect(),
        analyses: question.analyses.iter().filter(is_compared).cloned().collect(),
        sessions: None,
        closeup: None,
        ..question.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_since_something_happened_grows_in_steps() {
        let lengths = [3_000, 47_000, 605_000, 4_000_000, 40_000_000].map(|ms| in_steps(Span(ms)).0 / 1_000);
        assert_eq!(lengths, [10, 40, 600, 3_960, 39_600]);
    }

    #[test]
    fn the_earlier_time_is_asked_for_again_as_the_window_moves_on() {
        let question = Question { window: Window::Last(Span::minutes(30)), ..Question::default() };
        let mut comparing = Comparing::new(ComparedTo::Earlier(CompareWith::Before));
        let due =
            |comparing: &Comparing, now, wall| comparing.due(&question, Millis(now), Millis(wall)).is_some();
        assert!(due(&comparing, 0, 0));
        comparing.asked(as_it_was(&question), 7, Millis(0), Millis(0));
        assert!(!due(&comparing, 9_000, 1_999) && due(&comparing, 0, 2_000), "until it is lost");
        assert!(comparing.waits_for(7) && comparing.take(Arc::default()));
        assert!(!due(&comparing, 5_999, 9_000) && due(&comparing, 6_000, 9_000), "a 300th of half an hour");
    }
}
